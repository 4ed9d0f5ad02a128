"""`frequencies`, `collocates`, `compare`: figures for reading, as JSON, or in a tabular format."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from archiblogue.cli.terminal import count, printable, say, say_json, warn
from archiblogue.typography import format_number
from index.archive import open_archive
from index.export.atomic import write_atomically
from index.export.tables import TABLE_FORMATS, TableFormat, find_table_format
from ingest.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archiblogue.settings import Settings
    from index.views.collocates import CollocateOptions, Collocates
    from index.views.comparison import Comparison, ComparisonOptions
    from index.views.frequency_table import Frequencies, Frequency, FrequencyOptions
    from index.views.table import Table

_STDOUT: Final = Path("-")
_SHOWN_CHARACTERS: Final = 32
_UNKNOWN: Final = "(inconnu)"


@dataclass(frozen=True, slots=True)
class TableOutput:
    """How a table leaves: `text`, `json` or the name of a tabular format; and where."""

    form: str = "text"
    path: Path = _STDOUT
    is_forced: bool = False


def table_output(
    *, json: bool, csv: bool, form: str | None, path: Path, force: bool
) -> TableOutput:
    """The output that the options of a command ask for.

    Raises:
        UsageError: several forms are asked for, there is no such format, it is no text and no file
            is named, or the file is there already.
    """
    asked = [name for name, is_asked in (("json", json), ("csv", csv)) if is_asked]
    asked += [form] if form is not None else []
    if len(asked) > 1:
        raise UsageError(
            f"Une sortie n’a qu’un format\u202f: choisissez entre {' et '.join(asked)}."
        )
    chosen = asked[0] if asked else "text"
    if chosen in {"text", "json"}:
        if path != _STDOUT:
            raise UsageError(
                f"Pour écrire dans «\u00a0{path}\u00a0», donnez un format de tableau (--format "
                f"{', '.join(TABLE_FORMATS)})."
            )
        return TableOutput(chosen)
    _check_file(find_table_format(chosen), path, is_forced=force)
    return TableOutput(chosen, path, force)


def run_frequencies(
    expression: str, settings: Settings, options: FrequencyOptions, output: TableOutput
) -> int:
    """Write how often an expression comes, part by part."""
    with open_archive(settings.archive) as archive:
        found = archive.frequencies(expression, options)
    for notice in found.notices:
        warn(str(notice))
    if output.form == "json":
        say_json(found.as_record(), indent=2)
    elif output.form == "text":
        _show_frequencies(found)
    else:
        write_figures(found.table, output)
    _warn_undated(found.n_undated_excluded)
    return 0


def run_collocates(
    expression: str, settings: Settings, options: CollocateOptions, output: TableOutput
) -> int:
    """Write the words that keep an expression company."""
    with open_archive(settings.archive) as archive:
        found = archive.collocates(expression, options)
    for notice in found.notices:
        warn(str(notice))
    if output.form == "json":
        say_json(found.as_record(), indent=2)
    elif output.form == "text":
        _show_collocates(found)
    else:
        write_figures(found.table, output)
    _warn_undated(found.n_undated_excluded)
    return 0


def run_compare(
    sides: tuple[str, str],
    settings: Settings,
    options: ComparisonOptions,
    output: TableOutput,
    *,
    what: str,
) -> int:
    """Write two questions or sub-corpora side by side; `what` is the table of a tabular format."""
    with open_archive(settings.archive) as archive:
        found = archive.compare(*sides, options)
    table = found.table(what)
    if output.form == "json":
        say_json(found.as_record(), indent=2)
    elif output.form == "text":
        _show_comparison(found)
    else:
        write_figures(table, output)
    _warn_undated(found.a.n_undated_excluded + found.b.n_undated_excluded)
    return 0


def write_figures(table: Table, output: TableOutput) -> None:
    """Write a table in a tabular format, on stdout or as a file that appears whole.

    Raises:
        ArchiveError: the file cannot be written.
    """
    chosen = find_table_format(output.form)
    if output.path == _STDOUT:
        chosen.write(table, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return

    def write(stream: BinaryIO) -> None:
        chosen.write(table, stream)

    write_atomically(output.path, write)
    warn(f"{count(len(table.rows), 'ligne')} dans «\u00a0{output.path}\u00a0».")


def _check_file(chosen: TableFormat, path: Path, *, is_forced: bool) -> None:
    if path == _STDOUT:
        if not chosen.is_text:
            raise UsageError(
                f"Le format {chosen.name} n’est pas du texte\u202f: donnez un fichier "
                f"(-o tableau.{chosen.extension})."
            )
    elif path.is_dir():
        raise UsageError(
            f"«\u00a0{path}\u00a0» est un dossier\u202f: donnez un nom de fichier "
            f"(-o {path / f'tableau.{chosen.extension}'})."
        )
    elif path.exists() and not is_forced:
        raise UsageError(
            f"Le fichier «\u00a0{path}\u00a0» existe déjà. Choisissez un autre nom, ou --force "
            "pour le remplacer."
        )


def _show_frequencies(found: Frequencies) -> None:
    head = (
        "",
        "occurrences",
        "passages",
        "mots pleins",
        "pour 10\u202f000",
        "par passage",
        "spéc.",
    )
    rows = [_frequency_cells(row, row.value or _UNKNOWN) for row in found.rows]
    _say_table(head, [*rows, _frequency_cells(found.total, "tout")])
    if found.n_parts > len(found.rows):
        warn(f"{count(found.n_parts, 'ligne')} en tout\u202f; --limit en montre plus.")


def _frequency_cells(row: Frequency, name: str) -> tuple[str, ...]:
    return (
        name,
        format_number(row.n_occurrences),
        f"{format_number(row.n_passages)} sur {format_number(row.n_passages_in_part)}",
        format_number(row.n_words),
        _decimal(row.per_10000_words, 2),
        _decimal(row.per_passage, 3),
        _signed(row.specificity),
    )


def _show_collocates(found: Collocates) -> None:
    head = ("", "près", "passages", "en tout", "logDice", "vraisemblance")
    rows = [
        (
            row.word,
            format_number(row.n_near),
            format_number(row.n_passages),
            format_number(row.n_in_corpus),
            _decimal(row.log_dice, 2),
            _signed(row.log_likelihood if row.is_over else -row.log_likelihood),
        )
        for row in found.rows
    ]
    if rows:
        _say_table(head, rows)
    n_passages = count(found.n_passages, "passage")
    warn(f"{count(found.n_occurrences, 'occurrence')} dans {n_passages}.")


def _show_comparison(found: Comparison) -> None:
    for name, side in (("A", found.a), ("B", found.b)):
        n_words = count(side.n_words, "mot plein", "mots pleins")
        n_passages = count(side.n_passages, "passage")
        say(f"{name}  {n_passages}, {n_words}\u00a0: {printable(side.question)}")
    say(f"{count(found.n_shared, 'passage commun', 'passages communs')}.")
    if found.years.rows:
        say()
        head = ("année", "A", "B", "communs")
        _say_table(head, [(str(y or _UNKNOWN), *map(str, rest)) for y, *rest in found.years.rows])
    for name in ("A", "B"):
        rows = [
            (
                str(row["word"]),
                format_number(int(row["n_a"] or 0)),
                format_number(int(row["n_b"] or 0)),
                _signed(_as_float(row["specificity"])),
            )
            for row in found.words.as_records()
            if row["side"] == name
        ]
        if rows:
            say(f"\nMots de {name}")
            _say_table(("", "dans A", "dans B", "spéc. dans A"), rows)


def _say_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Write aligned columns: the first to the left, figures to the right."""
    shown = [[printable(cell)[:_SHOWN_CHARACTERS] for cell in row] for row in (head, *rows)]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    for first, *rest in shown:
        cells = [f"{cell:>{width}}" for cell, width in zip(rest, widths[1:], strict=True)]
        say("  ".join([f"{first:<{widths[0]}}", *cells]).rstrip())


def _as_float(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _decimal(value: float | None, n_decimals: int) -> str:
    """The number with a French decimal mark; a dash where there is none to give."""
    return "–" if value is None else f"{value:.{n_decimals}f}".replace(".", ",")


def _signed(value: float | None) -> str:
    return "–" if value is None else f"{value:+.1f}".replace(".", ",")


def _warn_undated(n_undated: int) -> None:
    if n_undated:
        warn(f"{count(n_undated, 'passage')} sans date, écartés par le filtre.")
