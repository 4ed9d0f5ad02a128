"""Which comment each comment answers, and how deep it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from lxml.html import HtmlElement

from ingest.html.comments import signs
from ingest.html.comments.items import Item
from ingest.html.linear import LinearPage

__all__ = ["Placed", "place_items"]

_DEPTH = re.compile(r"(?:[a-z]+[-_])*(?:depth|level|indent|niveau)[-_]?(\d{1,2})", re.I)
_MAX_BESIDE: Final = 40  # elements looked at beside a list of answers

Placed = tuple[int | None, int]  # the place of the parent, the depth


def place_items(
    page: LinearPage, items: Sequence[Item], replies: Sequence[str | None]
) -> list[Placed]:
    """Parent and depth of each item, in the order given (the page's).

    `replies` are the keys of the comments that « in reply to » links name. Nesting comes first,
    then a list of answers that stands beside its comment, such a link, and a `depth-N` class.
    """
    places = {id(item): n for n, item in enumerate(items)}
    roots = {element: n for n, item in enumerate(items) for element in item.elements}
    by_key = {item.key: n for n, item in enumerate(items) if item.key is not None}
    stated = _stated_depths(items)
    placed: list[Placed] = []
    last_at_depth: dict[int, int] = {}
    for n, item in enumerate(items):
        depth = stated[n]
        parent = _enclosing(item, places)
        if parent is None:
            parent = _beside(page, item, roots)
        if parent is None and replies[n] is not None:
            parent = by_key.get(replies[n] or "")
        if parent is None and depth:
            parent = last_at_depth.get(depth - 1)
        if parent is not None and parent >= n:
            parent = None
        nested = 0 if parent is None else placed[parent][1] + 1
        placed.append((parent, max(nested, depth or 0)))
        last_at_depth[placed[n][1]] = n
    return placed


def _enclosing(item: Item, places: dict[int, int]) -> int | None:
    parent = item.parent
    while parent is not None and id(parent) not in places:
        parent = parent.parent
    return None if parent is None else places[id(parent)]


def _beside(page: LinearPage, item: Item, roots: dict[HtmlElement, int]) -> int | None:
    """The comment before the list of answers in which `item` stands (Drupal's `indented`)."""
    around = item.elements[0].getparent()
    if around is None or not signs.has(around, signs.CHILDREN):
        return None
    for sibling in around.itersiblings(preceding=True):
        if sibling in roots:
            return roots[sibling]
        inner = [e for e in page.subtree(sibling)[:_MAX_BESIDE] if e in roots]
        if inner:
            return roots[inner[0]]
        if page.text_of(sibling):
            return None
    return None


def _stated_depths(items: Sequence[Item]) -> list[int | None]:
    """The depth from 0 that a class of each item states: engines count from 0 or from 1."""
    depths: list[int | None] = []
    for item in items:
        matches = (_DEPTH.fullmatch(name) for name in signs.tokens(item.elements[0]))
        depths.append(next((int(match.group(1)) for match in matches if match), None))
    known = [depth for depth in depths if depth is not None]
    first = min(1, min(known, default=0))
    return [None if depth is None else depth - first for depth in depths]
