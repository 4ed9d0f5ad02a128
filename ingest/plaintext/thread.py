"""Where the comments of a plain-text page are, and which lines belong to which comment.

Each way to cut the page (by a list, by heads, by signatures; under each line that announces
comments, or without one) is tried over the whole page and weighed by what it explains: comments
that say who speaks and when, numbers that follow each other, the number that the page states.
What it leaves unexplained counts against it. The heaviest is the thread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from ingest.clean import match_line
from ingest.plaintext.attribution import ends_with_says
from ingest.plaintext.comments import read_comment
from ingest.plaintext.counters import Counter, read_counter
from ingest.plaintext.layout import DATED, Item, Layout, Shape
from ingest.plaintext.lines import Line
from ingest.plaintext.readings import (
    Reading,
    read_by_heads,
    read_by_list,
    read_by_signatures,
    with_lines_above,
)
from ingest.plaintext.units import is_prose
from ingest.text import fold_line

__all__ = ["Thread", "find_thread"]

_PARTS = re.compile(r"[|·•]|\s[-–—]\s|nombre de commentaires", re.I)
_MAX_ANCHORS: Final = 12
_MAX_ABOVE: Final = 8  # lines between the title of the comments and the first of them
_MIN_UNANNOUNCED: Final = 2

_LABELS: Final = frozenset({"commentaire", "comment", "reponse", "response", "message"})

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


def find_thread(lines: Sequence[Line]) -> Thread | None:
    """The comments of the page, or None when it neither shows nor announces any."""
    layout = Layout(lines)
    best: tuple[float, Thread] | None = None
    for anchor, counter in _anchors(layout):
        above, first, is_strict = _above_first(layout, anchor)
        for reading in _readings(layout, first, counter):
            if is_strict and not _is_signed(reading):
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
    stated = _stated_counts(lines)
    for reading in _unannounced(layout, stated):
        weight = _weigh(layout, reading, None) + _UNANNOUNCED
        weight += _STATED * (_n_placed(reading) in stated)
        if best is None or weight > best[0]:
            best = weight, _thread(reading, reading.start, [], None)
    if best is not None and best[0] > 0:
        return best[1]
    return _empty(layout)


def _thread(reading: Reading, start: int, above: list[int], counter: Counter | None) -> Thread:
    return Thread(
        start, reading.stop, reading.items, [*above, *reading.headings], reading.noise, counter
    )


def _anchors(layout: Layout) -> list[tuple[int, Counter | None]]:
    """The lines that announce comments; a form's title does, where comments stand under it."""
    found: list[tuple[int, Counter | None]] = []
    for i, line in enumerate(layout.lines):
        counter = read_counter(line.text)
        if counter is not None and not _is_field(layout, i):
            found.append((i, counter))
        elif len(line.text) < 60 and (rule := layout.rule(i)) is not None and rule.opens_form:
            found.append((i, None))
    if len(found) <= _MAX_ANCHORS:
        return found
    half = _MAX_ANCHORS // 2
    return found[:half] + found[-half:]


def _is_field(layout: Layout, i: int) -> bool:
    """« Commentaire », « Réponse » alone: the label of a field, a button under a comment."""
    if fold_line(layout.lines[i].text).rstrip(" :*") not in _LABELS:
        return False
    near = [j for j in range(max(0, i - 3), min(len(layout), i + 4)) if j != i]
    return layout.is_button(i) or any(
        (rule := match_line(layout.lines[j].text)) is not None
        and (rule.form_field or rule.opens_form)
        for j in near
    )


def _above_first(layout: Layout, anchor: int) -> tuple[list[int], int, bool]:
    """The lines from the title of the comments to what may be the first of them, and its place.

    True when a form or a notice stands between: then only signed comments are any.
    """
    above = [anchor]
    counter = read_counter(layout.lines[anchor].text)
    is_strict = counter is None or counter.n_comments == 0
    for i in range(anchor + 1, min(len(layout), anchor + 1 + _MAX_ABOVE)):
        text = layout.lines[i].text
        rule = layout.rule(i)
        if rule is not None and (rule.section or layout.is_site_part(i)):
            return above, len(layout), True
        is_known = layout.is_heading(i) or (rule is not None and layout.marker(i) is None)
        if not is_known and not _is_label(layout, i, text):
            return above, i, is_strict
        is_strict = is_strict or (rule is not None and (rule.opens_form or rule.closes_comments))
        above.append(i)
    return above, above[-1] + 1, is_strict


def _is_label(layout: Layout, i: int, text: str) -> bool:
    """A button or the number of a page of comments: short, and no head of a comment."""
    if (
        any(head.shape is not Shape.NAME for head in layout.heads(i))
        or layout.marker(i) is not None
    ):
        return False
    return layout.is_button(i) or (text.isdecimal() and len(text) <= 3)


def _readings(layout: Layout, first: int, counter: Counter | None) -> Iterator[Reading]:
    if first >= len(layout):
        return
    if layout.marker(first) is not None:
        yield read_by_list(layout, first)
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
        reading = read_by_heads(layout, first, frozenset({Shape.NAME}))
        if _is_list_of_names(layout, reading, counter.n_comments):
            yield reading
    if len(DATED & shapes) > 1:
        yield read_by_heads(layout, first, DATED)
    yield read_by_signatures(layout, first)


def _is_list_of_names(layout: Layout, reading: Reading, n_stated: int) -> bool:
    """Names alone above texts are heads only where they are as many as the page states."""
    places = range(reading.start, reading.stop)
    return (
        len(reading.items) == _n_placed(reading) == n_stated
        and all(read_comment(item).body for item in reading.items)
        and not any(layout.marker(i) for i in places)
    )


def _stated_counts(lines: Sequence[Line]) -> set[int]:
    """The numbers of comments that lines of metadata state: « Hiver | 3 commentaires »."""
    parts = (part for line in lines if len(line.text) <= 200 for part in _PARTS.split(line.text))
    counters = (read_counter(part.strip()) for part in parts)
    return {counter.n_comments for counter in counters if counter and counter.n_comments}


def _unannounced(layout: Layout, stated: set[int]) -> Iterator[Reading]:
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
    if stated:
        yield from _numbered_to_the_end(layout, max(stated))
        says = (i for i in range(prose + 1, len(layout)) if _says(layout, i))
        for i in islice(says, 3):
            reading = read_by_heads(layout, i, frozenset({Shape.SAYS}))
            if _n_placed(reading) >= _MIN_UNANNOUNCED:
                yield reading
    for i in range(prose + 1, len(layout)):
        if not any(
            h.shape in {Shape.BOTH, Shape.NAME_DATE} and h.has_date for h in layout.heads(i)
        ):
            continue
        reading = read_by_heads(layout, i, frozenset({Shape.BOTH, Shape.NAME_DATE}))
        if _n_placed(reading) >= _MIN_UNANNOUNCED and all(
            _is_timed(item) for item in reading.items
        ):
            yield reading
        return


def _is_in_doubt(layout: Layout, thread: Thread) -> bool:
    """Whether one name stands between two texts and nothing says which of them is its own."""
    counter = thread.counter
    if len(thread.items) != 2 or any(item.marker for item in thread.items):
        return False
    is_counted = counter is not None and counter.n_comments in {1, 2}
    texts = [any(is_prose(line.text) for line in item.lines) for item in thread.items]
    return _n_placed(thread) == 1 and all(texts) and not is_counted and thread.stop == len(layout)


def _is_signed(reading: Reading | Thread) -> bool:
    """Whether most comments have an author and a date: under a form nothing less is a thread."""
    heads = [read_comment(item).head for item in reading.items if item.is_placed]
    return 2 * sum(bool(head.author and head.date) for head in heads) > len(heads) > 0


def _is_timed(item: Item) -> bool:
    """Whether the comment has a text and a time of day, as comments have and bylines have not."""
    read = read_comment(item)
    date = read.head.date
    return bool(read.body) and date is not None and date.precision in {"minute", "second"}


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


def _n_placed(reading: Reading | Thread) -> int:
    return sum(item.is_placed for item in reading.items)


def _weigh(layout: Layout, reading: Reading, counter: Counter | None) -> float:
    """How much of the page the reading explains; not above 0 when it explains nothing."""
    if not _n_placed(reading):
        return -1.0
    weight = 0.0
    places = {line.start: i for i, line in enumerate(layout.lines)}
    for item in reading.items:
        weight += _weigh_item(layout, item, places)
    if counter is not None and counter.n_comments:
        apart = abs(counter.n_comments - _n_placed(reading))
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


def _empty(layout: Layout) -> Thread | None:
    """A thread without comments: its title stands right above the form or the end of the page."""
    for i in range(len(layout)):
        counter = read_counter(layout.lines[i].text)
        if counter is None:
            continue
        above, first, _ = _above_first(layout, i)
        ends = first >= len(layout) or layout.ends_thread(first) or layout.ends_thread(i + 1)
        if ends:
            return Thread(i, first, headings=above, counter=counter)
    return None
