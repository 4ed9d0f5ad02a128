"""Reads the rows of a generation, over all its segments; safe to share between threads."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from operator import attrgetter
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from index.model import Answer
from index.storage.generation import Generation
from index.storage.postings import LexicalPart
from index.storage.rows import (
    DocumentRecord,
    PassageDetails,
    PassageRow,
    Row,
    document_record,
)
from index.storage.segment import LiveSegment
from ingest.errors import UsageError
from ingest.model import (
    Action,
    LedgerEntry,
    Passage,
    PassageKind,
    Rejection,
    Role,
)

_BATCH: Final = 500
_PASSAGE_COLUMNS: Final = """
    d.number, p.id, p.passage_id, d.doc_id, p.ordinal, p.role, p.text, p.heading, p.language,
    p.comment_id, c.number, d.title,
    CASE WHEN p.comment_id IS NULL THEN d.author ELSE c.author END,
    CASE WHEN p.comment_id IS NULL THEN d.date ELSE c.date END,
    CASE WHEN c.url IS NULL THEN d.url ELSE c.url END,
    d.site, d.source_path
    FROM passages p JOIN documents d ON d.number = p.document LEFT JOIN comments c
    ON c.id = p.comment
"""
_DETAIL_COLUMNS: Final = """
    d.number, p.id, p.kind, p.start, p."end",
    CASE WHEN p.comment_id IS NULL THEN d.date_precision ELSE c.date_precision END,
    CASE WHEN p.comment_id IS NULL THEN d.date_source ELSE c.date_source END,
    c.parent_id, parent.number, c.depth, d.author, d.date, d.url
    FROM passages p JOIN documents d ON d.number = p.document LEFT JOIN comments c
    ON c.id = p.comment LEFT JOIN comments parent
    ON parent.document = c.document AND parent.comment_id = c.parent_id
"""
# The order of the corpus does not depend on the order in which pages were read.
_CORPUS_ORDER: Final = "ORDER BY d.source_path, d.doc_id, p.ordinal, p.passage_id"
_corpus_order = attrgetter("source_path", "doc_id", "ordinal", "passage_id")


class Store:
    """The rows of a generation, read-only."""

    def __init__(self, segments: Sequence[LiveSegment], rejections: Sequence[Rejection]) -> None:
        """Reads from open segments, in the order of their keys; closing it closes them."""
        self.segments = tuple(segments)
        self._rejections = tuple(rejections)
        # The first key of each segment that has any, and the segment.
        filled = [one for one in self.segments if one.segment.n_rows]
        self._first_keys = np.array([one.segment.keys[0] for one in filled], dtype=np.int64)
        self._filled = filled

    @classmethod
    def open(cls, generation: Generation) -> Self:
        """The rows of a generation whose files were checked.

        Raises:
            IntegrityError: a file is missing or is not what it should be.
            SchemaError: another version of Archiblogue wrote it.
        """
        return cls(generation.open_segments(), generation.rejections())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the files; twice is once."""
        for one in self.segments:
            one.segment.close()

    def passages(self, keys: Sequence[int]) -> dict[int, PassageRow]:
        """The passages of these keys that exist, by key."""
        rows: dict[int, PassageRow] = {}
        for part, own in self._by_segment(keys):
            sql = f"SELECT {_PASSAGE_COLUMNS} WHERE p.id"
            for row in _all_in(part, sql, own):
                if part.is_live(row[0]):
                    passage = _passage_row(row)
                    rows[passage.key] = passage
        return rows

    def details(self, keys: Sequence[int]) -> dict[int, PassageDetails]:
        """What an export says of these passages beyond their rows, by key."""
        return {
            row[1]: PassageDetails(PassageKind(row[2]), *row[3:])
            for part, own in self._by_segment(keys)
            for row in _all_in(part, f"SELECT {_DETAIL_COLUMNS} WHERE p.id", own)
            if part.is_live(row[0])
        }

    def keys_in_order(self) -> NDArray[np.int64]:
        """The keys of all passages, (n,), in corpus order."""
        sql = (
            "SELECT d.number, d.source_path, d.doc_id, p.ordinal, p.passage_id, p.id "
            "FROM passages p JOIN documents d ON d.number = p.document"
        )
        rows = sorted(self._live_rows(sql), key=lambda row: row[1:5])
        return np.fromiter((row[5] for row in rows), dtype=np.int64, count=len(rows))

    def iter_passages(self) -> Iterator[PassageRow]:
        """Yields every passage, in corpus order."""
        yield from heapq.merge(*map(_iter_live, self.segments), key=_corpus_order)

    def passage(self, passage_id: str) -> PassageRow | None:
        """The passage of that public id."""
        sql = f"SELECT {_PASSAGE_COLUMNS} WHERE p.passage_id = ?"
        found = self._first(sql, passage_id)
        return None if found is None else _passage_row(found[1])

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
        sql = f"SELECT {_PASSAGE_COLUMNS} WHERE d.doc_id = ? ORDER BY p.ordinal, p.passage_id"
        for part in self.segments:
            rows = part.segment.all(sql, (doc_id,))
            if rows and part.is_live(rows[0][0]):
                return tuple(_passage_row(row) for row in rows)
        return ()

    def document(self, doc_id: str) -> DocumentRecord | None:
        """The document of that id, whole."""
        found = self._first("SELECT * FROM documents WHERE doc_id = ?", doc_id)
        return None if found is None else _document(*found)

    def alignments(self, comment_ids: Sequence[str]) -> dict[str, Answer]:
        """What each of these comments answers, by comment; those without an answer left out."""
        sql = (
            "SELECT document, comment_id, passage_id, method, confidence FROM alignments "
            "WHERE comment_id"
        )
        return {
            row[1]: Answer(row[2], row[3], row[4])
            for part in self.segments
            for row in _all_in(part, sql, comment_ids)
            if part.is_live(row[0])
        }

    def document_ids(self) -> tuple[str, ...]:
        """The ids of all documents, in corpus order."""
        rows = self._live_rows("SELECT number, source_path, doc_id FROM documents")
        return tuple(row[2] for row in sorted(rows, key=lambda row: row[1:]))

    def titles(self) -> dict[str, str]:
        """The title of each document that has one, by id."""
        sql = "SELECT number, doc_id, title FROM documents WHERE title IS NOT NULL"
        return dict(sorted((row[1], row[2]) for row in self._live_rows(sql)))

    def headings(self) -> Iterator[str]:
        """Yields the titles and headings above passages, in the order of the keys, most twice."""
        sql = (
            "SELECT DISTINCT p.document, d.title, p.heading FROM passages p JOIN documents d "
            "ON d.number = p.document ORDER BY p.id"
        )
        for _, title, heading in self._live_rows(sql):
            yield from (text for text in (title, heading) if text is not None)

    def rejections(self) -> tuple[Rejection, ...]:
        """The pages that gave no document, in the order in which they were read."""
        return self._rejections

    def counts(self) -> dict[str, int]:
        """How many documents, passages, comments, dropped blocks and rejected pages."""
        counts = dict.fromkeys(("n_documents", "n_passages", "n_comments", "n_dropped_blocks"), 0)
        for part in self.segments:
            live, arrays = part.live_documents, part.segment.arrays
            counts["n_documents"] += len(live)
            counts["n_passages"] += int(np.diff(part.segment.first_rows)[live].sum())
            counts["n_comments"] += int(arrays["documents.n_comments"][live].sum())
            counts["n_dropped_blocks"] += int(arrays["documents.n_dropped"][live].sum())
        return counts | {"n_rejected_pages": len(self._rejections)}

    def vocabulary(self) -> list[tuple[str, int]]:
        """Every term with the number of passages that hold it, in the order of the terms."""
        totals: Counter[bytes] = Counter()
        for part in self.lexical_parts():
            counts = part.postings.n_rows_each(part.live).tolist()
            totals.update(dict(zip(part.postings.texts(), counts, strict=True)))
        return [(one.decode("utf-8", "replace"), n) for one, n in sorted(totals.items()) if n]

    def token_codes(self, keys: Sequence[int]) -> dict[int, bytes]:
        """The signs of the word pieces of these passages, by key, where the encoder has any."""
        found: dict[int, bytes] = {}
        for part, own in self._by_segment(keys):
            rows = np.searchsorted(part.segment.keys, own)
            found |= zip(own, part.segment.token_codes(rows), strict=True)
        return found

    def column_values(self, part: LiveSegment, name: str) -> list[str | None]:
        """What each code of a fact stands for in a segment."""
        if name == "document":
            return list(part.segment.doc_ids)
        return part.segment.arrays.strings(f"values.{name}")

    def lexical_parts(self) -> tuple[LexicalPart, ...]:
        """What the lexical retriever reads, a segment each."""
        return tuple(
            LexicalPart(
                one.segment.postings,
                one.segment.arrays["text_lengths"],
                one.segment.arrays["title_lengths"],
                one.live,
            )
            for one in self.segments
        )

    def texts(self, keys: Sequence[int]) -> Iterator[tuple[int, str]]:
        """Yields key and text of these passages, in no given order."""
        for part, own in self._by_segment(keys):
            sql = "SELECT document, id, text FROM passages WHERE id"
            for number, key, text in _all_in(part, sql, own):
                if part.is_live(number):
                    yield key, text

    def _by_segment(self, keys: Iterable[int]) -> Iterator[tuple[LiveSegment, list[int]]]:
        """The segments that have some of these keys, and which."""
        asked = np.fromiter(keys, dtype=np.int64)
        places = np.searchsorted(self._first_keys, asked, side="right") - 1
        for place in np.unique(places[places >= 0]).tolist():
            yield self._filled[place], asked[places == place].tolist()

    def _first(self, sql: str, value: str) -> tuple[LiveSegment, Row] | None:
        """The one live row that a query gives, whose first column is its document's number."""
        for part in self.segments:
            for row in part.segment.all(sql, (value,)):
                if part.is_live(row[0]):
                    return part, row
        return None

    def _live_rows(self, sql: str) -> Iterator[Row]:
        for part in self.segments:
            rows = part.segment.all(sql)
            if len(part.deleted):
                rows = [row for row in rows if part.is_live(row[0])]
            yield from rows


def _iter_live(part: LiveSegment) -> Iterator[PassageRow]:
    rows = part.segment.all(f"SELECT {_PASSAGE_COLUMNS} {_CORPUS_ORDER}")
    return (_passage_row(row) for row in rows if part.is_live(row[0]))


def _all_in(part: LiveSegment, start: str, values: Iterable[Any]) -> Iterator[Row]:
    """The rows of a query whose last condition, at the end of `start`, is to be one of these.

    SQLite takes so many values at once and no more.
    """
    left = iter(values)
    while batch := list(islice(left, _BATCH)):
        marks = ", ".join("?" * len(batch))
        yield from part.segment.all(f"{start} IN ({marks})", batch)


def _document(part: LiveSegment, row: Row) -> DocumentRecord:
    number, doc_id, all_rows = row[0], row[1], part.segment.all
    passages = all_rows(
        'SELECT passage_id, ordinal, role, kind, text, start, "end", heading, comment_id, '
        "language FROM passages WHERE document = ? ORDER BY ordinal, passage_id",
        (number,),
    )
    comments = all_rows("SELECT * FROM comments WHERE document = ? ORDER BY number", (number,))
    ledger = all_rows("SELECT * FROM ledger WHERE document = ? ORDER BY position", (number,))
    texts = {one[0]: one[4] for one in passages}
    return document_record(
        row[1:],
        (_passage(doc_id, one) for one in passages),
        (one[1:] for one in comments),
        (_ledger_entry(one, texts) for one in ledger),
    )


def _passage_row(row: Row) -> PassageRow:
    _, key, passage_id, doc_id, ordinal, role, *facts = row
    return PassageRow(key, passage_id, doc_id, ordinal, Role(role), *facts)


def _passage(doc_id: str, row: Row) -> Passage:
    passage_id, ordinal, role, kind, *facts = row
    return Passage(passage_id, doc_id, ordinal, Role(role), PassageKind(kind), *facts)


def _ledger_entry(row: Row, texts: dict[str, str]) -> LedgerEntry:
    text = texts[row[8]] if row[5] is None else row[5]
    return LedgerEntry(Action(row[2]), row[3], row[4], text, *row[6:])
