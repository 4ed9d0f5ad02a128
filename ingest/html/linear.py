"""The linear text of a page: one string that every offset of the page refers to.

`linearise` walks the tree once, without recursion, and writes what a browser would show:

- text in document order, runs of whitespace as one space, none at the edges of a block;
  inside `<pre>`, and in `<code>` of three lines or more, as written;
- a block element, a table row and two or more `<br>` end a block; a single `<br>` is `\\n`
  inside one; table cells of a row are parted by ` | `;
- blocks are joined by `\\n`; the offsets of a block exclude that sign;
- `<script>`, `<style>`, `<noscript>`, `<template>`, `<iframe>`, `<svg>`, `<head>` (its
  `<title>` too) and comments show no text and have none; form fields have their labels and
  options, since a reader sees them.

Every element gets a span in it, so that an author, a date or a whole thread can be named by
offsets after the tree was cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from lxml import etree
from lxml.html import HtmlElement

from ingest.text import strip_invisible

__all__ = ["Block", "LinearPage", "linearise"]

_UNSEEN: Final = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "svg",
        "head",
        "math",
        "object",
        "applet",
        "audio",
        "video",
        "canvas",
    ]
)
_INLINE: Final = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "button",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "input",
        "ins",
        "kbd",
        "label",
        "mark",
        "meta",
        "nobr",
        "o:p",
        "output",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "select",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
        "link",
    ]
)
_HIDDEN, _WORDS, _BREAK, _BLOCK, _CELL, _PRE = "hidden", "words", "break", "block", "cell", "pre"
_IN_LINE: Final = (_WORDS, _BREAK)


class _Kinds(dict[object, str]):
    """What each tag is to the writer; a tag that no list names is a block."""

    def __missing__(self, tag: object) -> str:
        # comments and instructions have a function for a tag, and nothing to see
        kind = _BLOCK if isinstance(tag, str) else _HIDDEN
        if len(self) < _MAX_TAGS:
            self[tag] = kind
        return kind


_KINDS: Final = _Kinds({
    **dict.fromkeys(_UNSEEN, _HIDDEN),
    **dict.fromkeys(_INLINE, _WORDS),
    "br": _BREAK,
    "td": _CELL,
    "th": _CELL,
    "pre": _PRE,
    "xmp": _PRE,
    "listing": _PRE,
})  # fmt: skip
_PROPERTIES: Final = frozenset(["itemprop", "itemtype", "typeof", "rel"])
_MAX_TAGS: Final = 512  # different tags that are remembered: HTML has 140
_MIN_LINE_ENDS: Final = 2  # an editor may break one in two where it stands in a sentence
_BLANK: Final = " \t\n"
_SPACES = re.compile(r"[ \t\n]+")


@dataclass(slots=True)
class Block:
    """One block of the linear text and the element that holds it directly."""

    start: int
    end: int
    element: HtmlElement


@dataclass(slots=True)
class LinearPage:
    """The linear text, its blocks in order, and the span of every element that was walked."""

    text: str
    blocks: list[Block]
    spans: dict[HtmlElement, tuple[int, int]]
    order: list[HtmlElement]  # the elements of `spans`, in document order
    starts: list[int]  # where the span of each begins, ascending
    ranges: dict[HtmlElement, tuple[int, int]]  # the places in `order` of an element's subtree
    tags: dict[str, list[int]]  # the places in `order` of the elements of each tag
    names: dict[tuple[str, str], list[int]]  # the same of each pair of class and id, both not empty
    properties: list[int]  # the same of the elements with microdata (`itemprop` …) or a `rel`
    named: dict[object, list[int]] | None = None  # the same of what names say, once asked (`signs`)

    def tagged(self, *tags: str) -> list[int]:
        """The places in `order` of the elements with one of the tags, ascending."""
        return sorted(chain.from_iterable(self.tags.get(tag, ()) for tag in tags))

    def at(self, places: Iterable[int]) -> Iterator[HtmlElement]:
        """The elements at these places of `order`."""
        return map(self.order.__getitem__, places)

    def subtree(self, element: HtmlElement) -> list[HtmlElement]:
        """`element` and the walked elements under it, in document order."""
        first, last = self.ranges.get(element, (0, 0))
        return self.order[first:last]

    def contains(self, outer: HtmlElement, inner: HtmlElement) -> bool:
        """Whether `inner` is `outer` or stands under it."""
        if outer not in self.ranges or inner not in self.ranges:
            return False
        first, last = self.ranges[outer]
        return first <= self.ranges[inner][0] < last

    def text_of(self, element: HtmlElement) -> str:
        """The linear text under `element`."""
        start, end = self.spans.get(element, (0, 0))
        return self.text[start:end].strip()


@dataclass(slots=True)
class _Writer:
    """The text so far, the block that is open and the block elements around it."""

    holders: list[HtmlElement]  # the block elements that are open, outermost first
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    blocks: list[Block] = field(default_factory=list)
    start: int = -1  # of the open block, -1 when none is open
    holder: HtmlElement | None = None
    n_pre: int = 0
    pending_space: bool = False
    pending_breaks: int = 0
    pending_cell: bool = False

    def write(self, raw: str) -> None:
        """Add the text of a node, which stands directly in the innermost block element."""
        has_tail_space = False
        if not self.n_pre and not raw.strip(_BLANK):
            self.pending_space = True
            return
        text = strip_invisible(raw)
        if not self.n_pre:
            if "\n" in text or "  " in text or "\t" in text:
                text = _SPACES.sub(" ", text)
            if text[:1] == " ":
                self.pending_space, text = True, text[1:]
            has_tail_space = text[-1:] == " "
            if has_tail_space:
                text = text[:-1]
        if not text:
            return
        if self.start < 0 or self.pending_breaks or self.pending_cell or self.pending_space:
            self._open()
        self.pieces.append(text)
        self.length += len(text)
        self.pending_space = has_tail_space

    def _open(self) -> None:
        """Open a block, or write what parts the text from the one before it."""
        if self.pending_breaks > 1:
            self.end_block()
        sign = ""
        if self.start < 0:
            sign = "\n" if self.length else ""
            self.start, self.holder = self.length + len(sign), self.holders[-1]
        elif self.pending_breaks:
            sign = "\n"
        elif self.pending_cell:
            sign = " | "
        elif self.pending_space:
            sign = " "
        self.pieces.append(sign)
        self.length += len(sign)
        self.pending_space, self.pending_breaks, self.pending_cell = False, 0, False

    def end_block(self) -> None:
        """Close the open block, if any."""
        if self.start < 0:
            return
        self.blocks.append(Block(self.start, self.length, self.holder))
        self.start = -1
        self.pending_space, self.pending_breaks, self.pending_cell = False, 0, False

    def enter(self, element: HtmlElement, kind: str) -> None:
        """Begin a block element."""
        if kind == _CELL:
            self.pending_cell = self.start >= 0
        elif kind == _BLOCK and self.n_pre:
            self._next_line()
        else:
            self.end_block()
            self.n_pre += kind == _PRE
        self.holders.append(element)

    def _next_line(self) -> None:
        """Part two lines of a listing, whose highlighter made an element of each."""
        if self.start >= 0 and not (self.pieces and self.pieces[-1].endswith("\n")):
            self.pending_breaks = 1

    def leave(self, kind: str) -> None:
        """End the block element that was entered last."""
        if kind == _BLOCK and self.n_pre:
            self._next_line()
        elif kind != _CELL:
            self.end_block()
            self.n_pre -= kind == _PRE
        self.holders.pop()


@dataclass(slots=True)
class _Elements:
    """The elements of the page in document order, and by what they are."""

    order: list[HtmlElement] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    tags: dict[str, list[int]] = field(default_factory=dict)
    names: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    properties: list[int] = field(default_factory=list)

    def add(self, element: HtmlElement, start: int) -> int:
        """Note an element whose span begins at `start`; its place comes back."""
        place = len(self.order)
        self.order.append(element)
        self.starts.append(start)
        self.tags.setdefault(element.tag, []).append(place)
        if attributes := element.keys():
            classes, identifier = element.get("class"), element.get("id")
            if classes or identifier:
                self.names.setdefault((classes or "", identifier or ""), []).append(place)
            if not _PROPERTIES.isdisjoint(attributes):
                self.properties.append(place)
        return place


def _is_listing(element: HtmlElement) -> bool:
    """Whether an element in the line is code of several lines."""
    return element.tag == "code" and (element.text or "").strip().count("\n") >= _MIN_LINE_ENDS


def linearise(root: HtmlElement) -> LinearPage:
    """The linear text of the tree under `root`."""
    writer, elements = _Writer([root]), _Elements()
    spans: dict[HtmlElement, tuple[int, int]] = {}
    ranges: dict[HtmlElement, tuple[int, int]] = {}
    begun: list[int] = []  # the places of the open elements
    events = etree.iterwalk(root, events=("start", "end"))
    for event, element in events:
        kind = _KINDS[element.tag]
        if event == "start":
            if kind == _HIDDEN:
                events.skip_subtree()
                continue
            if kind not in _IN_LINE:
                writer.enter(element, kind)
            elif _is_listing(element):
                writer.n_pre += 1
            is_next_line = writer.start < 0 and writer.length > 0
            begun.append(elements.add(element, writer.length + is_next_line))
            if text := element.text:
                writer.write(text)
            continue
        if kind != _HIDDEN:
            place = begun.pop()
            start = elements.starts[place]
            spans[element] = (start, max(start, writer.length))
            ranges[element] = (place, len(elements.order))
            if kind == _BREAK:
                writer.pending_breaks += 1
            elif _is_listing(element):
                writer.n_pre -= 1
            elif kind != _WORDS:
                writer.leave(kind)
        if (text := element.tail) and element is not root:
            writer.write(text)
    writer.end_block()
    return LinearPage(
        text="".join(writer.pieces),
        blocks=writer.blocks,
        spans=spans,
        order=elements.order,
        starts=elements.starts,
        ranges=ranges,
        tags=elements.tags,
        names=elements.names,
        properties=elements.properties,
    )
