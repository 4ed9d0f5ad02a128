"""Reads one generation's store; safe to share between threads."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from index.model import Answer
from index.storage.rows import DocumentRecord, PassageDetails, PassageRow
from index.storage.schema import open_read_only
from ingest.errors import IntegrityError, UsageError
from ingest.model import (
    Action,
    Comment,
    CommentKind,
    CommentState,
    LedgerEntry,
    Passage,
    PassageKind,
    PublicationDate,
    Rejection,
    Role,
)

_BATCH: Final = 500
_PASSAGE_COLUMNS: Final = """
    p.id, p.passage_id, p.doc_id, p.ordinal, p.role, p.text, p.heading, p.language, p.comment_id,
    c.number, d.title,
    CASE WHEN p.comment_id IS NULL THEN d.author ELSE c.author END,
    CASE WHEN p.comment_id IS NULL THEN d.date ELSE c.date END,
    CASE WHEN c.url IS NULL THEN d.url ELSE c.url END,
    d.site, d.source_path, p.content_hash
    FROM passages p JOIN documents d USING (doc_id) LEFT JOIN comments c USING (comment_id)
"""
_DETAIL_COLUMNS: Final = """
    p.id, p.kind, p.start, p."end",
    CASE WHEN p.comment_id IS NULL THEN d.date_precision ELSE c.date_precision END,
    CASE WHEN p.comment_id IS NULL THEN d.date_source ELSE c.date_source END,
    c.parent_id, parent.number, c.depth, d.author, d.date, d.url
    FROM passages p JOIN documents d USING (doc_id) LEFT JOIN comments c USING (comment_id)
    LEFT JOIN comments parent ON parent.comment_id = c.parent_id
"""
# The order of the corpus does not depend on the order in which pages were read.
_CORPUS_ORDER: Final = "ORDER BY d.source_path, p.doc_id, p.ordinal, p.passage_id"

Row = tuple[Any, ...]


class Store:
    """A read-only store."""

    def __init__(self, path: Path) -> None:
        """Opens the file.

        Raises:
            IntegrityError: the file is missing or is not a store.
            SchemaError: a newer version of Archiblogue wrote it.
        """
        self._connection = open_read_only(path)
        self._lock = threading.Lock()
        self._path = path

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file; twice is once."""
        with self._lock:
            self._connection.close()

    def passages(self, keys: Sequence[int]) -> dict[int, PassageRow]:
        """The passages of these keys that exist, by key."""
        rows: dict[int, PassageRow] = {}
        for row in self._all_in(f"SELECT {_PASSAGE_COLUMNS} WHERE p.id", map(int, keys)):
            passage = _passage_row(row)
            rows[passage.key] = passage
        return rows

    def details(self, keys: Sequence[int]) -> dict[int, PassageDetails]:
        """What an export says of these passages beyond their rows, by key."""
        found = self._all_in(f"SELECT {_DETAIL_COLUMNS} WHERE p.id", map(int, keys))
        return {row[0]: PassageDetails(PassageKind(row[1]), *row[2:]) for row in found}

    def keys_in_order(self) -> NDArray[np.int64]:
        """The keys of all passages, (n,), in corpus order."""
        rows = self._all(
            f"SELECT p.id FROM passages p JOIN documents d USING (doc_id) {_CORPUS_ORDER}"
        )
        return np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))

    def iter_passages(self) -> Iterator[PassageRow]:
        """Yields every passage, in corpus order."""
        for row in self._all(f"SELECT {_PASSAGE_COLUMNS} {_CORPUS_ORDER}"):
            yield _passage_row(row)

    def passage(self, passage_id: str) -> PassageRow | None:
        """The passage of that public id."""
        rows = self._all(f"SELECT {_PASSAGE_COLUMNS} WHERE p.passage_id = ?", (passage_id,))
        return _passage_row(rows[0]) if rows else None

    def require(self, passage_id: str) -> PassageRow:
        """The passage of that public id; of a comment's id, its first one.

        Raises:
            UsageError: there is none.
        """
        row = self.passage(passage_id) or self.passage(f"{passage_id}.p1")
        if row is None:
            raise UsageError(
                f"Aucun passage «\u00a0{passage_id}\u00a0» dans cette archive. Vérifiez "
                "l’identifiant (champ passage_id d’un résultat)."
            )
        return row

    def passages_of(self, doc_id: str) -> tuple[PassageRow, ...]:
        """The passages of a document, in page order."""
        rows = self._all(
            f"SELECT {_PASSAGE_COLUMNS} WHERE p.doc_id = ? ORDER BY p.ordinal, p.passage_id",
            (doc_id,),
        )
        return tuple(_passage_row(row) for row in rows)

    def document(self, doc_id: str) -> DocumentRecord | None:
        """The document of that id, whole."""
        rows = self._all("SELECT * FROM documents WHERE doc_id = ?", (doc_id,))
        if not rows:
            return None
        row = rows[0]
        passages = self._all(
            'SELECT passage_id, doc_id, ordinal, role, kind, text, start, "end", heading, '
            "comment_id, language FROM passages WHERE doc_id = ? ORDER BY ordinal, passage_id",
            (doc_id,),
        )
        comments = self._all("SELECT * FROM comments WHERE doc_id = ? ORDER BY number", (doc_id,))
        ledger = self._all("SELECT * FROM ledger WHERE doc_id = ? ORDER BY position", (doc_id,))
        return DocumentRecord(
            doc_id=row[0],
            source_path=row[1],
            title=row[2],
            author=row[3],
            date=_date(row[4:8]),
            site=row[8],
            url=row[9],
            language=row[10],
            categories=tuple(json.loads(row[11])),
            tags=tuple(json.loads(row[12])),
            n_comments_declared=row[13],
            duplicate_of=row[14],
            platform=row[15],
            source=row[16],
            passages=tuple(_passage(one) for one in passages),
            comments=tuple(_comment(one) for one in comments),
            ledger=tuple(_ledger_entry(one) for one in ledger),
        )

    def alignments(self, comment_ids: Sequence[str]) -> dict[str, Answer]:
        """What each of these comments answers, by comment; those without an answer left out."""
        rows = self._all_in("SELECT * FROM alignments WHERE comment_id", comment_ids)
        return {row[0]: Answer(row[1], row[2], row[3]) for row in rows}

    def document_ids(self) -> tuple[str, ...]:
        """The ids of all documents, in corpus order."""
        rows = self._all("SELECT doc_id FROM documents ORDER BY source_path, doc_id")
        return tuple(row[0] for row in rows)

    def titles(self) -> dict[str, str]:
        """The title of each document that has one, by id."""
        rows = self._all("SELECT doc_id, title FROM documents WHERE title IS NOT NULL")
        return dict(sorted(rows))

    def rejections(self) -> tuple[Rejection, ...]:
        """The pages that gave no document, in the order in which they were read."""
        rows = self._all(
            "SELECT source_path, stage, slug, detail, source FROM rejections ORDER BY position"
        )
        return tuple(Rejection(*row) for row in rows)

    def info(self) -> dict[str, str]:
        """The facts about the build."""
        return dict(self._all("SELECT key, value FROM build_info"))

    def counts(self) -> dict[str, int]:
        """How many documents, passages, comments, dropped blocks and rejected pages."""
        questions = {
            "n_documents": "SELECT count(*) FROM documents",
            "n_passages": "SELECT count(*) FROM passages",
            "n_comments": "SELECT count(*) FROM comments",
            "n_dropped_blocks": "SELECT count(*) FROM ledger WHERE action = 'dropped'",
            "n_rejected_pages": "SELECT count(*) FROM rejections",
        }
        return {name: int(self._all(sql)[0][0]) for name, sql in questions.items()}

    def postings(self, terms: Sequence[str]) -> dict[str, bytes]:
        """For each of `terms` that occurs, its passages as the index packed them."""
        return dict(self._all_in("SELECT term, passages FROM postings WHERE term", terms))

    def vocabulary(self) -> list[tuple[str, int]]:
        """Every term with the number of passages that hold it, in the order of the terms."""
        return [(str(term), int(n)) for term, n in self._all("SELECT term, n FROM postings")]

    def token_codes(self, keys: Sequence[int]) -> dict[int, bytes]:
        """The signs of the word pieces of these passages, by key, where the encoder has any."""
        return dict(self._all_in("SELECT id, codes FROM token_codes WHERE id", map(int, keys)))

    def array(self, name: str) -> NDArray[Any]:
        """The array saved under that name, (n,) of the dtype that it was saved with, read-only.

        Raises:
            IntegrityError: there is none.
        """
        rows = self._all("SELECT dtype, content FROM arrays WHERE name = ?", (name,))
        if not rows:
            raise IntegrityError(
                f"Le fichier « {self._path} » est incomplet (tableau {name}). "
                "Reconstruisez l’archive."
            )
        return np.frombuffer(rows[0][1], dtype=np.dtype(rows[0][0]))

    def column_values(self, name: str) -> tuple[str | None, ...]:
        """What each code of a column stands for."""
        rows = self._all("SELECT value FROM column_values WHERE name = ? ORDER BY code", (name,))
        return tuple(row[0] for row in rows)

    def match_phrase(self, words: Sequence[str]) -> NDArray[np.int64]:
        """The keys (n,) int64, increasing, of passages that hold these words in a row, folded."""
        quoted = " ".join(word.replace('"', " ") for word in words).strip()
        if not any(char.isalnum() for char in quoted):
            return np.zeros(0, dtype=np.int64)
        rows = self._all(
            "SELECT rowid FROM passages_fts WHERE passages_fts MATCH ? ORDER BY rowid",
            (f'text : "{quoted}"',),
        )
        return np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))

    def texts(self, keys: Sequence[int]) -> Iterator[tuple[int, str]]:
        """Yields key and text of these passages, a batch at a time, in no given order."""
        yield from self._all_in("SELECT id, text FROM passages WHERE id", map(int, keys))

    def _all_in(self, start: str, values: Iterable[Any], end: str = "") -> Iterator[Row]:
        """The rows of a query whose last condition, at the end of `start`, is to be one of these.

        SQLite takes so many values at once and no more.
        """
        left = iter(values)
        while batch := list(islice(left, _BATCH)):
            marks = ", ".join("?" * len(batch))
            yield from self._all(f"{start} IN ({marks}) {end}", batch)

    def _all(self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[Row]:
        try:
            with self._lock:
                return self._connection.execute(sql, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise IntegrityError(
                f"Le fichier « {self._path} » ne peut pas être lu ({error}). Lancez "
                "«\u00a0archiblogue verify\u00a0», puis reconstruisez l’archive."
            ) from error


def _passage_row(row: Row) -> PassageRow:
    key, passage_id, doc_id, ordinal, role, *facts = row
    return PassageRow(key, passage_id, doc_id, ordinal, Role(role), *facts)


def _passage(row: Row) -> Passage:
    passage_id, doc_id, ordinal, role, kind, *facts = row
    return Passage(passage_id, doc_id, ordinal, Role(role), PassageKind(kind), *facts)


def _comment(row: Row) -> Comment:
    return Comment(
        comment_id=row[0],
        number=row[2],
        kind=CommentKind(row[3]),
        author=row[4],
        date=_date(row[5:9]),
        url=row[9],
        parent_id=row[10],
        depth=row[11],
        is_post_author=bool(row[12]),
        state=CommentState(row[13]),
    )


def _ledger_entry(row: Row) -> LedgerEntry:
    return LedgerEntry(Action(row[2]), *row[3:])


def _date(row: Row) -> PublicationDate | None:
    return None if row[0] is None else PublicationDate(*row)
