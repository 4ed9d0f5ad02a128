"""Comments of themes that name nothing: siblings that repeat, each with a date and a text.

Inside a comment area (its id or class says so, or a heading counts comments) two shapes are
looked for: sibling elements that each hold a date, and headings with a date each followed by
its paragraphs.
"""

from __future__ import annotations

import re
from typing import Final

from lxml.html import HtmlElement

from ingest.dates import find_dates
from ingest.html.comments import signs
from ingest.html.comments.counts import is_thread_heading
from ingest.html.comments.items import Item, barred_ranges, link_parents
from ingest.html.linear import LinearPage

__all__ = ["find_sibling_items"]

_HEADERS: Final = frozenset(
    [
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "dt",
        "p",
        "div",
        "header",
        "cite",
        "strong",
        "b",
        "small",
        "span",
    ]
)
_BOXES: Final = frozenset(["div", "li", "article", "section", "blockquote", "table", "tr", "td"])
_MAX_HEADER_CHARS = 160
_MIN_TEXT_CHARS = 2
_MAX_AREAS: Final = 30
_YEAR = re.compile(r"(?:19|20)\d\d|\d{1,2}[/.]\d{1,2}[/.]\d\d")
_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")


def find_sibling_items(page: LinearPage) -> list[Item]:
    """The comments of the first comment area that holds a repeated shape; empty when none."""
    barred = barred_ranges(page)
    for area, after in _areas(page):
        index = page.ranges[area][0]
        if any(first <= index < last for first, last in barred):
            continue
        best: list[Item] = []
        for parent in page.subtree(area):
            if len(parent) == 0 or parent.tag in ("form", "nav", "tr"):
                continue
            children = [
                child
                for child in parent
                if child in page.spans and page.spans[child][1] > page.spans[child][0] >= after
            ]
            for items in (_repeated(page, children), _headed(page, children)):
                if len(items) > len(best):
                    best = items
        if best:
            return link_parents(page, best)
    return []


def _areas(page: LinearPage) -> list[tuple[HtmlElement, int]]:
    """Elements that may hold the thread, with the offset from which it may begin."""
    named = [
        (element, 0)
        for element in page.at(signs.places_named(page, signs.AREA))
        if element.tag not in ("html", "body", "form", "a", "input", "li", "span", "textarea")
        and not element.tag.startswith("h")
        and page.spans[element][1] > page.spans[element][0]
    ]
    headed: list[tuple[HtmlElement, int]] = []
    seen: set[HtmlElement] = set()
    for element in page.at(page.tagged(*_HEADINGS)):
        if is_thread_heading(page.text_of(element)):
            parent = element.getparent()
            if parent is not None and parent in page.ranges and parent not in seen:
                seen.add(parent)
                headed.append((parent, page.spans[element][1]))
    return (named + headed)[:_MAX_AREAS]


def _shape(element: HtmlElement) -> tuple[str, str]:
    names = [
        name
        for name in (element.get("class") or "").split()
        if not re.search(r"\d|even|odd|alt", name)
    ]
    return str(element.tag), names[0] if names else ""


def _has_date(text: str) -> bool:
    return _YEAR.search(text) is not None and bool(find_dates(text, source="text"))


def _is_header(page: LinearPage, element: HtmlElement) -> bool:
    text = page.text_of(element)
    return (
        element.tag in _HEADERS
        and len(text) <= _MAX_HEADER_CHARS
        and _has_date(text)
        and element.find(".//p") is None
    )


def _repeated(page: LinearPage, children: list[HtmlElement]) -> list[Item]:
    """One item a child, when children of one shape each hold a date and more text than it."""
    shapes: dict[tuple[str, str], list[HtmlElement]] = {}
    for child in children:
        if child.tag in _BOXES or (child.tag == "p" and _opens_with_date(page, child)):
            shapes.setdefault(_shape(child), []).append(child)
    best: list[HtmlElement] = []
    for group in shapes.values():
        dated = [child for child in group if _holds_comment(page, child)]
        if len(dated) >= max(1, 0.7 * len(group)) and len(dated) > len(best):
            best = dated
    return [Item([child]) for child in best]


def _opens_with_date(page: LinearPage, element: HtmlElement) -> bool:
    """Whether a paragraph is a whole comment: its first line says who and when."""
    first, _, rest = page.text_of(element).partition("\n")
    return bool(rest.strip()) and len(first) <= _MAX_HEADER_CHARS and _has_date(first)


def _holds_comment(page: LinearPage, element: HtmlElement) -> bool:
    text = page.text_of(element)
    if _YEAR.search(text) is None:
        return False
    dates = find_dates(text[:4000], source="text") or find_dates(text[-400:], source="text")
    n_date = len(dates[0].date.raw) if dates else 0
    n_dates_allowed = 1 + len(text) // 200  # a list of dated links is no comment
    return bool(dates) and len(dates) <= n_dates_allowed and len(text) > n_date + _MIN_TEXT_CHARS


def _headed(page: LinearPage, children: list[HtmlElement]) -> list[Item]:
    """Runs of siblings, each opened by a short element with a date."""
    heads = [child for child in children if _is_header(page, child)]
    if not heads:
        return []
    shape = max({_shape(head) for head in heads}, key=lambda s: sum(_shape(h) == s for h in heads))
    heads = [head for head in heads if _shape(head) == shape]
    members, items = set(heads), []
    for head in heads:
        elements = [head]
        for sibling in head.itersiblings():
            if (
                sibling in members
                or sibling.tag in ("form", "nav")
                or signs.has(sibling, signs.FORM)
            ):
                break
            if sibling in page.spans:
                elements.append(sibling)
        n_text = sum(len(page.text_of(element)) for element in elements[1:])
        if n_text > _MIN_TEXT_CHARS:
            items.append(Item(elements))
    return items
