"""The text that belongs to one comment, and the record of what its markup says."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml.html import HtmlElement

from ingest.html.comments import signs
from ingest.html.comments.items import Item
from ingest.html.linear import Block, LinearPage
from ingest.model import CommentKind, CommentState, PublicationDate

__all__ = ["Header", "OwnText", "is_inside", "own_text"]


@dataclass(slots=True)
class Header:
    """The facts of one comment and the elements and spans that state them."""

    author: str | None = None
    author_url: str | None = None
    date: PublicationDate | None = None
    url: str | None = None
    kind: CommentKind = CommentKind.COMMENT
    state: CommentState = CommentState.PUBLISHED
    is_marked_author: bool = False
    in_reply_to: str | None = None
    marks: list[tuple[int, int]] = field(default_factory=list)


@dataclass(slots=True)
class OwnText:
    """The blocks of one comment without those of the comments nested in it.

    `content` are inside the element that the theme names as the text, when it names one.
    """

    blocks: list[Block]
    elements: list[HtmlElement]
    content: list[tuple[int, int]]


def own_text(page: LinearPage, item: Item, blocks: list[Block]) -> OwnText:
    """The blocks and elements that belong to `item` itself; `blocks` are those in its span."""
    nested = [(child.start, child.end) for child in item.children]
    nested_ranges = [page.ranges[e] for child in item.children for e in child.elements]
    own = [b for b in blocks if not any(s <= b.start and b.end <= e for s, e in nested)]
    elements = [
        element
        for root in item.elements
        for index, element in enumerate(page.subtree(root), page.ranges[root][0])
        if not any(first <= index < last for first, last in nested_ranges)
    ]
    content = _content_spans(page, elements, nested)
    return OwnText(own, elements, content)


def _content_spans(
    page: LinearPage, elements: list[HtmlElement], nested: list[tuple[int, int]]
) -> list[tuple[int, int]]:
    for is_content in (_is_strong_content, _is_weak_content):
        found: list[HtmlElement] = []
        for element in elements[1:]:
            start, end = page.spans[element]
            if end <= start or not is_content(element):
                continue
            if any(start <= s and e <= end for s, e in nested) and is_content is _is_weak_content:
                continue
            if found and page.contains(found[-1], element):
                # a box named « content » around the author, the date and the text named so too
                if _holds_facts(page, found[-1], element):
                    found[-1] = element
                continue
            found.append(element)
        if found:
            return [page.spans[_innermost(page, element)] for element in found]
    return []


def _innermost(page: LinearPage, content: HtmlElement) -> HtmlElement:
    """`content`, or its part that is named after the text where author and date stand before it."""
    return next(
        (
            inner
            for inner in page.subtree(content)[1:]
            if _is_weak_content(inner)
            and page.text_of(inner)
            and _holds_facts(page, content, inner)
        ),
        content,
    )


def _holds_facts(page: LinearPage, outer: HtmlElement, inner: HtmlElement) -> bool:
    """Whether `outer` names an author or a date before its part `inner`."""
    first, last = page.ranges[outer][0] + 1, page.ranges[inner][0]
    return any(
        signs.has(element, signs.AUTHOR) or signs.has(element, signs.DATE)
        for element in page.order[first:last]
    )


def _is_strong_content(element: HtmlElement) -> bool:
    if element.get("itemprop") in ("text", "commentText", "description", "articleBody"):
        return True
    return element.tag not in ("a", "ul", "ol") and signs.has(element, signs.CONTENT)


def _is_weak_content(element: HtmlElement) -> bool:
    if element.tag == "dd" and not signs.has(element, signs.HEADER):
        return True
    return element.tag in ("div", "section", "p", "td", "blockquote", "span") and signs.has(
        element, signs.WEAK_CONTENT
    )


def is_inside(span: tuple[int, int], outer: list[tuple[int, int]]) -> bool:
    """Whether `span` lies in one of the spans `outer`."""
    return any(start <= span[0] and span[1] <= end for start, end in outer)
