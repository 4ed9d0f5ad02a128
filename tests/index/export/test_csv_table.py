"""One dialect of CSV: RFC 4180 to the byte, no live formula, nothing lost."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.export import write_rejections_csv
from index.export.csv_table import unguard, write_table
from ingest.model import Rejection


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8"), newline=""), strict=True))


def plain(cell: str) -> str:
    """What was written: the rule of the guide."""
    return unguard(cell)


def test_a_table_is_rfc_4180_to_the_byte() -> None:
    records = [{"a": 'un « œuf », dit "x"', "b": None}, {"a": "deux\nlignes", "b": -1.5}]
    content = b"".join(write_table(("a", "b"), records))
    assert content == 'a,b\r\n"un « œuf », dit ""x""",\r\n"deux\nlignes",-1.5\r\n'.encode()


def test_truth_values_are_those_of_json() -> None:
    assert b"".join(write_table(("a", "b"), [{"a": True, "b": False}])).endswith(b"true,false\r\n")


@pytest.mark.parametrize("text", ["=1+1", " =1", "-2", "\t=1", "'=1", "@x", "＝1"])  # noqa: RUF001
def test_a_mark_is_taken_away_by_one_rule(text: str) -> None:
    (_, (cell,)) = read(b"".join(write_table(("a",), [{"a": text}])))
    assert cell.count("'") == text.count("'") + 1 + (text == "\t=1")
    assert plain(cell) == text


@given(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])))
def test_any_text_comes_back(text: str) -> None:
    (_, (cell, _)) = read(b"".join(write_table(("a", "b"), [{"a": text, "b": "fin"}])))
    assert plain(cell) == text
    assert not cell.lstrip(" \u00a0\u202f").startswith(tuple("=+-@\t\r\n"))


def test_rejections_keep_their_text_and_run_nothing() -> None:
    one = Rejection("=cmd|x.html", "lecture", "vide", "a, b\nc", source="s")
    header, row = read(b"".join(write_rejections_csv([one])))
    assert dict(zip(header, row, strict=True)) == {
        "source_path": "'=cmd|x.html",
        "stage": "lecture",
        "slug": "vide",
        "detail": "a, b\nc",
        "source": "s",
    }
