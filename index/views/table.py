"""A table of figures: rows of plain values under columns that say what they hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pandas import DataFrame

Cell = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column: its name, the kind of its values, what it says (in French)."""

    name: str
    kind: Literal["string", "integer", "number", "boolean"]
    meaning: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows in order, the values of each in the order of `columns`; `name` is French."""

    name: str
    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    def as_records(self) -> list[Mapping[str, Cell]]:
        """The rows as JSON objects."""
        names = self.column_names
        return [dict(zip(names, row, strict=True)) for row in self.rows]

    def to_dataframe(self) -> DataFrame:
        """The rows as a pandas table, with the same columns."""
        from pandas import DataFrame

        return DataFrame(list(self.rows), columns=list(self.column_names))
