"""`concordance`: a word or an expression in context."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiblogue.cli.terminal import count, printable, say, say_json, say_table, warn
from index.archive import open_archive
from index.export import write_concordance_csv
from index.views.concordance import ConcordanceOptions, Sort
from ingest.errors import UsageError

if TYPE_CHECKING:
    from archiblogue.settings import Settings


# Former names of the orders, still accepted.
_FORMER_SORTS = {"gauche": Sort.LEFT, "droite": Sort.RIGHT}


def parse_sort(name: str) -> Sort:
    """The order of that name.

    Raises:
        UsageError: there is none.
    """
    try:
        return _FORMER_SORTS.get(name) or Sort(name)
    except ValueError:
        raise UsageError(
            f"Le tri «\u00a0{name}\u00a0» n’existe pas. Choisissez {', '.join(Sort)}."
        ) from None


def run_concordance(
    expression: str, settings: Settings, options: ConcordanceOptions, *, form: str
) -> int:
    """Write the lines of a concordance: for reading, as JSON lines or as CSV."""
    with open_archive(settings.archive) as archive:
        found = archive.concordance(expression, options)
    for notice in found.notices:
        warn(str(notice))
    if form == "json":
        for line in found.lines:
            say_json(line.as_record())
    elif form == "csv":
        say_table(write_concordance_csv(found))
    else:
        for line in found.lines:
            left = printable(line.left)[-options.width :]
            right = printable(line.right)[: options.width]
            say(f"{left:>{options.width}}  {printable(line.keyword)}  {right:<{options.width}}  "
                f"{line.passage.date or '–'}  {line.passage.passage_id}")  # fmt: skip
        n_passages = count(found.n_passages, "passage")
        warn(f"{count(found.n_lines, 'occurrence')} dans {n_passages}.")
    return 0
