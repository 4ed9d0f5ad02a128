"""`search`: one question on the terminal or as JSON, or a file of questions as JSON lines."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from commands.rendering import render_result
from commands.terminal import progress, say_json, warn
from index import open_archive
from index.model import Filters, Mode, Query
from ingest.errors import SourceError, UsageError

if TYPE_CHECKING:
    from settings import Settings


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What the options of `search` ask for, question apart."""

    k: int = 10
    mode: str = Mode.HYBRID
    filters: Filters = field(default_factory=Filters)
    max_per_document: int | None = None

    def query(self, text: str) -> Query:
        """The query for one question.

        Raises:
            UsageError: the question is empty or the mode is unknown.
        """
        if not text.strip():
            raise UsageError(
                "La question est vide. Écrivez-la entre guillemets, par exemple\u00a0: "
                'archiblogue search "qui répond aux commentaires\u00a0?"'
            )
        return Query(
            text=text,
            k=self.k,
            mode=parse_mode(self.mode),
            filters=self.filters,
            max_per_document=self.max_per_document,
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
    query = request.query(question)
    with open_archive(settings.archive) as archive:
        result = archive.search(query)
    if as_json:
        say_json([hit.as_record() for hit in result.hits], indent=2)
    else:
        render_result(result)
    return 0


def run_batch(path: Path, settings: Settings, request: SearchRequest) -> int:
    """Answer one question a line, in order, one JSON line each, as soon as it is known."""
    parse_mode(request.mode)
    lines = _read_lines(path)
    with open_archive(settings.archive) as archive, progress("Questions") as advance:
        for done, line in enumerate(lines, start=1):
            if not line:
                continue
            result = archive.search(request.query(line))
            say_json({"query": line, "hits": [hit.as_record() for hit in result.hits]})
            advance(done)
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
