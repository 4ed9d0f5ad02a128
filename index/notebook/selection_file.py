"""The file of a selection: a line a passage, and which of two versions of a line is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from index.notebook.files import (
    SELECTIONS_FOLDER,
    check_name,
    check_note,
    read_lines,
    unreadable_line,
)
from ingest.errors import UsageError

_SUFFIX: Final = ".jsonl"


@dataclass(frozen=True, slots=True)
class Kept:
    """A passage kept. `content_hash` is that of its text when it was; times are UTC."""

    passage_id: str
    content_hash: str
    added_at: str
    changed_at: str
    note: str = ""
    tags: tuple[str, ...] = ()
    question: str | None = None
    is_removed: bool = False

    def as_record(self) -> dict[str, object]:
        """The line of the file."""
        if self.is_removed:
            return {
                "passage_id": self.passage_id,
                "changed_at": self.changed_at,
                "removed": True,
            }
        return {
            "passage_id": self.passage_id,
            "content_hash": self.content_hash,
            "added_at": self.added_at,
            "changed_at": self.changed_at,
            "note": self.note,
            "tags": list(self.tags),
            "question": self.question,
        }


def selection_path(archive: Path, name: str) -> Path:
    """Where the selection of that name is kept.

    Raises:
        UsageError: a file cannot bear that name.
    """
    return archive / SELECTIONS_FOLDER / f"{check_name(name)}{_SUFFIX}"


def selection_names(archive: Path) -> tuple[str, ...]:
    """The names of the selections beside an archive, in order."""
    return tuple(sorted(path.stem for path in (archive / SELECTIONS_FOLDER).glob(f"*{_SUFFIX}")))


def read_selection_file(path: Path, *, must_be_there: bool = False) -> tuple[Kept, ...]:
    """The lines of a selection, the removed ones too; none when there is no file.

    Raises:
        UsageError: a line cannot be read, or the file that `must_be_there` is not.
        IntegrityError: the file cannot be read.
    """
    if must_be_there and not path.is_file():
        raise UsageError(
            f"Le fichier «\u00a0{path}\u00a0» n’existe pas\u202f: vérifiez son chemin."
        )
    kept: dict[str, Kept] = {}
    for number, record in read_lines(path):
        try:
            one = _of_record(record)
        except (KeyError, TypeError, ValueError) as error:
            raise unreadable_line(path, number) from error
        former = kept.get(one.passage_id)
        kept[one.passage_id] = one if former is None else max(former, one, key=age)
    return tuple(kept.values())


def _of_record(record: Mapping[str, Any]) -> Kept:
    passage_id, changed_at = record["passage_id"], record.get("changed_at", "")
    tags, question = record.get("tags") or [], record.get("question")
    texts = [passage_id, changed_at, record.get("note") or "", *tags]
    if not passage_id or not all(isinstance(text, str) for text in texts):
        raise ValueError(record)
    if record.get("removed"):
        return Kept(passage_id, "", "", changed_at, is_removed=True)
    return Kept(
        passage_id=passage_id,
        content_hash=str(record.get("content_hash") or ""),
        added_at=str(record.get("added_at") or changed_at),
        changed_at=changed_at,
        note=check_note(record.get("note") or ""),
        tags=tuple(tags),
        question=None if question is None else str(question),
    )


def age(kept: Kept) -> tuple[str, bool, str]:
    """What decides between two versions of a line, whatever the order in which they come."""
    return (kept.changed_at, kept.is_removed, repr(kept))
