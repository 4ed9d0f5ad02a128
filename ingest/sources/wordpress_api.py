"""A live WordPress site through its REST API: posts, pages and comments, page by page."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

from lxml import etree, html

from ingest.errors import ExtractionError, FetchError
from ingest.fetch import Answer, Fetcher
from ingest.sources.dispatch import Found
from ingest.sources.json_exports import load_json
from ingest.sources.wordpress_json import Record, read_posts

_LINK = re.compile(r"<([^>]+)>\s*;[^,]*rel=\"?https://api\.w\.org/\"?")
_PER_PAGE: Final = {"posts": 50, "pages": 50, "comments": 100}
_EXTRAS: Final = {
    "posts": "&_embed=author,wp:term&orderby=id&order=asc",
    "pages": "&_embed=author,wp:term&orderby=id&order=asc",
    "comments": "&orderby=id&order=asc",
}


def find_api(home: Answer) -> str | None:
    """The root of the site's REST API from the home page's header or markup, or None."""
    found = _LINK.search(home.headers.get("link", ""))
    if found:
        return found[1]
    try:
        tree = html.document_fromstring(home.content)
    except (etree.ParserError, ValueError):
        return None
    for link in tree.iter("link"):
        if link.get("rel") == "https://api.w.org/" and link.get("href"):
            return str(link.get("href"))
    return None


def iter_api(fetcher: Fetcher, root: str) -> Iterator[Found]:
    """Every public post and page with its comments; comments are asked for first.

    Raises:
        FetchError: the API does not offer comments or posts: read the pages instead.
    """
    comments: defaultdict[str, list[Record]] = defaultdict(list)
    for record in _iter_records(fetcher, root, "comments"):
        comments[str(record.get("post", ""))].append(record)
    for kind in ("posts", "pages"):
        for record in _iter_records(fetcher, root, kind):
            identifier = str(record.get("id", ""))
            replies = {identifier: comments.pop(identifier, [])}
            yield from read_posts([record], replies, root)
    yield from read_posts([], comments, root)


def address(root: str, kind: str, number: int) -> str:
    """The address of one page of records, for pretty and for plain permalinks."""
    mark = "&" if "?" in root else "?"
    query = f"{mark}per_page={_PER_PAGE[kind]}&page={number}{_EXTRAS[kind]}"
    return f"{root.rstrip('/')}/wp/v2/{kind}{query}"


def _iter_records(fetcher: Fetcher, root: str, kind: str) -> Iterator[Record]:
    number, n_pages = 1, 1
    while number <= n_pages:
        answer = fetcher.fetch(address(root, kind, number))
        total = answer.headers.get("x-wp-totalpages", "1")
        n_pages = int(total) if total.isdecimal() else 1
        for record in _records(answer):
            if isinstance(record, dict):
                yield record
        number += 1


def _records(answer: Answer) -> list[Any]:
    try:
        value = load_json(answer.content)
    except ExtractionError as error:
        raise FetchError(f"«\u00a0{answer.url}\u00a0»\u00a0: {error.detail}", error.slug) from error
    if not isinstance(value, list):
        raise FetchError(
            f"«\u00a0{answer.url}\u00a0» ne répond pas comme une API WordPress.", "api-inconnue"
        )
    return value
