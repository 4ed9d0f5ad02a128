"""The border with trafilatura: a page's main text and what its head says, as our own records.

No other module imports trafilatura; none of its objects leaves this one. Dates are not asked
from it: its date finder reads « 12 août 2008 » as 1 January 2008.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cached_property
from typing import Final, TypeVar

from lxml import etree
from lxml.html import HtmlElement
from trafilatura import bare_extraction, extract
from trafilatura.metadata import (
    examine_meta,
    extract_meta_json,
    extract_sitename,
    extract_title,
)
from trafilatura.settings import Document as Stated

__all__ = ["Head", "extract_main_text", "extract_plain"]

# trafilatura reports every page that it gives up on; the ledger and the rejections say it better.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)

_Fact = TypeVar("_Fact")
# What trafilatura itself raises on hostile markup.
_FAILURES: Final = (RecursionError, etree.Error, IndexError, AttributeError, KeyError)


class Head:
    """What trafilatura reads in the page's metadata; any of it may be wrong or absent.

    Each fact is read when it is asked for: most pages say it elsewhere, and better. The search for
    an author in the text is not used: on blogs it finds commenters.
    """

    def __init__(self, tree: HtmlElement) -> None:
        self._tree = tree

    @property
    def title(self) -> str | None:
        """The title of the page."""
        return self._stated.title or _asked(lambda: extract_title(self._tree))

    @property
    def author(self) -> str | None:
        """The author: a name in one word is a login."""
        author = self._stated.author
        return author if author and " " in author else None

    @property
    def site(self) -> str | None:
        """The name of the site."""
        return self._stated.sitename or _asked(lambda: extract_sitename(self._tree))

    @cached_property
    def _stated(self) -> Stated:
        facts = _asked(lambda: extract_meta_json(self._tree, examine_meta(self._tree)))
        return facts or Stated()


def _asked(read: Callable[[], _Fact]) -> _Fact | None:
    """What `read` finds, None where trafilatura fails on hostile markup."""
    try:
        return read()
    except (*_FAILURES, ValueError, TypeError):
        return None


def extract_main_text(tree: HtmlElement) -> str:
    """The main text of the page, one block a line, empty where trafilatura finds none.

    `tree` is left as it was (trafilatura works on its own copy).
    """
    try:
        found = bare_extraction(tree, include_comments=False, include_tables=True)
    except (*_FAILURES, AssertionError):
        return ""  # its own failures on hostile markup; the caller falls back to the page's blocks
    body = getattr(found, "body", None)
    if body is None:
        return ""
    return "\n".join(text for text in body.itertext() if text.strip())


def extract_plain(text: str) -> str:
    """What trafilatura alone makes of the page, comments left out: the yardstick of our gates."""
    return extract(text, include_comments=False) or ""
