"""French sentences of a passage, by their places.

Written for blogs: doubled marks, missing capitals, hard-wrapped lines. In doubt two sentences stay
together, so that what is shown always makes sense.
"""

from __future__ import annotations

import re
from typing import Final

from index.model import Span
from ingest.text import fold

_END: Final = re.compile(r"[.!?…\u203c\u2047-\u2049]+(?:[ \u00a0\u202f]?[»”]|[\")\]’])*|\n+")
_OPENING: Final = " \u00a0\u202f\t\n«“\"'(‘[–—-•*"
_LAST_WORD: Final = re.compile(r"(?:[^\W_]|[-'’])+$")
_LIST_NUMBER: Final = re.compile(r"\s*(?:\d{1,3}|[a-zA-Z])[.)]")
# Folded, without the dot. After these a sentence never ends.
_TITLES: Final = frozenset(
    (
        *("m", "mm", "mr", "dr", "drs", "pr", "prof", "me", "mgr", "st", "ste", "cf", "ex", "p"),
        *("pp", "art", "chap", "fig", "n", "no", "nos", "num", "par", "ed", "dir", "coll"),
        *("trad", "boul", "tel", "vol", "vs", "av", "apr", "env", "j.-c", "int", "ext"),
    )
)
# After these it goes on if a year follows.
_MONTHS: Final = frozenset(("janv", "fevr", "avr", "juill", "sept", "oct", "nov", "dec"))
_LONGEST_ABBREVIATION: Final = 12


def split_sentences(text: str) -> tuple[Span, ...]:
    """The sentences of `text` in order, without the spaces around them.

    Every character that is not a space belongs to exactly one sentence.
    """
    spans: list[Span] = []
    start = 0
    for match in _END.finditer(text):
        if match.start() >= start and _is_boundary(text, start, match):
            _append(spans, text, start, match.end())
            start = match.end()
    _append(spans, text, start, len(text))
    return tuple(spans)


def _append(spans: list[Span], text: str, start: int, end: int) -> None:
    stretch = text[start:end]
    left = start + len(stretch) - len(stretch.lstrip())
    right = start + len(stretch.rstrip())
    if left < right:
        spans.append(Span(left, right))


def _is_boundary(text: str, start: int, match: re.Match[str]) -> bool:
    mark = match.group()
    following = _first_letter(text, match.end())
    if mark[0] == "\n":
        return len(mark) > 1 or not following.islower()
    if following == "":
        return True
    if match.end() < len(text) and not text[match.end()].isspace():
        # « Bravo!Merci » ends, « exemple.org », « 3.5 » and « etc.) » do not.
        return mark[-1] in "!?…" and text[match.end()].isupper()
    if following.islower():
        return False
    return not (mark == "." and _is_abbreviation(text, start, match.start(), following))


def _first_letter(text: str, position: int) -> str:
    """The first character after `position` that opens nothing; empty at the end."""
    for letter in text[position : position + 12]:
        if letter not in _OPENING:
            return letter
    return ""


def _is_abbreviation(text: str, start: int, dot: int, following: str) -> bool:
    if _LIST_NUMBER.fullmatch(text[start : dot + 1]):
        return True
    found = _LAST_WORD.search(text, max(start, dot - _LONGEST_ABBREVIATION), dot)
    if found is None:
        return False
    word = found.group()
    if len(word) == 1 and word.isalpha() and word.isupper():
        return True
    folded = fold(word)
    return folded in _TITLES or (folded in _MONTHS and following.isdigit())
