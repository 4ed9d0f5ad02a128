"""The lexical retriever: exact BM25 over the archive's own postings, in numpy.

FTS5's bm25() has fixed constants and knows no French stems. Here a term's postings are one packed
row of the store, read only when a question holds the term: nothing to load at start, and a
question over 100,000 passages is scored in milliseconds. Postings name passages by key, which
never changes: a page that comes or goes touches the postings of its own words alone.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

_POSTING: Final = np.dtype([("key", "<i4"), ("text", "u1"), ("title", "u1")])
_MAX_COUNT: Final = 255
_CACHED_TERMS: Final = 2048
# Postings held at once while counting: some 50 MB for the most frequent words of a big archive.
_TERMS_AT_ONCE: Final = 100

Scores = NDArray[np.float32]


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


class PostingSource(Protocol):
    """What the retriever reads: the store, or a throw-away index in memory."""

    def postings(self, terms: Sequence[str]) -> dict[str, bytes]:
        """For each of `terms` that occurs, its packed postings."""

    def array(self, name: str) -> NDArray[np.generic]:
        """The array saved under that name, (n_rows,) of an integer dtype."""


class LexicalIndex:
    """Scores every passage for a bag of terms. A row is a passage's place by increasing key."""

    def __init__(self, source: PostingSource, parameters: BM25 | None = None) -> None:
        self._source = source
        self._parameters = parameters or BM25()
        text_lengths = source.array("text_lengths").astype(np.float32)
        title_lengths = source.array("title_lengths").astype(np.float32)
        lengths = text_lengths + np.float32(self._parameters.title) * title_lengths
        self._n_rows = len(lengths)
        self._row_of = _rows_by_key(source.array("keys").astype(np.int64))
        mean = max(float(lengths.mean()) if self._n_rows else 0.0, 1.0)
        b, k1 = self._parameters.b, self._parameters.k1
        self._norms: Scores = (k1 * (1.0 - b + b * lengths / mean)).astype(np.float32)
        self.text_lengths: Scores = text_lengths
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

    def holding(self, terms: Sequence[str]) -> NDArray[np.bool_]:
        """The rows (n_rows,) that hold every one of `terms` in their text."""
        counts = np.zeros(self._n_rows, dtype=np.int32)
        wanted = set(terms)
        for packed in self._source.postings(sorted(wanted)).values():
            keys, in_text, _ = unpack(packed)
            counts[self._row_of[keys[in_text > 0]]] += 1
        return np.asarray((counts == len(wanted)) & bool(wanted), dtype=np.bool_)

    def occurrences(
        self, terms: Sequence[str]
    ) -> Iterator[tuple[str, NDArray[np.int32], NDArray[np.int64]]]:
        """Yields each of `terms` that occurs in texts, its rows and its count in each (n,).

        More than 255 occurrences in one passage count as 255.
        """
        for start in range(0, len(terms), _TERMS_AT_ONCE):
            wanted = terms[start : start + _TERMS_AT_ONCE]
            for term, packed in self._source.postings(wanted).items():
                keys, in_text, _ = unpack(packed)
                is_there = in_text > 0
                if is_there.any():
                    yield term, self._row_of[keys[is_there]], in_text[is_there].astype(np.int64)

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

    def _weights(self, term: str) -> tuple[NDArray[np.int32], Scores] | None:
        """The rows that hold a term, and its BM25 weight in each."""
        packed = self._source.postings([term]).get(term)
        if packed is None:
            return None
        keys, counts, titles = unpack(packed)
        rows = self._row_of[keys]
        frequency = counts + np.float32(self._parameters.title) * titles
        idf = np.log1p((self._n_rows - len(rows) + 0.5) / (len(rows) + 0.5))
        gain = np.float32(idf * (self._parameters.k1 + 1.0))
        return rows, (gain * frequency / (frequency + self._norms[rows])).astype(np.float32)


class PostingsBuilder:
    """Gathers terms passage by passage, by key; `finish` packs them."""

    def __init__(self) -> None:
        self._keys: dict[str, array[int]] = {}
        self._counts: dict[str, bytearray] = {}
        self._lengths: dict[int, tuple[int, int]] = {}

    def add(self, key: int, text: Iterable[str], title: Iterable[str]) -> None:
        """Counts the terms (`index_terms`) of a passage's text and of what stands above it."""
        in_text, in_title = Counter(text), Counter(title)
        # Every word is there twice, stemmed and as it is: a length counts words.
        self._lengths[key] = (in_text.total() // 2, in_title.total() // 2)
        for term in in_text.keys() | in_title.keys():
            self._append(term, key, in_text[term], in_title[term])

    def finish(self) -> Iterator[tuple[str, int, bytes]]:
        """Yields term, number of passages and packed postings, in the order of the terms."""
        for term in sorted(self._keys):
            keys = np.frombuffer(self._keys[term], dtype=np.int64)
            counts = np.frombuffer(bytes(self._counts[term]), dtype=np.uint8).reshape(-1, 2)
            postings = np.empty(len(keys), dtype=_POSTING)
            order = np.argsort(keys, kind="stable")
            postings["key"] = keys[order]
            postings["text"] = counts[order, 0]
            postings["title"] = counts[order, 1]
            yield term, len(keys), postings.tobytes()

    def lengths(self, keys: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The numbers of terms in the text and above it, (n,) int32 each, for `keys` (n,)."""
        pairs = np.array([self._lengths[int(key)] for key in keys], dtype=np.int32).reshape(-1, 2)
        return pairs[:, 0].copy(), pairs[:, 1].copy()

    def _append(self, term: str, key: int, count: int, title: int) -> None:
        keys = self._keys.get(term)
        if keys is None:
            keys = self._keys[term] = array("q")
            self._counts[term] = bytearray()
        keys.append(key)
        self._counts[term] += bytes((min(count, _MAX_COUNT), min(title, _MAX_COUNT)))


def unpack(packed: bytes) -> tuple[NDArray[np.int32], Scores, Scores]:
    """The keys of packed postings, (n,) int32 increasing, and the counts in text and above it.

    Both counts are (n,) float32, whole numbers from 0 to 255.
    """
    postings = np.frombuffer(packed, dtype=_POSTING)
    return (
        postings["key"].astype(np.int32),
        postings["text"].astype(np.float32),
        postings["title"].astype(np.float32),
    )


def amend_postings(
    packed: bytes | None, gone: NDArray[np.int64], added: bytes | None
) -> tuple[int, bytes]:
    """The number of passages and the postings of a term, without `gone` and with `added`.

    Args:
        packed: the postings as they were, None where there were none.
        gone: the keys of the passages that left, (n,) int64.
        added: the postings of the passages that came.
    """
    former = np.frombuffer(packed or b"", dtype=_POSTING)
    kept = former[~np.isin(former["key"], gone)]
    merged = np.concatenate([kept, np.frombuffer(added or b"", dtype=_POSTING)])
    merged = merged[np.argsort(merged["key"], kind="stable")]
    return len(merged), merged.tobytes()


def _intersect(first: NDArray[np.int32], second: NDArray[np.int32]) -> NDArray[np.int32]:
    """The rows of both, increasing; each array holds a row once."""
    return np.intersect1d(first, second, assume_unique=True)


def _rows_by_key(keys: NDArray[np.int64]) -> NDArray[np.int32]:
    """The row of each key up to the highest, -1 for keys that no passage has."""
    rows = np.full(int(keys[-1]) + 1 if len(keys) else 0, -1, dtype=np.int32)
    rows[keys] = np.arange(len(keys), dtype=np.int32)
    return rows
