"""Facts about passages as arrays of codes: filters, groups and facets without a table scan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.storage.joining import recode
from index.storage.reader import Store
from index.storage.segment_writer import FACT_NAMES, content_code

__all__ = ["Column", "Columns", "Mask", "content_code", "read_columns"]

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Column:
    """One fact a passage: `values[codes[row]]`, None where it is not known.

    `codes` (n_rows,) are int32, int64 for `content`.
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

    `passage_ids` (n_rows,) are their public ids in UTF-8: what decides between equal scores.
    `noise` (n_rows,) are those that carry nothing to search for (`Passage.is_noise`). `host` is
    that of the document's address.
    """

    keys: NDArray[np.int64]
    role: Column
    document: Column
    title: Column
    author: Column
    site: Column
    host: Column
    language: Column
    date: Column
    content: Column
    passage_ids: NDArray[np.bytes_]
    noise: Mask

    def __len__(self) -> int:
        return len(self.keys)

    def rows(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rows (n,) int64 of these keys (n,), all of them in the archive."""
        return np.searchsorted(self.keys, keys)


def read_columns(store: Store) -> Columns:
    """The columns of a store, those of its segments one after the other.

    Raises:
        IntegrityError: one is missing.
    """
    columns = {name: _column(store, name) for name in FACT_NAMES}
    return Columns(
        content=Column(joined(store, "content", np.int64), ()),
        keys=joined(store, "keys", np.int64),
        passage_ids=joined(store, "passage_ids", np.bytes_),
        noise=joined(store, "noise", np.bool_),
        **columns,
    )


def joined(store: Store, name: str, dtype: type) -> NDArray[Any]:
    """The values of the passages that are left, (n_rows,) of `dtype`, over all segments."""
    parts = [one.pick(one.segment.arrays[name]) for one in store.segments]
    if len(parts) == 1:
        return parts[0]
    return np.concatenate([np.zeros((0, *parts[0].shape[1:]) if parts else 0, dtype=dtype), *parts])


def _column(store: Store, name: str) -> Column:
    numbers: dict[str | None, int] = {}
    codes = [np.zeros(0, dtype=np.int32)]
    for part in store.segments:
        own = part.pick(part.segment.arrays[f"facts.{name}"])
        codes.append(recode(own, store.column_values(part, name), numbers))
    return Column(np.concatenate(codes), tuple(numbers))
