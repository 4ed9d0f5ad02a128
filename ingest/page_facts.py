# ruff: noqa: E501  rules are regular expressions: broken lines hide what they match
"""Title, author, date, site and address of the post, from the tree and its linear text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from ingest.comments import signs
from ingest.comments.headers import clean_author
from ingest.dates import find_dates, parse_french_date
from ingest.decode import strip_invisible
from ingest.extract import HeadFacts, read_head
from ingest.linear import LinearPage
from ingest.model import Page, PublicationDate
from ingest.spans import Cover

__all__ = ["PostFacts", "read_facts"]

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
_DATE_CLASS = re.compile(
    r"(?:entry|post|article|blog|header|single|item|publication|published|meta|date)?[-_]?"
    r"(?:date|datetime|time|published|posted-on|created|timestamp|day|meta|metadata|info|infos|byline|postmetadata|date-header|data|header)"
    r"|postmetadata|dateheader|post-byline|info-publi|date_publication|publication|entry_date|published|updated|day-date",
    re.I,
)
_URL_DATE = re.compile(r"/((?:19|20)\d\d)/(0?[1-9]|1[0-2])/(0?[1-9]|[12]\d|3[01])(?:/|$)")
_URL_MONTH = re.compile(r"/((?:19|20)\d\d)/(0[1-9]|1[0-2])(?:/|$)")
_HEADLINE_CLASS = re.compile(
    r"(?:entry|post|article|item|single|blog|page|content|story|billet)[-_]?(?:title|titre|headline|name)|titre[-_]?(?:billet|article|post)|"
    r"posttitle|crayon article-titre.*|p-name|headline|title|titre",
    re.I,
)
_SEPARATORS = re.compile(r"\s+[|»«·•–—:-]+\s+|\s*[|»«]\s*")
_POSTED_BY = re.compile(
    r"(?:publié|posté|écrit|rédigé|soumis|envoyé|submitted|posted|written|published|ajouté|proposé)\s*(?:le\b[^|\n]{0,40}?)?\s*(?:par|by)\s*:?\s*(?P<a>[^|\n,•·(]{2,50}?)"
    r"\s*(?=[|\n,•·(]|\ble\b|\bon\b|\bdans\b|\bin\b|\bà\b|\bat\b|$)|(?:^|\d\s+|,\s*)(?:par|by)\s+(?P<b>[^|\n,•·(]{2,50}?)\s*(?=[|\n,•·(]|\ble\b|\bon\b|\bdans\b|\bin\b|\bat\b|$)",
    re.I,
)
_NEAR_CHARS: Final = 600  # before and after the title: where themes print the date of the post


@dataclass(frozen=True, slots=True)
class PostFacts:
    """The post's metadata and the spans of the linear text that state it."""

    title: str | None = None
    author: str | None = None
    author_url: str | None = None
    date: PublicationDate | None = None
    site: str | None = None
    url: str | None = None
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    title_span: tuple[int, int] | None = None
    platform: str | None = None


def read_facts(page: Page, tree: HtmlElement, linear: LinearPage, skip: Cover) -> PostFacts:
    """The facts of the post; `skip` are spans (the thread) that state nothing about it."""
    head = read_head(tree, page.url)
    url = _canonical(tree, page.url) or head.url
    title, span = _title(tree, linear, head, skip)
    linked = list(_linked_data(tree))
    author, author_url = _author(linear, head, linked, skip, span)
    return PostFacts(
        title=title,
        author=author,
        author_url=author_url,
        date=_date(page, tree, linear, linked, skip, span, url),
        site=_site(head, tree, title),
        url=url,
        categories=_labels(linear, "category", skip),
        tags=_labels(linear, "tag", skip),
        title_span=span,
        platform=_platform(tree),
    )


def _clean(text: str | None) -> str | None:
    if not text:
        return None
    return re.sub(r"\s+", " ", strip_invisible(text)).strip() or None


def _metas(tree: HtmlElement) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        content = element.get("content")
        if name and content and name.lower() not in found:
            found[name.lower()] = content
    return found


def _canonical(tree: HtmlElement, page_url: str | None) -> str | None:
    """The address that the page names as its own; None when it names none or an unusable one."""
    for element in tree.iter("link"):
        if (element.get("rel") or "").lower() == "canonical" and element.get("href"):
            address = urljoin(page_url or "", element.get("href", "").strip())
            return address if _is_web(address) else None
    address = _metas(tree).get("og:url", "").strip()
    return address if _is_web(address) else (page_url if page_url and _is_web(page_url) else None)


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _in_any(span: tuple[int, int], spans: Cover) -> bool:
    return spans.holds(*span)


def _title(
    tree: HtmlElement, linear: LinearPage, head: HeadFacts, skip: Cover
) -> tuple[str | None, tuple[int, int] | None]:
    """The post's title and where it stands: a heading that the page's `<title>` contains."""
    metas = _metas(tree)
    page_title = _clean(next((t.text_content() for t in tree.iter("title")), None)) or ""
    stated = _clean(metas.get("og:title")) or ""
    best: tuple[float, str, tuple[int, int]] | None = None
    for element in linear.order:
        if element.tag not in ("h1", "h2", "h3", "h4", "a", "div", "span", "p", "td", "strong"):
            continue
        is_heading = element.tag in ("h1", "h2", "h3", "h4")
        if (
            not is_heading
            and not signs.has(element, _HEADLINE_CLASS)
            and element.get("itemprop") not in ("headline", "name")
        ):
            continue
        span = linear.spans[element]
        text = _clean(linear.text[span[0] : span[1]])
        if not text or len(text) > 300 or _in_any(span, skip):
            continue
        score = _title_score(text, element, page_title, stated, is_heading=is_heading)
        if best is None or score > best[0]:
            best = (score, text, span)
    if best is not None and best[0] >= 3:
        return best[1], best[2]
    fallback = stated or head.title or page_title
    return (_clean(fallback), None) if fallback else (best[1], best[2]) if best else (None, None)


def _title_score(
    text: str, element: HtmlElement, page_title: str, stated: str, *, is_heading: bool
) -> float:
    score = 0.0
    folded, whole = _fold(text), _fold(page_title)
    if folded and folded in whole:
        # the site's name is in the page's title too, but the post's name is the longer part or first
        score += 3 + 2 * len(folded) / max(1, len(whole)) + (0.5 if whole.startswith(folded) else 0)
    if stated and folded == _fold(stated):
        score += 3
    elif stated and folded and folded in _fold(stated):
        score += 1.5
    if signs.has(element, _HEADLINE_CLASS) or element.get("itemprop") == "headline":
        score += 1.2
    if is_heading:
        score += {"h1": 1.0, "h2": 0.8, "h3": 0.4, "h4": 0.1}[str(element.tag)]
    if re.search(r"site|blog|logo|brand|banner|masthead", " ".join(signs.tokens(element)), re.I):
        score -= 2
    link = element if element.tag == "a" else element.find(".//a")
    if link is not None and re.fullmatch(
        r"(?:https?://[^/]+)?/?(?:\.{1,2}/)*(?:index\.\w+)?", link.get("href") or "x"
    ):
        score -= 2.5  # a heading that leads home is the site's name
    return score


def _fold(text: str) -> str:
    return re.sub(r"\W+", " ", text).casefold().strip()


def _linked_data(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """The objects of the page's JSON-LD, nested graphs flattened, at most 200."""
    n = 0
    for element in tree.iter("script"):
        if "ld+json" not in (element.get("type") or "") or not element.text:
            continue
        try:
            stack: list[Any] = [json.loads(element.text)]
        except (ValueError, RecursionError):
            continue
        while stack and n < 200:
            value = stack.pop()
            n += 1
            if isinstance(value, list):
                stack.extend(reversed(value))
            elif isinstance(value, dict):
                yield value
                stack.extend(value[key] for key in ("@graph", "mainEntity") if key in value)


def _is_post(value: dict[str, Any]) -> bool:
    kinds = value.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    return any(
        isinstance(name, str) and re.search(r"Article|BlogPosting|WebPage|Posting|Report", name)
        for name in names
    )


def _date(  # noqa: PLR0913, PLR0917  the places of one date
    page: Page,
    tree: HtmlElement,
    linear: LinearPage,
    linked: list[dict[str, Any]],
    skip: Cover,
    title_span: tuple[int, int] | None,
    url: str | None,
) -> PublicationDate | None:
    for value in linked:
        raw = value.get("datePublished") if _is_post(value) else None
        date = parse_french_date(raw, source="jsonld") if isinstance(raw, str) else None
        if date:
            return date
    metas = _metas(tree)
    for name in _META_DATES:
        raw = metas.get(name.lower())
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
    for element in linear.order:
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
        if _in_any(span, skip) or _is_aside(element):
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
            is_updated = signs.has(element, _UPDATED)
            ranked.append(
                (2 * is_updated + (not (is_property or is_time)), abs(span[0] - anchor), date)
            )
    near = [entry for entry in ranked if entry[1] <= 4 * _NEAR_CHARS or title_span is None]
    if near or ranked:
        return min(
            near or ranked, key=lambda entry: (entry[1] > 2 * _NEAR_CHARS, entry[0], entry[1])
        )[2]
    return _date_near(linear, skip, title_span)


_UPDATED = re.compile(r"updated|modified|entry-updated", re.I)


def _date_near(
    linear: LinearPage, skip: Cover, title_span: tuple[int, int] | None
) -> PublicationDate | None:
    if title_span is None:
        return None
    start, end = max(0, title_span[0] - _NEAR_CHARS), title_span[1] + _NEAR_CHARS
    for block in sorted(linear.blocks, key=lambda b: abs(b.start - title_span[1])):
        if block.end <= start or block.start >= end or _in_any((block.start, block.end), skip):
            continue
        text = linear.text[block.start : block.end]
        if len(text) <= 160 and not _is_aside(block.element):
            found = find_dates(text, source="text")
            if found:
                return found[0].date
    return None


def _is_aside(element: HtmlElement) -> bool:
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


def _author(
    linear: LinearPage,
    head: HeadFacts,
    linked: list[dict[str, Any]],
    skip: Cover,
    title_span: tuple[int, int] | None,
) -> tuple[str | None, str | None]:
    for value in linked:
        author = value.get("author") if _is_post(value) else None
        author = author[0] if isinstance(author, list) and author else author
        name = author.get("name") if isinstance(author, dict) else None
        if isinstance(name, str) and _clean(name):
            return _clean(name), None
    shown = _shown_author(linear, skip)
    if shown[0]:
        return shown
    if title_span is not None:
        for block in linear.blocks:
            near = title_span[0] - _NEAR_CHARS <= block.start <= title_span[1] + _NEAR_CHARS
            if (
                near
                and block.end - block.start <= 200
                and not _in_any((block.start, block.end), skip)
            ):
                match = _POSTED_BY.search(linear.text[block.start : block.end])
                if match:
                    name = clean_author(match["a"] or match["b"])
                    if name:
                        return name, None
    return _clean(head.author), None


def _shown_author(linear: LinearPage, skip: Cover) -> tuple[str | None, str | None]:
    for element in linear.order:
        names = signs.tokens(element)
        is_author = (
            "author" in (element.get("rel") or "").split()
            or element.get("itemprop") == "author"
            or (
                "fn" in names
                and any(
                    "author" in signs.tokens(a) or "vcard" in signs.tokens(a)
                    for a in element.iterancestors()
                )
            )
            or "author-name" in names
            or "p-author" in names
            or "entry-author" in names
        )
        span = linear.spans[element]
        if not is_author or not 1 < span[1] - span[0] <= 60 or _in_any(span, skip):
            continue
        inner = element.find('.//*[@itemprop="name"]')
        name = _clean(
            linear.text_of(inner) if inner is not None else linear.text[span[0] : span[1]]
        )
        name = re.sub(
            r"^(?:par|by|publié par|posted by|view all posts by|voir tous les (?:articles|billets) (?:de|par))\s*:?\s+|\s*[→»]$",
            "",
            name or "",
            flags=re.I,
        )
        if name and not re.match(r"view all|voir tous|tous les", name, re.I):
            link = element if element.tag == "a" else element.find(".//a")
            return name, link.get("href") if link is not None else None
    return None, None


def _site(head: HeadFacts, tree: HtmlElement, title: str | None) -> str | None:
    name = _clean(_metas(tree).get("og:site_name")) or _clean(head.site)
    if name:
        return name
    page_title = _clean(next((t.text_content() for t in tree.iter("title")), None))
    if not page_title or not title:
        return None
    rest = [
        part
        for part in _SEPARATORS.split(page_title)
        if part and _fold(part) not in _fold(title) and _fold(title) not in _fold(part)
    ]
    return max(rest, key=len).strip() if rest else None


def _labels(linear: LinearPage, rel: str, skip: Cover) -> tuple[str, ...]:
    """Categories or tags of the post: `rel="category tag"` and `rel="tag"` links beside it."""
    found: list[str] = []
    for element in linear.order:
        if element.tag != "a":
            continue
        relations = (element.get("rel") or "").split()
        is_category = "category" in relations or "/category/" in (element.get("href") or "")
        if "tag" not in relations or (rel == "category") != is_category:
            continue
        name = _clean(linear.text_of(element))
        if (
            name
            and name not in found
            and not _in_any(linear.spans[element], skip)
            and not _is_aside(element)
        ):
            found.append(name)
    return tuple(found[:50])


_PLATFORMS: Final = (
    "wordpress",
    "dotclear",
    "blogger",
    "typepad",
    "movable type",
    "over-blog",
    "canalblog",
    "hautetfort",
    "drupal",
    "spip",
    "ghost",
    "joomla",
    "silverstripe",
    "medium",
    "hugo",
    "jekyll",
)


def _platform(tree: HtmlElement) -> str | None:
    generator = _metas(tree).get("generator", "").lower()
    for name in _PLATFORMS:
        if name in generator:
            return name
    for element in tree.iter("link", "script"):
        address = (element.get("href") or element.get("src") or "").lower()
        if "wp-content" in address or "wp-includes" in address:
            return "wordpress"
        if "over-blog" in address or "canalblog" in address or "hautetfort" in address:
            return next(
                name for name in ("over-blog", "canalblog", "hautetfort") if name in address
            )
        if "/themes/" in address and "dotclear" in address:
            return "dotclear"
    return None
