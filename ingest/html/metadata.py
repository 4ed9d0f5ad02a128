"""The facts of the post, from the tree and its linear text, and the platform of the page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from lxml.html import HtmlElement

from ingest.html.address import MIN_ADDRESS_CONFIDENCE, find_addresses
from ingest.html.author import MIN_AUTHOR_CONFIDENCE, FoundAuthor, find_authors
from ingest.html.date import find_date, is_aside
from ingest.html.extract import Head
from ingest.html.head import clean, linked_data, metas
from ingest.html.linear import LinearPage
from ingest.html.title import MIN_TITLE_CONFIDENCE, FoundTitle, find_titles, fold_title
from ingest.model import Evidence, Page, PublicationDate
from ingest.spans import Cover

__all__ = ["PostFacts", "read_facts"]

_SEPARATORS = re.compile(r"\s+[|»«·•–—:-]+\s+|\s*[|»«]\s*")


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
    evidence: tuple[Evidence, ...] = ()


def read_facts(page: Page, tree: HtmlElement, linear: LinearPage, skip: Cover) -> PostFacts:
    """The facts of the post; `skip` are spans (the thread) that state nothing about it."""
    head = Head(tree)
    stated = metas(tree)
    titles = find_titles(tree, linear, head, stated, skip)
    title = next((one for one in titles if one.confidence >= MIN_TITLE_CONFIDENCE), None)
    span = title.span if title is not None else None
    linked = list(linked_data(tree))
    authors = find_authors(linear, head, linked, skip, span)
    author = next((one for one in authors if one.confidence >= MIN_AUTHOR_CONFIDENCE), None)
    addresses = find_addresses(page, tree, linear, stated, linked, span)
    url = next((a.url for a in addresses if a.confidence >= MIN_ADDRESS_CONFIDENCE), None)
    site = _site(head, tree, stated, title.text if title is not None else None)
    shown = None if title is None else _without_site(title, site)
    return PostFacts(
        title=shown,
        author=author.name if author is not None else None,
        author_url=author.link if author is not None else None,
        date=find_date(page, tree, linear, linked, skip, span, url),
        site=site,
        url=url,
        categories=_labels(linear, "category", skip),
        tags=_labels(linear, "tag", skip),
        title_span=span,
        platform=_platform(tree),
        evidence=(
            *_evidence(titles, title, shown, authors, author),
            *(
                Evidence("url", one.url, one.source, one.confidence, is_taken=one.url == url)
                for one in addresses
            ),
        ),
    )


def _evidence(
    titles: list[FoundTitle],
    title: FoundTitle | None,
    shown: str | None,
    authors: list[FoundAuthor],
    author: FoundAuthor | None,
) -> tuple[Evidence, ...]:
    """What the page says of its title and author, taken or not."""
    of_titles = (
        Evidence(
            "title",
            shown if one is title and shown else one.text,
            one.source,
            one.confidence,
            is_taken=one is title,
        )
        for one in titles
    )
    of_authors = (
        Evidence("author", one.name, one.source, one.confidence, is_taken=one is author)
        for one in authors
    )
    return (*of_titles, *of_authors)


def _site(head: Head, tree: HtmlElement, stated: dict[str, str], title: str | None) -> str | None:
    """The name of the site; a post's title is never one."""
    for name in (clean(stated.get("og:site_name")), clean(head.site)):
        if name and (title is None or fold_title(name) != fold_title(title)):
            return name
    page_title = clean(next((t.text_content() for t in tree.iter("title")), None))
    if not page_title or not title:
        return None
    rest = [
        part
        for part in _SEPARATORS.split(page_title)
        if part
        and fold_title(part) not in fold_title(title)
        and fold_title(title) not in fold_title(part)
    ]
    return max(rest, key=len).strip() if rest else None


def _without_site(title: FoundTitle, site: str | None) -> str:
    """A title that only the head states, without « | name of the site » at one of its ends."""
    text = title.text
    if title.span is not None or not site or fold_title(text) == fold_title(site):
        return text
    first, *rest = _SEPARATORS.split(text)
    if not rest:
        return text
    if fold_title(rest[-1]) == fold_title(site):
        return text[: text.rindex(rest[-1])].rstrip(" |»«·•–—:-") or text
    if fold_title(first) == fold_title(site):
        return text[len(first) :].lstrip(" |»«·•–—:-") or text
    return text


def _labels(linear: LinearPage, rel: str, skip: Cover) -> tuple[str, ...]:
    """Categories or tags of the post: `rel="category tag"` and `rel="tag"` links beside it."""
    found: list[str] = []
    for element in linear.at(linear.tagged("a")):
        relations = (element.get("rel") or "").split()
        is_category = "category" in relations or "/category/" in (element.get("href") or "")
        if "tag" not in relations or (rel == "category") != is_category:
            continue
        name = clean(linear.text_of(element))
        if (
            name
            and name not in found
            and not skip.holds(*linear.spans[element])
            and not is_aside(element)
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
    """The engine of the page: what it says of itself, its files, the classes of its body."""
    generator = metas(tree).get("generator", "").lower()
    named = next((name for name in _PLATFORMS if name in generator), None)
    return named or _platform_of_files(tree) or _platform_of_body(tree, generator)


_SPIP_FILE: Final = re.compile(r"(?:^|/)(?:spip[^/]*\.(?:php|css|js)\b|squelettes(?:-dist)?/)")


def _platform_of_files(tree: HtmlElement) -> str | None:
    for element in tree.iter("link", "script"):
        address = (element.get("href") or element.get("src") or "").lower()
        if "wp-content" in address or "wp-includes" in address:
            return "wordpress"
        host = next((n for n in ("over-blog", "canalblog", "hautetfort") if n in address), None)
        if host is not None:
            return host
        if "/themes/" in address and "dotclear" in address:
            return "dotclear"
        if _SPIP_FILE.search(address):
            return "spip"
    return None


def _platform_of_body(tree: HtmlElement, generator: str) -> str | None:
    body = next(tree.iter("body"), None)
    names = (body.get("class") or "").lower().split() if body is not None else []
    if any(name.startswith("dc-") for name in names):
        return "dotclear"
    if "genesis" in generator or any(name.startswith(("postid-", "wp-")) for name in names):
        return "wordpress"
    return None
