"""Tables of figures as files: the tabular formats, for counts instead of passages."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO, Final

from index.export.csv_table import FRENCH_EXCEL, RFC4180, Dialect, write_table
from index.export.format import for_xml, sound
from index.export.tally import Tally
from index.export.workbook import MAX_UNITS
from index.storage.table_file import TableFile
from index.views.table import Cell, Table
from ingest.errors import UsageError

_SQL_TYPES: Final = {"string": "TEXT", "integer": "INTEGER", "number": "REAL", "boolean": "INTEGER"}
_DICTIONARY: Final = {"colonne": "TEXT", "type": "TEXT", "sens": "TEXT"}


@dataclass(frozen=True, slots=True)
class TableFormat:
    """A format for tables of figures. `is_text` says that it can be read on a terminal."""

    name: str
    extension: str
    write: Callable[[Table, IO[bytes]], None]
    is_text: bool = True


def find_table_format(name: str) -> TableFormat:
    """The format of that name.

    Raises:
        UsageError: there is none.
    """
    chosen = TABLE_FORMATS.get(name)
    if chosen is None:
        raise UsageError(
            f"Un tableau ne s’écrit pas au format «\u00a0{name}\u00a0». "
            f"Choisissez parmi {', '.join(TABLE_FORMATS)}."
        )
    return chosen


def _delimited(dialect: Dialect) -> Callable[[Table, IO[bytes]], None]:
    def write(table: Table, stream: IO[bytes]) -> None:
        for piece in write_table(table.column_names, table.as_records(), dialect):
            stream.write(piece)

    return write


def _write_jsonl(table: Table, stream: IO[bytes]) -> None:
    for record in table.as_records():
        stream.write(json.dumps(record, ensure_ascii=False).encode("utf-8", "replace") + b"\n")


def _write_xlsx(table: Table, stream: IO[bytes]) -> None:
    """A workbook of two sheets: the table, the dictionary of its columns; no live formula."""
    import xlsxwriter

    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    workbook = xlsxwriter.Workbook(stream, options)
    sheets = (
        (table.name, [table.column_names, *table.rows]),
        ("Colonnes", [tuple(_DICTIONARY), *_dictionary(table)]),
    )
    try:
        for name, rows in sheets:
            sheet = workbook.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, bool):
                        sheet.write_boolean(number, column, value)
                    elif isinstance(value, int | float):
                        sheet.write_number(number, column, value)
                    elif value is not None:
                        text = for_xml(value, Tally())[: MAX_UNITS // 2]
                        sheet.write_string(number, column, text)
    finally:
        workbook.close()


def _write_parquet(table: Table, stream: IO[bytes]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {
        "string": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
    }
    schema = pa.schema(
        [
            pa.field(one.name, types[one.kind], metadata={"sens": one.meaning})
            for one in table.columns
        ]
    )
    rows = _sound_rows(table)
    arrays = [
        pa.array([row[place] for row in rows], type=field.type)
        for place, field in enumerate(schema)
    ]
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), stream, compression="zstd")


def _write_sqlite(table: Table, stream: IO[bytes]) -> None:
    with tempfile.TemporaryDirectory(prefix="archiblogue-") as folder:
        path = Path(folder) / "table.sqlite"
        with TableFile(path) as file:
            types = {one.name: _SQL_TYPES[one.kind] for one in table.columns}
            file.add_table(table.name, types, _sound_rows(table))
            file.add_table("colonnes", _DICTIONARY, _dictionary(table))
        with path.open("rb") as written:
            shutil.copyfileobj(written, stream)


def _sound_rows(table: Table) -> list[tuple[Cell, ...]]:
    """The rows, without the lone surrogates that no file in UTF-8 holds."""
    tally = Tally()
    return [tuple(sound(value, tally) for value in row) for row in table.rows]


def _dictionary(table: Table) -> Sequence[tuple[str, ...]]:
    return [(one.name, one.kind, one.meaning) for one in table.columns]


_FORMATS: Final = (
    TableFormat("csv", "csv", _delimited(RFC4180)),
    TableFormat("csv-excel", "csv", _delimited(FRENCH_EXCEL)),
    TableFormat("xlsx", "xlsx", _write_xlsx, is_text=False),
    TableFormat("jsonl", "jsonl", _write_jsonl),
    TableFormat("parquet", "parquet", _write_parquet, is_text=False),
    TableFormat("sqlite", "sqlite", _write_sqlite, is_text=False),
)
TABLE_FORMATS: Final[Mapping[str, TableFormat]] = MappingProxyType(
    {one.name: one for one in _FORMATS}
)
