"""A passage as HTML, its matching words and its best sentence marked by offsets."""

from __future__ import annotations

from collections.abc import Iterable

from archiblogue.web.html import Markup, element, join
from index.model import Span


def highlight(text: str, matches: Iterable[Span], best_sentence: Span | None) -> Markup:
    """The whole text, escaped, with `<mark>` on the words and a span on the best sentence.

    Offsets count characters of the text before escaping. Spans that overlap are merged, those
    outside the text are clipped: a wrong offset may mark the wrong letters, never lose any.
    """
    words = _merge(text, matches)
    sentence = _merge(text, [best_sentence] if best_sentence else [])
    if not sentence:
        return _mark(text, 0, len(text), words)
    start, end = sentence[0]
    return join(
        _mark(text, 0, start, words),
        element("span", _mark(text, start, end, words), class_="best"),
        _mark(text, end, len(text), words),
    )


def _merge(text: str, spans: Iterable[Span]) -> list[tuple[int, int]]:
    clipped = sorted((max(0, span.start), min(len(text), span.end)) for span in spans)
    merged: list[tuple[int, int]] = []
    for start, end in clipped:
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _mark(text: str, start: int, end: int, words: list[tuple[int, int]]) -> Markup:
    pieces: list[str] = []
    position = start
    for word_start, word_end in words:
        first, last = max(word_start, position), min(word_end, end)
        if first >= last:
            continue
        pieces += [text[position:first], element("mark", text[first:last])]
        position = last
    pieces.append(text[position:end])
    return join(*pieces)
