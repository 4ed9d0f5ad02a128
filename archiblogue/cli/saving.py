"""`save`, `searches`, `new`: questions kept, and what is new for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from archiblogue.cli.counting import TableOutput, write_figures
from archiblogue.cli.terminal import count, printable, say, say_json, warn
from index.archive import open_archive
from index.export.atomic import write_atomically
from index.notebook.feed import MAX_ENTRIES, write_feed
from index.notebook.searches import news_table
from index.query.parser import parse
from index.query.writing import write_question
from ingest.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archiblogue.settings import Settings
    from index.archive import Archive
    from index.model import Query
    from index.notebook.searches import News, SavedSearch

_SHOWN_CHARACTERS = 160


@dataclass(frozen=True, slots=True)
class NewRequest:
    """What the options of `new` ask for; `page` is the address of the archive's page."""

    names: tuple[str, ...] = ()
    is_all: bool = False
    is_peek: bool = False
    atom: Path | None = None
    page: str | None = None
    output: TableOutput = field(default_factory=TableOutput)

    def check(self) -> None:
        """Refuses names beside --all, and neither.

        Raises:
            UsageError: it is one of both.
        """
        if bool(self.names) == self.is_all:
            raise UsageError(
                "Quelle recherche\u202f? Donnez des noms, ou --all\u00a0: «\u00a0archiblogue "
                "searches\u00a0» les liste."
            )


def run_save(name: str, query: Query, settings: Settings, *, is_forced: bool) -> int:
    """Keep a search."""
    with open_archive(settings.archive) as archive:
        kept = archive.saved.save(name, query, replaces=is_forced)
    say(
        f"Recherche gardée\u00a0: {kept.name}. Ce que l’archive a déjà n’est pas nouveau pour elle."
    )
    return 0


def run_searches(settings: Settings, *, remove: str | None, as_json: bool) -> int:
    """Write the saved searches, or forget one."""
    with open_archive(settings.archive) as archive:
        if remove is not None:
            archive.saved.remove(remove)
            say(f"Recherche {remove} oubliée.")
            return 0
        kept = archive.saved.all()
    if as_json:
        say_json([_search_record(one) for one in kept], indent=2)
        return 0
    for one in kept:
        say(f"{one.name}  {printable(_question(one))}  (vue le {one.checked_at[:16]} UTC)")
    if not kept:
        warn("Aucune recherche gardée. Gardez-en avec «\u00a0archiblogue save\u00a0».")
    return 0


def run_new(request: NewRequest, settings: Settings) -> int:
    """Write what is new, and the feed; it is noted as seen once both are written."""
    request.check()
    page = request.page or f"http://{settings.host}:{settings.port}"
    with open_archive(settings.archive) as archive:
        found = archive.saved.new(*request.names, keep=False)
        _show(found, request.output)
        if request.atom is not None:
            _write_feed(archive, found, request.atom, page)
        if not request.is_peek:
            archive.saved.keep(found)
    return 0


def _show(found: Sequence[News], output: TableOutput) -> None:
    if output.form == "json":
        say_json([_news_record(one) for one in found], indent=2)
        return
    if output.form != "text":
        write_figures(news_table(found), output)
        return
    for one in found:
        if not one.hits:
            continue
        said = count(len(one.hits), "nouveau passage", "nouveaux passages")
        say(f"{one.search.name}\u00a0: {said} ({printable(_question(one.search))})")
        for hit in one.hits:
            who = printable(hit.author or hit.role.value)
            say(f"  {hit.rank}. {who}, {hit.date or 'sans date'}  {hit.passage_id}")
            say(f"     {printable(hit.text)[:_SHOWN_CHARACTERS]}")
    n_new = sum(len(one.hits) for one in found)
    if not n_new:
        warn("Rien de nouveau.")


def _write_feed(archive: Archive, found: Sequence[News], path: Path, page: str) -> None:
    entries = [
        (one.search, announced, hit)
        for one in found
        for announced, hit in archive.saved.recent(one.search, MAX_ENTRIES)
    ]
    content = write_feed([one.search for one in found], entries, page)

    def write(stream: BinaryIO) -> None:
        stream.write(content)

    write_atomically(path, write)
    warn(f"Fil Atom tenu à jour dans «\u00a0{path}\u00a0».")


def _question(search: SavedSearch) -> str:
    """The question with its filters, as one would type it."""
    return write_question(parse(search.query.text), search.query.filters)


def _search_record(search: SavedSearch) -> dict[str, Any]:
    return {
        "name": search.name,
        "question": search.query.text,
        "asked": _question(search),
        "mode": search.query.mode.value,
        "created_at": search.created_at,
        "checked_at": search.checked_at,
        "n_announced": len(search.announced),
    }


def _news_record(news: News) -> dict[str, Any]:
    return {**_search_record(news.search), "hits": [hit.as_record() for hit in news.hits]}
