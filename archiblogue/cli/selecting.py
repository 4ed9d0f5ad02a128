"""`select`: passages kept with notes and tags, and taken away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from archiblogue.cli import exporting
from archiblogue.cli.counting import TableOutput, table_output, write_figures
from archiblogue.cli.searching import SearchRequest, read_lines
from archiblogue.cli.terminal import PARTIAL, count, printable, say, say_json, warn
from index.archive import open_archive
from index.export.csv_table import read_table
from index.export.formats import find_format
from index.export.stream import read_selection
from ingest.errors import UsageError

if TYPE_CHECKING:
    from archiblogue.settings import Settings
    from index.archive import Archive
    from index.notebook.selections import Change

_STDOUT: Final = Path("-")
_SHOWN_CHARACTERS: Final = 100


@dataclass(frozen=True, slots=True)
class SelectRequest:
    """What the options of `select` ask for; `form` is None where no format is named."""

    action: str
    name: str | None = None
    what: tuple[str, ...] = ()
    question: str | None = None
    file: Path | None = None
    note: str | None = None
    tags: tuple[str, ...] = ()
    search: SearchRequest = field(default_factory=SearchRequest)
    form: str | None = None
    path: Path = _STDOUT
    authors: str = "real"
    style: str = "iso690"
    is_forced: bool = False

    @property
    def named(self) -> str:
        """The name of the selection.

        Raises:
            UsageError: there is none.
        """
        if self.name is None:
            raise UsageError(
                "Quelle sélection\u202f? Donnez son nom\u00a0: "
                f"archiblogue select {self.action} NOM."
            )
        return self.name

    @property
    def output(self) -> TableOutput:
        """How a table leaves.

        Raises:
            UsageError: the format or the file does not fit.
        """
        return table_output(
            json=False, csv=False, form=self.form, path=self.path, force=self.is_forced
        )


def run_select(request: SelectRequest, settings: Settings) -> int:
    """Do what the action asks; 3 when some passages are not in the archive.

    Raises:
        UsageError: there is no such action, or it lacks something.
    """
    action = _ACTIONS.get(request.action)
    if action is None:
        raise UsageError(
            f"On ne sait pas «\u00a0{request.action}\u00a0» une sélection. Choisissez "
            f"{', '.join(_ACTIONS)}."
        )
    return action(request, settings)


def _add(request: SelectRequest, settings: Settings) -> int:
    """Keep passages given by their ids, found by a question, or listed in a file."""
    sources = [bool(request.what), request.question is not None, request.file is not None]
    if sum(sources) != 1:
        raise UsageError(
            "Quels passages garder\u202f? Donnez des identifiants, --search «\u00a0question\u00a0» "
            "ou --file FICHIER\u00a0: un seul des trois."
        )
    with request.search.open(settings.archive) as archive:
        if request.question is not None:
            ids = [hit.passage_id for hit in request.search.answer(archive, request.question)]
        elif request.file is not None:
            ids = read_ids(request.file)
        else:
            ids = list(request.what)
        change = archive.selections.add(
            request.named,
            ids,
            note=request.note,
            tags=request.tags,
            question=request.question,
        )
    return _report(change, request.named, "passage ajouté", "passages ajoutés")


def _list(request: SelectRequest, settings: Settings) -> int:
    """Write the names of the selections and how many passages each has."""
    with open_archive(settings.archive) as archive:
        counts = {name: len(archive.selections.kept(name)) for name in archive.selections.names()}
    if request.output.form == "json":
        say_json([{"name": name, "n_passages": n} for name, n in counts.items()], indent=2)
        return 0
    for name, n in counts.items():
        say(f"{name}  {count(n, 'passage')}")
    if not counts:
        warn("Aucune sélection. Gardez des passages avec «\u00a0archiblogue select add\u00a0».")
    return 0


def _show(request: SelectRequest, settings: Settings) -> int:
    """Write a selection with its notes: for reading, as JSON, or as a table."""
    output = request.output
    with open_archive(settings.archive) as archive:
        table = archive.selections.table(request.named)
    if output.form == "json":
        say_json(table.as_records(), indent=2)
        return 0
    if output.form != "text":
        write_figures(table, output)
        return 0
    for record in table.as_records():
        state = "" if record["state"] == "présent" else f" ({record['state']})"
        who = printable(str(record["author"] or record["role"] or "–"))
        say(f"{record['passage_id']}{state}  {who}, {record['date'] or 'sans date'}")
        if record["text"]:
            say(f"    {printable(str(record['text']))[:_SHOWN_CHARACTERS]}")
        if record["tags"]:
            say(f"    [{printable(str(record['tags']))}]")
        if record["note"]:
            say(f"    → {printable(str(record['note']))}")
    warn(f"{count(len(table.rows), 'passage')}.")
    return 0


def _remove(request: SelectRequest, settings: Settings) -> int:
    """Take passages out of a selection."""
    ids = read_ids(request.file) if request.file is not None else list(request.what)
    if not ids:
        raise UsageError("Quels passages enlever\u202f? Donnez leurs identifiants, ou --file.")
    with open_archive(settings.archive) as archive:
        change = archive.selections.remove(request.named, ids)
    say(f"{count(change.n_changed, 'passage enlevé', 'passages enlevés')} de {request.named}.")
    return _warn_absent(change, "n’est pas dans la sélection", "ne sont pas dans la sélection")


def _merge(request: SelectRequest, settings: Settings) -> int:
    """Merge selection files into one."""
    paths = [*map(Path, request.what), *([request.file] if request.file is not None else [])]
    if not paths:
        raise UsageError("Quels fichiers fusionner\u202f? Donnez leurs chemins.")
    with open_archive(settings.archive) as archive:
        change = archive.selections.merge(request.named, paths)
    return _report(change, request.named, "passage ajouté", "passages ajoutés")


def _delete(request: SelectRequest, settings: Settings) -> int:
    """Remove a selection, notes and all."""
    with open_archive(settings.archive) as archive:
        archive.selections.delete(request.named)
    say(f"Sélection {request.named} effacée.")
    return 0


def _export(request: SelectRequest, settings: Settings) -> int:
    """Write the passages of a selection in one of the formats of `export`."""
    form = request.form or "csv"
    find_format(form)
    with open_archive(settings.archive) as archive:
        _require(archive, request.named)
    return exporting.run_export(
        exporting.Subject(selection=Path(request.named)),
        settings,
        request.search,
        exporting.Output(
            form,
            request.path,
            request.authors,
            style=request.style,
            is_forced=request.is_forced,
        ),
    )


_ACTIONS: Final[Mapping[str, Callable[[SelectRequest, Settings], int]]] = {
    "add": _add,
    "list": _list,
    "show": _show,
    "remove": _remove,
    "merge": _merge,
    "export": _export,
    "delete": _delete,
}


def read_ids(path: Path) -> list[str]:
    """The passage ids of a file: one a line, JSON lines, or a table with a column `passage_id`.

    Raises:
        SourceError: the file cannot be read.
        UsageError: it holds no ids.
    """
    lines = list(read_lines(path))
    head = lines[0].removeprefix("\ufeff") if lines else ""
    if "passage_id" not in head or head.startswith("{") or str(path) == "-":
        return list(read_selection(lines, str(path)))
    delimiter = max(",;\t", key=head.count)
    try:
        with path.open("rb") as stream:
            return [row["passage_id"] for row in read_table(stream, delimiter)]
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"Le tableau «\u00a0{path}\u00a0» ne peut pas être lu. Donnez un CSV en UTF-8 avec une "
            "colonne passage_id, ou un identifiant par ligne."
        ) from error


def _require(archive: Archive, name: str) -> None:
    """Refuses a selection that is not there."""
    archive.selections.kept(name)


def _report(change: Change, name: str, singular: str, plural: str) -> int:
    say(f"{count(change.n_added, singular, plural)} à {name}.")
    if change.n_changed:
        say(f"{count(change.n_changed, 'passage mis', 'passages mis')} à jour.")
    if change.n_same:
        say(f"{count(change.n_same, 'passage')} déjà là.")
    return _warn_absent(change, "n’est pas dans l’archive", "ne sont pas dans l’archive")


def _warn_absent(change: Change, singular: str, plural: str) -> int:
    """3 when some passages could not be found, and which."""
    if not change.absent:
        return 0
    shown = ", ".join(change.absent[:5]) + ("…" if len(change.absent) > 5 else "")
    said = singular if len(change.absent) == 1 else plural
    warn(f"{count(len(change.absent), 'passage')} {said}\u00a0: {shown}.")
    return PARTIAL
