"""The comments of a page as elements: their order, their nesting, and where none can stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from lxml.html import HtmlElement

from ingest.html.comments import signs
from ingest.html.linear import LinearPage

__all__ = ["MARKERS", "NEVER_ITEM", "Item", "barred_ranges", "is_barred", "link_parents"]

NEVER_ITEM: Final = frozenset(
    [
        "html",
        "body",
        "form",
        "input",
        "textarea",
        "label",
        "button",
        "img",
        "select",
        "option",
        "ul",
        "ol",
        "dl",
        "table",
        "tbody",
        "thead",
        "fieldset",
        "nav",
        "h1",
        "h2",
        "svg",
        "head",
        "main",
        "link",
        "meta",
    ]
)
# Elements that open a comment and do not hold it: what follows them does.
MARKERS: Final = frozenset(
    [
        "a",
        "dt",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "span",
        "strong",
        "b",
        "cite",
        "small",
        "abbr",
    ]
)
_RECENT = signs.Sign(r".*(?:recent|dernier|latest|widget_comment).*")
_MAX_ITEM_SHARE = 0.5  # of the page's text: above it a side column is the page itself


@dataclass(eq=False, slots=True)
class Item:
    """One comment: consecutive sibling elements, with the comments nested in it."""

    elements: list[HtmlElement]
    key: str | None = None
    start: int = 0
    end: int = 0
    parent: Item | None = None
    children: list[Item] = field(default_factory=list)

    @property
    def depth(self) -> int:
        """How many comments enclose this one."""
        return 0 if self.parent is None else self.parent.depth + 1


def link_parents(page: LinearPage, items: list[Item]) -> list[Item]:
    """`items` in page order with spans, parents and children; nested repeats are left out."""
    for item in items:
        spans = [page.spans[element] for element in item.elements]
        item.start, item.end = spans[0][0], max(end for _, end in spans)
    items = sorted(
        (item for item in items if item.end > item.start),
        key=lambda item: page.ranges[item.elements[0]][0],
    )
    open_items: list[Item] = []
    for item in items:
        while open_items and not any(
            page.contains(element, item.elements[0]) for element in open_items[-1].elements
        ):
            open_items.pop()
        if open_items:
            item.parent = open_items[-1]
            item.parent.children.append(item)
        open_items.append(item)
    return items


def barred_ranges(page: LinearPage) -> list[tuple[int, int]]:
    """Ranges of `page.order` where no comment stands: forms, side columns, recent comments."""
    limit = len(page.text) * _MAX_ITEM_SHARE
    ranges: list[tuple[int, int]] = []
    candidates = {*page.tagged("nav", "aside", "form"), *signs.places_named(page, signs.SIDE)}
    for place in sorted(candidates):
        element = page.order[place]
        if ranges and place < ranges[-1][1]:
            continue
        if element.tag in ("html", "body"):
            continue
        start, end = page.spans[element]
        if end - start > limit:
            continue
        is_side = element.tag in ("nav", "aside") or (
            signs.has(element, signs.SIDE)
            and not any(
                name in ("Blog", "Blog1") or "elementor" in name for name in signs.tokens(element)
            )
        )
        if is_side or (element.tag == "form" and element.find(".//textarea") is not None):
            is_recent = signs.has(element, _RECENT)
            if is_recent or not _holds_keys(page, element):
                ranges.append(page.ranges[element])
    return ranges


def _holds_keys(page: LinearPage, element: HtmlElement) -> bool:
    return any(
        signs.item_key(inner) is not None
        and inner.tag not in ("input", "textarea", "form", "label")
        for inner in page.subtree(element)
    )


def is_barred(index: int, barred: list[tuple[int, int]]) -> bool:
    """Whether the place `index` of `page.order` lies in one of the ranges."""
    return any(first <= index < last for first, last in barred)
