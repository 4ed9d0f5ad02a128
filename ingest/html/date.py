"""The date of the post: what metadata states, what the page prints, what its address says."""

from __future__ import annotations

import re
from typing import Any, Final

from lxml.html import HtmlElement

from ingest.dates import find_dates, parse_french_date
from ingest.html.comments import signs
from ingest.html.head import is_post, metas
from ingest.html.linear import Block, LinearPage
from ingest.model import Page, PublicationDate
from ingest.spans import Cover

__all__ = ["NEAR_CHARS", "find_date", "is_aside"]

_META_DATES: Final = (
    "article:published_time",
    "datePublished",
    "DC.date",
    "dc.date.issued",
    "dcterms.created",
    "DC.date.created",
    "date",
    "pubdate",
    "publish-date",
    "sailthru.date",
    "article.published",
    "citation_publication_date",
    "og:article:published_time",
    "parsely-pub-date",
)
_DATE_CLASS = signs.Sign(
    r"(?:entry|post|article|blog|header|single|item|publication|published|meta|date)?[-_]?"
    r"(?:date|datetime|time|published|posted-on|created|timestamp|day|meta|metadata|info|infos|byline|postmetadata|date-header|data|header)"
    r"|postmetadata|dateheader|post-byline|info-publi|date_publication|publication|entry_date|published|updated|day-date"
)
_URL_DATE = re.compile(r"/((?:19|20)\d\d)/(0?[1-9]|1[0-2])/(0?[1-9]|[12]\d|3[01])(?:/|$)")
_URL_MONTH = re.compile(r"/((?:19|20)\d\d)/(0[1-9]|1[0-2])(?:/|$)")
NEAR_CHARS: Final = 600  # before and after the title: where themes print the date of the post
_MAX_PIECES: Final = 20
_PUBLISHED = signs.Sign(r"published|dt-published|(?:entry|post)-date")
_UPDATED = signs.Sign(r"updated|modified|entry-updated")


def find_date(  # noqa: PLR0913, PLR0917  the places of one date
    page: Page,
    tree: HtmlElement,
    linear: LinearPage,
    linked: list[dict[str, Any]],
    skip: Cover,
    title_span: tuple[int, int] | None,
    url: str | None,
) -> PublicationDate | None:
    for value in linked:
        raw = value.get("datePublished") if is_post(value) else None
        date = parse_french_date(raw, source="jsonld") if isinstance(raw, str) else None
        if date:
            return date
    stated_metas = metas(tree)
    for name in _META_DATES:
        raw = stated_metas.get(name.lower())
        date = parse_french_date(raw, source="meta") if raw else None
        if date and date.precision not in ("year", "month"):
            return date
    shown = _shown_date(linear, skip, title_span, page.captured_at)
    return shown or _date_of_address(url or page.url or page.source_path)


def _shown_date(
    linear: LinearPage,
    skip: Cover,
    title_span: tuple[int, int] | None,
    captured_at: str | None,
) -> PublicationDate | None:
    """The date that the page prints: microdata and classes first, the nearest to the title."""
    anchor = title_span[0] if title_span else 0
    ranked: list[tuple[int, int, PublicationDate]] = []
    places = linear.tagged("time", "abbr"), signs.places_named(linear, _DATE_CLASS)
    for element in linear.at(sorted({*places[0], *places[1], *linear.properties})):
        span = linear.spans[element]
        is_property = (element.get("itemprop") or "") in ("datePublished", "dateCreated")
        is_time = element.tag in ("time", "abbr") and bool(
            element.get("datetime") or element.get("title")
        )
        if not (
            is_property
            or is_time
            or (0 < span[1] - span[0] < 400 and signs.has(element, _DATE_CLASS))
        ):
            continue
        if skip.holds(*span) or is_aside(element):
            continue
        raw = (
            element.get("datetime")
            or element.get("content")
            or (element.get("title") if is_time else None)
        )
        date = (
            parse_french_date(raw, source="time-element")
            if raw and re.match(r"\d{4}-\d\d", raw)
            else None
        )
        if date is None:
            text = linear.text[span[0] : span[1]]
            found = find_dates(text, source="text")
            date = found[0].date if found else None
            if date is None and captured_at and re.match(r"\W*il y a\b", text, re.I):
                date = parse_french_date(text, source="relative", captured_at=captured_at)
        if date is not None:
            is_updated = _is_of_update(element)
            ranked.append(
                (2 * is_updated + (not (is_property or is_time)), abs(span[0] - anchor), date)
            )
    near = [entry for entry in ranked if entry[1] <= 4 * NEAR_CHARS or title_span is None]
    if not ranked:
        return _date_near(linear, skip, title_span)
    best = min(near or ranked, key=lambda entry: (entry[1] > 2 * NEAR_CHARS, entry[0], entry[1]))
    is_of_update = best[0] >= 2
    return (_date_near(linear, skip, title_span) if is_of_update else None) or best[2]


def _date_near(
    linear: LinearPage, skip: Cover, title_span: tuple[int, int] | None
) -> PublicationDate | None:
    if title_span is None:
        return None
    start, end = max(0, title_span[0] - NEAR_CHARS), title_span[1] + NEAR_CHARS
    for block in sorted(linear.blocks, key=lambda b: abs(b.start - title_span[1])):
        if block.end <= start or block.start >= end or skip.holds(block.start, block.end):
            continue
        text = linear.text[block.start : block.end]
        if len(text) <= 160 and not is_aside(block.element):
            date = _date_in(linear, block, text)
            if date is not None:
                return date
    return None


def _date_in(linear: LinearPage, block: Block, text: str) -> PublicationDate | None:
    """The first date of the block, dates of changes left out; where its pieces touch each other,
    of one of its elements.
    """
    if not any(sign.isdigit() for sign in text):
        return None
    inner = linear.subtree(block.element)[1:_MAX_PIECES]
    for element in inner:
        if _is_of_update(element):
            start, end = (n - block.start for n in linear.spans[element])
            text = text[:start] + " " * (end - start) + text[end:]
    found = find_dates(text, source="text")
    for element in inner:
        if not found and not _is_of_update(element):
            found = find_dates(linear.text_of(element), source="text")
    return found[0].date if found else None


def _is_of_update(element: HtmlElement) -> bool:
    return signs.has(element, _UPDATED) and not signs.has(element, _PUBLISHED)


def is_aside(element: HtmlElement) -> bool:
    """Whether the element stands in a side column or the navigation."""
    return any(
        ancestor.tag in ("aside", "nav", "footer") and ancestor.find(".//article") is None
        for ancestor in element.iterancestors("aside", "nav")
    ) or any(
        signs.has(ancestor, signs.SIDE)
        and ancestor.tag not in ("html", "body", "article", "main")
        and "Blog" not in signs.tokens(ancestor)
        for n, ancestor in enumerate(element.iterancestors())
        if n < 6
    )


def _date_of_address(address: str) -> PublicationDate | None:
    match = _URL_DATE.search(address)
    if match:
        year, month, day = (int(part) for part in match.groups())
        return parse_french_date(f"{year:04d}-{month:02d}-{day:02d}", source="url")
    match = _URL_MONTH.search(address)
    if match:
        value = f"{match[1]}-{match[2]}"
        return PublicationDate(value, "month", "url", match.group().strip("/"))
    return None
