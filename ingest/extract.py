"""The border with trafilatura: a page's main text and what its head says, as our own records.

No other module imports trafilatura; none of its objects leaves this one. Dates are not asked
from it: its date finder reads « 12 août 2008 » as 1 January 2008.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement
from trafilatura import bare_extraction, extract
from trafilatura.metadata import (
    examine_meta,
    extract_meta_json,
    extract_sitename,
    extract_title,
    extract_url,
)

__all__ = ["HeadFacts", "extract_main_text", "extract_plain", "read_head"]

# trafilatura reports every page that it gives up on; the ledger and the rejections say it better.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class HeadFacts:
    """What trafilatura reads in the page's metadata; any of it may be wrong or absent."""

    title: str | None = None
    author: str | None = None
    site: str | None = None
    url: str | None = None


def extract_main_text(tree: HtmlElement) -> str:
    """The main text of the page, one block a line, empty where trafilatura finds none.

    `tree` is left as it was (trafilatura works on its own copy).
    """
    try:
        found = bare_extraction(tree, include_comments=False, include_tables=True)
    except (RecursionError, etree.Error, AssertionError, IndexError, AttributeError, KeyError):
        return ""  # its own failures on hostile markup; the caller falls back to the page's blocks
    body = getattr(found, "body", None)
    if body is None:
        return ""
    return "\n".join(text for text in body.itertext() if text.strip())


def extract_plain(text: str) -> str:
    """What trafilatura alone makes of the page, comments left out: the yardstick of our gates."""
    return extract(text, include_comments=False) or ""


def read_head(tree: HtmlElement, url: str | None) -> HeadFacts:
    """Title, author, site and address that the page's metadata states.

    trafilatura's search for an author in the text is not used: on blogs it finds commenters.
    """
    try:
        facts = extract_meta_json(tree, examine_meta(tree))
        author = facts.author if facts.author and " " in facts.author else None
        return HeadFacts(
            title=facts.title or extract_title(tree),
            author=author,
            site=facts.sitename or extract_sitename(tree),
            url=extract_url(tree, url),
        )
    except (
        ValueError,
        TypeError,
        AttributeError,
        KeyError,
        IndexError,
        RecursionError,
        etree.Error,
    ):
        return HeadFacts(url=url)
