"""Where the comments of a plain-text page are, and which lines belong to which comment."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from ingest.clean import Rule, match_line
from ingest.plaintext.attribution import is_bare_name, read_attribution
from ingest.plaintext.lines import BULLET, Line, strip_marker
from ingest.text import fold_line

__all__ = ["Counter", "Item", "Thread", "find_thread", "looks_like_code", "read_counter"]

_NUMBERS: Final = {
    "un": 1, "une": 1, "one": 1, "deux": 2, "two": 2, "trois": 3, "three": 3, "quatre": 4,
    "four": 4, "cinq": 5, "five": 5, "aucun": 0, "aucune": 0, "no": 0, "zero": 0,
}  # fmt: skip
_COUNT = r"(?P<n>\d{1,5}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + r")"
_NOUN = (
    r"(?:commentaires?|comments?|reponses?|responses?|reply|replies|reflexions?|thoughts?|reactions?"
    r"|avis|interventions?|pensees?|opinions?|discussions?|messages?)"
)
_COUNTERS: Final = (
    re.compile(
        rf"(?:il y a |deja |voir les |lire les |afficher les )?{_COUNT}\s?{_NOUN}"
        r"(?: (?:a|au|aux|to|on|sur|for|pour|dans|about|de) .{1,200}| ?[«\"].{1,200}| ?[:.!»])?"
    ),
    re.compile(rf"(?:les |vos |the )?{_NOUN} ?[(:\[] ?(?P<n>\d{{1,5}}) ?[)\]]?(?: .{{0,100}})?"),
    re.compile(
        r"(?:les |vos |your |the )?(?P<word>commentaires?|comments?|reactions?|responses?|reponses?"
        r"|discussion|avis des lecteurs) ?:?"
    ),
    re.compile(rf"{_NOUN} (?:sur|on|for|to|a propos de) (?P<about>.{{1,200}})"),
)
_TITLE = re.compile(r"(?:à|to|on|sur|for|pour)\s+(?:[“”\"«‘]\s*)?(?P<title>.+?)\s*[“”\"»’]?\s*$")
_SECTION = re.compile(
    r"(?:\d{1,3} )?(?:trackbacks?|pingbacks?|retroliens?|pings?)"
    r"(?: ?(?:/|&|et|and) ?(?:trackbacks?|pingbacks?|retroliens?|pings?))?"
    r"(?: ?[:(]? ?\d{0,4} ?\)?)?(?: (?:pour|to|for|sur) .{1,120})?"
)
# How themes number comments in print; a thread keeps to one of these.
_NUMBERED: Final = tuple(
    re.compile(form + r"(?:\s+|$)(?=\S|$)", re.I)
    for form in (
        r"(?P<number>\d{1,4})[.)]",
        r"#\s?(?P<number>\d{1,4})(?:\s?[-–—:.)])?",
        r"[\[(](?P<number>\d{1,4})[\])](?:\s?[-–—:.])?",
        r"(?P<number>\d{1,4})(?:\s?[-–—]|\s?[°º])",
        r"(?:(?:commentaire|comment|message|réponse|réaction|avis)\s+)?n\s?[°ºo]\s?(?P<number>\d{1,4})"
        r"(?:\s?[-–—:.])?",
        r"(?:commentaire|comment|message|réponse|réaction|avis)\s+#?(?P<number>\d{1,4})(?:\s?[-–—:.])?",
    )
)
_MAX_COMMENT_LINES: Final = 400  # a footer under more lines closes something else
_CODE = re.compile(
    r"[{};=<>|\\$]|^(?:>>>|#|//|/\*|\$ |In \[|Out\[|def |import |from \w+ import)|\(\)"
)


@dataclass(frozen=True, slots=True)
class Counter:
    """A line that counts or announces the comments: the number and the post's title if stated."""

    n_comments: int | None
    title: str | None


@dataclass(slots=True)
class Item:
    """The lines of one comment. `marker` is the span of « 3. » or « • » before its first line."""

    lines: list[Line]
    marker: tuple[int, int] | None = None
    depth: int = 0
    parent: int | None = None  # place of the enclosing item in the thread, from 0


@dataclass(slots=True)
class Thread:
    """The part of the page with the comments: lines `[start, stop)`, heading included.

    `headings` are the places of lines between items that announce a section.
    """

    start: int
    stop: int
    items: list[Item] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    counter: Counter | None = None


def read_counter(line: str) -> Counter | None:
    """What a line such as « 5 réponses à “Titre” » or « Commentaires » says; None for others."""
    if len(line) > 240:
        return None
    folded = fold_line(line)
    for pattern in _COUNTERS:
        match = pattern.fullmatch(folded)
        if not match:
            continue
        number = match.groupdict().get("n")
        n_comments = None
        if number is not None:
            n_comments = _NUMBERS[number] if number in _NUMBERS else int(number)
        title = _TITLE.search(line)
        return Counter(n_comments, title["title"].strip() if title else None)
    return None


def looks_like_code(text: str) -> bool:
    """Whether a line looks like a program's rather than like a sentence."""
    return bool(_CODE.search(text))


def find_thread(lines: Sequence[Line]) -> Thread | None:
    """The comments of the page, or None when it neither shows nor announces any."""
    empty: Thread | None = None
    for i, line in enumerate(lines):
        counter = read_counter(line.text)
        if counter is None:
            continue
        thread = _read_thread(lines, i, counter)
        if thread.items:
            return thread
        if _stands_alone(lines, i):
            empty = thread
    for i in range(len(lines)):
        if _starts_list_without_heading(lines, i):
            thread = _Reader(lines, i, None).read()
            if thread.items:
                return thread
    return empty


def _stands_alone(lines: Sequence[Line], i: int) -> bool:
    """Whether what follows the counter is the form or the end: a counter under the title is not."""
    rest = lines[i + 1 : i + 3]
    return all((rule := match_line(line.text)) is not None and _ends(rule) for line in rest[:1])


def _read_thread(lines: Sequence[Line], heading: int, counter: Counter) -> Thread:
    first = heading + 1
    headings = [heading]
    while first < min(len(lines), heading + 6):
        text = lines[first].text
        rule = match_line(text, allow_weak=False)
        if (
            _SECTION.fullmatch(fold_line(text))
            or read_counter(text)
            or (rule is not None and not rule.opens_form and not _marker(lines[first]))
        ):
            headings.append(first)
            first += 1
        else:
            break
    thread = Thread(heading, first, headings=headings, counter=counter)
    if first >= len(lines):
        return thread
    if _marker(lines[first]) or _heads_comment(lines, first):
        thread = _Reader(lines, first, counter).read()
        thread.start = heading
        thread.headings = headings + thread.headings
    else:
        thread.items, thread.stop = _signed_below(lines, first, counter)
    return thread


def _heads_comment(lines: Sequence[Line], i: int) -> bool:
    """Whether the line says who speaks, or is a name over a line that says when."""
    if read_attribution(lines[i].text) is not None:
        return True
    following = lines[i + 1] if i + 1 < len(lines) else None
    return (
        following is not None
        and (i == 0 or lines[i].n_blank > 0)
        and is_bare_name(lines[i].text)
        and _is_date_line(following.text)
    )


def _signed_below(lines: Sequence[Line], first: int, counter: Counter) -> tuple[list[Item], int]:
    """Comments that each end with who wrote them, and where the last one ends; none in doubt.

    In doubt: lines after the last signature that are no form, or not as many as are counted.
    """
    items: list[Item] = []
    current: list[Line] = []
    for i in range(first, len(lines)):
        rule = match_line(lines[i].text, allow_weak=False)
        if rule is not None and _ends(rule):
            break
        current.append(lines[i])
        found = read_attribution(lines[i].text)
        is_signed = found is not None and found.author is not None and found.date is not None
        if is_signed and 1 < len(current) <= _MAX_COMMENT_LINES:
            items.append(Item(current))
            current = []
    else:
        i = len(lines)
    is_counted = counter.n_comments in {None, len(items)}
    return (items, i) if items and not current and is_counted else ([], first)


def _starts_list_without_heading(lines: Sequence[Line], i: int) -> bool:
    """Without a heading only a list whose first item says who speaks, or when, is a thread."""
    marker = _marker(lines[i])
    if marker is None or marker.number not in {1, None}:
        return False
    rest = strip_marker(lines[i], marker.n_signs).text
    head = read_attribution(rest)
    following = lines[i + 1] if i + 1 < len(lines) else None
    is_dated = following is not None and not following.n_blank and _is_date_line(following.text)
    if head is not None and (head.date is not None or head.author is not None):
        return marker.number == 1 or head.date is not None or is_dated
    return is_dated and is_bare_name(rest)


def _is_date_line(text: str) -> bool:
    head = read_attribution(text)
    return head is not None and head.author is None


@dataclass(frozen=True, slots=True)
class _Marker:
    kind: int  # the place of its form in `_NUMBERED`, -1 for a bullet
    number: int | None
    n_signs: int


def _marker(line: Line) -> _Marker | None:
    for kind, form in enumerate(_NUMBERED):
        numbered = form.match(line.text)
        if numbered:
            return _Marker(kind, int(numbered["number"]), numbered.end())
    bullet = BULLET.match(line.text)
    return _Marker(-1, None, bullet.end()) if bullet else None


def _ends(rule: Rule) -> bool:
    return rule.opens_form or rule.closes_comments or rule.form_field


class _Reader:
    """Cuts the lines from `first` into comments, by list markers or by header or footer lines."""

    def __init__(self, lines: Sequence[Line], first: int, counter: Counter | None) -> None:
        self.lines = lines
        self.first = first
        self.thread = Thread(first, first, counter=counter)

    def read(self) -> Thread:
        marker = _marker(self.lines[self.first])
        if marker is None:
            self._read_by_headers()
        else:
            self._read_list(marker)
        return self.thread

    def _read_list(self, first_marker: _Marker) -> None:
        base = self.lines[self.first].indent
        expected = first_marker.number
        stack: list[int] = []
        for i in range(self.first, len(self.lines)):
            line = self.lines[i]
            marker = _marker(line)
            if (
                marker
                and marker.kind == first_marker.kind
                and line.indent == base
                and (marker.number is None or self._follows(marker.number, expected))
            ):
                expected = marker.number
                stack = [self._add(line, marker, 0, None)]
            elif marker and self._is_nested(line, marker, base, i):
                while len(stack) > 1 and self._indent_of(stack[-1]) >= line.indent:
                    stack.pop()
                parent = stack[-1]
                stack.append(self._add(line, marker, len(stack), parent))
            elif self._is_section(line, base, i):
                self.thread.headings.append(i)
            elif self._is_end(line, base, i, expected):
                self.thread.stop = i
                return
            else:
                self.thread.items[-1].lines.append(line)
        self.thread.stop = len(self.lines)

    @staticmethod
    def _follows(number: int, last: int | None) -> bool:
        return last is None or number in {last, last + 1, last - 1, 1}

    def _add(self, line: Line, marker: _Marker, depth: int, parent: int | None) -> int:
        rest = strip_marker(line, marker.n_signs)
        span = (line.start, line.start + len(line.text[: marker.n_signs].rstrip()))
        lines = [rest] if rest.text else []
        self.thread.items.append(Item(lines, span, depth, parent))
        return len(self.thread.items) - 1

    def _indent_of(self, item: int) -> int:
        marker = self.thread.items[item].marker
        if marker is None:
            return 0
        return next(line.indent for line in self.lines if line.start == marker[0])

    def _is_nested(self, line: Line, marker: _Marker, base: int, i: int) -> bool:
        """A deeper list item that says who speaks is a reply; another is the commenter's list."""
        if line.indent <= base:
            return False
        head = read_attribution(strip_marker(line, marker.n_signs).text)
        if head is not None and head.date is not None:
            return True
        following = self.lines[i + 1] if i + 1 < len(self.lines) else None
        if following is None:
            return False
        rest = strip_marker(line, marker.n_signs).text
        if not following.n_blank:
            return _is_date_line(following.text) and (head is not None or is_bare_name(rest))
        return (head is not None and head.author is not None) or (
            is_bare_name(rest) and following.indent > line.indent
        )

    def _is_section(self, line: Line, base: int, i: int) -> bool:
        following = self.lines[i + 1] if i + 1 < len(self.lines) else None
        return (
            line.indent <= base
            and line.n_blank > 0
            and following is not None
            and _marker(following) is not None
            and bool(_SECTION.fullmatch(fold_line(line.text)) or read_counter(line.text))
        )

    def _is_end(self, line: Line, base: int, i: int, expected: int | None) -> bool:
        if line.indent > base or not line.n_blank:
            rule = match_line(line.text, allow_weak=False)
            return line.indent <= base and rule is not None and rule.opens_form
        rule = match_line(line.text, allow_weak=False)
        if rule is not None and not rule.error:
            return True
        if rule is not None or not self._is_indented():
            return False
        return not self._has_later_item(i, base, expected) and not looks_like_code(line.text)

    def _is_indented(self) -> bool:
        """Whether the page sets the text of comments deeper than their markers."""
        base = self.lines[self.first].indent
        return any(line.indent > base for item in self.thread.items for line in item.lines[1:])

    def _has_later_item(self, i: int, base: int, expected: int | None) -> bool:
        for line in self.lines[i:]:
            rule = match_line(line.text, allow_weak=False)
            if rule is not None and (rule.opens_form or rule.closes_comments or rule.section):
                return False
            marker = _marker(line)
            if marker and line.indent == base and marker.number and expected:
                if marker.number == expected + 1:
                    return True
            elif marker and line.indent == base and expected is None and not marker.number:
                return True
        return False

    def _read_by_headers(self) -> None:
        """Comments without a list: each begins (or ends) with a line that says who and when."""
        current: list[Line] = []
        for i in range(self.first, len(self.lines)):
            line = self.lines[i]
            rule = match_line(line.text, allow_weak=False)
            if rule is not None and _ends(rule):
                self.thread.stop = i
                break
            if _heads_comment(self.lines, i) and not self._continues_header(current):
                current = []
                self.thread.items.append(Item(current))
            current.append(line)
        else:
            self.thread.stop = len(self.lines)

    @staticmethod
    def _continues_header(current: list[Line]) -> bool:
        """« X a dit : » and the date may stand on two lines, the name alone on the first."""
        return len(current) == 1 and (
            read_attribution(current[0].text) is not None or is_bare_name(current[0].text)
        )
