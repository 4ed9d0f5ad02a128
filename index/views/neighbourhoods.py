"""The words around the occurrences of an expression, read no further than they are needed.

Reading every word of 10,000 passages takes a second and a half; an occurrence needs some twenty.
A single word is found by the spellings of it that the passages have, and only what surrounds it is
read; the postings say how many occurrences there must be, and a passage where fewer are found so
(« U.R.S.S. » beside « URSS ») is read whole.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from index.analysis.phrases import phrase_pattern
from index.analysis.stemmer import stem
from index.analysis.terms import iter_words, plain_words
from index.query.parser import ParsedQuery
from index.views.concordance import find_expression
from ingest.text import fold

# A word folded, and as it is spelt.
Word = tuple[str, str]
# The first and the last word of each occurrence.
Places = list[tuple[int, int]]

_PIECE: Final = re.compile(r"[^\W_]+")
# Characters of a word and its space, with room: a passage cut too short is cut again, longer.
_CHARACTERS_A_WORD: Final = 9
# Words read beyond the window: what a cut splits (« 12 000 ») is among them.
_SPARE_WORDS: Final = 2


class Neighbourhoods:
    """Counts the words within `width` words of the occurrences, text by text."""

    def __init__(self, parsed: ParsedQuery, width: int) -> None:
        self._parsed = parsed
        self._width = width
        self._wanted = [stem(form) for form, _ in plain_words(" ".join(parsed.words))]
        self._stems = _Stems()
        self.words: Counter[Word] = Counter()
        self.passages: Counter[Word] = Counter()
        self.n_occurrences = 0
        self.n_passages = 0

    def read(self, texts: Sequence[tuple[str, int]]) -> None:
        """Counts the words around the occurrences of texts, each with its least number of them.

        That number is 0 where it is not known.
        """
        pattern = self._spellings([text for text, n in texts if n])
        for text, n_expected in texts:
            if self._parsed.phrases:
                words, places = _by_characters(text, self._parsed)
            else:
                words, places = self._around(text, pattern) if n_expected else ([], [])
                if len(places) < max(1, n_expected):
                    words, places = self._whole(text)
            self._count(words, places)

    def _spellings(self, texts: Sequence[str]) -> re.Pattern[str] | None:
        """What finds the spellings, in these texts, of a word looked for alone."""
        if not texts or len(self._wanted) != 1:
            return None
        pieces: set[str] = set().union(*map(_PIECE.findall, texts))
        (wanted,) = self._wanted
        spelt = [piece for piece in pieces if self._stems[fold(piece)] == wanted]
        if not spelt:
            return None
        longest_first = sorted(spelt, key=lambda piece: (-len(piece), piece))
        return re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, longest_first))})(?![^\W_])")

    def _around(self, text: str, pattern: re.Pattern[str] | None) -> tuple[list[Word], Places]:
        """The words of the part of a text that holds the spellings, and their places."""
        found = [] if pattern is None else [match.span() for match in pattern.finditer(text)]
        if not found:
            return [], []
        margin = (self._width + _SPARE_WORDS) * _CHARACTERS_A_WORD
        while True:
            start = _space_before(text, found[0][0] - margin)
            end = _space_after(text, found[-1][1] + margin)
            words, places = self._whole(text[start:end])
            if not places:
                return [], []
            needed = self._width + _SPARE_WORDS
            is_short = start > 0 and places[0][0] < needed
            is_short |= end < len(text) and len(words) - 1 - places[-1][1] < needed
            if not is_short:
                return words, places
            margin *= 2

    def _whole(self, text: str) -> tuple[list[Word], Places]:
        words = plain_words(text)
        return words, list(_places([self._stems[form] for form, _ in words], self._wanted))

    def _count(self, words: Sequence[Word], places: Places) -> None:
        """Counts the words around `places`, pairs of first and last word; each word once."""
        if not places:
            return
        self.n_occurrences += len(places)
        self.n_passages += 1
        near: list[Word] = []
        reached = 0
        for number, (first, last) in enumerate(places):
            near += words[max(reached, first - self._width) : first]
            end = last + 1 + self._width
            if number + 1 < len(places):
                end = min(end, places[number + 1][0])
            near += words[last + 1 : end]
            reached = end
        self.words.update(near)
        self.passages.update(set(near))


def single_word(parsed: ParsedQuery) -> str | None:
    """The stem of an expression that is one word; None for any other."""
    words = [] if parsed.phrases else plain_words(" ".join(parsed.words))
    return stem(words[0][0]) if len(words) == 1 else None


class _Stems(dict[str, str]):
    """The stem of each folded word, computed once."""

    def __missing__(self, form: str) -> str:
        found = self[form] = stem(form)
        return found


def _places(found: Sequence[str], wanted: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yields where the stems `wanted` stand side by side, first and last word, no overlap."""
    place, size = 0, len(wanted)
    while size:
        try:
            place = found.index(wanted[0], place)
        except ValueError:
            return
        if size == 1 or list(found[place : place + size]) == list(wanted):
            yield place, place + size - 1
            place += size
        else:
            place += 1


def _by_characters(text: str, parsed: ParsedQuery) -> tuple[list[Word], Places]:
    """The words of a text and the places of exact phrases, which are found by their characters."""
    is_there = any(phrase_pattern(phrase).search(text) for phrase in parsed.phrases)
    if not is_there and not parsed.words:
        return [], []
    words = [word for word in iter_words(text) if not word.is_compound]
    places: Places = []
    for span in find_expression(text, parsed):
        inside = [n for n, w in enumerate(words) if w.start < span.end and w.end > span.start]
        if inside and (not places or inside[0] > places[-1][1]):
            places.append((inside[0], inside[-1]))
    return [(word.form, text[word.start : word.end].lower()) for word in words], places


def _space_before(text: str, place: int) -> int:
    """Where the word at `place` begins, 0 at the start of the text."""
    start = max(0, place)
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    return start


def _space_after(text: str, place: int) -> int:
    """Where the word at `place` ends, the text's length at its end."""
    end = min(len(text), place)
    while end < len(text) and not text[end].isspace():
        end += 1
    return end
