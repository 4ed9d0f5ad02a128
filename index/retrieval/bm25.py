"""The lexical retriever: exact BM25 over the archive's own postings, in numpy.

FTS5's bm25() has fixed constants and knows no French stems. Here a term's postings are read where
they lie in each segment, only when a question holds the term: nothing to load at start, and a
question over 100,000 passages is scored in milliseconds. How many passages hold a term, and how
long passages are, is summed over all segments before anything is scored: a score does not depend on
how the passages are cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from index.analysis.phrases import phrase_conditions
from index.storage.postings import LexicalPart

_CACHED_TERMS: Final = 2048

Scores = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class BM25:
    """The constants of the ranking function (Robertson and Zaragoza 2009, BM25F).

    `title` is the weight of an occurrence in the title or heading above a passage, as a share of
    one in its text; `exact` that of the word as it was typed beside its stem. Values: the best
    mean nDCG@10 on the development sets (`bench.tune_lexical`).
    """

    k1: float = 1.2
    b: float = 0.75
    title: float = 1.0
    exact: float = 0.35


class LexicalSource(Protocol):
    """What the retriever reads: the store, or a throw-away index in memory."""

    def lexical_parts(self) -> Sequence[LexicalPart]:
        """Postings and lengths, a segment each, in the order of the keys."""


class _Part:
    """A segment with the place of its rows among all."""

    def __init__(self, part: LexicalPart, base: int) -> None:
        self.postings = part.postings
        self.live = part.live
        self.n_rows = len(part.text_lengths)
        self._places: NDArray[np.int32] | None = None
        self._base = base
        if part.live is not None:
            self.n_rows = int(np.count_nonzero(part.live))
            places = np.cumsum(part.live, dtype=np.int32) - np.int32(1) + np.int32(base)
            self._places = np.where(part.live, places, np.int32(-1))

    def find(self, term: str) -> tuple[NDArray[np.int32], NDArray[np.uint8], NDArray[np.uint8]]:
        """The rows among all that hold a term, and its counts in the text and above it."""
        found = self.postings.find(term)
        if found is None:
            empty = np.zeros(0, dtype=np.uint8)
            return empty.astype(np.int32), empty, empty
        if self._places is None:
            return found.rows.astype(np.int32) + np.int32(self._base), found.in_text, found.above
        rows = self._places[found.rows]
        kept = rows >= 0
        return rows[kept], found.in_text[kept], found.above[kept]


class LexicalIndex:
    """Scores every passage for a bag of terms. A row is a passage's place by increasing key."""

    def __init__(self, source: LexicalSource, parameters: BM25 | None = None) -> None:
        self._parameters = parameters or BM25()
        self._parts: list[_Part] = []
        text_lengths, lengths = ([np.zeros(0, dtype=np.float32)] for _ in range(2))
        base = 0
        for part in source.lexical_parts():
            self._parts.append(_Part(part, base))
            base += self._parts[-1].n_rows
            live = slice(None) if part.live is None else part.live
            own = part.text_lengths[live].astype(np.float32)
            text_lengths.append(own)
            above = part.title_lengths[live].astype(np.float32)
            lengths.append(own + np.float32(self._parameters.title) * above)
        self._n_rows = base
        every = np.concatenate(lengths)
        mean = max(float(every.mean(dtype=np.float64)) if base else 0.0, 1.0)
        b, k1 = self._parameters.b, self._parameters.k1
        self._norms: Scores = (k1 * (1.0 - b + b * every / mean)).astype(np.float32)
        self.text_lengths: Scores = np.concatenate(text_lengths)
        """The number of words that are no stop words in the text of each row (n_rows,)."""
        self._cached = lru_cache(maxsize=_CACHED_TERMS)(self._weights)

    @property
    def n_rows(self) -> int:
        """The number of passages."""
        return self._n_rows

    def score(
        self, weights: Mapping[str, float], exact: Mapping[str, float] | None = None
    ) -> Scores:
        """The BM25 score of each row, (n_rows,) float32, at least 0: 0 where no term occurs.

        Args:
            weights: how much each term counts, 1 for a plain word asked once.
            exact: the same for the words unstemmed (`exact_terms`). Both scores are
                averaged, so that the scale stays that of one.
        """
        scores = np.zeros(self._n_rows, dtype=np.float32)
        share = 1.0 / (1.0 + self._parameters.exact) if exact else 1.0
        for term, weight in weights.items():
            self._add(scores, term, weight * share)
        for term, weight in (exact or {}).items():
            self._add(scores, term, weight * share * self._parameters.exact)
        return scores

    def score_forms(self, forms: Sequence[tuple[tuple[str, ...], float]]) -> Scores:
        """The BM25 score of each row, (n_rows,) float32, for the best of several weighted forms.

        A form of several terms counts only where all of them stand.
        """
        scores = np.zeros(self._n_rows, dtype=np.float32)
        for terms, weight in forms:
            found = [self._cached(term) for term in dict.fromkeys(terms)]
            known = [one for one in found if one is not None]
            if not known or len(known) < len(found):
                continue
            rows = reduce(_intersect, [one[0] for one in known])
            values = sum(one[1][np.searchsorted(one[0], rows)] for one in known)
            scores[rows] = np.maximum(scores[rows], np.float32(weight) * values)
        return scores

    def holding(self, terms: Sequence[str]) -> Mask:
        """The rows, (n_rows,) bool, that hold every one of `terms` in their text."""
        if not terms:
            return np.zeros(self._n_rows, dtype=np.bool_)
        return self._holding_all([(term,) for term in dict.fromkeys(terms)])

    def may_hold(self, phrase: str) -> Mask:
        """The rows, (n_rows,) bool, among which are all that hold `phrase`, and few others."""
        return self._holding_all(phrase_conditions(phrase))

    def _holding_all(self, groups: Sequence[Sequence[str]]) -> Mask:
        """The rows whose text holds one term of each group."""
        held = np.ones(self._n_rows, dtype=np.bool_)
        for group in groups:
            own = np.zeros(self._n_rows, dtype=np.bool_)
            for term in group:
                for part in self._parts:
                    rows, in_text, _ = part.find(term)
                    own[rows[in_text > 0]] = True
            held &= own
        return held

    def occurrences(
        self, terms: Sequence[str]
    ) -> Iterator[tuple[str, NDArray[np.int32], NDArray[np.int64]]]:
        """Yields each of `terms` that occurs in texts, its rows and its count in each (n,).

        More than 255 occurrences in one passage count as 255.
        """
        for term in dict.fromkeys(terms):
            rows, in_text, _ = self._find(term)
            is_there = in_text > 0
            if is_there.any():
                yield term, rows[is_there], in_text[is_there].astype(np.int64)

    def coverage(self, weights: Mapping[str, float], rows: NDArray[np.int64]) -> Scores:
        """The share of the question that each of `rows` holds (n,), from 0 to 1, rarity counted.

        A term that no passage holds counts as the rarest one, so that it is missed everywhere.
        """
        held = np.zeros(len(rows), dtype=np.float32)
        total = 0.0
        for term, weight in weights.items():
            mass = weight * self.idf(term)
            total += mass
            found = self._cached(term)
            if found is not None and len(found[0]):
                places = np.minimum(np.searchsorted(found[0], rows), len(found[0]) - 1)
                held += np.float32(mass) * (found[0][places] == rows)
        return held / np.float32(max(total, 1e-9))

    def covered(self, weights: Mapping[str, float]) -> Scores:
        """The share of the question that each row holds, (n_rows,) float32, as `coverage`."""
        held = np.zeros(self._n_rows, dtype=np.float32)
        total = 0.0
        for term, weight in weights.items():
            mass = weight * self.idf(term)
            total += mass
            found = self._cached(term)
            if found is not None:
                held[found[0]] += np.float32(mass)
        return held / np.float32(max(total, 1e-9))

    def ceiling(self, weights: Mapping[str, float]) -> float:
        """The score of a passage that would hold every term of `weights` without end.

        A term that no passage holds counts as the rarest one.
        """
        k1 = self._parameters.k1
        return sum(weight * self.idf(term) * (k1 + 1.0) for term, weight in weights.items())

    def is_known(self, term: str) -> bool:
        """Whether a passage holds the term."""
        return self._cached(term) is not None

    def rows_holding(self, term: str) -> NDArray[np.int32] | None:
        """The rows (n,) int32, increasing, with a term in or above their text; None without any."""
        found = self._cached(term)
        return None if found is None or not len(found[0]) else found[0]

    def idf(self, term: str) -> float:
        """How rare a term is: ln(1 + (N - n + 0.5) / (n + 0.5))."""
        found = self._cached(term)
        n = 0 if found is None else len(found[0])
        return float(np.log1p((self._n_rows - n + 0.5) / (n + 0.5)))

    def _add(self, scores: Scores, term: str, weight: float) -> None:
        found = self._cached(term)
        if found is not None:
            rows, values = found
            scores[rows] += np.float32(weight) * values

    def _find(self, term: str) -> tuple[NDArray[np.int32], NDArray[np.uint8], NDArray[np.uint8]]:
        """The rows (n,) that hold a term, and its counts in the text and above it."""
        found = [part.find(term) for part in self._parts]
        if len(found) == 1:
            return found[0]
        rows, counts = np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.uint8)
        return (
            np.concatenate([rows, *(one[0] for one in found)]),
            np.concatenate([counts, *(one[1] for one in found)]),
            np.concatenate([counts, *(one[2] for one in found)]),
        )

    def _weights(self, term: str) -> tuple[NDArray[np.int32], Scores] | None:
        """The rows that hold a term, and its BM25 weight in each."""
        rows, counts, titles = self._find(term)
        if not len(rows):
            return None
        frequency = counts + np.float32(self._parameters.title) * titles.astype(np.float32)
        idf = np.log1p((self._n_rows - len(rows) + 0.5) / (len(rows) + 0.5))
        gain = np.float32(idf * (self._parameters.k1 + 1.0))
        return rows, (gain * frequency / (frequency + self._norms[rows])).astype(np.float32)


def _intersect(first: NDArray[np.int32], second: NDArray[np.int32]) -> NDArray[np.int32]:
    """The rows of both, increasing; each array holds a row once."""
    return np.intersect1d(first, second, assume_unique=True)
