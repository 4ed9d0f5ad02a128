"""How often an expression stands in each passage, and how many words a passage has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.analysis.terms import iter_words, terms
from index.model import Filters
from index.query.parser import ParsedQuery
from index.retrieval.filters import select
from index.retrieval.searcher import Searcher
from index.storage.columns import Mask
from index.views.concordance import candidate_keys, find_expression


@dataclass(frozen=True, slots=True)
class Occurrences:
    """The rows (n,) int64 of the passages that hold something, and how often (n,) int64, ≥ 1."""

    rows: NDArray[np.int64]
    counts: NDArray[np.int64]

    def within(self, mask: Mask) -> Occurrences:
        """Those of the rows that `mask` (n_rows,) bool keeps."""
        is_kept = mask[self.rows]
        return Occurrences(self.rows[is_kept], self.counts[is_kept])


def readable_rows(searcher: Searcher, filters: Filters) -> tuple[Mask, int]:
    """The rows (n_rows,) bool that meet `filters`, none withdrawn; and the undated left out."""
    selection = select(filters, searcher.columns)
    mask = np.ones(len(searcher.columns), dtype=np.bool_)
    if selection.mask is not None:
        mask &= selection.mask
    if searcher.corpus.hidden is not None:
        mask &= ~searcher.corpus.hidden
    return mask, selection.n_undated


def count_expression(searcher: Searcher, parsed: ParsedQuery, mask: Mask) -> Occurrences:
    """The occurrences of an expression, as a concordance finds them, in the rows that a mask
    (n_rows,) bool keeps.

    One word is counted from the postings, without reading a text: a passage that holds it more
    than 255 times counts 255, and « week-end » is an occurrence of « weekend » too.
    """
    term = _single_term(parsed)
    if term is not None:
        for _, held, counts in searcher.lexical.occurrences([term]):
            return Occurrences(held.astype(np.int64), counts).within(mask)
        return Occurrences(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    keys = candidate_keys(searcher, parsed)
    rows = searcher.columns.rows(keys)
    kept = keys[mask[rows]]
    found: dict[int, int] = {}
    for key, text in searcher.corpus.store.texts(kept.tolist()):
        n_found = len(find_expression(text, parsed))
        if n_found:
            found[key] = n_found
    ordered = sorted(found)
    return Occurrences(
        searcher.columns.rows(np.array(ordered, dtype=np.int64)),
        np.array([found[key] for key in ordered], dtype=np.int64),
    )


def _single_term(parsed: ParsedQuery) -> str | None:
    """The term of an expression that is one word and no stop word."""
    if parsed.phrases:
        return None
    words = [word for text in parsed.words for word in iter_words(text) if not word.is_compound]
    found = terms(" ".join(parsed.words))
    return found[0] if len(words) == 1 and len(found) == 1 else None
