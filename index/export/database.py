"""SQLite: the passages, the search and the dictionary of columns, as Datasette opens them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from index.export.format import Export, sound
from index.export.record import COLUMNS, Value, values_of
from index.export.search_rows import count_rows, search_rows
from index.storage.table_file import TableFile

_TYPES: Final = {"string": "TEXT", "integer": "INTEGER", "number": "REAL", "boolean": "INTEGER"}
_INDEXED: Final = ("passage_id", "doc_id", "date", "query_id")
_NAME: Final = {"nom": "TEXT", "valeur": "TEXT"}
_DICTIONARY: Final = {"colonne": "TEXT", "type": "TEXT", "sens": "TEXT"}


def write_sqlite(export: Export, stream: IO[bytes]) -> None:
    """Writes a database of three tables: `passages`, `recherche`, `colonnes`."""
    with tempfile.TemporaryDirectory(prefix="archiblogue-") as folder:
        path = Path(folder) / "export.sqlite"
        with TableFile(path) as file:
            columns = {one.name: _TYPES[one.kind] for one in COLUMNS}
            file.add_table("passages", columns, _rows(export), indexed=_INDEXED)
            file.add_table(
                "recherche", _NAME, search_rows(export.search) + count_rows(export.tally)
            )
            rows = ((one.name, one.kind, one.meaning) for one in COLUMNS)
            file.add_table("colonnes", _DICTIONARY, rows)
        with path.open("rb") as written:
            shutil.copyfileobj(written, stream)


def _rows(export: Export) -> Iterator[tuple[Value, ...]]:
    for record in export.records:
        yield tuple(sound(value, export.tally) for value in values_of(record))
