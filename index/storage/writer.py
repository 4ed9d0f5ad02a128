"""Writes one generation's store, from nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from index.storage.schema import create, reopen
from ingest.model import Comment, Document, LedgerEntry, Passage, PublicationDate, Rejection


class StoreWriter:
    """An open store to fill; `close` makes the file whole."""

    _is_open = True

    def __init__(self, path: Path, *, last_key: int = 0) -> None:
        """Creates the file.

        Args:
            path: where; nothing may be there.
            last_key: the highest passage key ever given in this archive.
        """
        self._connection = create(path)
        self._connection.execute("BEGIN")
        if last_key:
            self._connection.execute(
                "INSERT INTO sqlite_sequence (name, seq) VALUES ('passages', ?)", (last_key,)
            )
        self._n_rejections = 0

    @classmethod
    def reopen(cls, path: Path) -> Self:
        """A writer on a store that `finish` has left whole, to add what is computed from it."""
        writer = cls.__new__(cls)
        writer._connection = reopen(path)  # noqa: SLF001 - its own class
        writer._connection.execute("BEGIN")  # noqa: SLF001
        writer._n_rejections = 0  # noqa: SLF001
        return writer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Commits and closes; twice is once."""
        if not self._is_open:
            return
        self._is_open = False
        if self._connection.in_transaction:
            self._connection.execute("COMMIT")
        self._connection.close()

    def add_document(self, document: Document, fingerprint: str) -> None:
        """Writes a document with its comments and its ledger, not its passages.

        Args:
            document: what the ingester gave.
            fingerprint: the hash of all that the archive keeps of it.
        """
        self._connection.execute(
            f"INSERT INTO documents VALUES ({_marks(18)})",
            (
                document.doc_id,
                storable(document.source_path),
                storable(document.title),
                storable(document.author),
                *_date_columns(document.date),
                storable(document.site),
                storable(document.url),
                document.language,
                _json(document.categories),
                _json(document.tags),
                document.n_comments_declared,
                document.duplicate_of,
                document.platform,
                storable(document.source),
                fingerprint,
            ),
        )
        self._connection.executemany(
            f"INSERT INTO comments VALUES ({_marks(14)})",
            (_comment_columns(document.doc_id, comment) for comment in document.comments),
        )
        self._connection.executemany(
            f"INSERT INTO ledger VALUES ({_marks(9)})",
            (
                _ledger_columns(document.doc_id, position, entry)
                for position, entry in enumerate(document.ledger)
            ),
        )

    def add_passage(
        self, passage: Passage, *, title: str | None, embedded_hash: str, key: int | None = None
    ) -> int:
        """The key of the passage written: `key`, or a new one.

        Args:
            passage: the passage; its document was added before.
            title: the title of its post, for full-text search.
            embedded_hash: SHA-256 of what is embedded, context included.
            key: the key that it had in the former generation.
        """
        cursor = self._connection.execute(
            f"INSERT INTO passages VALUES ({_marks(14)})",
            (
                key,
                passage.passage_id,
                passage.doc_id,
                passage.ordinal,
                passage.role.value,
                passage.kind.value,
                storable(passage.text),
                passage.start,
                passage.end,
                storable(passage.heading),
                passage.comment_id,
                passage.language,
                passage.content_hash,
                embedded_hash,
            ),
        )
        given = int(cursor.lastrowid or 0)
        self._connection.execute(
            "INSERT INTO passages_fts (rowid, text, title, heading) VALUES (?, ?, ?, ?)",
            (given, storable(passage.text), storable(title), storable(passage.heading)),
        )
        return given

    def add_rejection(self, rejection: Rejection) -> None:
        """Writes a page that gave no document."""
        self._n_rejections += 1
        self._connection.execute(
            "INSERT INTO rejections VALUES (?, ?, ?, ?, ?, ?)",
            (
                self._n_rejections,
                storable(rejection.source_path),
                rejection.stage,
                rejection.slug,
                storable(rejection.detail),
                storable(rejection.source),
            ),
        )

    def add_info(self, values: Mapping[str, str]) -> None:
        """Writes facts about the build, in the place of those of the same name."""
        self._connection.executemany(
            "INSERT OR REPLACE INTO build_info VALUES (?, ?)", values.items()
        )

    def add_alignments(self, rows: Iterable[tuple[str, str, str, float]]) -> None:
        """Writes what comments answer: comment, passage, method, confidence."""
        self._connection.executemany("INSERT INTO alignments VALUES (?, ?, ?, ?)", rows)

    def add_postings(self, postings: Iterable[tuple[str, int, bytes]]) -> None:
        """Writes the lexical retriever: term, number of passages, their rows and counts."""
        self._connection.executemany("INSERT INTO postings VALUES (?, ?, ?)", postings)

    def add_token_codes(self, rows: Iterable[tuple[int, bytes]]) -> None:
        """Writes the signs of the word pieces of passages, by key, where there are any."""
        self._connection.executemany(
            "INSERT INTO token_codes VALUES (?, ?)", ((key, codes) for key, codes in rows if codes)
        )

    def add_array(self, name: str, values: NDArray[np.generic]) -> None:
        """Writes an array (n,) of any dtype under a name, in the place of the former one."""
        self._connection.execute(
            "INSERT OR REPLACE INTO arrays VALUES (?, ?, ?)",
            (name, values.dtype.str, values.tobytes()),
        )

    def add_column(self, name: str, codes: NDArray[np.int32], values: Sequence[str | None]) -> None:
        """Writes one fact a passage: codes (n_rows,) int32, and what each code stands for."""
        self.add_array(name, codes)
        self._connection.executemany(
            "INSERT INTO column_values VALUES (?, ?, ?)",
            ((name, code, storable(value)) for code, value in enumerate(values)),
        )

    def finish(self) -> None:
        """Merges the full-text index into one piece, which searches fastest."""
        self._connection.execute("INSERT INTO passages_fts (passages_fts) VALUES ('optimize')")
        self._connection.execute("COMMIT")
        self._connection.execute("ANALYZE")
        self._connection.execute("BEGIN")


def _marks(n: int) -> str:
    return ", ".join("?" * n)


def storable(value: str | None) -> str | None:
    """`value` as SQLite can hold it: a lone surrogate becomes the replacement character."""
    if value is None or value.isascii():
        return value
    return value.encode("utf-8", "replace").decode() if _has_surrogate(value) else value


def _has_surrogate(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return True
    return False


def _json(values: Sequence[str]) -> str:
    return json.dumps([storable(value) for value in values], ensure_ascii=False)


def _date_columns(date: PublicationDate | None) -> tuple[str | None, ...]:
    if date is None:
        return (None, None, None, None)
    return (date.value, date.precision, date.source, storable(date.raw))


def _comment_columns(doc_id: str, comment: Comment) -> tuple[str | int | None, ...]:
    return (
        comment.comment_id,
        doc_id,
        comment.number,
        comment.kind.value,
        storable(comment.author),
        *_date_columns(comment.date),
        storable(comment.url),
        comment.parent_id,
        comment.depth,
        int(comment.is_post_author),
        comment.state.value,
    )


def _ledger_columns(doc_id: str, position: int, entry: LedgerEntry) -> tuple[str | int | None, ...]:
    return (
        doc_id,
        position,
        entry.action.value,
        entry.rule,
        storable(entry.reason),
        storable(entry.text),
        entry.start,
        entry.end,
        entry.passage_id,
    )
