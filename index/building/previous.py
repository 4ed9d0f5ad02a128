"""What a build takes over from the generation before it: documents, vectors, keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from index.encoders.protocol import PassageReading
from index.storage.generation import Generation
from index.storage.lessons import read_lesson
from index.storage.reader import Store
from index.storage.segment import LiveSegment
from index.withdrawals.generations import as_document
from ingest.lessons import Lesson
from ingest.model import Document, Rejection

Readings = dict[bytes, PassageReading]


class Place(NamedTuple):
    """Where a document is: the number of its segment, and its number there."""

    segment: int
    document: int


class Previous(Protocol):
    """The generation before, whatever its form.

    `fingerprints` are those of its documents, by id; None for those that must be written again.
    """

    @property
    def last_key(self) -> int:
        """The highest passage key ever given."""

    @property
    def fingerprints(self) -> Mapping[str, bytes | None]:
        """What each document was, in the order of the keys."""

    @property
    def rejections(self) -> tuple[Rejection, ...]:
        """The pages that gave no document."""

    def sources(self) -> Mapping[str, int]:
        """Where each document was read (`source_code`), by id."""

    def documents(self, doc_ids: Iterable[str]) -> Iterator[Document]:
        """Yields these documents."""

    def readings(self, hashes: Sequence[bytes]) -> Readings:
        """Vector and pieces of the passages of these hashes (`embedded_hash`) that it has."""


class NoPrevious:
    """There is none: this is the first build."""

    last_key = 0
    rejections: tuple[Rejection, ...] = ()

    def __init__(self) -> None:
        self.fingerprints: Mapping[str, bytes | None] = {}

    def sources(self) -> Mapping[str, int]:
        """None."""
        return {}

    def documents(self, doc_ids: Iterable[str]) -> Iterator[Document]:  # noqa: ARG002
        """Yields nothing."""
        return iter(())

    def readings(self, hashes: Sequence[bytes]) -> Readings:  # noqa: ARG002
        """None."""
        return {}

    def close(self) -> None:
        """Nothing is open."""


class PreviousGeneration:
    """A generation made of segments, its files checked."""

    def __init__(self, generation: Generation, *, is_alike: bool, has_vectors: bool) -> None:
        """Opens it.

        Args:
            generation: the one that answers.
            is_alike: whether what this build would write of its documents is what they are.
            has_vectors: whether its vectors are those of the encoder of this build.
        """
        self.store = Store.open(generation)
        self.is_alike = is_alike
        self.last_key = generation.manifest.fields.last_key
        self.rejections = self.store.rejections()
        self._has_vectors = has_vectors
        self.places: dict[str, Place] = {}
        self.fingerprints: dict[str, bytes | None] = {}
        for number, part in enumerate(self.store.segments):
            self._read(number, part)

    def close(self) -> None:
        """Closes its files."""
        self.store.close()

    def fingerprint_of(self, doc_id: str) -> bytes:
        """The hash of all that it keeps of a document."""
        place = self.places[doc_id]
        arrays = self.store.segments[place.segment].segment.arrays
        return bytes(arrays["documents.fingerprint"][place.document])

    def n_passages_of(self, doc_id: str) -> int:
        """The number of passages of a document."""
        place = self.places[doc_id]
        firsts = self.store.segments[place.segment].segment.first_rows
        return int(firsts[place.document + 1] - firsts[place.document])

    def sources(self) -> Mapping[str, int]:
        """Where each document was read (`source_code`), by id."""
        found: dict[str, int] = {}
        for part in self.store.segments:
            codes = part.segment.arrays["documents.source"].tolist()
            doc_ids = part.segment.doc_ids
            found |= {doc_ids[n]: codes[n] for n in part.live_documents.tolist()}
        return found

    def documents(self, doc_ids: Iterable[str]) -> Iterator[Document]:
        """Yields these documents, with what their pages stated."""
        for doc_id in doc_ids:
            record = self.store.document(doc_id)
            if record is not None:
                lesson = self.lesson(doc_id)
                stated = None if lesson is None else lesson.stated
                yield replace(as_document(record), stated=stated)

    def lesson(self, doc_id: str) -> Lesson | None:
        """What the page of a document taught of its site."""
        place = self.places[doc_id]
        return read_lesson(self.store.segments[place.segment].segment.arrays, place.document)

    def readings(self, hashes: Sequence[bytes]) -> Readings:
        """Vector and pieces of the passages of these hashes that it has."""
        if not self._has_vectors:
            return {}
        found: Readings = {}
        wanted = np.array([int.from_bytes(one[:8], "little") for one in hashes], dtype=np.uint64)
        for part, (ordered, order) in zip(self.store.segments, self._by_hash, strict=True):
            if not len(ordered):
                continue
            places = np.minimum(np.searchsorted(ordered, wanted), len(ordered) - 1)
            rows = order[places[ordered[places] == wanted]]
            found |= _readings_at(part, rows, hashes)
        return found

    @cached_property
    def _by_hash(self) -> list[tuple[NDArray[np.uint64], NDArray[np.int64]]]:
        """The beginnings of the hashes of each segment, increasing, and their rows."""
        found = []
        for part in self.store.segments:
            codes = part.segment.arrays["embedded"]
            order = np.argsort(codes, kind="stable")
            found.append((codes[order], order))
        return found

    def _read(self, number: int, part: LiveSegment) -> None:
        stamps = part.segment.arrays["documents.fingerprint"].tobytes()
        doc_ids = part.segment.doc_ids
        for document in part.live_documents.tolist():
            self.places[doc_ids[document]] = Place(number, document)
            stamp = stamps[32 * document : 32 * (document + 1)]
            self.fingerprints[doc_ids[document]] = stamp if self.is_alike else None


def _readings_at(part: LiveSegment, rows: NDArray[np.int64], hashes: Sequence[bytes]) -> Readings:
    """The readings at these rows whose whole hash is one of those asked for."""
    if not len(rows):
        return {}
    segment, wanted = part.segment, set(hashes)
    keys = segment.keys[rows].tolist()
    vectors = segment.vectors.rows(rows)
    found: Readings = {}
    codes = segment.token_codes(rows)
    for key, own, vector in zip(keys, codes, vectors, strict=True):
        ((whole,),) = segment.all("SELECT embedded FROM passages WHERE id = ?", (key,))
        if whole in wanted:
            found[whole] = PassageReading(vector, own)
    return found
