"""A segment: a folder that is written once, and answers by itself for the documents in it.

    store.sqlite    the rows: documents, comments, passages, ledger, what comments answer
    arrays.bin      a value a passage (keys, facts …), a value a document, postings
    vectors.faiss   the vectors of the passages, by row
    tokens.bin      the signs of the word pieces of the passages, one after the other

A row is a passage's place in its segment; rows follow the keys, and the passages of a document
follow each other. What a generation deleted in a segment is its own affair: `LiveSegment`.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from index.storage.arrays import ArrayFile
from index.storage.postings import Postings
from index.storage.rows import Row
from index.storage.schema import open_read_only
from index.storage.tokens import TokenFile
from index.storage.vectors import VECTORS_NAME, SegmentVectors, open_vectors
from ingest.errors import IntegrityError

STORE_NAME: Final = "store.sqlite"
ARRAYS_NAME: Final = "arrays.bin"
TOKENS_NAME: Final = "tokens.bin"
LESSONS_NAME: Final = "lessons.facts"  # of its arrays: what `index.storage.lessons` keeps in words
FILE_NAMES: Final = (STORE_NAME, ARRAYS_NAME, VECTORS_NAME, TOKENS_NAME)

_TEXT_COLUMNS: Final = {
    "documents": "doc_id source_path title author date_raw site url categories tags source",
    "comments": "comment_id author date_raw url",
    "passages": "passage_id text heading",
    "ledger": "reason text",
}

Mask = NDArray[np.bool_]
Numbers = NDArray[np.int64]


class Segment:
    """The files of a segment, open to be read from any number of threads."""

    def __init__(self, folder: Path) -> None:
        """Opens them; their checksums must have been compared before.

        Raises:
            IntegrityError: a file is missing or is not what it should be.
            SchemaError: another version of Archiblogue wrote it.
        """
        self.path = folder
        self.arrays = ArrayFile(folder / ARRAYS_NAME)
        self.tokens = TokenFile(folder / TOKENS_NAME)
        self._connection = open_read_only(folder / STORE_NAME)
        self._lock = threading.Lock()
        self.keys: NDArray[np.int64] = self.arrays["keys"]

    @property
    def name(self) -> str:
        """The name of its folder."""
        return self.path.name

    @property
    def n_rows(self) -> int:
        """The number of passages, those deleted since included."""
        return len(self.keys)

    @cached_property
    def first_rows(self) -> Numbers:
        """The first row of each document, then the number of rows, (n + 1,) int64."""
        return self.arrays["documents.first_row"].astype(np.int64)

    @cached_property
    def doc_ids(self) -> list[str]:
        """The ids of the documents, by number."""
        return [one or "" for one in self.arrays.strings("documents.id")]

    @cached_property
    def postings(self) -> Postings:
        """Its postings."""
        return Postings.read(self.arrays)

    @cached_property
    def vectors(self) -> SegmentVectors:
        """Its vectors, opened when first needed.

        Raises:
            IntegrityError: the file is missing or is not what it should be.
        """
        return open_vectors(self.path / VECTORS_NAME)

    @cached_property
    def _token_ends(self) -> NDArray[np.uint64]:
        """Where the codes of each passage end."""
        return self.arrays["token_ends"]

    def token_codes(self, rows: Numbers) -> list[bytes]:
        """The signs of the pieces of passages, by row (n,) int64; none where the encoder has none.

        Raises:
            IntegrityError: they cannot be read.
        """
        ends = self._token_ends
        starts = np.where(rows > 0, ends[np.maximum(rows, 1) - 1], 0).tolist()
        return self.tokens.read_each(starts, ends[rows].tolist())

    def says(self, text: str) -> bool:
        """Whether a row or a lesson of it, of a document deleted since too, holds this text."""
        for table, columns in _TEXT_COLUMNS.items():
            test = " OR ".join(f"instr({one}, :text)" for one in columns.split())
            if self.all(f"SELECT 1 FROM {table} WHERE {test} LIMIT 1", {"text": text}):
                return True
        if LESSONS_NAME not in self.arrays:
            return False
        return text.encode("utf-8", "replace") in self.arrays[LESSONS_NAME].tobytes()

    def all(self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[Row]:
        """The rows that a query gives.

        Raises:
            IntegrityError: the file is damaged.
        """
        try:
            with self._lock:
                return self._connection.execute(sql, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise IntegrityError(
                f"Le fichier « {self.path / STORE_NAME} » ne peut pas être lu ({error}). Lancez "
                "«\u00a0archiblogue verify\u00a0», puis reconstruisez l’archive."
            ) from error

    def close(self) -> None:
        """Closes the rows; the arrays stay as long as somebody holds them. Twice is once."""
        with self._lock:
            self._connection.close()


@dataclass(frozen=True, slots=True)
class LiveSegment:
    """A segment as one generation sees it.

    `deleted` are the numbers of the documents that it does not hold any more, increasing; `base`
    is how many live passages the segments before it have.
    """

    segment: Segment
    deleted: Numbers
    base: int = 0

    @property
    def live(self) -> Mask | None:
        """The rows, (n_rows,) bool, that are left; None where all are."""
        if not len(self.deleted):
            return None
        firsts = self.segment.first_rows
        change = np.zeros(self.segment.n_rows + 1, dtype=np.int32)
        np.add.at(change, firsts[self.deleted], 1)
        np.add.at(change, firsts[self.deleted + 1], -1)
        return np.asarray(np.cumsum(change[:-1]) == 0, dtype=np.bool_)

    @property
    def live_documents(self) -> Numbers:
        """The numbers of the documents that are left, (n,) int64, increasing."""
        numbers = np.arange(len(self.segment.first_rows) - 1, dtype=np.int64)
        return np.delete(numbers, self.deleted)

    def is_live(self, number: int) -> bool:
        """Whether the document of that number is left."""
        place = int(np.searchsorted(self.deleted, number))
        return place == len(self.deleted) or int(self.deleted[place]) != number

    def pick(self, values: NDArray[Any]) -> NDArray[Any]:
        """The values that are left, (n,), of an array with one a row, of its dtype."""
        live = self.live
        return values if live is None else values[live]
