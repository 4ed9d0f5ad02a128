"""What a withdrawal takes out of the notebook: nothing of a withdrawn text stays beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from index.notebook.files import SEARCHES_NAME, SEEN_NAME, changing, write_lines
from index.notebook.searches import SavedSearch, read_searches
from index.notebook.seen import read_seen, write_seen
from index.notebook.selection_file import (
    Kept,
    read_selection_file,
    selection_names,
    selection_path,
)
from index.storage.columns import content_code
from ingest.text import fold_words


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What was withdrawn: passages by their ids and the SHA-256 of their texts, or a name.

    `wholes` are the ids of documents and comments withdrawn whole, whether the archive still has
    them or not. `name` is folded as `ingest.text.name_key` does it; None when no person withdrew.
    """

    passage_ids: frozenset[str]
    content_hashes: frozenset[str]
    wholes: frozenset[str] = frozenset()
    name: str | None = None

    def holds(self, passage_id: str) -> bool:
        """Whether the passage of that id was withdrawn."""
        document = passage_id.partition("#")[0]
        comment = passage_id.rpartition(".")[0]
        return passage_id in self.passage_ids or not self.wholes.isdisjoint(
            {passage_id, comment, document}
        )

    def is_named_in(self, said: Iterable[str | None]) -> bool:
        """Whether the name that withdrew stands in one of these texts."""
        if self.name is None:
            return False
        return any(f" {self.name} " in f" {fold_words(text or '')} " for text in said)


def forget_in_notebook(archive: Path, withdrawn: Withdrawn) -> None:
    """Drops the lines on what was withdrawn, and those whose words hold the name that withdrew.

    Raises:
        UsageError: a line of a file cannot be read.
        ArchiveError: a file cannot be written.
    """
    if not selection_names(archive) and not (archive / SEARCHES_NAME).exists():
        return
    with changing(archive):
        for selection in selection_names(archive):
            path = selection_path(archive, selection)
            lines = read_selection_file(path)
            kept = [one for one in lines if not _is_about(one, withdrawn)]
            if len(kept) < len(lines):
                write_lines(path, (one.as_record() for one in kept))
        _forget_searches(archive, withdrawn)


def _is_about(kept: Kept, withdrawn: Withdrawn) -> bool:
    if withdrawn.holds(kept.passage_id):
        return True
    return withdrawn.is_named_in([kept.note, *kept.tags, kept.question])


def _forget_searches(archive: Path, withdrawn: Withdrawn) -> None:
    searches = read_searches(archive)
    kept = [
        _without(one, withdrawn)
        for one in searches
        if not withdrawn.is_named_in([one.query.text, *one.query.filters.authors])
    ]
    if kept != list(searches):
        write_lines(archive / SEARCHES_NAME, (one.as_record() for one in kept))
    seen = read_seen(archive / SEEN_NAME)
    codes = [content_code(text) for text in withdrawn.content_hashes]
    left = seen.without(np.array(codes, dtype=np.int64))
    if len(left.codes) < len(seen.codes):
        write_seen(archive / SEEN_NAME, left)


def _without(search: SavedSearch, withdrawn: Withdrawn) -> SavedSearch:
    kept = tuple(
        one
        for one in search.announced
        if not withdrawn.holds(one.passage_id) and one.content_hash not in withdrawn.content_hashes
    )
    return replace(search, announced=kept)
