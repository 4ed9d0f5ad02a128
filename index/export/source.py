"""What an export reads: the parts of an open archive, and no more of it."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.model import Filters
from index.retrieval.filters import select
from index.retrieval.searcher import Searcher
from index.storage.generation import Generation
from index.views.results import ResultReader


class Source(Protocol):
    """An open archive."""

    generation: Generation
    searcher: Searcher
    results: ResultReader


def corpus_keys(searcher: Searcher, filters: Filters) -> tuple[NDArray[np.int64], int]:
    """The keys of the passages that meet `filters`, (n,), in corpus order, none withdrawn.

    The second value counts those that only lack a date to meet them.
    """
    columns, corpus = searcher.columns, searcher.corpus
    selection = select(filters, columns)
    keys = corpus.store.keys_in_order()
    mask = np.ones(len(columns), dtype=np.bool_)
    if selection.mask is not None:
        mask &= selection.mask
    if corpus.hidden is not None:
        mask &= ~corpus.hidden
    return keys[mask[columns.rows(keys)]], selection.n_undated


def is_withheld(searcher: Searcher, key: int) -> bool:
    """Whether the passage of that key only says that something was withdrawn."""
    row = int(searcher.columns.rows(np.array([key], dtype=np.int64))[0])
    hidden = searcher.corpus.hidden
    return hidden is not None and bool(hidden[row])
