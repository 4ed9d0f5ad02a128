"""`search`: one question on the terminal or as JSON, or a file of questions as JSON lines.

`similar` and `thread` look around a hit.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from archiblogue.cli.rendering import render_facets, render_hits, render_result, render_totals
from archiblogue.cli.terminal import PARTIAL, progress, say_json, say_table, warn
from index.archive import open_archive
from index.encoders.load import load_reranker
from index.export import write_hits_csv
from index.export.search_json import SearchJson, passages_json, search_json, unread_json
from index.model import Filters, Mode, Order, Query, read_mode, read_order
from index.query.parser import explain_empty, parse
from index.query.plan import asks_nothing
from ingest.errors import SourceError, UsageError

if TYPE_CHECKING:
    from archiblogue.settings import Settings
    from index.archive import Archive
    from index.model import SearchResult
    from index.views.facets import Facets


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What the options of `search` ask for, question apart."""

    k: int = 10
    mode: str = Mode.HYBRID
    filters: Filters = field(default_factory=Filters)
    max_per_document: int | None = None
    more_like: tuple[str, ...] = ()
    less_like: tuple[str, ...] = ()
    with_facets: bool = False
    expand: bool = True
    without: tuple[str, ...] = ()
    reranker: str | None = None
    offset: int = 0
    order: str = Order.RELEVANCE
    as_typed: bool = False
    encoder: str | None = None

    def open(self, path: Path) -> Archive:
        """The archive to ask, with the reranker asked for.

        Raises:
            ArchiveError: there is no archive there, or no such reranker.
        """
        model = load_reranker(self.reranker) if self.reranker else None
        return open_archive(path, encoder=self.encoder, reranker=model)

    def query(self, text: str) -> Query:
        """The query for one question.

        Raises:
            UsageError: the question is empty or the mode is unknown.
        """
        query, parsed = self.to_query(text), parse(text)
        if parsed.is_empty and asks_nothing(query, parsed):
            raise explain_empty(parsed)
        return query

    def to_query(self, text: str) -> Query:
        """The query for one question that is read later.

        Raises:
            UsageError: the mode or the order is unknown.
        """
        return Query(
            text=text,
            k=self.k,
            mode=read_mode(self.mode),
            filters=self.filters,
            max_per_document=self.max_per_document,
            expand=self.expand,
            without=self.without,
            offset=self.offset,
            order=read_order(self.order),
            as_typed=self.as_typed,
        )

    def answer(self, archive: Archive, text: str) -> SearchResult:
        """The hits of one question."""
        query = self.query(text)
        if self.more_like or self.less_like:
            return archive.refine(query, plus=self.more_like, minus=self.less_like)
        return archive.search(query)

    def count(self, archive: Archive, text: str) -> Facets:
        """How all the hits of one question spread."""
        return archive.count(self.query(text), plus=self.more_like, minus=self.less_like)


@dataclass(frozen=True, slots=True)
class FilterOptions:
    """The conditions of a search as they were typed."""

    roles: Sequence[str] = ()
    authors: Sequence[str] = ()
    sites: Sequence[str] = ()
    titles: Sequence[str] = ()
    languages: Sequence[str] = ()
    after: str | None = None
    before: str | None = None
    undated: bool = False

    def parse(self) -> Filters:
        """The filters that they name.

        Raises:
            UsageError: a role or a date cannot be read.
        """
        return Filters(
            roles=self.roles,
            authors=self.authors,
            sites=self.sites,
            titles=self.titles,
            languages=self.languages,
            after=self.after,
            before=self.before,
            undated=self.undated,
        )


def run_search(question: str, settings: Settings, request: SearchRequest, *, form: str) -> int:
    """Answer one question; 0 even when nothing matches, which is an answer.

    Raises:
        UsageError: it cannot be read, or counts are asked for beside the rows of CSV.
    """
    request.query(question)
    if form == "csv" and request.with_facets:
        raise UsageError(
            "--facets compte, --csv écrit un passage par ligne\u00a0: "
            "demandez les comptes avec --json."
        )
    with request.open(settings.archive) as archive:
        result = request.answer(archive, question)
        counted = request.count(archive, question) if request.with_facets else None
    if form == "text":
        render_result(result)
        if result.hits:
            render_totals(result)
        if counted is not None:
            render_facets(counted)
        return 0
    for notice in result.notices:
        warn(str(notice))
    if form == "csv":
        say_table(write_hits_csv(result.hits))
    else:
        say_json(search_json(question, result, counted), indent=2)
    return 0


def check_batch(question: str | None, form: str) -> None:
    """Refuses what goes with one question only.

    Raises:
        UsageError: there is a question beside the file of questions, or CSV is asked for.
    """
    if question is not None:
        raise UsageError(
            f"La question «\u00a0{question}\u00a0» et --batch ne vont pas ensemble\u00a0: "
            "ajoutez-la au fichier, ou posez-la seule."
        )
    if form == "csv":
        raise UsageError("--batch écrit une ligne JSON par question\u00a0: retirez --csv.")


def run_batch(path: Path, settings: Settings, request: SearchRequest) -> int:
    """Answer one question a line, in order, one JSON line each, as soon as it is known.

    A question that cannot be read has no hits, and its line says why in `error`; the code is
    then 3.
    """
    read_mode(request.mode)
    lines = read_lines(path)
    code = 0
    with request.open(settings.archive) as archive, progress("Questions") as advance:
        for done, line in enumerate(lines, start=1):
            if not line:
                continue
            record = _batch_record(archive, line, request)
            if "error" in record:
                code = PARTIAL
            say_json(record)
            sys.stdout.flush()
            advance(done)
    return code


def _batch_record(archive: Archive, line: str, request: SearchRequest) -> SearchJson:
    """The JSON line of one question."""
    try:
        request.query(line)
    except UsageError as error:
        return unread_json(line, str(error))
    result = request.answer(archive, line)
    counted = request.count(archive, line) if request.with_facets else None
    return search_json(line, result, counted)


def run_similar(passage_id: str, settings: Settings, *, k: int, as_json: bool) -> int:
    """Write the passages closest in meaning to one."""
    with open_archive(settings.archive) as archive:
        result = archive.similar(passage_id, k)
    if as_json:
        say_json(passages_json(passage_id, result.hits), indent=2)
    else:
        render_result(result)
    return 0


def run_thread(passage_id: str, settings: Settings, *, as_json: bool) -> int:
    """Write the exchange that a comment belongs to, in page order."""
    with open_archive(settings.archive) as archive:
        hits = archive.thread(passage_id)
    if as_json:
        say_json(passages_json(passage_id, hits), indent=2)
    else:
        render_hits(hits)
    return 0


def read_lines(path: Path) -> Iterable[str]:
    """The stripped lines of a file, read at once, or of stdin, as they come."""
    if str(path) == "-":
        return (line.strip() for line in sys.stdin)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SourceError(
            f"Le fichier de questions «\u00a0{path}\u00a0» ne peut pas être lu "
            f"({error.strerror}). Vérifiez son chemin."
        ) from error
    except UnicodeDecodeError as error:
        raise SourceError(
            f"Le fichier de questions «\u00a0{path}\u00a0» n’est pas en UTF-8. "
            "Enregistrez-le en UTF-8, une question par ligne."
        ) from error
    lines = [line.strip() for line in text.splitlines()]
    if not any(lines):
        warn(f"Le fichier de questions «\u00a0{path}\u00a0» est vide\u00a0: aucune réponse.")
    return lines
