"""What a withdrawal takes out of the notebook: nothing of a withdrawn text stays beside it."""

from __future__ import annotations

from pathlib import Path

from index.notebook.files import changing, write_lines
from index.notebook.selections import (
    Kept,
    read_selection_file,
    selection_names,
    selection_path,
)
from ingest.text import fold_words


def forget_in_notebook(archive: Path, gone: frozenset[str], name: str | None) -> None:
    """Drops the lines on what is gone, and those whose words hold the `name` that withdrew.

    Raises:
        ArchiveError: a file cannot be written.
    """
    for selection in selection_names(archive):
        path = selection_path(archive, selection)
        with changing(archive):
            lines = read_selection_file(path)
            kept = [one for one in lines if not _is_about(one, gone, name)]
            if len(kept) < len(lines):
                write_lines(path, (one.as_record() for one in kept))


def _is_about(kept: Kept, gone: frozenset[str], name: str | None) -> bool:
    if kept.passage_id in gone:
        return True
    said = " ".join([kept.note, *kept.tags, kept.question or ""])
    return name is not None and f" {name} " in f" {fold_words(said)} "
