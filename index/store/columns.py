"""Facts about passages as arrays of codes: filters, groups and facets without a table scan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.store.reader import Store
from index.store.rows import PassageRow
from index.store.writer import StoreWriter

COLUMN_NAMES: Final = (
    "role", "document", "title", "author", "site", "language", "date", "content"
)  # fmt: skip

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Column:
    """One fact a passage: `values[codes[row]]`, None where it is not known."""

    codes: NDArray[np.int32]
    values: tuple[str | None, ...]

    def mask(self, wanted: Iterable[int]) -> Mask:
        """The rows whose code is one of `wanted`."""
        is_wanted = np.zeros(len(self.values), dtype=np.bool_)
        is_wanted[list(wanted)] = True
        return np.asarray(is_wanted[self.codes], dtype=np.bool_)

    def counts(self, rows: NDArray[np.int64] | Mask | None = None) -> dict[str | None, int]:
        """How many of `rows` (all of them by default) have each value; absent ones left out."""
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
        """The rows of these keys, all of them in the archive."""
        return np.searchsorted(self.keys, keys)


def write_columns(writer: StoreWriter, passages: Iterable[PassageRow]) -> None:
    """Writes the columns of `passages`, given by increasing key."""
    keys: list[int] = []
    passage_ids: list[str] = []
    codes: dict[str, list[int]] = {name: [] for name in COLUMN_NAMES}
    values: dict[str, dict[str | None, int]] = {name: {} for name in COLUMN_NAMES}
    for passage in passages:
        keys.append(passage.key)
        passage_ids.append(passage.passage_id)
        for name, value in _facts(passage).items():
            seen = values[name]
            codes[name].append(seen.setdefault(value, len(seen)))
    writer.add_array("keys", np.array(keys, dtype=np.int64))
    tie_order = np.empty(len(keys), dtype=np.int32)
    tie_order[sorted(range(len(keys)), key=passage_ids.__getitem__)] = np.arange(len(keys))
    writer.add_array("tie_order", tie_order)
    for name in COLUMN_NAMES:
        # The distinct texts are only told apart: their hashes are not kept twice.
        kept = [] if name == "content" else list(values[name])
        writer.add_column(name, np.array(codes[name], dtype=np.int32), kept)


def read_columns(store: Store) -> Columns:
    """The columns of a store.

    Raises:
        IntegrityError: one is missing.
    """
    columns = {
        name: Column(store.array(name).astype(np.int32), store.column_values(name))
        for name in COLUMN_NAMES
    }
    return Columns(
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
        "content": passage.content_hash,
    }
