"""A table of figures in each tabular format, read back by somebody else's reader."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from index.export.csv_table import unguard
from index.export.tables import TABLE_FORMATS, find_table_format
from index.views.table import Table, TableColumn
from ingest.errors import UsageError

TABLE = Table(
    "frequences",
    (
        TableColumn("value", "string", "année"),
        TableColumn("n", "integer", "occurrences"),
        TableColumn("rate", "number", "taux"),
        TableColumn("is_small", "boolean", "petit"),
    ),
    (
        ("2009", 12, 3.25, False),
        ('=HYPERLINK("http://x.example")', 3, None, True),
        (None, 0, 0.0, False),
        ("éàü ; « œ »\nligne", -1, -2.5, True),
    ),
)


def written(name: str) -> bytes:
    stream = io.BytesIO()
    find_table_format(name).write(TABLE, stream)
    return stream.getvalue()


def test_csv_has_each_value_and_no_formula() -> None:
    rows = list(csv.reader(io.StringIO(written("csv").decode("utf-8"), newline="")))
    assert rows[0] == ["value", "n", "rate", "is_small"]
    assert rows[1] == ["2009", "12", "3.25", "false"]
    assert rows[2][0].startswith("'=")
    assert [unguard(row[0]) for row in rows[1:]] == [row[0] or "" for row in TABLE.rows]


def test_csv_for_excel_has_french_marks() -> None:
    text = written("csv-excel").decode("utf-8-sig")
    assert text.splitlines()[1] == "2009;12;3,25;non"


def test_jsonl_has_each_value() -> None:
    records = [json.loads(line) for line in written("jsonl").decode().splitlines()]
    assert records == TABLE.as_records()


def test_a_workbook_has_each_value_as_it_is() -> None:
    book = openpyxl.load_workbook(io.BytesIO(written("xlsx")))
    assert book.sheetnames == ["frequences", "Colonnes"]
    rows = list(book["frequences"].iter_rows())
    assert tuple(cell.value for cell in rows[0]) == TABLE.column_names
    for row, expected in zip(rows[1:], TABLE.rows, strict=True):
        assert tuple(cell.value for cell in row) == expected
        assert all(cell.data_type != "f" for cell in row)


def test_parquet_has_types_and_meanings(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    path.write_bytes(written("parquet"))
    found = pq.read_table(path)
    assert found.to_pylist() == TABLE.as_records()
    assert found.schema.field("n").metadata == {b"sens": b"occurrences"}


def test_sqlite_has_a_table_and_its_dictionary(tmp_path: Path) -> None:
    path = tmp_path / "t.sqlite"
    path.write_bytes(written("sqlite"))
    with sqlite3.connect(path) as file:
        assert file.execute("SELECT * FROM frequences").fetchall() == [
            (a, b, c, int(bool(d))) for a, b, c, d in TABLE.rows
        ]
        assert file.execute("SELECT count(*) FROM colonnes").fetchone() == (4,)


def test_an_unknown_format_names_the_others() -> None:
    with pytest.raises(UsageError, match=", ".join(TABLE_FORMATS)):
        find_table_format("tei")
