"""Site maps: lists of addresses, and lists of such lists (sitemaps.org 0.9)."""

from __future__ import annotations

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
    """Addresses of the pages of a map and of the maps that it names, on the same site."""
    waiting = [first]
    seen = {first.url}
    while waiting:
        pages, maps = _read_map(waiting.pop(0))
        yield from (url for url in pages if same_site(url, first.url) and not _is_file(url))
        for url in maps:
            if url in seen or len(seen) >= _MAX_MAPS or not same_site(url, first.url):
                continue
            seen.add(url)
            try:
                waiting.append(fetcher.fetch(url))
            except FetchError as error:
                if error.slug == "patience":
                    raise


def _is_file(url: str) -> bool:
    return url.lower().endswith(_NOT_PAGES)


def _read_map(answer: Answer) -> tuple[list[str], list[str]]:
    """Addresses of pages and of further maps, in the order of the file."""
    pages: list[str] = []
    maps: list[str] = []
    try:
        for element in iter_elements(plain_blob(answer), "url", "sitemap"):
            location = _location(element)
            if location:
                (maps if name_of(element) == "sitemap" else pages).append(location)
    except ExtractionError:
        # What could be read of a damaged map is good enough for discovery.
        return pages, maps
    return pages, maps


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
