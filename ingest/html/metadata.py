"""The facts of the post, from the tree and its linear text, and the platform of the page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from lxml.html import HtmlElement

from ingest.html.author import find_author
from ingest.html.date import find_date, is_aside
from ingest.html.extract import Head
from ingest.html.head import canonical, clean, linked_data, metas
from ingest.html.linear import LinearPage
from ingest.html.title import find_title, fold_title
from ingest.model import Page, PublicationDate
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


def read_facts(page: Page, tree: HtmlElement, linear: LinearPage, skip: Cover) -> PostFacts:
    """The facts of the post; `skip` are spans (the thread) that state nothing about it."""
    head = Head(tree, page.url)
    url = canonical(tree, page.url) or head.url
    title, span = find_title(tree, linear, head, skip)
    linked = list(linked_data(tree))
    author, author_url = find_author(linear, head, linked, skip, span)
    site = _site(head, tree, title)
    return PostFacts(
        title=title if span is not None else _without_site(title, site),
        author=author,
        author_url=author_url,
        date=find_date(page, tree, linear, linked, skip, span, url),
        site=site,
        url=url,
        categories=_labels(linear, "category", skip),
        tags=_labels(linear, "tag", skip),
        title_span=span,
        platform=_platform(tree),
    )


def _site(head: Head, tree: HtmlElement, title: str | None) -> str | None:
    name = clean(metas(tree).get("og:site_name")) or clean(head.site)
    if name:
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


def _without_site(title: str | None, site: str | None) -> str | None:
    """A title that only the head states, without « | name of the site » at its end."""
    if not title or not site or fold_title(title) == fold_title(site):
        return title
    *parts, last = _SEPARATORS.split(title)
    if not parts or fold_title(last) != fold_title(site):
        return title
    return title[: title.rindex(last)].rstrip(" |»«·•–—:-") or title


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
