"""What a build asks of the generation before it: keys, hashes, what each document was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.storage.reader import Store


class DocumentStamp(NamedTuple):
    """What tells whether a document changed."""

    fingerprint: str
    source: str | None


class FormerStore(Store):
    """The store of the former generation, or of the one at work, as a build reads it."""

    def last_key(self) -> int:
        """The highest passage key ever given in this archive, 0 before the first."""
        rows = self._all("SELECT seq FROM sqlite_sequence WHERE name = 'passages'")
        return int(rows[0][0]) if rows else 0

    def keys_and_hashes(self) -> dict[str, tuple[int, str]]:
        """For each passage id, its key and the hash of what was embedded."""
        rows = self._all("SELECT passage_id, id, embedded_hash FROM passages")
        return {row[0]: (int(row[1]), row[2]) for row in rows}

    def keys_of(self, doc_id: str) -> dict[str, int]:
        """The key of each passage of a document, by passage id."""
        return dict(self._all("SELECT passage_id, id FROM passages WHERE doc_id = ?", (doc_id,)))

    def keys_by_hash(self, hashes: Sequence[str]) -> dict[str, int]:
        """For each hash of what was embedded that a passage has, the key of one such passage."""
        sql = "SELECT embedded_hash, min(id) FROM passages WHERE embedded_hash"
        return dict(self._all_in(sql, hashes, "GROUP BY embedded_hash"))

    def keys_by_passage_id(self) -> NDArray[np.int64]:
        """The keys of all passages (n,), in the order of their passage ids."""
        rows = self._all("SELECT id FROM passages ORDER BY passage_id")
        return np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))

    def document_stamps(self) -> dict[str, DocumentStamp]:
        """What tells whether each document changed, by id, in the order of the ids."""
        rows = self._all("SELECT doc_id, fingerprint, source FROM documents ORDER BY doc_id")
        return {doc_id: DocumentStamp(*stamp) for doc_id, *stamp in rows}

    def count_passages(self, doc_ids: Sequence[str]) -> int:
        """How many passages these documents have."""
        counted = self._all_in("SELECT count(*) FROM passages WHERE doc_id", doc_ids)
        return sum(int(row[0]) for row in counted)
