"""Facts about passages as arrays of codes: filters, groups and facets without a table scan."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from index.storage.incremental import StoreAmender
from index.storage.reader import Store
from index.storage.rows import PassageRow
from index.storage.writer import StoreWriter

# What facets and filters count. `content` tells equal texts apart and has no values: its codes are
# the first 63 bits of the text's SHA-256.
_FACT_NAMES: Final = ("role", "document", "title", "author", "site", "language", "date")
_CONTENT_DIGITS: Final = 16
_CONTENT_MASK: Final = (1 << 63) - 1

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Column:
    """One fact a passage: `values[codes[row]]`, None where it is not known.

    `codes` (n_rows,) are int32, int64 for `content`. Several codes may stand for None: those that
    no row has any more.
    """

    codes: NDArray[Any]
    values: tuple[str | None, ...]

    def mask(self, wanted: Iterable[int]) -> Mask:
        """The rows (n_rows,) bool whose code is one of `wanted`."""
        is_wanted = np.zeros(len(self.values), dtype=np.bool_)
        is_wanted[list(wanted)] = True
        return np.asarray(is_wanted[self.codes], dtype=np.bool_)

    def counts(self, rows: NDArray[np.int64] | Mask | None = None) -> dict[str | None, int]:
        """How many rows have each value; values of none are left out.

        Args:
            rows: places (n,) int64, or a mask (n_rows,) bool; all rows by default.
        """
        codes = self.codes if rows is None else self.codes[rows]
        totals = np.bincount(codes, minlength=len(self.values))
        return {v: int(n) for v, n in zip(self.values, totals, strict=True) if n}


@dataclass(frozen=True, slots=True)
class Columns:
    """The facts of all passages. A row is a passage's place by increasing key.

    `tie_order` (n_rows,) ranks the rows by passage id: what decides between equal scores.
    """

    keys: NDArray[np.int64]
    role: Column
    document: Column
    title: Column
    author: Column
    site: Column
    language: Column
    date: Column
    content: Column
    tie_order: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.keys)

    def rows(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rows (n,) int64 of these keys (n,), all of them in the archive."""
        return np.searchsorted(self.keys, keys)


def write_columns(writer: StoreWriter, passages: Iterable[PassageRow]) -> None:
    """Writes the columns of `passages`, given by increasing key."""
    keys: list[int] = []
    passage_ids: list[str] = []
    content: list[int] = []
    codes: dict[str, list[int]] = {name: [] for name in _FACT_NAMES}
    values: dict[str, dict[str | None, int]] = {name: {} for name in _FACT_NAMES}
    for passage in passages:
        keys.append(passage.key)
        passage_ids.append(passage.passage_id)
        content.append(content_code(passage.content_hash))
        for name, value in _facts(passage).items():
            seen = values[name]
            codes[name].append(seen.setdefault(value, len(seen)))
    writer.add_array("keys", np.array(keys, dtype=np.int64))
    tie_order = np.empty(len(keys), dtype=np.int32)
    tie_order[sorted(range(len(keys)), key=passage_ids.__getitem__)] = np.arange(len(keys))
    writer.add_array("tie_order", tie_order)
    writer.add_array("content", np.array(content, dtype=np.int64))
    for name in _FACT_NAMES:
        writer.add_column(name, np.array(codes[name], dtype=np.int32), list(values[name]))


@dataclass(frozen=True, slots=True)
class RowChange:
    """How the rows of a store come from those of the former one.

    `kept` (n_former,) says which former rows stay; `order` (n_rows,) puts the rows that stay,
    followed by the new ones, by increasing key.
    """

    kept: Mask
    order: NDArray[np.int64]

    @classmethod
    def of(
        cls, former: NDArray[np.int64], gone: NDArray[np.int64], new: NDArray[np.int64]
    ) -> RowChange:
        """The change of keys (n,) int64 that takes `gone` (m,) away and adds `new` (k,)."""
        kept = ~np.isin(former, gone)
        return cls(kept, np.argsort(np.concatenate([former[kept], new]), kind="stable"))

    def apply(self, former: NDArray[Any], new: NDArray[Any]) -> NDArray[Any]:
        """An array (n_rows,) with a value a row, after the change, of the former's dtype."""
        return np.concatenate([former[self.kept], new.astype(former.dtype)])[self.order]


def amend_columns(
    writer: StoreAmender, former: Columns, change: RowChange, passages: Sequence[PassageRow]
) -> None:
    """Writes the columns after a change; `passages` are the new rows, in the order of the change.

    `keys` and `tie_order` are left to the caller. A value that no row has any more is forgotten,
    and its code given to the next new value.
    """
    content = np.array([content_code(one.content_hash) for one in passages], dtype=np.int64)
    writer.add_array("content", change.apply(former.content.codes, content))
    facts = [_facts(one) for one in passages]
    for name in _FACT_NAMES:
        column: Column = getattr(former, name)
        codes, values = _extend(column, change.kept, [one[name] for one in facts])
        writer.add_array(name, change.apply(column.codes, codes))
        writer.put_column_values(name, values)


def _extend(
    column: Column, kept: Mask, new: Sequence[str | None]
) -> tuple[NDArray[np.int32], dict[int, str | None]]:
    """The codes of the values `new`, and what codes stand for that they did not."""
    is_used = np.bincount(column.codes[kept], minlength=len(column.values)) > 0
    code_of = {column.values[code]: int(code) for code in np.flatnonzero(is_used)}
    free = deque(int(code) for code in np.flatnonzero(~is_used))
    changed: dict[int, str | None] = {
        code: None for code in free if column.values[code] is not None
    }
    n_codes = len(column.values)
    codes = []
    for value in new:
        code = code_of.get(value)
        if code is None:
            code = free.popleft() if free else n_codes
            n_codes = max(n_codes, code + 1)
            code_of[value] = code
            changed[code] = value
        codes.append(code)
    return np.array(codes, dtype=np.int32), changed


def read_columns(store: Store) -> Columns:
    """The columns of a store.

    Raises:
        IntegrityError: one is missing.
    """
    columns = {
        name: Column(store.array(name).astype(np.int32), store.column_values(name))
        for name in _FACT_NAMES
    }
    return Columns(
        content=Column(store.array("content").astype(np.int64), ()),
        keys=store.array("keys").astype(np.int64),
        tie_order=store.array("tie_order").astype(np.int32),
        **columns,
    )


def _facts(passage: PassageRow) -> dict[str, str | None]:
    return {
        "role": passage.role.value,
        "document": passage.doc_id,
        "title": passage.title,
        "author": passage.author,
        "site": passage.site,
        "language": passage.language,
        "date": passage.date,
    }


def content_code(content_hash: str) -> int:
    """The code of the column `content` for the SHA-256 (hexadecimal) of a text."""
    return int(content_hash[:_CONTENT_DIGITS], 16) & _CONTENT_MASK
