"""Words that the archive does not know, replaced by those that were probably meant.

A word is looked at when no passage holds it nor its stem. What it may have been is sought among the
words of the archive: a few edits away, sounding alike, cut in two, joined to the next one, elided
without its apostrophe, or written as in a message. Candidates weigh by how easily one is typed for
the other (`likeness`), by how many passages hold them, and by how many of those hold the other
words of the question. French words that the archive merely lacks are left as they are, and so is
what stands between quotation marks.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from index.analysis.french_words import is_french
from index.analysis.stopwords import STOP_WORDS
from index.analysis.terms import EXACT_MARK, iter_words, term_of
from index.model import Correction
from index.notices import Notice
from index.query.likeness import respelt, typing_cost
from index.query.parser import ParsedQuery, rewrite_words
from index.query.question_language import is_english
from index.query.short_forms import SHORT_FORMS

_SHORTEST: Final = 4
_LONGEST: Final = 24
# From this length on two errors in one word are thought of.
_TWO_ERRORS: Final = 7
# More unknown words than this are no question of the archive's language.
_MOST_UNKNOWN: Final = 16
_MOST_WEIGHED: Final = 12
# What the evidence is worth, in the cost of one error (docs/decisions/0035-spelling.md).
_FREQUENCY: Final = 0.07
_CONTEXT: Final = 0.35
_UNLISTED: Final = 0.15
_SPLIT_COST: Final = 0.75
_ELISION_COST: Final = 0.3
_HIGHEST_COST: Final = 1.45
_LETTERS: Final = re.compile(r"[a-z]+")
_ELIDED: Final = re.compile(r"(l|d|j|m|t|s|c|n|qu|jusqu|lorsqu|puisqu)([aeiouyh].{2,})")
_SHORTEST_PART: Final = 2
# Stop words that are run into the next word: « lesmédias », « dela ».
_RUN_IN_WORDS: Final = "le la les de des du un une au aux en et ce ces cette dans sur pour par avec"
_RUN_IN: Final = frozenset(_RUN_IN_WORDS.split())
_LONGEST_ACRONYM: Final = 6
# Characters of a question that a notice shows.
_SHOWN: Final = 200

Rows = NDArray[np.int32]
Guess = tuple[float, tuple[str, ...]]
"""What it costs to take a word for others, and these, with what stands between them."""


class WordSource(Protocol):
    """The words of an archive."""

    def words(self) -> tuple[Sequence[str], NDArray[np.int64]]:
        """Its folded words, and how many passages hold each, (n,) int64."""

    def holders(self, term: str) -> Rows | None:
        """The rows (n,) int32, increasing, that hold a term; None where there are none."""

    def spelt(self, form: str) -> str:
        """A folded word as the passages write it most."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """A question with its corrections, in reading order; `text` is what is asked instead."""

    text: str
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of an archive that may be meant, ready to be compared."""

    forms: Sequence[str]
    n_passages: NDArray[np.int64]
    lengths: NDArray[np.int64]
    letters: NDArray[np.uint32]
    places: Mapping[str, int] = field(repr=False)

    @classmethod
    def of(cls, forms: Sequence[str], n_passages: NDArray[np.int64]) -> _Words:
        """Those that may be compared, and the stop words, which no index keeps."""
        kept = [n for n, form in enumerate(forms) if _is_comparable(form)]
        unkept = sorted(form for form in STOP_WORDS if len(form) >= _SHORTEST)
        own = [*(forms[n] for n in kept), *unkept]
        most = int(n_passages.max(initial=0))
        return cls(
            own,
            np.concatenate([n_passages[kept], np.full(len(unkept), most, dtype=np.int64)]),
            np.array([len(form) for form in own], dtype=np.int64),
            _letters_of(own),
            {form: n for n, form in enumerate(own)},
        )

    def near(self, form: str, most: int) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
        """The places of words at most `most` edits away, (n,) int64, and how many edits, (n,)."""
        letters = int(_letters_of([form])[0])
        differing = np.bitwise_count(self.letters ^ np.uint32(letters))
        is_near = (np.abs(self.lengths - len(form)) <= most) & (differing <= 2 * most)
        places = np.flatnonzero(is_near)
        near = [self.forms[place] for place in places.tolist()]
        if not near:
            return places, np.zeros(0, dtype=np.uint8)
        (distances,) = cdist(
            [form], near, scorer=OSA.distance, score_cutoff=most, dtype=np.uint8, workers=1
        )
        kept = distances <= most
        return places[kept], distances[kept]


class Speller:
    """Corrects questions over the words of one archive."""

    def __init__(self, source: WordSource) -> None:
        """Reads the words of the archive when a question first holds one that it does not know."""
        self._source = source

    @cached_property
    def _words(self) -> _Words:
        return _Words.of(*self._source.words())

    def correct(
        self, parsed: ParsedQuery, listed: Callable[[], Iterable[str]] = tuple
    ) -> Corrected:
        """A question with the words that were probably meant; as it was if all are known.

        Args:
            parsed: the question.
            listed: gives the forms that the lexicon knows, where a word is unknown: none of
                theirs is an error.
        """
        pieces = parsed.words
        unknown = {piece for piece in pieces if self._is_unknown(piece)}
        if unknown:
            right = {term_of(form) for one in listed() for form, _, _ in _parts(one)}
            unknown = {
                piece
                for piece in unknown
                if any(term_of(form) not in right for form, _, _ in _parts(piece))
            }
        if unknown and is_english(parsed.text):
            return Corrected(parsed.raw)
        if not unknown or len(unknown) > _MOST_UNKNOWN:
            return Corrected(parsed.raw)
        unknown -= {piece for piece in pieces[1:] if _is_short_name(piece)}
        context = self._context(piece for piece in pieces if piece not in unknown)
        meant = self._joined(pieces, unknown)
        for piece in pieces:
            if piece in unknown and piece not in meant:
                better = self._better(piece, context)
                if better != piece:
                    meant[piece] = better
        if not meant:
            return Corrected(parsed.raw)
        text = rewrite_words(parsed.raw, lambda piece: meant.get(piece, piece))
        corrections = [Correction(typed, new) for typed, new in meant.items() if new]
        return Corrected(text, tuple(corrections))

    def _is_unknown(self, piece: str) -> bool:
        """Whether the archive holds some word of a piece in no form."""
        return any(not self._is_known(form) for form, _, _ in _parts(piece))

    def _is_known(self, form: str) -> bool:
        term = term_of(form)
        if term is None:
            return True
        holders = self._source.holders
        return holders(EXACT_MARK + form) is not None or holders(term) is not None

    def _joined(self, pieces: Sequence[str], unknown: set[str]) -> dict[str, str]:
        """Neighbours of which one is unknown and that are one word of the archive when joined."""
        meant: dict[str, str] = {}
        for first, second in pairwise(pieces):
            if first in meant or not {first, second} & unknown:
                continue
            parts = [*_parts(first), *_parts(second)]
            form = "".join(form for form, _, _ in parts)
            if len(parts) == 2 and len(form) >= _TWO_ERRORS and self._n_holding(form):
                meant[first], meant[second] = self._source.spelt(form), ""
        return meant

    def _better(self, piece: str, context: Sequence[Rows]) -> str:
        """A piece with its unknown words replaced, where something was probably meant."""
        better = piece
        for form, start, end in reversed(list(_parts(piece))):
            if not self._is_known(form):
                meant = self._meant(form, piece[start:end], context)
                better = better[:start] + meant + better[end:]
        return better

    def _meant(self, form: str, typed: str, context: Sequence[Rows]) -> str:
        """What a word was meant to be; `typed` itself where nothing is near enough."""
        short = SHORT_FORMS.get(form)
        if short is not None:
            return short
        if len(form) < _SHORTEST or len(form) > _LONGEST or not _LETTERS.fullmatch(form):
            return typed
        if typed.isupper() and len(typed) <= _LONGEST_ACRONYM:
            return typed
        found = [*self._edited(form, context), *self._cut(form)]
        cost, meant = min(found, default=(math.inf, ()))
        if cost > _HIGHEST_COST or is_french(form):
            return typed
        return "".join(
            part if part.endswith("\u2019") or not part.isalpha() else self._spelt(part)
            for part in meant
        )

    def _spelt(self, form: str) -> str:
        return form if form in STOP_WORDS else self._source.spelt(form)

    def _edited(
        self, form: str, context: Sequence[Rows]
    ) -> Iterator[tuple[float, tuple[str, ...]]]:
        """Yields words of the archive near to `form`, with what it costs to take it for them."""
        words = self._words
        found: list[tuple[float, int]] = []
        for most in (1, 2) if len(form) >= _TWO_ERRORS else (1,):
            places, distances = words.near(form, most)
            for place, distance in zip(places.tolist(), distances.tolist(), strict=True):
                cost = typing_cost(form, words.forms[place], distance)
                n = int(words.n_passages[place])
                found.append((cost - _FREQUENCY * math.log1p(n), place))
            if found:
                break
        for other in respelt(form):
            if (place := words.places.get(other)) is not None:
                cost = typing_cost(form, other, 2)
                found.append((cost - _FREQUENCY * math.log1p(int(words.n_passages[place])), place))
        for cost, place in sorted(found)[:_MOST_WEIGHED]:
            meant = words.forms[place]
            if meant in STOP_WORDS:
                yield cost, (meant,)
                continue
            rows = self._source.holders(EXACT_MARK + meant)
            if rows is None:
                continue
            in_context = _CONTEXT * _share_in_context(rows, context)
            yield cost - in_context + (0.0 if is_french(meant) else _UNLISTED), (meant,)

    def _cut(self, form: str) -> Iterator[Guess]:
        """Yields `form` as two words run together, or as an elision without its apostrophe."""
        elided = _ELIDED.fullmatch(form)
        if elided and (elided[2] in STOP_WORDS or self._n_holding(elided[2])):
            n = self._n_holding(elided[2])
            yield _ELISION_COST - _FREQUENCY * math.log1p(n), (f"{elided[1]}\u2019", elided[2])
        for place in range(_SHORTEST_PART, len(form) - _SHORTEST_PART + 1):
            first, second = form[:place], form[place:]
            counts = [1 if first in _RUN_IN else self._n_in_split(first), self._n_in_split(second)]
            if all(counts):
                yield _SPLIT_COST - _FREQUENCY * math.log1p(min(counts)), (first, " ", second)

    def _n_in_split(self, part: str) -> int:
        """How many passages speak for one of two words run together; 0 where it is none."""
        return self._n_holding(part) if len(part) >= _SHORTEST else 0

    def _n_holding(self, form: str) -> int:
        place = self._words.places.get(form)
        if place is None or self._source.holders(EXACT_MARK + form) is None:
            return 0
        return int(self._words.n_passages[place])

    def _context(self, pieces: Iterable[str]) -> list[Rows]:
        """The rows that hold each known word of the question, stop words apart."""
        terms = (term_of(form) for piece in pieces for form, _, _ in _parts(piece))
        rows = (self._source.holders(term) for term in dict.fromkeys(terms) if term is not None)
        return [one for one in rows if one is not None]


def _is_short_name(piece: str) -> bool:
    """Whether a piece inside a question is written as a short name: « Shein » is no « sein »."""
    word = piece.strip("'’\"?!.,;:()")
    return len(word) < _TWO_ERRORS and word[:1].isupper() and word[1:].islower()


def correction_notices(typed: str, corrected: str | None) -> tuple[Notice, ...]:
    """What is said of a question that was corrected."""
    if corrected is None:
        return ()
    values = {"asked": _cut(corrected), "typed": _cut(" ".join(typed.split()))}
    return (Notice("corrected", values),)


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _share_in_context(rows: Rows, context: Sequence[Rows]) -> float:
    """The share of the other words that some passage of `rows` holds too."""
    if not context:
        return 0.0
    together = sum(bool(len(np.intersect1d(rows, one, assume_unique=True))) for one in context)
    return together / len(context)


def _parts(piece: str) -> Iterator[tuple[str, int, int]]:
    """Yields the folded words of a piece with their places, compounds in parts."""
    for word in iter_words(piece):
        if not word.is_compound:
            yield word.form, word.start, word.end


def _is_comparable(form: str) -> bool:
    return _SHORTEST_PART <= len(form) <= _LONGEST and _LETTERS.fullmatch(form) is not None


def _letters_of(forms: Sequence[str]) -> NDArray[np.uint32]:
    """Which letters each word holds, a bit each."""
    if not forms:
        return np.zeros(0, dtype=np.uint32)
    table = np.array([form.encode() for form in forms], dtype=f"S{_LONGEST}")
    signs = table.view(np.uint8).reshape(len(forms), _LONGEST)
    bits = np.where(signs > 0, np.uint32(1) << ((signs - ord("a")) % 32).astype(np.uint32), 0)
    return np.asarray(np.bitwise_or.reduce(bits.astype(np.uint32), axis=1), dtype=np.uint32)
