"""Passages and documents by their ids: what stands around one, and its copies elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from index.model import Hit
from index.storage.columns import Columns
from index.storage.reader import Store
from index.storage.rows import DocumentRecord
from index.views.hits import hit_of
from ingest.errors import UsageError


class PassageReader:
    """Reads what a generation holds by the public ids of its passages and documents.

    The passages come as hits with rank 0 and score 0.
    """

    def __init__(self, store: Store, columns: Columns) -> None:
        self.store = store
        self._columns = columns

    def passage(self, passage_id: str) -> Hit:
        """The passage of that id; of a comment's id, its first one.

        Raises:
            UsageError: there is none.
        """
        return hit_of(self.store.require(passage_id))

    def holds(self, passage_id: str) -> bool:
        """Whether there is a passage of that id."""
        return self.store.passage(passage_id) is not None

    def iter_passages(self) -> Iterator[Hit]:
        """Yields every passage, in corpus order."""
        for row in self.store.iter_passages():
            yield hit_of(row)

    def of_keys(self, keys: Iterable[int]) -> tuple[Hit, ...]:
        """The passages of these keys, in corpus order."""
        rows = self.store.passages([int(key) for key in keys]).values()
        ordered = sorted(rows, key=lambda r: (r.source_path, r.doc_id, r.ordinal, r.passage_id))
        return tuple(hit_of(row) for row in ordered)

    def copies_of(self, passage_id: str) -> tuple[str, ...]:
        """The ids of the other passages with the very same text, in corpus order.

        Raises:
            UsageError: there is no such passage.
        """
        key = self.store.require(passage_id).key
        codes = self._columns.content.codes
        row = int(self._columns.rows(np.array([key], dtype=np.int64))[0])
        same = self._columns.keys[np.flatnonzero(codes == codes[row])]
        return tuple(h.passage_id for h in self.of_keys(same) if h.passage_id != passage_id)

    def neighbours(self, passage_id: str, before: int, after: int) -> tuple[Hit, ...]:
        """The passages around one, in page order, itself left out.

        Around a passage of the post come passages of the post; around a comment's, those of the
        thread.

        Raises:
            UsageError: there is no such passage.
        """
        centre = self.store.require(passage_id)
        is_comment = centre.comment_id is not None
        rows = [
            row
            for row in self.store.passages_of(centre.doc_id)
            if (row.comment_id is not None) == is_comment
        ]
        place = next(i for i, row in enumerate(rows) if row.passage_id == centre.passage_id)
        around = rows[max(0, place - max(0, before)) : place]
        around += rows[place + 1 : place + 1 + max(0, after)]
        return tuple(hit_of(row) for row in around)

    def document(self, doc_id: str) -> DocumentRecord:
        """The whole document of that id.

        Raises:
            UsageError: there is none.
        """
        record = self.store.document(doc_id)
        if record is None:
            raise UsageError(
                f"Aucun document «\u00a0{doc_id}\u00a0» dans cette archive. Vérifiez "
                "l’identifiant (champ doc_id d’un résultat)."
            )
        return record
