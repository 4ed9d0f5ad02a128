"""A SQLite file of plain tables, for other programs to open."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Self

SqlValue = str | int | float | bool | None


class TableFile:
    """A new SQLite file, filled table by table; a context manager that makes the file whole."""

    def __init__(self, path: Path) -> None:
        """Creates the file; an empty one may be there."""
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = OFF")
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._connection.in_transaction:
            self._connection.execute("COMMIT")
        self._connection.close()

    def add_table(
        self,
        name: str,
        columns: Mapping[str, str],
        rows: Iterable[Sequence[SqlValue]],
        *,
        indexed: Sequence[str] = (),
    ) -> None:
        """Writes a table.

        Args:
            name: of the table.
            columns: SQLite type (TEXT, INTEGER, REAL) by name.
            rows: the values, in the order of the columns.
            indexed: the columns that get an index each.
        """
        declared = ", ".join(f"{_quoted(column)} {kind}" for column, kind in columns.items())
        self._connection.execute(f"CREATE TABLE {_quoted(name)} ({declared}) STRICT")
        marks = ", ".join("?" * len(columns))
        self._connection.executemany(f"INSERT INTO {_quoted(name)} VALUES ({marks})", rows)
        for column in indexed:
            self._connection.execute(
                f"CREATE INDEX {_quoted(f'{name}_{column}')} ON {_quoted(name)} ({_quoted(column)})"
            )


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
