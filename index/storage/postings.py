"""Which passages hold a term: one table of rows and counts for all terms of a segment.

terms       the bytes of all terms, sorted, one after the other
term_ends   where each ends
starts      where the postings of each begin in `rows` and `counts` (n_terms + 1,)
rows        the rows of the segment that hold the term, increasing
counts      how often: in the text (5 bits) and above it (3 bits)
many        the places in `counts` of counts in the text that five bits do not hold, increasing
many_counts and these counts, to 255
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

# What a byte holds of counts in the text and above it: no title has a word more than seven times.
_MOST_PACKED: Final = 31
_MOST_ABOVE: Final = 7
_ABOVE_SHIFT: Final = 5
_MOST_IN_TEXT: Final = 255
_WIDE_SHIFT: Final = 8
_NAMES: Final = ("terms", "term_ends", "starts", "rows", "counts", "many", "many_counts")

Rows = NDArray[np.int64]


class Posting(NamedTuple):
    """The rows (n,) that hold a term, increasing; its counts in the text and above it, uint8."""

    rows: NDArray[np.uint32]
    in_text: NDArray[np.uint8]
    above: NDArray[np.uint8]


class Arrays(Protocol):
    """Where the arrays of a segment are read."""

    def __getitem__(self, name: str) -> NDArray[Any]:
        """The array of that name."""


@dataclass(frozen=True, slots=True)
class Postings:
    """The postings of a segment, in memory or in its file."""

    terms: NDArray[np.uint8]
    term_ends: NDArray[np.uint32]
    starts: NDArray[np.uint32]
    rows: NDArray[np.uint32]
    counts: NDArray[np.uint8]
    many: NDArray[np.uint32]
    many_counts: NDArray[np.uint8]

    @classmethod
    def read(cls, arrays: Arrays) -> Postings:
        """The postings that `as_arrays` put among these."""
        return cls(*(arrays[f"postings.{name}"] for name in _NAMES))

    def as_arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays to write, (n,) each of its own dtype, by name."""
        return {f"postings.{name}": getattr(self, name) for name in _NAMES}

    def __len__(self) -> int:
        return len(self.term_ends)

    def find(self, term: str) -> Posting | None:
        """The postings of a term, None where no passage holds it."""
        place = self._place(term.encode("utf-8", "replace"))
        if place is None:
            return None
        start, end = int(self.starts[place]), int(self.starts[place + 1])
        packed = self.counts[start:end]
        in_text = packed & np.uint8(_MOST_PACKED)
        if len(self.many):
            first, last = np.searchsorted(self.many, [start, end])
            in_text[self.many[first:last] - np.uint32(start)] = self.many_counts[first:last]
        return Posting(self.rows[start:end], in_text, packed >> np.uint8(_ABOVE_SHIFT))

    def wide_counts(self) -> NDArray[np.uint16]:
        """How often, of all postings (n,) uint16: in the text (8 bits) and above it (8 bits)."""
        in_text = (self.counts & np.uint8(_MOST_PACKED)).astype(np.uint16)
        in_text[self.many] = self.many_counts
        above = (self.counts >> np.uint8(_ABOVE_SHIFT)).astype(np.uint16)
        return np.asarray(in_text | above << np.uint16(_WIDE_SHIFT), dtype=np.uint16)

    def n_rows_each(self, live: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
        """How many rows hold each term (n_terms,), of those that are left (n_rows,) bool."""
        starts = self.starts.astype(np.int64)
        if live is None:
            return np.diff(starts)
        before = np.concatenate([[0], np.cumsum(live[self.rows])])
        return np.asarray(before[starts[1:]] - before[starts[:-1]], dtype=np.int64)

    def texts(self) -> list[bytes]:
        """The terms, in order."""
        whole, ends = self.terms.tobytes(), self.term_ends.tolist()
        return [whole[a:b] for a, b in zip([0, *ends[:-1]], ends, strict=True)] if ends else []

    def _place(self, term: bytes) -> int | None:
        low, high = 0, len(self.term_ends)
        while low < high:
            middle = (low + high) // 2
            start = int(self.term_ends[middle - 1]) if middle else 0
            found = self.terms[start : int(self.term_ends[middle])].tobytes()
            if found == term:
                return middle
            if found < term:
                low = middle + 1
            else:
                high = middle
        return None


class PassageTerms(NamedTuple):
    """What the index keeps of a passage: terms of its text (`index_terms`), of what stands above
    it, and what only phrases are looked up by (`phrase_terms`)."""

    text: Sequence[str]
    above: Sequence[str] = ()
    phrases: Iterable[str] = ()


class PostingsBuilder:
    """Gathers terms passage by passage, in the order of the rows; `finish` packs them."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._terms = array("I")
        self._rows = array("I")
        self._counts = array("H")
        self._lengths = array("I")

    def add(self, terms: PassageTerms) -> int:
        """The row that was given to the passage of these terms."""
        row = len(self._lengths) // 2
        in_text, above = Counter(terms.text), Counter(terms.above)
        # Every word is there twice, stemmed and as it is: a length counts words.
        self._lengths.extend((len(terms.text) // 2, len(terms.above) // 2))
        numbers = self._numbers
        add_term, add_count = self._terms.append, self._counts.append
        for term, n_text in in_text.items():
            add_term(numbers.setdefault(term, len(numbers)))
            n_above = above.pop(term, 0) if above else 0
            add_count(min(n_text, _MOST_IN_TEXT) | min(n_above, _MOST_ABOVE) << _WIDE_SHIFT)
        for term, n_above in above.items():
            add_term(numbers.setdefault(term, len(numbers)))
            add_count(min(n_above, _MOST_ABOVE) << _WIDE_SHIFT)
        for term in terms.phrases:
            self._terms.append(numbers.setdefault(term, len(numbers)))
            self._counts.append(1)
        n_added = len(self._terms) - len(self._rows)
        self._rows.frombytes(np.full(n_added, row, dtype=np.uint32).tobytes())
        return row

    def finish(self) -> Postings:
        """The postings of all passages added."""
        names = [term.encode("utf-8", "replace") for term in self._numbers]
        return _pack(
            names,
            np.frombuffer(self._terms, dtype=np.uint32),
            np.frombuffer(self._rows, dtype=np.uint32),
            np.frombuffer(self._counts, dtype=np.uint16),
        )

    def lengths(self) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
        """The numbers of words in the text and above it, (n_rows,) uint32 each."""
        pairs = np.frombuffer(self._lengths, dtype=np.uint32).reshape(-1, 2)
        return pairs[:, 0].copy(), pairs[:, 1].copy()


def join_postings(parts: Sequence[tuple[Postings, Rows]]) -> Postings:
    """The postings of several segments in one.

    Args:
        parts: the postings of each segment, and what its rows become, (n_rows,) int64, -1 for
            those that go.
    """
    numbers: dict[bytes, int] = {}
    terms, rows, counts = [], [], []
    for postings, places in parts:
        own = [numbers.setdefault(text, len(numbers)) for text in postings.texts()]
        n_each = (postings.starts[1:] - postings.starts[:-1]).astype(np.int64)
        moved = places[postings.rows]
        kept = moved >= 0
        terms.append(np.repeat(np.array(own, dtype=np.uint32), n_each)[kept])
        rows.append(moved[kept].astype(np.uint32))
        counts.append(postings.wide_counts()[kept])
    return _pack(list(numbers), _joined(terms), _joined(rows), _joined(counts, np.uint16))


def _joined(parts: Sequence[NDArray[Any]], dtype: type = np.uint32) -> NDArray[Any]:
    return np.concatenate([np.zeros(0, dtype=dtype), *parts])


def _pack(
    names: Sequence[bytes],
    terms: NDArray[np.uint32],
    rows: NDArray[np.uint32],
    counts: NDArray[np.uint16],
) -> Postings:
    """The postings sorted by term, then row; a term that no row holds is left out."""
    totals = np.bincount(terms, minlength=len(names))
    order = sorted((name, n) for n, name in enumerate(names) if totals[n])
    rank = np.zeros(len(names), dtype=np.uint32)
    kept = np.array([n for _, n in order], dtype=np.int64)
    rank[kept] = np.arange(len(kept), dtype=np.uint32)
    by_term = np.argsort(rank[terms], kind="stable")
    starts = np.zeros(len(kept) + 1, dtype=np.uint32)
    starts[1:] = np.cumsum(totals[kept])
    ordered = counts[by_term]
    in_text = (ordered & np.uint16(_MOST_IN_TEXT)).astype(np.uint8)
    above = (ordered >> np.uint16(_WIDE_SHIFT)).astype(np.uint8)
    many = np.flatnonzero(in_text > _MOST_PACKED).astype(np.uint32)
    return Postings(
        terms=np.frombuffer(b"".join(name for name, _ in order), dtype=np.uint8),
        term_ends=np.cumsum([len(name) for name, _ in order], dtype=np.uint32),
        starts=starts,
        rows=rows[by_term],
        counts=np.minimum(in_text, np.uint8(_MOST_PACKED)) | above << np.uint8(_ABOVE_SHIFT),
        many=many,
        many_counts=in_text[many],
    )


@dataclass(frozen=True, slots=True)
class LexicalPart:
    """What the lexical retriever reads of a segment: postings, words a row in the text and above
    it, and the rows that are left, None where all are."""

    postings: Postings
    text_lengths: NDArray[np.uint32]
    title_lengths: NDArray[np.uint32]
    live: NDArray[np.bool_] | None = None


def part_of(passages: Iterable[PassageTerms]) -> LexicalPart:
    """Passages as a segment in memory, in the order given."""
    builder = PostingsBuilder()
    for one in passages:
        builder.add(one)
    return LexicalPart(builder.finish(), *builder.lengths())
