"""Exact phrases: what a « quoted » part of a query must find, letter for letter.

A phrase is exact on accents and on case. Only what a keyboard or a page changes by itself is
neutral: the kind of apostrophe, the kind of hyphen, and the kind and number of spaces.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from index.model import Span
from ingest.text import APOSTROPHES, HYPHENS, nfc, nfd

_SPACE: Final = re.compile(r"\s+")
_CACHED_PATTERNS: Final = 256


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


def phrase_words(phrase: str) -> tuple[str, ...]:
    """The words of a phrase, split on spaces."""
    return tuple(_SPACE.split(phrase.strip())) if phrase.strip() else ()


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
