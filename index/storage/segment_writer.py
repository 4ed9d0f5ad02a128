"""Writes a segment, document by document."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, Self

import numpy as np
from numpy.typing import NDArray

from index.storage.arrays import pack_strings, write_arrays
from index.storage.durability import sync_directory, sync_file
from index.storage.lessons import LessonsBuilder
from index.storage.postings import PassageTerms, PostingsBuilder
from index.storage.rows import Row
from index.storage.schema import create, seal
from index.storage.segment import ARRAYS_NAME, FILE_NAMES, STORE_NAME, TOKENS_NAME
from index.storage.vectors import VECTORS_NAME, HalfVectors, as_kept, write_vectors
from ingest.identity import host_of
from ingest.lessons import Lesson
from ingest.model import Comment, Document, LedgerEntry, Passage, PublicationDate

# What facets and filters count, one value a passage. `content` tells equal texts apart and has no
# values: its codes are the first 63 bits of the text's SHA-256.
FACT_NAMES: Final = ("role", "document", "title", "author", "site", "host", "language", "date")
EMBEDDED_BYTES: Final = 16

_CONTENT_DIGITS: Final = 16
_CONTENT_MASK: Final = (1 << 63) - 1
DOCUMENT_ARRAYS: Final = {
    "documents.fingerprint": np.uint8,
    "documents.n_comments": np.uint32,
    "documents.n_dropped": np.uint32,
    "documents.source": np.uint64,
}


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """A passage with what is searched of it. `embedded` is the hash of what was embedded."""

    passage: Passage
    embedded: bytes
    terms: PassageTerms


@dataclass(frozen=True, slots=True)
class IndexedDocument:
    """A document as a segment takes it.

    `fingerprint` is the hash of all that the archive keeps of it, `vectors` (n, dimension) are
    those of its passages, `codes` the signs of their pieces; `alignments` say what its comments
    answer: comment, passage, method, confidence. `lesson` is what its page taught of its site.
    """

    document: Document
    fingerprint: bytes
    passages: tuple[IndexedPassage, ...]
    vectors: NDArray[np.float32]
    codes: tuple[bytes, ...]
    alignments: tuple[tuple[str, str, str, float], ...] = ()
    lesson: Lesson | None = None


class SegmentDraft:
    """The files of a segment while they are written."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self.rows: sqlite3.Connection = create(folder / STORE_NAME)
        self.tokens: BinaryIO = (folder / TOKENS_NAME).open("wb")

    def finish(self, arrays: dict[str, NDArray[Any]], vectors: HalfVectors) -> None:
        """Makes the folder whole, and safe against a crash but for its name.

        Args:
            arrays: with a value a passage or a document, and the postings, by name.
            vectors: those of the passages, (n_rows, dimension) float16.

        Raises:
            OSError: the disk refuses.
        """
        seal(self.rows)
        self.tokens.close()
        write_arrays(self.folder / ARRAYS_NAME, arrays)
        write_vectors(self.folder / VECTORS_NAME, vectors)
        for name in FILE_NAMES:
            sync_file(self.folder / name)
        sync_directory(self.folder)

    def close(self) -> None:
        """Lets the files go, whole or not."""
        self.rows.close()
        self.tokens.close()


class SegmentWriter:
    """A segment to fill with documents; `finish` makes it whole."""

    def __init__(self, folder: Path, *, first_key: int, dimension: int) -> None:
        """Makes the folder.

        Args:
            folder: where; nothing may be there.
            first_key: the key of its first passage, above all that were ever given.
            dimension: the number of components of a vector.
        """
        self._draft = SegmentDraft(folder)
        self._first_key = first_key
        self._postings = PostingsBuilder()
        self._codes = {name: array("i") for name in FACT_NAMES}
        self._values: dict[str, dict[str | None, int]] = {name: {} for name in FACT_NAMES}
        self._rows: dict[str, list[Any]] = {
            name: [] for name in ("passage_ids", "content", "embedded", "noise")
        }
        self._token_ends = array("Q")
        self._n_token_bytes = 0
        self._vectors = [np.zeros((0, dimension), dtype=np.float16)]
        self._first_rows = [0]
        self._documents: dict[str, list[int]] = {
            "n_comments": [], "n_dropped": [], "source": []
        }  # fmt: skip
        self._fingerprints = bytearray()
        self._lessons = LessonsBuilder()
        self._n_comments = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets the files go, whole or not; twice is once."""
        self._draft.close()

    @property
    def n_passages(self) -> int:
        """The number of passages written."""
        return self._first_rows[-1]

    def add(self, indexed: IndexedDocument) -> None:
        """Writes a document with all that hangs on it."""
        document, number = indexed.document, len(self._first_rows) - 1
        self._add_rows(number, indexed)
        facts = _DocumentFacts(document)
        for one in indexed.passages:
            self._postings.add(one.terms)
            self._rows["passage_ids"].append(storable(one.passage.passage_id))
            self._rows["content"].append(content_code(one.passage.content_hash))
            self._rows["embedded"].append(int.from_bytes(one.embedded[:8], "little"))
            self._rows["noise"].append(one.passage.is_noise)
            for name, value in facts.of(one.passage).items():
                values = self._values[name]
                self._codes[name].append(values.setdefault(storable(value), len(values)))
        self._vectors.append(as_kept(indexed.vectors))
        for codes in indexed.codes:
            self._draft.tokens.write(codes)
            self._n_token_bytes += len(codes)
            self._token_ends.append(self._n_token_bytes)
        self._first_rows.append(self._first_rows[-1] + len(indexed.passages))
        self._fingerprints += indexed.fingerprint
        self._lessons.add(indexed.lesson)
        self._documents["n_comments"].append(len(document.comments))
        self._documents["n_dropped"].append(len(document.drops))
        self._documents["source"].append(source_code(document.source))
        if not indexed.passages:
            # A document without passages still has an id, by its number.
            values = self._values["document"]
            values.setdefault(document.doc_id, len(values))

    def finish(self) -> None:
        """Makes the segment whole on the disk, but for the name of its folder.

        Raises:
            OSError: the disk refuses.
        """
        text_lengths, title_lengths = self._postings.lengths()
        keys = self._first_key + np.arange(self.n_passages, dtype=np.int64)
        arrays: dict[str, NDArray[Any]] = {
            "keys": keys,
            "passage_ids": _as_bytes(self._rows["passage_ids"]),
            "content": np.array(self._rows["content"], dtype=np.int64),
            "embedded": np.array(self._rows["embedded"], dtype=np.uint64),
            "noise": np.array(self._rows["noise"], dtype=np.bool_),
            "text_lengths": text_lengths,
            "title_lengths": title_lengths,
            "token_ends": np.array(self._token_ends, dtype=np.uint64),
            "documents.first_row": np.array(self._first_rows, dtype=np.uint32),
            "documents.id": pack_strings(list(self._values["document"])),
            "documents.fingerprint": _fingerprints(self._fingerprints),
        }
        for name, values in self._documents.items():
            full = f"documents.{name}"
            arrays[full] = np.array(values, dtype=DOCUMENT_ARRAYS[full])
        for name in FACT_NAMES:
            arrays[f"facts.{name}"] = np.array(self._codes[name], dtype=np.int32)
            if name != "document":
                arrays[f"values.{name}"] = pack_strings(list(self._values[name]))
        arrays |= self._lessons.as_arrays() | self._postings.finish().as_arrays()
        self._draft.finish(arrays, np.concatenate(self._vectors))

    def _add_rows(self, number: int, indexed: IndexedDocument) -> None:
        run, many = self._draft.rows.execute, self._draft.rows.executemany
        document = indexed.document
        run(f"INSERT INTO documents VALUES ({_marks(18)})", _document_columns(number, document))
        ids = {c.comment_id: self._n_comments + n for n, c in enumerate(document.comments, 1)}
        self._n_comments += len(ids)
        many(
            f"INSERT INTO comments VALUES ({_marks(15)})",
            [(ids[one.comment_id], *_comment_columns(number, one)) for one in document.comments],
        )
        first = self._first_key + self.n_passages
        many(
            f"INSERT INTO passages VALUES ({_marks(14)})",
            [
                (first + n, *_passage_columns(number, one, ids.get(one.passage.comment_id or "")))
                for n, one in enumerate(indexed.passages)
            ],
        )
        texts = {one.passage.passage_id: one.passage.text for one in indexed.passages}
        many(
            f"INSERT INTO ledger VALUES ({_marks(9)})",
            [
                _ledger_columns(number, position, entry, texts.get(entry.passage_id or ""))
                for position, entry in enumerate(document.ledger)
            ],
        )
        many(
            "INSERT OR REPLACE INTO alignments VALUES (?, ?, ?, ?, ?)",
            [(one[0], number, *one[1:]) for one in indexed.alignments],
        )


def content_code(content_hash: str) -> int:
    """The code of the fact `content` for the SHA-256 (hexadecimal) of a text."""
    return int(content_hash[:_CONTENT_DIGITS], 16) & _CONTENT_MASK


def source_code(source: str | None) -> int:
    """What stands for a source in the array `documents.source`: 0 for none."""
    if source is None:
        return 0
    return int.from_bytes(hashlib.sha256((storable(source) or "").encode()).digest()[:8])


def storable(value: str | None) -> str | None:
    """`value` as SQLite can hold it: a lone surrogate becomes the replacement character."""
    if value is None or value.isascii():
        return value
    return value.encode("utf-8", "replace").decode() if _has_surrogate(value) else value


class _DocumentFacts:
    """The facts of the passages of a document."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._host = host_of(document.url)
        self._comments = {one.comment_id: one for one in document.comments}

    def of(self, passage: Passage) -> dict[str, str | None]:
        """The facts of one passage, by name; author and date of a comment are its own."""
        document, comment = self._document, self._comments.get(passage.comment_id or "")
        author, date = document.author, document.date
        if passage.comment_id is not None:
            author = None if comment is None else comment.author
            date = None if comment is None else comment.date
        return {
            "role": passage.role.value,
            "document": document.doc_id,
            "title": document.title,
            "author": author,
            "site": document.site,
            "host": self._host,
            "language": passage.language,
            "date": None if date is None else date.value,
        }


def _as_bytes(values: Sequence[str]) -> NDArray[np.bytes_]:
    encoded = [value.encode() for value in values]
    width = max([len(one) for one in encoded], default=1)
    return np.array(encoded, dtype=f"S{max(1, width)}")


def _fingerprints(content: bytes | bytearray) -> NDArray[np.uint8]:
    return np.frombuffer(bytes(content), dtype=np.uint8).reshape(-1, 32)


def _marks(n: int) -> str:
    return ", ".join("?" * n)


def _has_surrogate(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return True
    return False


def _json(values: Iterable[str]) -> str:
    return json.dumps([storable(value) for value in values], ensure_ascii=False)


def _date_columns(date: PublicationDate | None) -> tuple[str | None, ...]:
    if date is None:
        return (None, None, None, None)
    return (date.value, date.precision, date.source, storable(date.raw))


def _document_columns(number: int, document: Document) -> Row:
    return (
        number,
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
    )


def _comment_columns(number: int, comment: Comment) -> Row:
    return (
        comment.comment_id,
        number,
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


def _passage_columns(number: int, indexed: IndexedPassage, comment: int | None) -> Row:
    passage = indexed.passage
    return (
        passage.passage_id,
        number,
        passage.ordinal,
        passage.role.value,
        passage.kind.value,
        storable(passage.text),
        passage.start,
        passage.end,
        storable(passage.heading),
        comment,
        passage.comment_id,
        passage.language,
        indexed.embedded,
    )


def _ledger_columns(number: int, position: int, entry: LedgerEntry, text: str | None) -> Row:
    return (
        number,
        position,
        entry.action.value,
        entry.rule,
        storable(entry.reason),
        None if entry.text == text else storable(entry.text),
        entry.start,
        entry.end,
        entry.passage_id,
    )
