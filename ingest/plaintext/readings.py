"""The ways to cut a thread into comments: by list, by heads, by signatures under the text."""

from __future__ import annotations

import sys
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from typing import Final

from ingest.clean import match_line
from ingest.plaintext.attribution import read_attribution
from ingest.plaintext.counters import is_section
from ingest.plaintext.layout import DATED, Item, Layout, Shape
from ingest.plaintext.lines import Line, strip_marker
from ingest.plaintext.markers import BARE_BULLETS, BULLET_FORM, Marker, find_nested_marker
from ingest.plaintext.menus import find_menus, is_sentence
from ingest.plaintext.units import looks_like_code

__all__ = ["Reading", "read_by_heads", "read_by_list", "read_by_signatures", "with_lines_above"]

_MIN_SUBJECTS: Final = 2
_MAX_COMMENT_LINES: Final = 400  # a footer under more lines closes something else
_FAR_BELOW_FORM: Final = 60
"""Lines under a form in which a comment may still come: forms stand in lists, sidebars below."""

_MAX_GAP: Final = 50  # numbers that may be missing between two comments without any head


@dataclass(slots=True)
class Reading:
    """One way to cut the lines `[start, stop)`: its comments, and lines that are none of theirs.

    `headings` announce a part of the thread; `noise` are lines of a form or of a menu inside it.
    """

    start: int
    stop: int
    items: list[Item] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    noise: list[int] = field(default_factory=list)

    @property
    def n_placed(self) -> int:
        """How many of its items are comments that something places."""
        return sum(item.is_placed for item in self.items)


@dataclass(frozen=True, slots=True)
class _Start:
    """A comment begins at line `i`; `n_signs` of it are its marker."""

    i: int
    n_signs: int = 0
    depth: int = 0
    parent: int | None = None
    indent: int = 0


def read_by_list(layout: Layout, first: int, *, nests_all: bool = False) -> Reading:
    """The thread whose comments are items of the list that begins at line `first`.

    `nests_all`: numbered items inside them are comments too, also where no name stands in them.
    """
    finder = _ListStarts(layout, first, nests_all=nests_all)
    return _fill(layout, first, finder.find(), base=finder.base if finder.is_indented else None)


def with_lines_above(layout: Layout, reading: Reading, first: int) -> Reading:
    """The reading from line `first` on: what stands above its first comment is not placed."""
    above = [*layout.lines[first : reading.start]]
    for item in reading.items:
        item.parent = None if item.parent is None else item.parent + 1
    reading.items.insert(0, Item(above, is_placed=False))
    reading.start = first
    return reading


def read_by_heads(layout: Layout, first: int, shapes: frozenset[Shape]) -> Reading:
    """The thread whose comments begin with heads of these shapes, from line `first` on."""
    starts: list[_Start] = []
    busy = -1
    form = -1
    for i in range(first, len(layout)):
        if layout.ends_thread(i):
            rule = layout.rule(i)
            if rule is not None and rule.section:
                break
            form = i if form < 0 else form
        if form >= 0 and i - form > _FAR_BELOW_FORM:
            break
        head = next((head for head in layout.heads(i) if head.shape in shapes), None)
        if head is None or i <= busy or (form >= 0 and not head.has_date):
            continue
        marker = find_nested_marker(layout.lines[i])
        starts.append(_Start(i, marker.n_signs if marker else 0))
        busy = i + head.n_lines - 1
    starts = _with_subjects(layout, starts)
    inside = range(starts[0].i, starts[-1].i + 1) if starts else ()
    indent = min((layout.lines[i].indent for i in inside), default=0)
    return _fill(layout, first, starts, base=indent - 1 if indent else None)


def _with_subjects(layout: Layout, starts: list[_Start]) -> list[_Start]:
    """The starts, a line higher where each comment has its subject over its head.

    The first has one under the title of the thread; without buttons nothing else tells the others'
    from the last line of the comment before.
    """
    if len(starts) < _MIN_SUBJECTS or not layout.has_subject(starts[0].i):
        return starts
    above = [start.i if layout.has_subject(start.i) else start.i - 1 for start in starts]
    is_each = all(
        layout.may_be_subject(i) and (before is None or i > before.i + 1)
        for i, before in zip(above, [None, *starts], strict=False)
    )
    if not is_each or any(layout.lines[i].text[-1] in ".!?…" for i in above):
        return starts  # a text over its signature
    return [replace(start, i=i) for i, start in zip(above, starts, strict=True)]


def read_by_signatures(layout: Layout, first: int) -> Reading:
    """The thread whose comments end with who wrote them; what follows the last is not placed."""
    reading = Reading(first, len(layout))
    current: list[Line] = []
    for i in range(first, len(layout)):
        if layout.ends_thread(i):
            reading.stop = i
            break
        current.append(layout.lines[i])
        found = read_attribution(layout.lines[i].text)
        if found is not None and found.author and 1 < len(current) <= _MAX_COMMENT_LINES:
            reading.items.append(Item(current))
            current = []
    current = [line for line in current if match_line(line.text) is None]
    if current and reading.items:
        reading.items.append(Item(current, is_placed=False))
    return reading


class _ListStarts:
    """Which markers of a page begin a comment, when the first of them is at line `first`."""

    def __init__(self, layout: Layout, first: int, *, nests_all: bool) -> None:
        self.layout = layout
        self.nests_all = nests_all
        self.first = first
        self.base = layout.lines[first].indent
        marker = layout.marker(first)
        self.form = marker.form if marker else BULLET_FORM
        self.starts: list[_Start] = []
        self.shapes: set[Shape] = set()
        self.last: int | None = None
        same = [i for i in range(first, len(layout)) if self._is_same(i)]
        self.is_indented = self._has_deeper_text(same)
        named = [i for i in same if layout.says_who(i)]
        self.is_named = len(named) * 2 >= min(len(same), self._n_before_end(same)) > 0
        self.named = named
        numbers = {i: m.number for i in same if (m := layout.marker(i)) and m.number}
        self.is_one_number = len(set(numbers.values())) == 1  # « 1. » before each, as in Markdown
        self.named_numbers = [(i, numbers[i]) for i in named if i in numbers]

    def find(self) -> list[_Start]:
        """Where the comments begin, in order."""
        layout, form = self.layout, -1
        stack: list[int] = []
        for i in range(self.first, len(layout)):
            if layout.ends_thread(i):
                rule = layout.rule(i)
                if rule is not None and rule.section:
                    break
                form = i if form < 0 else form
            if form >= 0 and i - form > _FAR_BELOW_FORM:
                break
            marker = find_nested_marker(layout.lines[i])
            if marker is None or self._is_only_button(i, marker):
                if marker is None and self._is_bare_head(i, form):
                    stack = self._add(i, 0, stack, is_nested=layout.lines[i].indent > self.base + 1)
                continue
            if self._is_item(i, marker, form):
                form = -1
                self.base = min(self.base, layout.lines[i].indent)
                self.last = marker.number
                stack = self._add(i, marker.n_signs, [], is_nested=False)
            elif self._is_nested(i, form):
                stack = self._add(i, marker.n_signs, stack, is_nested=True)
        return self.starts

    def _is_same(self, i: int) -> bool:
        marker = self.layout.marker(i)
        indent = self.layout.lines[i].indent
        # text browsers align numbers on their right
        near = 0 if self.form == BULLET_FORM else 1
        return marker is not None and marker.form == self.form and abs(indent - self.base) <= near

    def _has_deeper_text(self, same: list[int]) -> bool:
        """Whether the page sets the text of comments deeper than their markers."""
        below = [
            i + 1 for i in same if i + 1 < len(self.layout) and self.layout.marker(i + 1) is None
        ]
        n_deeper = sum(self.layout.lines[i].indent > self.base for i in below)
        return n_deeper * 2 > len(below) if below else self.base > 0

    def _n_before_end(self, same: list[int]) -> int:
        end = next(
            (i for i in range(self.first, len(self.layout)) if self.layout.ends_thread(i)),
            len(self.layout),
        )
        return sum(i < end for i in same)

    def _is_only_button(self, i: int, marker: Marker) -> bool:
        """« • Répondre » is a menu under the comment, not a comment."""
        return len(self.layout.lines[i].text) > marker.n_signs and self.layout.is_button(i)

    def _is_bare_head(self, i: int, form: int) -> bool:
        """A head without its marker, between items that begin with such heads."""
        if form >= 0 or not self.is_named or not self.starts or i <= self.starts[-1].i + 1:
            return False
        return any(
            head.shape in self.shapes and head.shape in DATED and head.has_date
            for head in self.layout.heads(i)
        ) and not any(head.shape is Shape.DATE for head in self.layout.heads(i))

    def _is_item(self, i: int, marker: Marker, form: int) -> bool:
        indent = self.layout.lines[i].indent
        says_who = self.layout.says_who(i)
        is_same = self._is_same(i)
        if form >= 0:
            is_next = self.last is not None and marker.number == self.last + 1
            return is_same and (self._has_date(i) or (is_next and self.is_indented))
        is_numbered = marker.number is not None and self.form != BULLET_FORM
        if is_same or (indent < self.base and (is_numbered or says_who)):
            if says_who or not self.starts:
                return True
            if self.is_indented:
                return not (self.is_named and self.form == BULLET_FORM) or self._is_before_named(i)
            return self._is_numbered_on(i, marker)
        is_ping = i > 0 and is_section(self.layout.lines[i - 1].text)
        return abs(indent - self.base) <= 1 and (is_ping or self._has_date(i))

    def _has_date(self, i: int) -> bool:
        return any(head.has_date for head in self.layout.heads(i))

    def _is_before_named(self, i: int) -> bool:
        return any(i < other for other in self.named[-1:])

    def _is_numbered_on(self, i: int, marker: Marker) -> bool:
        """In a list without indents: whether the number goes on with the thread's."""
        if marker.number is None:
            return not self.is_named and self.layout.lines[i].n_blank > 0
        last = self.last or 0
        if self.is_named:
            place = bisect_right(self.named_numbers, (i, sys.maxsize))
            if place == len(self.named_numbers):
                return marker.number == last + 1
            return last < marker.number < self.named_numbers[place][1]
        if self.is_one_number:
            return True
        return last < marker.number <= last + _MAX_GAP or (
            marker.number == 1 and self._is_restart(i)
        )

    def _is_restart(self, i: int) -> bool:
        return i > 0 and self.layout.is_heading(i - 1)

    def _is_nested(self, i: int, form: int) -> bool:
        """A deeper list item that says who speaks is a reply; another is the commenter's list."""
        line = self.layout.lines[i]
        if line.indent <= self.base or not self.starts:
            return False
        if self._has_date(i) or form >= 0:
            return self._has_date(i)
        # « o », « - »: too common to say anything alone
        is_plain = self.layout.marker(i) is not None
        marker = find_nested_marker(line)
        if self.nests_all and marker is not None and marker.number is not None:
            return True
        return self.layout.opens_replies(i - 1) or (is_plain and self._is_named(i))

    def _is_named(self, i: int) -> bool:
        """Whether a name stands after the marker of line `i`, and a text under it."""
        line = self.layout.lines[i]
        following = self.layout.lines[i + 1] if i + 1 < len(self.layout) else None
        if following is None:
            return False
        if not following.n_blank:
            return self.layout.says_who(i)
        shapes = {head.shape for head in self.layout.heads(i)}
        return Shape.SAYS in shapes or (Shape.NAME in shapes and following.indent > line.indent)

    def _add(self, i: int, n_signs: int, stack: list[int], *, is_nested: bool) -> list[int]:
        indent = self.layout.lines[i].indent
        if not is_nested:
            stack = []
        while len(stack) > 1 and self.starts[stack[-1]].indent >= indent:
            stack.pop()
        parent = stack[-1] if stack else None
        self.starts.append(_Start(i, n_signs, len(stack), parent, indent))
        self.shapes.update(head.shape for head in self.layout.heads(i))
        return [*stack, len(self.starts) - 1]


def _fill(layout: Layout, first: int, starts: list[_Start], *, base: int | None) -> Reading:
    """The reading whose comments begin at `starts`: each line goes to the comment above it.

    `base`: the indent at and under which a line leaves the comments, where indents say so.
    """
    by_line = {start.i: n for n, start in enumerate(starts)}
    last = max(by_line, default=first)
    reading = Reading(first, len(layout))
    is_noise = False
    for i in range(first, len(layout)):
        line = layout.lines[i]
        if i in by_line:
            is_noise = False
            reading.items.append(_item(line, starts[by_line[i]]))
        elif i > last and (layout.ends_thread(i) or _leaves(layout, i, base)):
            _trail(layout, i, reading)
            break
        elif layout.ends_thread(i) and line.n_blank:
            is_noise = True
            reading.noise.append(i)
        elif is_noise and match_line(line.text) is not None:
            reading.noise.append(i)
        elif i < last and line.text in BARE_BULLETS:
            reading.noise.append(i)  # an item of the list whose text the extractor left out
        elif _announces(layout, i, by_line):
            reading.headings.append(i)
        elif not reading.items:
            reading.items.append(Item([line], is_placed=False))
        else:
            is_noise = False
            reading.items[-1].lines.append(line)
    else:
        _cut_sidebar(layout, last, reading)
    return _with_parents(reading, starts)


def _trail(layout: Layout, left: int, reading: Reading) -> None:
    """What follows the last comment, from line `left` on: known footer text, or text to keep.

    Under the form, the notice of closure or a menu everything is the site's. Lines above a menu
    that are no sentence are its title and labels; the rest may be a reader's.
    """
    stop = next((i for i in range(left, len(layout)) if _closes(layout, i)), len(layout))
    menus = find_menus(layout, left, stop)
    if menus:
        stop = menus[0][0]
        if not any(is_sentence(layout.lines[i].text) for i in range(left, stop)):
            stop = left
    reading.stop = stop
    unplaced: list[Line] = []
    for i in range(left, stop):
        if match_line(layout.lines[i].text) is not None:
            reading.noise.append(i)
        else:
            unplaced.append(layout.lines[i])
    if unplaced:
        reading.items.append(Item(unplaced, is_placed=False))


def _closes(layout: Layout, i: int) -> bool:
    """Whether what stands from line `i` on is the site's: the form, a notice, a widget."""
    rule = match_line(layout.lines[i].text)
    return layout.ends_thread(i) or (rule is not None and rule.section)


def _cut_sidebar(layout: Layout, last: int, reading: Reading) -> None:
    """Take the menus under the last comment from it, on a page whose indents do not tell them.

    One list may be the commenter's own; a second, or one under the title of a widget, is not.
    """
    menus = find_menus(layout, last + 1, len(layout))
    is_sidebar = len(menus) > 1 or (bool(menus) and _closes(layout, menus[0][0]))
    if not is_sidebar or not reading.items:
        return
    reading.stop = menus[0][0]
    start = layout.lines[reading.stop].start
    lines = reading.items[-1].lines
    reading.items[-1].lines = [line for line in lines if line.start < start]


def _item(line: Line, start: _Start) -> Item:
    rest = strip_marker(line, start.n_signs)
    span = None
    if start.n_signs:
        span = (line.start, line.start + len(line.text[: start.n_signs].rstrip()))
    return Item([rest] if rest.text else [], span, start.depth, start.parent)


def _with_parents(reading: Reading, starts: list[_Start]) -> Reading:
    """Text without a place may stand above the first comment: parents count it."""
    placed = [n for n, item in enumerate(reading.items) if item.is_placed]
    for n, start in zip(placed, starts, strict=False):
        if start.parent is not None:
            reading.items[n].parent = placed[start.parent]
    return reading


def _announces(layout: Layout, i: int, by_line: dict[int, int]) -> bool:
    """A counter or « 2 rétroliens » right above a comment."""
    if i + 1 not in by_line or layout.is_button(i):
        return False
    return layout.lines[i].n_blank > 0 and layout.is_heading(i)


def _leaves(layout: Layout, i: int, base: int | None) -> bool:
    """Whether the line stands outside the comments: less deep, and no code of theirs."""
    line = layout.lines[i]
    if base is None or line.indent > base:
        return False
    return line.n_blank > 0 and not looks_like_code(line.text)
