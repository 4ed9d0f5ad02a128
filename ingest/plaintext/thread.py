"""Where the comments of a plain-text page are, and which lines belong to which comment.

Each way to cut the page (by a list, by heads, by signatures; under each line that announces
comments, or without one) is tried over the whole page and weighed by what it explains: comments
that say who speaks and when, numbers that follow each other, the number that the page states.
What it leaves unexplained counts against it. The heaviest is the thread.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from ingest.clean import match_line
from ingest.plaintext.anchors import above_first, find_anchors
from ingest.plaintext.comments import read_comment
from ingest.plaintext.counters import Counter, read_counter
from ingest.plaintext.glued import split_glued
from ingest.plaintext.layout import DATED, Item, Layout, Shape
from ingest.plaintext.lines import Line
from ingest.plaintext.menus import find_menus
from ingest.plaintext.readings import (
    Reading,
    read_by_heads,
    read_by_list,
    read_by_signatures,
    with_lines_above,
)
from ingest.plaintext.unannounced import MIN_UNANNOUNCED, read_unannounced, stated_counts
from ingest.plaintext.units import is_prose

__all__ = ["Thread", "find_thread", "read_thread"]

_MAX_TO_POST: Final = 3
"""Text without names under a title of comments is the readers' up to so many times the post's:
« 3 commentaires » under a lead stands above the post."""

# Weights, set on the development dumps: a comment with its author and its date explains most; a
# head inside a comment or prose above the first one is what a better reading would explain.
_AUTHOR, _DATE, _MARKER, _NUMBERED_ON, _TEXT = 1.5, 1.0, 0.6, 0.6, 0.4
_EMPTY, _HEAD_INSIDE, _UNPLACED, _COUNTED = -1.5, -2.0, -1.5, 2.0
_ANNOUNCED, _UNANNOUNCED, _STATED = 0.5, -3.0, 2.0


@dataclass(slots=True)
class Thread:
    """The part of the page with the comments: lines `[start, stop)`, heading included.

    `headings` are the places of lines that announce a part; `noise` those of a form or a menu
    between comments.
    """

    start: int
    stop: int
    items: list[Item] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    noise: list[int] = field(default_factory=list)
    counter: Counter | None = None


def read_thread(lines: Sequence[Line]) -> tuple[Sequence[Line], Thread | None]:
    """The thread of the page, and the lines that it numbers.

    Lines that hold several elements of a thread are cut where that tells who wrote more comments.
    """
    thread = find_thread(lines)
    parts = split_glued(lines)
    if len(parts) == len(lines):
        return lines, thread
    of_parts = find_thread(parts)
    return (parts, of_parts) if _n_signed(of_parts) > _n_signed(thread) else (lines, thread)


def find_thread(lines: Sequence[Line]) -> Thread | None:
    """The comments of the page, or None when it neither shows nor announces any."""
    layout = Layout(lines)
    best: tuple[float, Thread] | None = None
    for anchor, counter in find_anchors(layout):
        above, first, is_strict = above_first(layout, anchor)
        for reading in _readings(layout, first, counter):
            if (
                is_strict
                and not _is_signed(reading)
                and not _is_list_of_names(layout, reading, counter)
            ):
                continue
            weight = _weigh(layout, reading, counter) + _ANNOUNCED
            if best is None or weight > best[0]:
                best = weight, _thread(reading, anchor, above, counter)
    if best is not None and _is_in_doubt(layout, best[1]):
        lines_in_doubt = [line for item in best[1].items for line in item.lines]
        best[1].items = [Item(lines_in_doubt, is_placed=False)]
        return best[1]
    if best is not None and _is_signed(best[1]):
        return best[1]
    stated = stated_counts(lines)
    for reading in read_unannounced(layout, stated):
        weight = _weigh(layout, reading, None) + _UNANNOUNCED
        weight += _STATED * (reading.n_placed in stated)
        if best is None or weight > best[0]:
            best = weight, _thread(reading, reading.start, [], None)
    if best is not None and best[0] > 0:
        return best[1]
    return _without_names(layout) or _empty(layout)


def _thread(reading: Reading, start: int, above: list[int], counter: Counter | None) -> Thread:
    return Thread(
        start, reading.stop, reading.items, [*above, *reading.headings], reading.noise, counter
    )


def _readings(layout: Layout, first: int, counter: Counter | None) -> Iterator[Reading]:
    if first >= len(layout):
        return
    if layout.marker(first) is not None:
        yield read_by_list(layout, first)
        if counter is not None and counter.n_comments:
            nested = read_by_list(layout, first, nests_all=True)
            if nested.n_placed == counter.n_comments:
                yield nested
    else:
        near = range(first + 1, min(len(layout), first + 4))
        below = next((i for i in near if layout.marker(i) is not None), None)
        if below is not None and not any(
            is_prose(layout.lines[i].text) for i in range(first, below)
        ):
            yield with_lines_above(layout, read_by_list(layout, below), first)
    shapes = {head.shape for i in range(first, len(layout)) for head in layout.heads(i)}
    for shape in Shape:
        if shape in shapes and shape is not Shape.NAME:
            yield read_by_heads(layout, first, frozenset({shape}))
    if counter is not None and counter.n_comments and layout.marker(first) is None:
        reading = read_by_heads(layout, first, DATED | {Shape.NAME})
        if len(reading.items) == counter.n_comments and reading.n_placed >= MIN_UNANNOUNCED:
            reading.items[0].is_placed = True  # the name of the first may be lost
        if _is_list_of_names(layout, reading, counter):
            yield reading
    if len(DATED & shapes) > 1:
        yield read_by_heads(layout, first, DATED)
    yield read_by_signatures(layout, first)


def _is_list_of_names(layout: Layout, reading: Reading, counter: Counter | None) -> bool:
    """Names alone above texts are heads only where they are as many as the page states."""
    places = range(reading.start, reading.stop)
    return (
        counter is not None
        and len(reading.items) == reading.n_placed == counter.n_comments
        and all(read_comment(item).body for item in reading.items)
        and not any(layout.marker(i) for i in places)
    )


def _is_in_doubt(layout: Layout, thread: Thread) -> bool:
    """Whether one name stands between two texts and nothing says which of them is its own."""
    counter = thread.counter
    if len(thread.items) != 2 or any(item.marker for item in thread.items):
        return False
    is_counted = counter is not None and counter.n_comments in {1, 2}
    texts = [any(is_prose(line.text) for line in item.lines) for item in thread.items]
    return (
        sum(item.is_placed for item in thread.items) == 1
        and all(texts)
        and not is_counted
        and thread.stop == len(layout)
    )


def _is_signed(reading: Reading | Thread) -> bool:
    """Whether most comments have an author and a date: under a form nothing less is a thread."""
    return 2 * _n_signed(reading) > sum(item.is_placed for item in reading.items) > 0


def _n_signed(reading: Reading | Thread | None) -> int:
    heads = [read_comment(item).head for item in reading.items if item.is_placed] if reading else []
    return sum(bool(head.author and head.date) for head in heads)


def _weigh(layout: Layout, reading: Reading, counter: Counter | None) -> float:
    """How much of the page the reading explains; not above 0 when it explains nothing."""
    if not reading.n_placed:
        return -1.0
    weight = 0.0
    places = {line.start: i for i, line in enumerate(layout.lines)}
    for item in reading.items:
        weight += _weigh_item(layout, item, places)
    if counter is not None and counter.n_comments:
        apart = abs(counter.n_comments - reading.n_placed)
        weight += _COUNTED * max(0.0, 1.0 - apart / counter.n_comments)
    return weight


def _weigh_item(layout: Layout, item: Item, places: dict[int, int]) -> float:
    if not item.is_placed:
        n_prose = sum(is_prose(line.text) for line in item.lines)
        return _UNPLACED * max(1, n_prose)
    read = read_comment(item)
    weight = _AUTHOR * bool(read.head.author) + _DATE * bool(read.head.date)
    weight += _MARKER * bool(item.marker)
    weight += _TEXT if read.body else (_EMPTY if not read.claims else _EMPTY * 0.5)
    inside = (places.get(line.start) for line in read.body)
    n_heads = sum(
        i is not None and any(head.shape in DATED and head.has_date for head in layout.heads(i))
        for i in inside
    )
    return weight + _HEAD_INSIDE * n_heads


def _without_names(layout: Layout) -> Thread | None:
    """The text under the title of the comments where nothing says who wrote it.

    As many paragraphs as the page states comments are one each; else nobody can tell them apart.
    """
    for anchor, counter in reversed(find_anchors(layout)):
        above, first, is_strict = above_first(layout, anchor)
        n_stated = counter.n_comments if counter is not None else None
        if counter is None or n_stated == 0 or (is_strict and n_stated is None):
            continue
        stop = next((i for i in range(first, len(layout)) if layout.ends_thread(i)), len(layout))
        menus = find_menus(layout, first, stop)
        stop = menus[0][0] if menus else stop
        places = [i for i in range(first, stop) if match_line(layout.lines[i].text) is None]
        is_text = n_stated is not None or any(is_prose(layout.lines[i].text) for i in places)
        n_signs = sum(len(layout.lines[i].text) for i in places) if is_text else 0
        n_above = sum(len(line.text) for line in layout.lines[:anchor] if is_prose(line.text))
        if not n_signs or n_above * _MAX_TO_POST < n_signs:
            continue
        blocks = _blocks(layout, places)
        if is_strict and not 2 <= (n_stated or 0) <= len(blocks):
            continue  # a sentence of the site's under the form
        noise = [i for i in range(first, stop) if i not in set(places)]
        items = [Item(block) for block in blocks]
        if len(blocks) != n_stated:
            items = [Item([line for block in blocks for line in block], is_placed=False)]
        return Thread(anchor, stop, items, above, noise, counter)
    return None


def _blocks(layout: Layout, places: Sequence[int]) -> list[list[Line]]:
    """The lines at these places, cut at blank lines."""
    blocks: list[list[Line]] = []
    for i in places:
        if not blocks or layout.lines[i].n_blank:
            blocks.append([])
        blocks[-1].append(layout.lines[i])
    return blocks


def _empty(layout: Layout) -> Thread | None:
    """A thread without comments: its title stands right above the form or the end of the page."""
    for i in range(len(layout)):
        counter = read_counter(layout.lines[i].text)
        if counter is None:
            continue
        above, first, _ = above_first(layout, i)
        ends = first >= len(layout) or layout.ends_thread(first) or layout.ends_thread(i + 1)
        if ends:
            return Thread(i, first, headings=above, counter=counter)
    return None
