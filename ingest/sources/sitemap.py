"""Site maps: lists of addresses, and lists of such lists (sitemaps.org 0.9)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Final

from lxml import etree

from ingest.errors import ExtractionError, FetchError
from ingest.fetch import Answer, Fetcher
from ingest.sources.blob import GZIP_MAGIC, Blob
from ingest.sources.crawl import answer_blob, same_site
from ingest.sources.recognise import Format, recognise
from ingest.sources.xml_stream import fields_of, iter_elements, name_of

_MAX_MAPS: Final = 500
_GUESSES: Final = ("/wp-sitemap.xml", "/sitemap_index.xml", "/sitemap.xml")
_NOT_PAGES: Final = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg", ".pdf", ".mp3", ".mp4")


def plain_blob(answer: Answer) -> Blob:
    """The answer's content, with the gzip of a `.xml.gz` taken off."""
    blob = answer_blob(answer)
    return blob.inflated() if answer.content.startswith(GZIP_MAGIC) else blob


def iter_sitemap(fetcher: Fetcher, first: Answer) -> Iterator[str]:
    """Addresses of the pages of a map and of the maps that it names, on the same site.

    They come while a map is read, and one map is in memory at a time.
    """
    home = first.url
    waiting: deque[str] = deque()
    seen = {home}
    answer: Answer | None = first
    del first
    while answer is not None:
        for kind, url in _read_map(answer):
            if not same_site(url, home):
                continue
            if kind == "url":
                if not _is_file(url):
                    yield url
            elif url not in seen and len(seen) < _MAX_MAPS:
                seen.add(url)
                waiting.append(url)
        answer = _next_map(fetcher, waiting)


def _next_map(fetcher: Fetcher, waiting: deque[str]) -> Answer | None:
    """The first of the waiting maps that answers, None when none is left."""
    while waiting:
        try:
            return fetcher.fetch(waiting.popleft())
        except FetchError as error:
            if error.slug == "patience":
                raise
    return None


def _is_file(url: str) -> bool:
    return url.lower().endswith(_NOT_PAGES)


def _read_map(answer: Answer) -> Iterator[tuple[str, str]]:
    """`url` or `sitemap` with its address, in the order of the file."""
    try:
        for element in iter_elements(plain_blob(answer), "url", "sitemap"):
            location = _location(element)
            if location:
                yield name_of(element), location
    except ExtractionError:
        return  # what could be read of a damaged map is good enough for discovery


def _location(element: etree._Element) -> str:
    return fields_of(element).get("loc", "")


def find_sitemap(fetcher: Fetcher, home: str) -> Answer | None:
    """The site's first map that can be read: those that robots.txt names, then the usual ones."""
    origin = fetcher.options.policy.parse(home).origin
    announced = fetcher.rules(home).sitemaps
    for url in (*announced, *(origin + guess for guess in _GUESSES)):
        try:
            answer = fetcher.fetch(url)
            if recognise(plain_blob(answer).head()) is Format.SITEMAP:
                return answer
        except FetchError as error:
            if error.slug == "patience":
                raise
        except ExtractionError:
            continue
    return None
