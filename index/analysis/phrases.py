"""Exact phrases: what a « quoted » part of a query must find, letter for letter.

A phrase is exact on accents and on case. Only what a keyboard or a page changes by itself is
neutral: the kind of apostrophe, the kind of hyphen, and the kind and number of spaces.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import Final

from index.analysis.stopwords import STOP_WORDS
from index.analysis.terms import EXACT_MARK, MAX_TERM_LENGTH
from index.model import Span
from ingest.text import APOSTROPHES, HYPHENS, fold, nfc, nfd

# Raise it when the same text would be looked up otherwise: archives then analyse it anew.
PHRASES_VERSION: Final = 1
# Before what only phrases are looked up by: no term begins with it.
PHRASE_MARK: Final = "~"

_CACHED_PATTERNS: Final = 256
_CACHED_WORDS: Final = 200_000
# One of the apostrophes is a letter to Unicode.
_WORD: Final = re.compile(rf"[^\W{re.escape(APOSTROPHES)}]+")


@lru_cache(maxsize=_CACHED_PATTERNS)
def phrase_pattern(phrase: str) -> re.Pattern[str]:
    """The compiled expression that finds `phrase` between word boundaries.

    An empty phrase gives an expression that finds nothing.
    """
    words = nfc(phrase).split()
    if not words:
        return re.compile(r"(?!)")
    body = r"\s+".join("".join(_letter(letter) for letter in word) for word in words)
    before = r"(?<!\w)" if _is_word_letter(words[0][0]) else ""
    after = r"(?!\w)" if _is_word_letter(words[-1][-1]) else ""
    return re.compile(f"{before}{body}{after}")


def find_phrase(text: str, phrase: str) -> tuple[Span, ...]:
    """The places of `phrase` in `text`, in order, without overlap.

    A text that is not in Unicode form NFC is matched as it stands: its offsets must stay true.
    """
    return tuple(Span(*match.span()) for match in phrase_pattern(phrase).finditer(text))


def holds_phrases(text: str, phrases: Sequence[str]) -> bool:
    """Whether `text` holds every one of `phrases`."""
    return all(phrase_pattern(phrase).search(text) for phrase in phrases)


def phrase_terms(text: str, known: Collection[str]) -> Iterator[str]:
    """Yields, each once, what phrases are looked up by in `text` beside its terms.

    Words that the terms (`known`, from `index_terms`) do not hold as they are, and the pairs of
    neighbours that they leave out: stop words and single letters. A stop word alone is in nearly
    every passage and is not kept.
    """
    seen: set[str] = set()
    before: str | None = None
    for word, is_common in plain_words(text):
        found: str | None = None
        if not is_common:
            found = None if EXACT_MARK + word in known else PHRASE_MARK + word
        elif before is not None:
            found = f"{PHRASE_MARK}{before} {word}"
        before = word if is_common else None
        if found is not None and found not in seen:
            seen.add(found)
            yield found


def phrase_conditions(phrase: str) -> tuple[tuple[str, ...], ...]:
    """The terms that a passage must hold to hold `phrase`: one of each group; none of one that may
    be in any passage."""
    groups: dict[tuple[str, ...], None] = {}
    before: str | None = None
    for word, is_common in plain_words(phrase):
        if not is_common:
            groups[EXACT_MARK + word, PHRASE_MARK + word] = None
        elif before is not None:
            groups[(f"{PHRASE_MARK}{before} {word}",)] = None
        before = word if is_common else None
    return tuple(groups)


def plain_words(text: str) -> Iterator[tuple[str, bool]]:
    """Yields the folded runs of letters and digits, and whether terms leave them out."""
    return map(_plain_word, _WORD.findall(nfc(text)))


@lru_cache(maxsize=_CACHED_WORDS)
def _plain_word(surface: str) -> tuple[str, bool]:
    form = fold(surface)
    is_common = form in STOP_WORDS or (len(form) == 1 and not form.isdigit())
    return form[:MAX_TERM_LENGTH], is_common


def _letter(letter: str) -> str:
    if letter in APOSTROPHES:
        return f"[{re.escape(APOSTROPHES)}]"
    if letter in HYPHENS:
        return f"[{re.escape(HYPHENS)}]"
    decomposed = nfd(letter)
    if len(decomposed) > 1:
        return f"(?:{re.escape(letter)}|{re.escape(decomposed)})"
    return re.escape(letter)


def _is_word_letter(letter: str) -> bool:
    return letter.isalnum() or letter == "_"
