"""When a comment was written, the surest place of its markup first."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from ingest.dates import find_dates, parse_french_date
from ingest.html.comments import signs
from ingest.html.comments.own_text import Header, OwnText, is_inside
from ingest.html.linear import LinearPage
from ingest.model import PublicationDate

__all__ = ["read_date"]

_DIGITS = re.compile(r"\d[\d/.: -]*\d|\b\d\b")
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_MAX_HEADER_BLOCK = 240
_MAX_PLACE_CHARS = 120
_MAX_HEADER_LETTERS = 45


def read_date(page: LinearPage, own: OwnText, header: Header) -> None:
    """Set the date of the comment and where it stands; nothing where none is stated."""
    for date, span in _dates(page, own):
        header.date = date
        header.marks.append(span)
        return


def _dates(page: LinearPage, own: OwnText) -> Iterator[tuple[PublicationDate, tuple[int, int]]]:
    """Dates of the comment with their spans, the surest place first."""
    outside = [e for e in own.elements if not is_inside(page.spans[e], own.content)]
    for element in outside:
        raw = _stated_date(element)
        date = parse_french_date(raw, source="time-element") if raw and _ISO.match(raw) else None
        if date is not None:
            yield date, page.spans[element]
    for element in outside:
        raw = element.get("title")
        if raw and len(raw) < 80 and signs.has(element, signs.DATE):
            for found in find_dates(raw, source="title"):
                yield found.date, page.spans[element]
    for start, end in _places(page, outside):
        for found in find_dates(page.text[start:end], source="text"):
            yield found.date, (start + found.start, start + found.end)
    n_blocks = len(own.blocks)
    outer = [b for b in own.blocks if not is_inside((b.start, b.end), own.content)]
    edges = own.blocks[:3] + own.blocks[max(3, n_blocks - 2) :]
    for block in outer + edges:
        head = page.text[block.start : block.end][:_MAX_HEADER_BLOCK]
        for found in find_dates(head, source="text"):
            yield found.date, (block.start + found.start, block.start + found.end)


def _places(page: LinearPage, elements: list[HtmlElement]) -> list[tuple[int, int]]:
    """Spans of short elements with figures, those that their theme names after dates first.

    Then those that say little else: « Le 3 février 1986, il a dit … » opens a text.
    """
    named = [page.spans[element] for element in elements if signs.has(element, signs.DATE)]
    ranked: list[tuple[int, tuple[int, int]]] = []
    for element in elements:
        start, end = span = page.spans[element]
        if not 0 < end - start < _MAX_PLACE_CHARS or not _DIGITS.search(page.text, start, end):
            continue
        if len(element) == 0 and _is_small(element) and is_inside(span, named):
            ranked.append((0, span))
        elif signs.has(element, signs.DATE):
            ranked.append((1, span))
        elif _is_small(element):
            text = page.text[start:end]
            is_prose = text[-1] in ".!?…»" or sum(map(str.isalpha, text)) > _MAX_HEADER_LETTERS
            ranked.append((3 if is_prose else 2, span))
    return [span for _, span in sorted(ranked, key=lambda pair: pair[0])]


def _is_small(element: HtmlElement) -> bool:
    return len(element) < 3 and element.tag in (
        "a",
        "small",
        "span",
        "em",
        "i",
        "abbr",
        "time",
        "p",
    )


def _stated_date(element: HtmlElement) -> str | None:
    """The machine-readable date of an element (time, abbr, microdata)."""
    if element.tag == "time":
        return _attribute(element, "datetime", "content")
    if element.tag in ("abbr", "span", "a", "div", "p"):
        raw = _attribute(element, "title")
        if raw and _ISO.match(raw):
            return raw
    is_date = re.search(r"date|time", element.get("itemprop") or "", re.I) is not None
    if is_date or element.get("property") == "dc:date":
        return _attribute(element, "content", "datetime")
    return None


def _attribute(element: HtmlElement, *names: str) -> str | None:
    """The first of these attributes that has a value."""
    return next((str(element.get(name)) for name in names if element.get(name)), None)
