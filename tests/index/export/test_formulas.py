"""No spreadsheet runs a blog's text, with whatever separator the file is opened."""

from __future__ import annotations

import csv
import io
import os
import random
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.export.csv_table import guard, unguard
from tests.index.export.conftest import make_record, write

# All of them with ARCHIBLOGUE_FORMULAS=200000 (`make formulas`).
N_STRINGS = int(os.environ.get("ARCHIBLOGUE_FORMULAS", "4000"))
SIGNS = "=+-@＝＋－＠"  # noqa: RUF001 - full-width signs start formulas too
BLANKS = " \t\r\n\v\f\u00a0\u202f\u200b\ufeff\x00\x1f"
_PIECES = (
    *("=1+1", "+33 1 23", "-2+3", "@SUM(A1)", '=HYPERLINK("http://x")', "=cmd|' /C calc'!A0"),
    *(",", ";", "\t", "\n", "\r\n", "|", '"', '""', "'", "''", " ", "\u00a0", "\x00", "\u2028"),
    *("mot", "été", "12", "＝1", "－2", "0,5", "a-b", "_", "%0A", "DDE"),  # noqa: RUF001
)


def hostile_strings(n: int) -> list[str]:
    """Strings of formulas, separators, quotes and blanks, in any order."""
    chance = random.Random(20261126)
    return ["".join(chance.choices(_PIECES, k=chance.randint(1, 7))) for _ in range(n)]


def is_live(cell: str) -> bool:
    """Whether a spreadsheet would run the cell: a sign first, blanks and quotes aside."""
    text = cell.lstrip(BLANKS + '"\u2028\u2029\x85')
    if not text.startswith(tuple(SIGNS)):
        return False
    try:
        float(text.replace(",", "."))
    except ValueError:
        return True
    return False  # a negative number is a number


@pytest.mark.parametrize("name", ["csv", "csv-excel"])
def test_no_cell_is_live_whatever_the_separator(name: str) -> None:
    strings = hostile_strings(N_STRINGS)
    records = [
        make_record(n, text=one, title=one, author=one, query=one, heading=one)
        for n, one in enumerate(strings, start=1)
    ]
    text = write(records, name).decode("utf-8-sig")
    for delimiter in (",", ";", "\t"):
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            live = [cell for cell in row if is_live(cell)]
            assert live == [], delimiter
    # A reader that knows nothing of quotes takes every separator and every end of line.
    for delimiter in (",", ";", "\t"):
        live = [
            cell for line in text.splitlines() for cell in line.split(delimiter) if is_live(cell)
        ]
        assert live == [], delimiter


def test_no_cell_of_a_workbook_is_a_formula_or_a_link() -> None:
    strings = hostile_strings(N_STRINGS)
    records = [make_record(n, text=s, title=s, author=s) for n, s in enumerate(strings, start=1)]
    content = write(records, "xlsx")
    package = zipfile.ZipFile(io.BytesIO(content))
    for name in package.namelist():
        assert b"<f>" not in package.read(name), name
        assert b"<hyperlink" not in package.read(name), name
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    for row in book["Résultats"].iter_rows():
        assert all(cell.data_type != "f" for cell in row)


@given(st.text(st.sampled_from("=+-@＝,;\t\r\n\"' a\u00a0\x01|")))  # noqa: RUF001
def test_the_guard_is_taken_away_exactly(text: str) -> None:
    guarded, n_added = guard(text)
    assert len(guarded) == len(text) + n_added
    assert unguard(guarded) == text
    assert not is_live(guarded)


@pytest.mark.parametrize(
    ("text", "guarded"),
    [
        ("=1+1", "'=1+1"),
        ("  -2", "  '-2"),
        ("a;=1", "a;'=1"),
        ("l’hiver, -30 °C", "l’hiver, '-30 °C"),
        ("'=1", "''=1"),
        ("\t=1", "'\t'=1"),
        ("a-t-il", "a-t-il"),
        ("courriel@exemple", "courriel@exemple"),
        ("d'abord, d'accord", "d'abord, d'accord"),
    ],
)
def test_only_what_may_begin_a_cell_is_guarded(text: str, guarded: str) -> None:
    assert guard(text)[0] == guarded
