"""`search`: one question on the terminal or as JSON, or a file of questions as JSON lines.

`similar` and `thread` look around a hit.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from archiblogue.cli.rendering import render_facets, render_hits, render_result
from archiblogue.cli.terminal import PARTIAL, progress, say_json, warn
from index.archive import open_archive
from index.encoders.load import load_reranker
from index.model import Filters, Mode, Query
from index.query.date_bounds import read_date_bound
from index.query.parser import explain_empty, parse, read_language, read_role
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
    plus: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()
    with_facets: bool = False
    expand: bool = True
    without: tuple[str, ...] = ()
    reranker: str | None = None

    def open(self, path: Path) -> Archive:
        """The archive to ask, with the reranker asked for.

        Raises:
            ArchiveError: there is no archive there, or no such reranker.
        """
        model = load_reranker(self.reranker) if self.reranker else None
        return open_archive(path, reranker=model)

    def query(self, text: str) -> Query:
        """The query for one question.

        Raises:
            UsageError: the question is empty or the mode is unknown.
        """
        parsed = parse(text)
        if parsed.is_empty:
            raise explain_empty(parsed)
        return Query(
            text=text,
            k=self.k,
            mode=parse_mode(self.mode),
            filters=self.filters,
            max_per_document=self.max_per_document,
            expand=self.expand,
            without=self.without,
        )

    def answer(self, archive: Archive, text: str) -> tuple[SearchResult, Facets | None]:
        """The hits of one question, and their facets when asked for."""
        query = self.query(text)
        if self.plus or self.minus:
            result = archive.refine(query, plus=self.plus, minus=self.minus)
        else:
            result = archive.search(query)
        return result, archive.count(query) if self.with_facets else None


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

    def parse(self) -> Filters:
        """The filters that they name.

        Raises:
            UsageError: a role or a date cannot be read.
        """
        return Filters(
            roles=frozenset(read_role(role) for role in self.roles),
            authors=tuple(self.authors),
            sites=tuple(self.sites),
            titles=tuple(self.titles),
            languages=tuple(read_language(language) for language in self.languages),
            after=read_date_bound(self.after) if self.after else None,
            before=read_date_bound(self.before) if self.before else None,
        )


def parse_mode(name: str) -> Mode:
    """The mode of that name.

    Raises:
        UsageError: there is none.
    """
    try:
        return Mode(name)
    except ValueError:
        raise UsageError(
            f"Le mode «\u00a0{name}\u00a0» n’existe pas. Choisissez "
            f"{', '.join(mode.value for mode in Mode)}."
        ) from None


def run_search(question: str, settings: Settings, request: SearchRequest, *, as_json: bool) -> int:
    """Answer one question; 0 even when nothing matches, which is an answer."""
    request.query(question)
    with request.open(settings.archive) as archive:
        result, facets = request.answer(archive, question)
    if not as_json:
        render_result(result)
        if facets is not None:
            render_facets(facets)
        return 0
    for notice in result.notices:
        warn(str(notice))
    hits = [hit.as_record() for hit in result.hits]
    say_json(hits if facets is None else {"hits": hits, "facets": facets.as_record()}, indent=2)
    return 0


def run_batch(path: Path, settings: Settings, request: SearchRequest) -> int:
    """Answer one question a line, in order, one JSON line each, as soon as it is known.

    A question that cannot be read has no hits, and its line says why in `error`; the code is
    then 3.
    """
    parse_mode(request.mode)
    lines = _read_lines(path)
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


def _batch_record(archive: Archive, line: str, request: SearchRequest) -> dict[str, object]:
    """The JSON line of one question."""
    try:
        request.query(line)
    except UsageError as error:
        return {"query": line, "hits": [], "confident": None, "error": str(error)}
    result, facets = request.answer(archive, line)
    record: dict[str, object] = {
        "query": line,
        "hits": [hit.as_record() for hit in result.hits],
        "confident": result.confident,
        "notices": [str(notice) for notice in result.notices],
        "expansions": [asdict(one) for one in result.expansions],
        "left_out": [asdict(one) for one in result.left_out],
        "n_undated_excluded": result.n_undated_excluded,
    }
    if facets is not None:
        record["facets"] = facets.as_record()
    return record


def run_similar(passage_id: str, settings: Settings, *, k: int, as_json: bool) -> int:
    """Write the passages closest in meaning to one."""
    with open_archive(settings.archive) as archive:
        result = archive.similar(passage_id, k)
    if as_json:
        say_json([hit.as_record() for hit in result.hits], indent=2)
    else:
        render_result(result)
    return 0


def run_thread(passage_id: str, settings: Settings, *, as_json: bool) -> int:
    """Write the exchange that a comment belongs to, in page order."""
    with open_archive(settings.archive) as archive:
        hits = archive.thread(passage_id)
    if as_json:
        say_json([hit.as_record() for hit in hits], indent=2)
    else:
        render_hits(hits)
    return 0


def _read_lines(path: Path) -> Iterable[str]:
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
