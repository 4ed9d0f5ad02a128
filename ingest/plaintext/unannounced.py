"""Threads that no line announces: lists whose items say who speaks, heads under the post."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from ingest.plaintext.attribution import ends_with_says
from ingest.plaintext.comments import read_comment
from ingest.plaintext.counters import read_counter
from ingest.plaintext.layout import Item, Layout, Shape
from ingest.plaintext.lines import Line
from ingest.plaintext.readings import Reading, read_by_heads, read_by_list
from ingest.plaintext.units import is_prose

__all__ = ["MIN_UNANNOUNCED", "read_unannounced", "stated_counts"]

MIN_UNANNOUNCED: Final = 2
"""So many comments at least: one alone may be part of the post."""

_PARTS = re.compile(r"[|·•]|\s[-–—]\s|nombre de commentaires", re.I)


def stated_counts(lines: Sequence[Line]) -> set[int]:
    """The numbers of comments that lines of metadata state: « Hiver | 3 commentaires »."""
    parts = (part for line in lines if len(line.text) <= 200 for part in _PARTS.split(line.text))
    counters = (read_counter(part.strip()) for part in parts)
    return {counter.n_comments for counter in counters if counter and counter.n_comments}


def read_unannounced(layout: Layout, stated: set[int]) -> Iterator[Reading]:
    """Threads without a title: a list whose first item says who speaks, heads under the post."""
    seen = 0
    for i in range(len(layout)):
        if _starts_named_list(layout, i):
            yield read_by_list(layout, i)
            seen += 1
            if seen == 3:
                break
    prose = next((i for i, line in enumerate(layout.lines) if is_prose(line.text)), None)
    if prose is None:
        return
    yield from _names_above_the_form(layout, prose)
    if stated:
        yield from _numbered_to_the_end(layout, max(stated))
        says = (i for i in range(prose + 1, len(layout)) if _says(layout, i))
        for i in islice(says, 3):
            reading = read_by_heads(layout, i, frozenset({Shape.SAYS}))
            if reading.n_placed >= MIN_UNANNOUNCED:
                yield reading
    for i in range(prose + 1, len(layout)):
        if not any(
            h.shape in {Shape.BOTH, Shape.NAME_DATE} and h.has_date for h in layout.heads(i)
        ):
            continue
        reading = read_by_heads(layout, i, frozenset({Shape.BOTH, Shape.NAME_DATE}))
        if reading.n_placed >= MIN_UNANNOUNCED and all(_is_timed(item) for item in reading.items):
            yield reading
        return


def _names_above_the_form(layout: Layout, prose: int) -> Iterator[Reading]:
    """A list under the post, each item a name alone over a text, right above the form or its help.

    Disqus leaves such a list to browsers without scripts.
    """
    for i in range(prose + 1, len(layout)):
        if layout.marker(i) is None or not layout.heads(i):
            continue
        reading = read_by_list(layout, i)
        reads = [read_comment(item) for item in reading.items if item.is_placed]
        is_named = all(read.head.author for read in reads)
        n_texts = sum(bool(read.body) for read in reads)
        ends = reading.stop < len(layout) and layout.rule(reading.stop) is not None
        if is_named and ends and n_texts >= MIN_UNANNOUNCED:
            yield reading
        return


def _starts_named_list(layout: Layout, i: int) -> bool:
    """Without a heading only a list whose first item says who speaks, or when, is a thread."""
    marker = layout.marker(i)
    if marker is None or marker.number not in {1, None}:
        return False
    heads = [head for head in layout.heads(i) if head.shape is not Shape.NAME]
    if marker.number == 1:
        return bool(heads)
    return any(head.has_date or head.shape is Shape.SAYS for head in heads)


def _numbered_to_the_end(layout: Layout, n_stated: int) -> Iterator[Reading]:
    """A list without names whose numbers go up to the number of comments that the page states."""
    first = next((i for i in range(len(layout)) if _is_numbered(layout, i)), None)
    if first is None:
        return
    reading = read_by_list(layout, first)
    numbers = [marker.number for i in range(first, reading.stop) if (marker := layout.marker(i))]
    if n_stated in numbers and reading.stop < len(layout) and layout.rule(reading.stop):
        yield reading


def _is_numbered(layout: Layout, i: int) -> bool:
    marker = layout.marker(i)
    return marker is not None and marker.form == 0


def _says(layout: Layout, i: int) -> bool:
    is_head = any(head.shape is Shape.SAYS for head in layout.heads(i))
    return is_head and ends_with_says(layout.lines[i].text)


def _is_timed(item: Item) -> bool:
    """Whether the comment has a text and a time of day, as comments have and bylines have not."""
    read = read_comment(item)
    date = read.head.date
    return bool(read.body) and date is not None and date.precision in {"minute", "second"}
