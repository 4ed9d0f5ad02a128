"""Selections: passages kept with notes and tags, in `selections/NAME.jsonl` beside the generations.

A line is a passage by its id, with what the keeper wrote of it: no text of the archive. A passage
removed leaves a line without note, so that a merge does not bring it back: two files of one name,
changed on two machines, are merged line by line, the latest change first; merging again, or in the
other order, gives the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from index.export.source import Source, is_withheld
from index.notebook.files import changing, check_note, now, write_lines
from index.notebook.selection_file import (
    Kept,
    age,
    read_selection_file,
    selection_names,
    selection_path,
)
from index.storage.rows import PassageRow
from index.views.table import Table, TableColumn
from ingest.errors import UsageError

_MAX_TAG_CHARACTERS: Final = 100

COLUMNS: Final = (
    TableColumn("passage_id", "string", "identifiant stable du passage"),
    TableColumn("state", "string", "présent, modifié depuis, ou absent de l’archive"),
    TableColumn("note", "string", "la note gardée avec lui"),
    TableColumn("tags", "string", "les étiquettes, séparées par des virgules"),
    TableColumn("question", "string", "la question dont il vient, s’il vient d’une recherche"),
    TableColumn("added_at", "string", "quand il a été gardé, UTC"),
    TableColumn("role", "string", "billet, commentaire ou réponse"),
    TableColumn("author", "string", "qui a écrit le passage"),
    TableColumn("date", "string", "date du passage"),
    TableColumn("title", "string", "titre du billet"),
    TableColumn("url", "string", "adresse du commentaire ou du billet"),
    TableColumn("text", "string", "texte du passage, tel que publié"),
)


@dataclass(frozen=True, slots=True)
class Change:
    """What a change did: passages added, changed, already there; ids the archive has not."""

    n_added: int = 0
    n_changed: int = 0
    n_same: int = 0
    absent: tuple[str, ...] = ()


class Selections:
    """The selections of an open archive."""

    def __init__(self, source: Source) -> None:
        """Reads and writes beside the generations of `source`."""
        self._source = source
        self._archive = source.generation.path.parent

    def names(self) -> tuple[str, ...]:
        """The names of the selections, in order."""
        return selection_names(self._archive)

    def kept(self, name: str) -> tuple[Kept, ...]:
        """The passages of a selection, in the order in which they were kept, none withdrawn.

        Raises:
            UsageError: there is no such selection, or a line cannot be read.
        """
        return tuple(kept for kept, row in self._read(name) if row is None or self._is_shown(row))

    def passage_ids(self, name: str) -> tuple[str, ...]:
        """The ids of the passages of a selection, as `kept` has them.

        Raises:
            UsageError: there is no such selection, or a line cannot be read.
        """
        return tuple(one.passage_id for one in self.kept(name))

    def add(
        self,
        name: str,
        passage_ids: Iterable[str],
        *,
        note: str | None = None,
        tags: Sequence[str] = (),
        question: str | None = None,
    ) -> Change:
        """What keeping these passages changed; a new note replaces the former, tags add up.

        Raises:
            UsageError: the name, the note or a tag is not one.
            ArchiveError: the file cannot be written.
        """
        path = self._path(name)
        noted = None if note is None else check_note(note)
        marked = [_check_tag(tag) for tag in tags]
        with changing(self._archive):
            lines = {one.passage_id: one for one in read_selection_file(path)}
            tally = {"added": 0, "changed": 0, "same": 0}
            absent: list[str] = []
            for passage_id in dict.fromkeys(passage_ids):
                row = self._row(passage_id)
                if row is None or not self._is_shown(row):
                    absent.append(passage_id)
                    continue
                former = lines.get(row.passage_id)
                kept = _keep(former, row, noted, marked, question)
                is_new = former is None or former.is_removed
                tally["added" if is_new else "same" if kept == former else "changed"] += 1
                if is_new:
                    lines.pop(row.passage_id, None)  # a passage kept anew comes last
                lines[row.passage_id] = kept
            if tally["added"] or tally["changed"] or not path.exists():
                write_lines(path, (one.as_record() for one in lines.values()))
        return Change(tally["added"], tally["changed"], tally["same"], tuple(absent))

    def remove(self, name: str, passage_ids: Iterable[str]) -> Change:
        """What taking these passages out changed.

        Raises:
            UsageError: there is no such selection.
            ArchiveError: the file cannot be written.
        """
        path = self._existing(name)
        with changing(self._archive):
            lines = {one.passage_id: one for one in read_selection_file(path)}
            absent: list[str] = []
            n_removed = 0
            for passage_id in dict.fromkeys(passage_ids):
                former = lines.get(passage_id)
                if former is None or former.is_removed:
                    absent.append(passage_id)
                    continue
                lines[passage_id] = Kept(passage_id, "", "", now(), is_removed=True)
                n_removed += 1
            if n_removed:
                write_lines(path, (one.as_record() for one in lines.values()))
        return Change(n_changed=n_removed, absent=tuple(absent))

    def delete(self, name: str) -> None:
        """Removes a selection with its notes.

        Raises:
            UsageError: there is no such selection.
            ArchiveError: the file cannot be removed.
        """
        path = self._existing(name)
        with changing(self._archive):
            path.unlink(missing_ok=True)

    def merge(self, name: str, paths: Iterable[Path]) -> Change:
        """What merging these files into a selection changed: line by line, the latest change wins.

        A passage that the archive has not is left out: it may have been withdrawn.

        Raises:
            UsageError: a line of a file cannot be read.
            ArchiveError: the file cannot be written.
        """
        path = self._path(name)
        others = [one for other in paths for one in read_selection_file(other, must_be_there=True)]
        with changing(self._archive):
            own = {one.passage_id: one for one in read_selection_file(path)}
            lines = dict(own)
            absent: list[str] = []
            for one in others:
                row = self._row(one.passage_id)
                if row is None or not self._is_shown(row):
                    absent.append(one.passage_id)
                    continue
                former = lines.get(one.passage_id)
                lines[one.passage_id] = one if former is None else max(former, one, key=age)
            changed = [key for key, one in lines.items() if own.get(key) != one]
            if changed or not path.exists():
                ordered = sorted(lines.values(), key=lambda one: (one.added_at, one.passage_id))
                write_lines(path, (one.as_record() for one in ordered))
        n_added = sum(key not in own and not lines[key].is_removed for key in changed)
        n_same = len({one.passage_id for one in others} - set(changed) - set(absent))
        n_changed = sum(key in own for key in changed)
        return Change(n_added, n_changed, n_same, tuple(dict.fromkeys(absent)))

    def table(self, name: str) -> Table:
        """A selection with what the archive says of its passages.

        Raises:
            UsageError: there is no such selection, or a line cannot be read.
        """
        rows = [
            (
                kept.passage_id,
                _state(kept, row),
                kept.note,
                ", ".join(kept.tags),
                kept.question,
                kept.added_at,
                *(
                    (None,) * 6
                    if row is None
                    else (row.role.value, row.author, row.date, row.title, row.url, row.text)
                ),
            )
            for kept, row in self._read(name)
            if row is None or self._is_shown(row)
        ]
        return Table("selection", COLUMNS, tuple(rows))

    def _read(self, name: str) -> Iterator[tuple[Kept, PassageRow | None]]:
        store = self._source.searcher.corpus.store
        for kept in read_selection_file(self._existing(name)):
            if not kept.is_removed:
                yield kept, store.passage(kept.passage_id)

    def _row(self, passage_id: str) -> PassageRow | None:
        store = self._source.searcher.corpus.store
        return store.passage(passage_id) or store.passage(f"{passage_id}.p1")

    def _is_shown(self, row: PassageRow) -> bool:
        return not is_withheld(self._source.searcher, row.key)

    def _path(self, name: str) -> Path:
        return selection_path(self._archive, name)

    def _existing(self, name: str) -> Path:
        path = self._path(name)
        if not path.is_file():
            known = ", ".join(self.names()) or "aucune pour l’instant"
            raise UsageError(
                f"Il n’y a pas de sélection «\u00a0{name}\u00a0». Les sélections\u00a0: {known}."
            )
        return path


def _keep(
    former: Kept | None,
    row: PassageRow,
    note: str | None,
    tags: Sequence[str],
    question: str | None,
) -> Kept:
    """The line of a passage that is kept, once more perhaps."""
    at = now()
    if former is None or former.is_removed:
        return Kept(
            row.passage_id,
            row.content_hash,
            at,
            at,
            note or "",
            tuple(dict.fromkeys(tags)),
            question,
        )
    kept = replace(
        former,
        note=former.note if note is None else note,
        tags=tuple(dict.fromkeys([*former.tags, *tags])),
        question=former.question or question,
    )
    return former if kept == former else replace(kept, changed_at=at)


def _state(kept: Kept, row: PassageRow | None) -> str:
    if row is None:
        return "absent"
    return "présent" if kept.content_hash in {"", row.content_hash} else "modifié"


def _check_tag(tag: str) -> str:
    plain = " ".join(tag.split())
    if not plain or len(plain) > _MAX_TAG_CHARACTERS or "," in plain:
        raise UsageError(
            f"L’étiquette «\u00a0{tag}\u00a0» ne va pas\u202f: écrivez de 1 à "
            f"{_MAX_TAG_CHARACTERS} caractères, sans virgule."
        )
    return plain
