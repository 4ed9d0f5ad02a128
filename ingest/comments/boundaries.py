"""Where each comment begins and ends, from the identifiers and names that platforms give them."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Final

from lxml.html import HtmlElement

from ingest.comments import signs
from ingest.comments.counts import is_thread_heading
from ingest.linear import LinearPage
from ingest.spans import Cover

__all__ = ["Item", "barred_ranges", "find_items", "link_parents"]

_NEVER_ITEM: Final = frozenset(
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
_MARKERS: Final = frozenset(
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
_NEVER_CLASS_ITEM: Final = _NEVER_ITEM | _MARKERS | frozenset(["p", "i", "em", "header", "footer"])
_STOPS: Final = frozenset(["form", "nav", "script", "h1", "h2", "h3", "footer", "aside"])
_RECENT = re.compile(r".*(?:recent|dernier|latest|widget_comment).*", re.I)
_COMMENT_TYPE = re.compile(
    r"(?:schema\.org/(?:User)?Comments?$)|(?:^|\s)sioct?:(?:Comment|Post sioct:Comment)"
)
_MAX_ITEM_SHARE = 0.5  # of the page's text: above it a side column is the page itself
_MIN_GAP_CHARS = 3
_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
_MAX_INNER: Final = 200
_MAX_LEVELS = 60  # nested answers lie deep


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


def find_items(page: LinearPage) -> list[Item]:
    """The comments in page order, nested ones with their parent; empty when none is named."""
    barred = barred_ranges(page)
    items = _keyed_items(page, barred)
    items += _class_items(page, barred, items)
    return link_parents(page, items)


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
    for element in page.order:
        if ranges and page.ranges[element][0] < ranges[-1][1]:
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


def _is_barred(index: int, barred: list[tuple[int, int]]) -> bool:
    return any(first <= index < last for first, last in barred)


def _keyed_items(page: LinearPage, barred: list[tuple[int, int]]) -> list[Item]:
    """Comments whose markup has an identifier (`comment-12`, `c12`, `li-comment-12`)."""
    firsts: dict[str, HtmlElement] = {}
    headed: dict[HtmlElement, bool] = {}
    for index, element in enumerate(page.order):
        if element.tag in _NEVER_ITEM:
            continue
        key = signs.item_key(element)
        if key is None or key in firsts or _is_barred(index, barred):
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
        if parent.tag in _NEVER_ITEM or element.tag == "dt":
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
        if is_alone and element.tag in _MARKERS and not signs.has(parent, signs.AREA):
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
    if all(root.tag == "dt" or (root.tag in _MARKERS and root.tag != "span") for root in group):
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
        is_stop = sibling.tag in _STOPS or signs.has(sibling, signs.FORM)
        if is_stop or (tags is not None and sibling.tag not in tags):
            break
        if root.tag == "dt" and sibling.tag == "dt":
            break
        found.append(sibling)
    return found


def _class_items(page: LinearPage, barred: list[tuple[int, int]], keyed: list[Item]) -> list[Item]:
    """Comments that only a class or microdata names, outside those that have an identifier."""
    taken = [page.ranges[element] for item in keyed for element in item.elements]
    starts, cover = sorted(first for first, _ in taken), Cover(taken)
    roots = {element for item in keyed for element in item.elements}
    candidates: list[HtmlElement] = []
    for index, element in enumerate(page.order):
        if element.tag in _NEVER_CLASS_ITEM or not _is_named_comment(element):
            continue
        if _is_barred(index, barred) or _is_part(page, element, roots, starts, cover):
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
    if str(element.get("itemprop")) == "comment":
        return True
    kind = str(element.get("itemtype") or element.get("typeof") or "")
    return re.search(_COMMENT_TYPE, kind) is not None


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
    name = next((n for n in signs.tokens(element) if signs.ITEM.fullmatch(n)), "")
    return str(element.tag), name.lower()
