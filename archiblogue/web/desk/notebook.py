"""The saved searches of the archive's keeper, as JSON: what is new for each, and keeping one more.

They are files beside the archive: only the page of one's own computer shows and writes them. A page
shared behind a password or another guard keeps nothing of its readers.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from archiblogue.settings import load_settings
from archiblogue.typography import format_date
from archiblogue.web.desk.address import Parameters, read_wanted
from archiblogue.web.desk.hits import facts_json
from archiblogue.web.html import shown
from archiblogue.web.texts import Words
from index.export.links import search_permalink
from index.export.search_record import Asked
from ingest.errors import UsageError

if TYPE_CHECKING:
    from index.archive import Archive
    from index.notebook.searches import News

# The best of what is new; `archiblogue new` gives all of it.
MOST_NEWS: Final = 10
NAME: Final = "nom"


def is_personal() -> bool:
    """Whether the page is that of its keeper alone: nothing guards it, so it answers only here."""
    settings = load_settings()
    return settings.password_hash is None and not settings.external_guard


def searches_json(archive: Archive, words: Words) -> dict[str, Any]:
    """The saved searches, each with what the archive has had since it was last looked at.

    Raises:
        ArchiveError: the notebook cannot be read.
    """
    if not is_personal():
        return {"personal": False, "saved": []}
    return {
        "personal": True,
        "saved": [_search(news, words) for news in archive.saved.new(keep=False)],
    }


def save_search(archive: Archive, parameters: Parameters) -> None:
    """Keep the search of the parameters under the name that they give.

    Raises:
        UsageError: the page is not personal, the question is empty, or the name is taken or is
            none.
        ArchiveError: the notebook cannot be written.
    """
    _require_personal()
    wanted = read_wanted(parameters, archive.facets())
    query = replace(wanted.query, filters=wanted.within, offset=0)
    archive.saved.save((parameters.get(NAME) or [""])[0].strip(), query)


def mark_seen(archive: Archive, parameters: Parameters) -> None:
    """Note that what is new for the search of that name has been seen.

    Raises:
        UsageError: the page is not personal, or there is no such search.
        ArchiveError: the notebook cannot be written.
    """
    _require_personal()
    archive.saved.new((parameters.get(NAME) or [""])[0])


def _require_personal() -> None:
    if not is_personal():
        raise UsageError(
            "Une page partagée ne garde rien sur le serveur\u202f: enregistrez l’adresse de la "
            "page."
        )


def _search(news: News, words: Words) -> dict[str, Any]:
    search = news.search
    return {
        "name": search.name,
        "question": shown(search.query.text),
        "address": search_permalink("", Asked("", search.query)),
        "checked": format_date(search.checked_at[:10], words.language),
        "n": len(news.hits),
        "hits": [facts_json(hit, words) for hit in news.hits[:MOST_NEWS]],
    }
