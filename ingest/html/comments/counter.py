"""The number of comments that the page itself states."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Final

from lxml.html import HtmlElement

from ingest.html.comments import signs
from ingest.html.comments.counts import MAX_COUNT_CHARS, noun_offsets, parse_count
from ingest.html.comments.items import Item
from ingest.html.linear import LinearPage
from ingest.spans import Cover

__all__ = ["declared_count"]

_HEADINGS: Final = frozenset(["h1", "h2", "h3", "h4", "h5", "h6", "legend", "caption", "summary"])

# giscus counts threads and their answers apart, in two headings.
_PARTIAL_COUNTS: Final = frozenset(
    ["gsc-header", "gsc-left-header", "gsc-comments-count", "gsc-replies-count"]
)


def declared_count(page: LinearPage, items: list[Item]) -> int | None:
    """The count that the page states about its own thread, None when it states none.

    A heading of the thread is asked first, then any short element named after comments, then
    the link that leads to them. Side columns and listings of other posts do not count: a
    statement far from the thread must be the only one.
    """
    thread_start = items[0].start if items else None
    thread_end = items[-1].end if items else 0
    cover = Cover((item.start, item.end) for item in items)
    ranked: list[tuple[int, int, int]] = []  # rank, distance, count
    for element in page.at(_places_of_nouns(page)):
        start, end = page.spans[element]
        if not 0 < end - start <= MAX_COUNT_CHARS or element.tag in ("html", "body"):
            continue
        if cover.holds(start, end) or _is_partial(element):
            continue
        rank = _rank(page, element)
        if rank is None:
            continue
        count = parse_count(page.text[start:end])
        if count is None and rank > 0:  # « Posté par X le 3 mai | 0 commentaire »
            pieces = re.split(r"\s[|·•–—]\s", page.text[start:end])
            count = parse_count(pieces[-1]) if len(pieces) > 1 else None
        if count is None:
            continue
        distance = 0
        if thread_start is not None:
            distance = max(0, thread_start - end, start - thread_end)
        ranked.append((rank, distance, count))
    if not ranked:
        return None
    best_rank = min(rank for rank, _, _ in ranked)
    counts = [(distance, count) for rank, distance, count in ranked if rank == best_rank]
    if thread_start is None and len({count for _, count in counts}) > 1:
        return None  # a listing: each of its posts states its own
    return min(counts)[1]


def _is_partial(element: HtmlElement) -> bool:
    parent = element.getparent()
    return any(
        not _PARTIAL_COUNTS.isdisjoint(signs.tokens(each))
        for each in (element, parent)
        if each is not None
    )


def _places_of_nouns(page: LinearPage) -> Iterator[int]:
    """The places in `page.order` of what may count comments: it begins shortly before the word."""
    done = 0
    for offset in noun_offsets(page.text):
        first = bisect_left(page.starts, offset - MAX_COUNT_CHARS)
        last = bisect_right(page.starts, offset)
        yield from range(max(first, done), last)
        done = max(done, last)


def _rank(page: LinearPage, element: HtmlElement) -> int | None:
    if element.tag in _HEADINGS:
        return 0
    named = " ".join(signs.tokens(element)).lower()
    if "comment" in named or "reponse" in named or "reaction" in named or "response" in named:
        return 1
    if element.tag == "a":
        href = element.get("href") or ""
        if re.search(r"#(?:comments?|respond|commentaires|disqus_thread|c$|comment-form)", href):
            return 2
        return None
    if element.tag in ("p", "strong", "b", "div", "span", "dt") and len(page.text_of(element)) < 80:
        return 3
    return None
