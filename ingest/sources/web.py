"""Addresses: one page, a feed, a site map, or a whole blog."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from lxml import etree, html

from ingest.errors import ExtractionError, FetchError
from ingest.fetch import Answer, Fetcher
from ingest.limits import MAX_WHOLE_BYTES, read_limited
from ingest.model import Rejection, StructuredPost
from ingest.sources.crawl import answer_blob, fetch_pages, same_site
from ingest.sources.dispatch import Found, read_blob
from ingest.sources.feed import parse_feed, read_feed
from ingest.sources.links import is_root, joined
from ingest.sources.recognise import Format, recognise
from ingest.sources.sitemap import find_sitemap, iter_sitemap, plain_blob
from ingest.sources.wordpress_api import find_api, iter_api

BLOG_PREFIX: Final = "blog:"
"""`blog:https://…` asks for the whole blog at an address that is not a site's root."""

_MAX_FEED_PAGES: Final = 2_000
_FEED_TYPES: Final = ("application/rss+xml", "application/atom+xml", "application/rdf+xml")
_FEED_GUESSES: Final = ("feed/", "feeds/posts/default", "feed/atom", "rss", "atom.xml", "rss.xml")


def is_address(spec: str) -> bool:
    """Whether a source is an address rather than a path."""
    return spec.lower().removeprefix(BLOG_PREFIX).startswith(("http://", "https://"))


def iter_web(spec: str, client: Fetcher) -> Iterator[Found]:
    """What an address holds: its page, a feed's posts, a map's pages; a root is a whole blog.

    Raises:
        FetchError: the address itself is refused or does not answer; later failures are
            rejections.
    """
    wants_blog = spec.lower().startswith(BLOG_PREFIX)
    url = spec[len(BLOG_PREFIX) :] if wants_blog else spec
    first = client.fetch(url)
    try:
        kind = recognise(plain_blob(first).head())
    except ExtractionError as error:
        yield Rejection(first.url, "source", error.slug, error.detail)
        return
    if kind is Format.SITEMAP:
        yield from fetch_pages(client, iter_sitemap(client, first), spec)
    elif kind is Format.FEED:
        yield from _iter_feed_posts(client, first)
    elif kind is Format.HTML and (wants_blog or is_root(first.url)):
        yield from _iter_blog(client, first, spec)
    else:
        yield from read_blob(answer_blob(first))


def _iter_blog(client: Fetcher, home: Answer, spec: str) -> Iterator[Found]:
    """The whole blog by the best way that it offers: API, site map, feed; else its one page."""
    named = find_api(home)
    root = joined(home.url, named) if named else None
    if root and same_site(root, home.url):
        n_found = 0
        try:
            for found in iter_api(client, root):
                n_found += 1
                yield found
        except FetchError as error:
            if n_found or error.slug == "patience":
                yield Rejection(root, "source", error.slug, str(error))
                return
        else:
            return
    first_map = find_sitemap(client, home.url)
    if first_map is not None:
        yield from fetch_pages(client, iter_sitemap(client, first_map), spec)
        return
    feed = _find_feed(client, home)
    if feed is not None:
        yield from _iter_feed_pages(client, feed, spec)
        return
    yield from read_blob(answer_blob(home))
    yield Rejection(
        home.url,
        "source",
        "sans-plan",
        "Ni API, ni plan de site, ni fil\u00a0: seule la page d\u2019accueil est lue. Donnez une "
        "liste d\u2019adresses (une par ligne) avec «\u00a0-\u00a0».",
    )


def _find_feed(client: Fetcher, home: Answer) -> Answer | None:
    """The blog's feed: the one that its page names, then the usual addresses."""
    guesses = [joined(home.url, guess) for guess in _FEED_GUESSES]
    for url in filter(None, (*_named_feeds(home), *guesses)):
        try:
            answer = client.fetch(url)
            if recognise(plain_blob(answer).head()) is Format.FEED:
                return answer
        except FetchError as error:
            if error.slug == "patience":
                raise
        except ExtractionError:
            continue
    return None


def _named_feeds(home: Answer) -> list[str]:
    try:
        tree = html.document_fromstring(home.content)
    except (etree.ParserError, ValueError):
        return []
    links = [
        joined(home.url, str(link.get("href")))
        for link in tree.iter("link")
        if str(link.get("type", "")).lower() in _FEED_TYPES and link.get("href")
    ]
    # The feed of comments is named too; posts come first on every platform, but be sure.
    return sorted(filter(None, links), key=lambda url: "comment" in url.lower())


def _iter_feed_answers(client: Fetcher, first: Answer) -> Iterator[tuple[Answer, Any]]:
    """The pages of a feed: its `next` links, or WordPress's `?paged=`; until nothing is new."""
    answer, seen = first, set[str]()
    for number in range(2, _MAX_FEED_PAGES):
        parsed = parse_feed(_plain(answer))
        identifiers = {str(entry.get("id") or entry.get("link")) for entry in parsed.entries}
        if identifiers <= seen:
            return
        seen |= identifiers
        yield answer, parsed
        following = _next_address(first, parsed, number)
        if following is None:
            return
        try:
            answer = client.fetch(following)
        except FetchError as error:
            if error.slug.startswith("http-"):
                return  # past the last page, WordPress answers 404
            raise


def _plain(answer: Answer) -> bytes:
    try:
        with plain_blob(answer).open() as stream:
            return read_limited(stream, MAX_WHOLE_BYTES)
    except ExtractionError as error:
        raise FetchError(f"«\u00a0{answer.url}\u00a0»\u00a0: {error.detail}", error.slug) from error


def _next_address(first: Answer, parsed: Any, number: int) -> str | None:  # noqa: ANN401
    for link in parsed.feed.get("links", ()):
        if link.get("rel") == "next" and link.get("href"):
            return joined(first.url, str(link["href"]))
    if "wordpress" in str(parsed.feed.get("generator", "")).lower():
        mark = "&" if "?" in first.url else "?"
        return f"{first.url}{mark}paged={number}"
    return None


def _iter_feed_posts(client: Fetcher, first: Answer) -> Iterator[Found]:
    """The posts of a feed and of its following pages, as the feed gives them."""
    for answer, parsed in _iter_feed_answers(client, first):
        yield from read_feed(parsed, answer.url)


def _iter_feed_pages(client: Fetcher, first: Answer, spec: str) -> Iterator[Found]:
    """The pages that a feed names, for their comments; the feed's own text where one fails."""
    posts: dict[str, StructuredPost] = {}
    for answer, parsed in _iter_feed_answers(client, first):
        for found in read_feed(parsed, answer.url):
            if isinstance(found, StructuredPost) and found.url:
                posts.setdefault(found.url, found)
            else:
                yield found
    for page in fetch_pages(client, posts, spec):
        yield page
        if isinstance(page, Rejection) and page.source_path in posts:
            yield posts[page.source_path]
