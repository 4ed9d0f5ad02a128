"""A passage as pieces of text with what each one is: nothing is left for the browser to cut."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from index.model import Span

Piece = list[str | int]
"""A piece of text and its marks."""

PLAIN: Final = 0
WORD: Final = 1
BEST: Final = 2
"""Marks, added up: a word of the question, the sentence to read first."""

# Three lines of the list at its widest, and what is before the best sentence when it stays short.
EXCERPT_CHARACTERS: Final = 420
_LEAD_CHARACTERS: Final = 90


def pieces(text: str, matches: Iterable[Span], best: Span | None) -> list[Piece]:
    """The whole text as pieces, in order. Spans outside the text are clipped: none loses a letter.

    JavaScript counts in UTF-16 units and Python in characters: pieces need no counting.
    """
    marks = bytearray(len(text))
    for span in matches:
        for place in range(max(0, span.start), min(len(text), span.end)):
            marks[place] |= WORD
    if best is not None:
        for place in range(max(0, best.start), min(len(text), best.end)):
            marks[place] |= BEST
    found: list[Piece] = []
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or marks[end] != marks[start]:
            found.append([text[start:end], marks[start]])
            start = end
    return found


def excerpt(text: str, matches: Iterable[Span], best: Span | None) -> list[Piece]:
    """About three lines of the passage, from its best sentence where that comes late.

    What is cut is said by an ellipsis; the reader shows the whole passage.
    """
    is_late = best is not None and best.start > _LEAD_CHARACTERS
    start = min(best.start, len(text)) if best is not None and is_late else 0
    end = min(len(text), start + EXCERPT_CHARACTERS)
    if end < len(text):
        # Between two words, unless one word is longer than the excerpt.
        space = text.rfind(" ", start + EXCERPT_CHARACTERS // 2, end)
        end = space if space > start else end
    moved = [Span(one.start - start, one.end - start) for one in matches]
    shown = None if best is None else Span(best.start - start, best.end - start)
    found = pieces(text[start:end], moved, shown)
    if start:
        found.insert(0, ["… ", PLAIN])
    if end < len(text):
        found.append([" …", PLAIN])
    return found
