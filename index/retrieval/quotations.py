"""What a comment quotes of what was said before it, marked as a quotation or copied."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from index.analysis.terms import plain_words
from ingest.model import Passage, PassageKind

# Shorter quotations are found everywhere (« je pense que »).
_FEWEST_QUOTED_WORDS: Final = 4
_FEWEST_COPIED_WORDS: Final = 8
_NEAR_QUOTE_SHARE: Final = 0.7
# Quotations are looked up by this many words in a row.
_SHINGLE: Final = 4
# A refrain of a page says nothing about what is quoted, and a hostile one would cost time.
_MOST_PLACES: Final = 40
_MOST_WORDS: Final = 5000
_MOST_CHARACTERS: Final = 20_000
# A comment is read when it is compared, and again when later ones may quote it.
_CACHED_TEXTS: Final = 64
_MARKED_QUOTE: Final = re.compile(r"«([^»]{12,1000})»|“([^”]{12,1000})”|\"([^\"\n]{12,1000})\"")
_QUOTED_LINE: Final = re.compile(r"^[ \t]*>+[ \t]*(.{12,1000})$", re.MULTILINE)


@dataclass(slots=True)
class _Common:
    """What a quotation and a passage share: words covered, and the longest run of them."""

    n_covered: int = 0
    longest_run: int = 0
    _until: int = 0  # first word of the quotation that is not covered yet

    def add(self, place: int, run: int) -> None:
        end = place + _SHINGLE
        self.n_covered += end - max(place, self._until)
        self._until = end
        self.longest_run = max(self.longest_run, run + _SHINGLE - 1)


class Said:
    """Everything said so far, ready to be searched for what a later comment quotes."""

    def __init__(self) -> None:
        self.passage_ids: list[str] = []
        self._places: dict[tuple[str, ...], list[tuple[int, int]]] = {}

    def remember(self, passages: Iterable[Passage]) -> None:
        """Later comments may quote these passages."""
        for passage in passages:
            order = len(self.passage_ids)
            self.passage_ids.append(passage.passage_id)
            for place, shingle in _shingles(_words(passage.text)):
                places = self._places.setdefault(shingle, [])
                if len(places) < _MOST_PLACES:
                    places.append((order, place))

    def quoted_by(self, passages: Iterable[Passage]) -> str | None:
        """The id of the earlier passage that `passages` quote most; None when they quote none."""
        best: tuple[int, int, str] | None = None
        for words, is_marked in _quotations(passages):
            for order, found in self._common(words).items():
                if is_marked:
                    is_quoted = found.n_covered >= _NEAR_QUOTE_SHARE * len(words)
                else:
                    is_quoted = found.longest_run >= _FEWEST_COPIED_WORDS
                if is_quoted:
                    candidate = (found.n_covered, -order, self.passage_ids[order])
                    best = max(best, candidate) if best else candidate
        return best[2] if best else None

    def _common(self, quoted: Sequence[str]) -> dict[int, _Common]:
        """What `quoted` shares with each passage, by the passage's order."""
        found: dict[int, _Common] = {}
        ending: dict[tuple[int, int], int] = {}  # where a run of shingles ends -> its length
        for place, shingle in _shingles(quoted):
            still = self._places.get(shingle, ())
            ending = {(o, at): ending.get((o, at - 1), 0) + 1 for o, at in still}
            longest: dict[int, int] = {}
            for (order, _), run in ending.items():
                longest[order] = max(run, longest.get(order, 0))
            for order, run in longest.items():
                found.setdefault(order, _Common()).add(place, run)
        return found


def _shingles(words: Sequence[str]) -> Iterable[tuple[int, tuple[str, ...]]]:
    for place in range(min(len(words), _MOST_WORDS) - _SHINGLE + 1):
        yield place, tuple(words[place : place + _SHINGLE])


def _quotations(passages: Iterable[Passage]) -> Iterable[tuple[Sequence[str], bool]]:
    """Yields what they quote, as words, and whether it is marked as a quotation."""
    for passage in passages:
        if passage.kind is PassageKind.QUOTE:
            yield from _long_enough(passage.text, _FEWEST_QUOTED_WORDS)
        for pattern in (_MARKED_QUOTE, _QUOTED_LINE):
            for match in pattern.finditer(passage.text[:_MOST_CHARACTERS]):
                quoted = next(group for group in match.groups() if group)
                yield from _long_enough(quoted, _FEWEST_QUOTED_WORDS)
        words = _words(passage.text)
        if len(words) >= _FEWEST_COPIED_WORDS:
            yield words, False


def _long_enough(text: str, fewest: int) -> Iterable[tuple[Sequence[str], bool]]:
    words = _words(text)
    if len(words) >= fewest:
        yield words, True


@lru_cache(maxsize=_CACHED_TEXTS)
def _words(text: str) -> tuple[str, ...]:
    return tuple(form for form, _ in plain_words(text))
