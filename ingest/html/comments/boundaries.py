"""Where each comment begins and ends, from the identifiers and names that platforms give them."""

from __future__ import annotations

from bisect import bisect_left
from itertools import chain
from typing import Final

from lxml.html import HtmlElement

from ingest.html.comments import signs
from ingest.html.comments.counts import is_thread_heading
from ingest.html.comments.items import (
    MARKERS,
    NEVER_ITEM,
    Item,
    barred_ranges,
    is_barred,
    link_parents,
)
from ingest.html.comments.named import named_items
from ingest.html.linear import LinearPage

__all__ = ["find_items"]

_STOPS: Final = frozenset(["form", "nav", "script", "h1", "h2", "h3", "footer", "aside"])
_MIN_GAP_CHARS = 3
_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
_MAX_LEVELS = 60  # nested answers lie deep


def find_items(page: LinearPage) -> list[Item]:
    """The comments in page order, nested ones with their parent; empty when none is named."""
    barred = barred_ranges(page)
    items = _keyed_items(page, barred)
    items += named_items(page, barred, items)
    return link_parents(page, items)


def _keyed_items(page: LinearPage, barred: list[tuple[int, int]]) -> list[Item]:
    """Comments whose markup has an identifier (`comment-12`, `c12`, `li-comment-12`)."""
    firsts: dict[str, HtmlElement] = {}
    headed: dict[HtmlElement, bool] = {}
    identified = chain.from_iterable(places for (_, name), places in page.names.items() if name)
    for index in sorted({*identified, *page.tagged("a")}):
        element = page.order[index]
        if element.tag in NEVER_ITEM:
            continue
        key = signs.item_key(element)
        if key is None or key in firsts or is_barred(index, barred):
            continue
        if not signs.is_weak_key(element) or _stands_in_thread(element, headed):
            firsts[key] = element
    if not firsts:
        return []
    places = sorted(page.ranges[element][0] for element in firsts.values())
    roots = {key: _climb(page, element, places) for key, element in firsts.items()}
    return _with_siblings(page, roots)


def _stands_in_thread(element: HtmlElement, headed: dict[HtmlElement, bool]) -> bool:
    """Whether a definition list, a thread's heading or an ancestor named after comments is near."""
    if signs.is_post_key(element):
        return any(signs.has(ancestor, signs.DISQUS) for ancestor in element.iterancestors())
    parent = element.getparent()
    if element.tag == "dt" or (parent is not None and _has_thread_heading(parent, headed)):
        return True
    return any(
        n < _MAX_LEVELS
        and ancestor.tag not in ("html", "body")
        and (signs.has(ancestor, signs.AREA) or signs.has(ancestor, signs.ITEM))
        for n, ancestor in enumerate(element.iterancestors())
    )


def _has_thread_heading(parent: HtmlElement, known: dict[HtmlElement, bool]) -> bool:
    """Whether a child of `parent` is a heading over comments; `known` remembers."""
    if parent not in known:
        known[parent] = any(
            signs.has(child, signs.AREA) or is_thread_heading(child.text_content())
            for child in parent.iterchildren(*_HEADINGS)
        )
    return known[parent]


def _climb(page: LinearPage, element: HtmlElement, places: list[int]) -> HtmlElement:
    """The outermost element around `element` that belongs to this comment alone."""
    while (parent := element.getparent()) is not None and parent in page.ranges:
        if parent.tag in NEVER_ITEM or element.tag == "dt":
            break
        first, last = page.ranges[parent]
        inside = places[bisect_left(places, first) : bisect_left(places, last)]
        is_alone = len(inside) == 1
        if parent.tag == "li" or signs.has(parent, signs.ITEM):
            own = page.ranges[element][0]
            is_first = (
                bool(inside) and page.ranges[element][0] <= inside[0] < page.ranges[element][1]
            )
            others_nested = is_alone or all(
                _nearest(page.order[place], parent.tag) is not parent
                for place in inside
                if not own <= place < page.ranges[element][1]
            )
            if is_alone or (is_first and others_nested):
                element = parent
                continue
            break
        if is_alone and element.tag in MARKERS and not signs.has(parent, signs.AREA):
            if len(page.text_of(parent)) > 6_000 or parent.find(".//h1") is not None:
                break
            element = parent
            continue
        break
    return element


def _nearest(element: HtmlElement, tag: str) -> HtmlElement | None:
    """`element` or its nearest ancestor with this tag."""
    if element.tag == tag:
        return element
    return next(element.iterancestors(tag), None)


def _with_siblings(page: LinearPage, roots: dict[str, HtmlElement]) -> list[Item]:
    """Items of the roots; where the text stands beside the root, the siblings belong to it."""
    by_parent: dict[HtmlElement, list[tuple[str, HtmlElement]]] = {}
    for key, root in roots.items():
        parent = root.getparent()
        if parent is not None:
            by_parent.setdefault(parent, []).append((key, root))
    items: list[Item] = []
    for group in by_parent.values():
        group.sort(key=lambda pair: page.ranges[pair[1]][0])
        members = {root for _, root in group}
        is_run = _is_run(page, [root for _, root in group], members)
        tail_tags = _tail_tags([root for _, root in group], members)
        for n, (key, root) in enumerate(group):
            elements = [root]
            if is_run:
                is_last = n == len(group) - 1 and len(group) > 1
                elements += _following(page, root, members, tail_tags if is_last else None)
            items.append(Item(elements, key))
    return items


def _is_run(page: LinearPage, group: list[HtmlElement], members: set[HtmlElement]) -> bool:
    """Whether the comments of `group` are runs of siblings that the roots only open."""
    if all(root.tag == "dt" or (root.tag in MARKERS and root.tag != "span") for root in group):
        return True
    if all(not page.text_of(root) for root in group):
        return True
    gaps = [
        sum(
            len(page.text_of(sibling))
            for sibling in _following(page, root, members, None)
            if sibling.tag not in ("ul", "ol") and not signs.has(sibling, signs.CHILDREN)
        )
        for root in group[:-1]
    ]
    return bool(gaps) and sum(gap > _MIN_GAP_CHARS for gap in gaps) > len(gaps) / 2


def _tail_tags(group: list[HtmlElement], members: set[HtmlElement]) -> set[str]:
    """Tags of the siblings that follow the roots, the last one's left out."""
    return {str(sibling.tag) for root in group[:-1] for sibling in _until(root, members)}


def _until(root: HtmlElement, members: set[HtmlElement]) -> list[HtmlElement]:
    found: list[HtmlElement] = []
    for sibling in root.itersiblings():
        if sibling in members:
            break
        found.append(sibling)
    return found


def _following(
    page: LinearPage, root: HtmlElement, members: set[HtmlElement], tags: set[str] | None
) -> list[HtmlElement]:
    """The siblings after `root` that belong to it; `tags` limits those of the last comment."""
    found: list[HtmlElement] = []
    for sibling in _until(root, members):
        if sibling not in page.ranges:
            continue
        is_own_title = sibling.tag == "h3" and not any(
            page.text_of(other) for other in (root, *found)
        )
        is_stop = (sibling.tag in _STOPS and not is_own_title) or signs.has(sibling, signs.FORM)
        if is_stop or (tags is not None and sibling.tag not in tags):
            break
        if root.tag == "dt" and sibling.tag == "dt":
            break
        found.append(sibling)
    return found
