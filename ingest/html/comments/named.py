"""Comments that only a class or microdata names."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Final

from lxml.html import HtmlElement

from ingest.html.comments import signs
from ingest.html.comments.items import MARKERS, NEVER_ITEM, Item, is_barred
from ingest.html.linear import LinearPage
from ingest.spans import Cover

__all__ = ["named_items"]

_NEVER_CLASS_ITEM: Final = NEVER_ITEM | MARKERS | frozenset(["p", "i", "em", "header", "footer"])
_COMMENT_TYPE = re.compile(
    r"(?:schema\.org/(?:User)?Comments?$)|(?:^|\s)sioct?:(?:Comment|Post sioct:Comment)"
)
_MAX_INNER: Final = 200


def named_items(page: LinearPage, barred: list[tuple[int, int]], keyed: list[Item]) -> list[Item]:
    """Comments that only a class or microdata names, outside those that have an identifier."""
    taken = [page.ranges[element] for item in keyed for element in item.elements]
    starts, cover = sorted(first for first, _ in taken), Cover(taken)
    roots = {element for item in keyed for element in item.elements}
    candidates: list[HtmlElement] = []
    for index in sorted({*page.properties, *signs.places_named(page, signs.ITEM)}):
        element = page.order[index]
        if element.tag in _NEVER_CLASS_ITEM or not _is_named_comment(element):
            continue
        if is_barred(index, barred) or _is_part(page, element, roots, starts, cover):
            continue
        candidates.append(element)
    return [Item([element]) for element in _outermost(page, candidates)]


def _is_part(
    page: LinearPage, element: HtmlElement, roots: set[HtmlElement], starts: list[int], cover: Cover
) -> bool:
    """Whether `element` is a piece of a comment that has an identifier, or holds some."""
    first, last = page.ranges[element]
    if bisect_left(starts, first) < bisect_left(starts, last):
        return True
    if not cover.has(first):
        return False
    for ancestor in element.iterancestors():
        if ancestor in roots:
            return True
        if ancestor.tag in ("ul", "ol") or signs.has(ancestor, signs.CHILDREN):
            # a pingback or a deleted comment among the answers, without an identifier
            return str(element.tag) != "li"
    return True


def _is_named_comment(element: HtmlElement) -> bool:
    if signs.has(element, signs.ITEM):
        return True
    if element.get("itemprop") == "comment":
        return True
    kind = element.get("itemtype") or element.get("typeof")
    return kind is not None and _COMMENT_TYPE.search(kind) is not None


def _outermost(page: LinearPage, candidates: list[HtmlElement]) -> list[HtmlElement]:
    """The candidates that are comments: not a part of one, not a box around several."""
    kept: list[HtmlElement] = []
    around: list[HtmlElement] = []  # the kept elements that are open, outermost first
    places = [page.ranges[element][0] for element in candidates]
    for element in candidates:
        first, last = page.ranges[element]
        inner = candidates[bisect_left(places, first + 1) : bisect_left(places, last)]
        if _is_shell(element, inner[:_MAX_INNER]):
            continue
        while around and not page.contains(around[-1], element):
            around.pop()
        if not around or _signature(around[-1]) == _signature(element):
            kept.append(element)
            around.append(element)
    return kept


def _is_shell(element: HtmlElement, inner: list[HtmlElement]) -> bool:
    """Whether `element` is a box around several comments that look alike."""
    seen: dict[tuple[HtmlElement | None, tuple[str, str]], int] = {}
    for other in inner:
        if _signature(other) == _signature(element):
            return False
        place = (other.getparent(), _signature(other))
        seen[place] = seen.get(place, 0) + 1
    return any(n > 1 for n in seen.values())


def _signature(element: HtmlElement) -> tuple[str, str]:
    name = next((n for n in signs.tokens(element) if signs.ITEM.names(n)), "")
    return str(element.tag), name.lower().replace("gsc-reply", "gsc-comment")
