"""Exports hold exactly the hits, and no spreadsheet runs a blog's text."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.export import FORMATS, export_hits
from index.model import Hit, LaneScore, Span
from ingest.errors import UsageError
from ingest.model import Role

FORMULA_STARTS = "=+-@\t\r\n＝＋－＠"  # noqa: RUF001 - full-width signs start formulas too


def make_hit(**fields: Any) -> Hit:
    values: dict[str, Any] = {
        "rank": 1,
        "score": 0.8125,
        "passage_id": "d-1#p1",
        "doc_id": "d-1",
        "role": Role.REPLY,
        "text": "Été ; « œuf »\nligne 2",
        "source_path": "a.txt",
    }
    return Hit(**{**values, **fields})


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def export(hits: list[Hit], name: str) -> bytes:
    return b"".join(export_hits(hits, name))


def test_the_table_reads_back() -> None:
    content = export([make_hit(), make_hit(rank=2, text="b", title="T", comment_number=3)], "csv")
    assert content.startswith(b"rank,score,passage_id,")
    first, second = rows(content)
    assert first["text"] == "Été ; « œuf »\nligne 2"
    assert first["score"] == "0.8125"
    assert first["role"] == "réponse"
    assert first["title"] == ""
    assert (second["rank"], second["title"], second["comment_number"]) == ("2", "T", "3")


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+33 1 23",
        "-2",
        "@SOMME(A1)",
        "\t=1",
        "  =1",
        "\u00a0=1",
        '=HYPERLINK("http://x")',
        "＝1",  # noqa: RUF001
        "\x00=1",
    ],
)
def test_no_cell_is_a_formula(text: str) -> None:
    hit = make_hit(text=text, title=text, author=text, site=text)
    row = rows(export([hit], "csv"))[0]
    for column in ("text", "title", "author", "site"):
        assert row[column].startswith("'"), column
        assert row[column][1:] == text.replace("\x00", "")


@given(text=st.text(max_size=200))
def test_any_text_stays_one_row_and_never_a_formula(text: str) -> None:
    found = rows(export([make_hit(text=text)], "csv"))
    assert len(found) == 1
    assert not found[0]["text"].lstrip(" \u00a0\u202f").startswith(tuple(FORMULA_STARTS))


@given(text=st.text(st.characters(), max_size=200))
def test_json_lines_read_back_with_any_line_reader(text: str) -> None:
    hits = [make_hit(text=text), make_hit(rank=2, text="fin\u2028ligne\x85")]
    content = export(hits, "jsonl").decode("utf-8")
    lines = content.splitlines()
    assert len(lines) == 2
    assert [json.loads(line) for line in lines] == [json.loads(_plain(hit)) for hit in hits]


def _plain(hit: Hit) -> str:
    return json.dumps(hit.as_record())


def test_json_lines_hold_the_contract_of_a_hit() -> None:
    hit = make_hit(
        matches=(Span(0, 3),), best_sentence=Span(0, 5), lanes=(LaneScore("dense", 1, 0.5),)
    )
    assert json.loads(export([hit], "jsonl")) == hit.as_record()


def test_a_lone_surrogate_is_written_and_read() -> None:
    assert json.loads(export([make_hit(text="a\ud800b")], "jsonl"))["text"] == "a\ud800b"
    assert rows(export([make_hit(text="a\ud800b")], "csv"))[0]["text"] == "a?b"


def test_nothing_gives_an_empty_file_or_a_header() -> None:
    assert export([], "jsonl") == b""
    assert rows(export([], "csv")) == []


def test_an_unknown_format_is_named_with_those_that_exist() -> None:
    with pytest.raises(UsageError, match=r"docx.*csv, jsonl"):
        export([], "docx")


def test_each_format_is_under_its_own_name() -> None:
    assert all(name == one.name for name, one in FORMATS.items())
