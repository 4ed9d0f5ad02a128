"""Replaces some documents in a copy of the former generation's store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from index.storage.rows import DocumentRecord
from index.storage.writer import StoreWriter, storable


class StoreAmender(StoreWriter):
    """A copied store, open to be changed (`StoreAmender.reopen`); `close` makes the file whole."""

    def remove_document(self, record: DocumentRecord, keys: Mapping[str, int]) -> None:
        """Removes a document with all that hangs on it; its bytes are overwritten with zeros.

        Its words stay in the full-text index until that is written from nothing: they find no
        passage any more.

        Args:
            record: the document as the store holds it.
            keys: the key of each of its passages, by passage id.
        """
        run, doc_id = self._connection.execute, record.doc_id
        self._connection.executemany(
            "INSERT INTO passages_fts (passages_fts, rowid, text, title, heading) "
            "VALUES ('delete', ?, ?, ?, ?)",
            [(keys[p.passage_id], p.text, record.title, p.heading) for p in record.passages],
        )
        self._connection.executemany(
            "DELETE FROM token_codes WHERE id = ?", [(key,) for key in keys.values()]
        )
        run("DELETE FROM passages WHERE doc_id = ?", (doc_id,))
        self._connection.executemany(
            "DELETE FROM alignments WHERE comment_id = ?",
            [(comment.comment_id,) for comment in record.comments],
        )
        run("DELETE FROM comments WHERE doc_id = ?", (doc_id,))
        run("DELETE FROM ledger WHERE doc_id = ?", (doc_id,))
        run("DELETE FROM documents WHERE doc_id = ?", (doc_id,))

    def remove_rejections(self) -> None:
        """Removes the list of pages that gave no document."""
        self._connection.execute("DELETE FROM rejections")

    def put_postings(self, postings: Iterable[tuple[str, int, bytes]]) -> None:
        """Writes postings over the former ones; a term that no passage holds any more goes."""
        for term, n, packed in postings:
            if n:
                self._connection.execute(
                    "INSERT OR REPLACE INTO postings VALUES (?, ?, ?)", (term, n, packed)
                )
            else:
                self._connection.execute("DELETE FROM postings WHERE term = ?", (term,))

    def put_column_values(self, name: str, values: Mapping[int, str | None]) -> None:
        """Writes what some codes of a column stand for."""
        self._connection.executemany(
            "INSERT OR REPLACE INTO column_values VALUES (?, ?, ?)",
            ((name, code, storable(value)) for code, value in values.items()),
        )
