"""How hits look on a terminal. Text of blogs is written as it is: no markup is interpreted."""

from __future__ import annotations

import shutil
import sys
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archiblogue.cli.terminal import printable, say, warn, without_controls

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.model import Hit, SearchResult
    from index.views.facets import Facets

INDENT = "    "
LANES = {"dense": "sens", "lexical": "mots"}


@dataclass(frozen=True, slots=True)
class Style:
    """The escape sequences of a terminal; empty ones elsewhere."""

    bold: str = "\x1b[1m"
    dim: str = "\x1b[2m"
    mark: str = "\x1b[33m"
    reset: str = "\x1b[0m"


def render_result(result: SearchResult) -> None:
    """Write the hits of one query, best first, and what the reader should know on stderr."""
    for notice in result.notices:
        warn(str(notice))
    if result.corrected is not None:
        warn("Pour chercher les mots tels quels\u00a0: --as-typed.")
    if not result.hits:
        warn(_nothing_left(result))
        return
    if result.confident is False:
        warn("Aucun passage ne répond vraiment. Voici les plus proches\u00a0:")
    render_hits(result.hits)


def render_totals(result: SearchResult) -> None:
    """Write how many passages were found in all, why, and how to see those that follow."""
    from index.views.facets import explain_totals

    totals, following = result.totals, result.next_query
    first, last = result.query.offset + 1, result.query.offset + len(result.hits)
    said = f"Passages {first} à {last} sur {totals.n_answers}\u00a0: {explain_totals(totals)}."
    if following is not None:
        said += f" La suite\u00a0: --offset {following.offset}."
    warn(said)


def render_hits(hits: Sequence[Hit]) -> None:
    """Write passages with their source, and why they were found."""
    for hit in hits:
        _render_hit(hit)


def _nothing_left(result: SearchResult) -> str:
    """Why there is no hit to show."""
    if result.query.offset and result.totals.n_answers:
        return (
            f"Rien après le passage {result.query.offset}\u00a0: il y en a "
            f"{result.totals.n_answers} en tout. Donnez un plus petit --offset."
        )
    return "Aucun passage ne correspond. Essayez d’autres mots ou moins de filtres."


def render_facets(facets: Facets) -> None:
    """Write the counts of a query, one facet a paragraph."""
    say(without_controls(facets.basis))
    for notice in facets.notices:
        say(without_controls(notice))
    for name, counts in (
        ("Années", facets.year),
        ("Sites", facets.site),
        ("Auteurs", facets.author),
        ("Rôles", facets.role),
        ("Langues", facets.language),
    ):
        cells = [f"{printable(value or 'inconnu')} ({n})" for value, n in counts.items()]
        if cells:
            say(f"{name}\u00a0: {', '.join(cells)}")


def _render_hit(hit: Hit) -> None:
    style = Style() if sys.stdout.isatty() else Style("", "", "", "")
    number = f"{hit.rank}. " if hit.rank else ""
    say(f"{style.bold}{number}{printable(hit.title or 'Sans titre')}{style.reset}")
    facts = (hit.role.value, hit.author, hit.date, hit.site)
    say(INDENT + style.dim + " · ".join(printable(f) for f in facts if f) + style.reset)
    width = max(40, min(100, shutil.get_terminal_size().columns) - len(INDENT))
    text = printable(hit.text)
    for line in textwrap.wrap(text, width, break_on_hyphens=False) or [""]:
        say(INDENT + line)
    if hit.best_sentence is not None:
        best = printable(hit.text[hit.best_sentence.start : hit.best_sentence.end])
        if len(best) < len(text):
            for line in textwrap.wrap(f"→ {best}", width, subsequent_indent="  "):
                say(f"{INDENT}{style.mark}{line}{style.reset}")
    say(f"{INDENT}{style.dim}{_why(hit)}{style.reset}")
    say(
        f"{INDENT}{style.dim}{printable(hit.url or hit.source_path)}  {hit.passage_id}{style.reset}"
    )
    say()


def _why(hit: Hit) -> str:
    """Score, place in each retriever, matching words, and what else of the document answers."""
    parts = [f"score {hit.score:.3f}"] if hit.rank else []
    parts += [f"{LANES[one.retriever]} n° {one.rank} ({one.score:.3f})" for one in hit.retrievers]
    words = dict.fromkeys(printable(hit.text[span.start : span.end]) for span in hit.matches)
    if words:
        parts.append(f"mots\u00a0: {', '.join(words)}")
    if hit.answers is not None:
        parts.append(f"répond à {hit.answers.passage_id} ({hit.answers.method})")
    if hit.n_more_in_document:
        parts.append(f"{hit.n_more_in_document} de plus dans ce document")
    return " · ".join(parts)
