"""Saved searches as an Atom feed file (RFC 4287), for a feed reader to watch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from uuid import NAMESPACE_URL, uuid5

from lxml import etree

from index.export.format import for_xml
from index.export.links import passage_permalink
from index.export.search_record import software
from index.export.tally import Tally

if TYPE_CHECKING:
    from index.model import Hit
    from index.notebook.searches import Announced, SavedSearch

_ATOM: Final = "http://www.w3.org/2005/Atom"
# A reader that comes once a month must find what it missed.
MAX_ENTRIES: Final = 100
_TITLE_CHARACTERS: Final = 80

Entry = tuple["SavedSearch", "Announced", "Hit"]


def write_feed(searches: Sequence[SavedSearch], entries: Sequence[Entry], page: str) -> bytes:
    """The bytes of a feed: its entries, the latest first, MAX_ENTRIES at most.

    An entry keeps its id for ever: a reader shows it once.

    Args:
        searches: those that the feed follows, at least one.
        entries: a search, the passage that it announced and when, and the passage as it is.
        page: the address at which the archive's page is served.
    """
    # The stubs do not know that None stands for the default namespace.
    root = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})  # type: ignore[dict-item]
    names = ", ".join(one.name for one in searches)
    _add(root, "id", _urn("feed", *sorted(one.uid for one in searches)))
    _add(root, "title", f"Archiblogue\u00a0: {names}")
    latest = sorted(entries, key=lambda one: one[1].announced_at, reverse=True)[:MAX_ENTRIES]
    changes = [one.checked_at for one in searches] + [one[1].announced_at for one in latest]
    _add(root, "updated", max(changes))
    _add(_add(root, "author"), "name", "Archiblogue")
    _add(root, "generator", software())
    for search, announced, hit in latest:
        _add_entry(root, search, announced, hit, page)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _add_entry(
    root: etree._Element, search: SavedSearch, announced: Announced, hit: Hit, page: str
) -> None:
    entry = _add(root, "entry")
    _add(entry, "id", _urn(search.uid, announced.passage_id, announced.content_hash))
    _add(entry, "title", _title(hit))
    _add(entry, "updated", announced.announced_at)
    _add(_add(entry, "author"), "name", hit.author or "sans nom")
    _link(entry, "alternate", passage_permalink(page, hit.doc_id, hit.passage_id))
    if hit.url is not None and hit.url.lower().startswith(("http://", "https://")):
        _link(entry, "via", hit.url)
    etree.SubElement(entry, f"{{{_ATOM}}}category", term=_xml(search.name))
    _add(entry, "content", hit.text).set("type", "text")


def _title(hit: Hit) -> str:
    of = f", {hit.title}" if hit.title else ""
    when = f" ({hit.date[:10]})" if hit.date else ""
    title = " ".join(f"{hit.role.value.capitalize()}{of}{when}".split())
    return title if len(title) <= _TITLE_CHARACTERS else title[: _TITLE_CHARACTERS - 1] + "…"


def _link(entry: etree._Element, relation: str, address: str) -> None:
    etree.SubElement(entry, f"{{{_ATOM}}}link", rel=relation, href=_xml(address))


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    child = etree.SubElement(parent, f"{{{_ATOM}}}{name}")
    if text is not None:
        child.text = _xml(text)
    return child


def _xml(text: str) -> str:
    """The text with what XML cannot hold replaced."""
    return for_xml(text, Tally())


def _urn(*parts: str) -> str:
    """A name that the same parts always have."""
    return uuid5(NAMESPACE_URL, "\n".join(("archiblogue", *parts))).urn
