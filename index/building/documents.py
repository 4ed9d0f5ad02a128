"""From documents to what a segment holds of them: terms, vectors, what comments answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, dataclass, field

import numpy as np
from numpy.typing import NDArray

from index.analysis.phrases import phrase_terms
from index.analysis.terms import index_terms
from index.building.context import PassageContext, iter_contexts
from index.building.embedder import BATCH_PASSAGES, PassageEmbedder
from index.building.fingerprints import document_hash
from index.building.previous import Previous, Readings
from index.encoders.protocol import PassageReading
from index.retrieval.alignment import align_comments
from index.storage.postings import PassageTerms
from index.storage.segment_writer import EMBEDDED_BYTES, IndexedDocument, IndexedPassage
from index.storage.vectors import as_kept
from ingest.lessons import lesson_of
from ingest.model import Document

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A document whose passages are not all read yet."""

    document: Document
    fingerprint: bytes
    contexts: tuple[PassageContext, ...]


@dataclass(slots=True)
class DocumentIndexer:
    """Hands documents over to a segment, embedded in batches; `flush` ends it.

    Passages that the generation before holds with their surroundings unchanged, or that a killed
    build had embedded, keep their vectors.
    """

    embedder: PassageEmbedder
    previous: Previous
    write: Callable[[IndexedDocument], None]
    _waiting: list[_Waiting] = field(default_factory=list)
    _n_waiting: int = 0

    def add(self, document: Document, fingerprint: bytes | None = None) -> None:
        """Takes a document; it is written when enough wait with it."""
        contexts = tuple(iter_contexts(document))
        stamp = fingerprint or document_hash(document)
        self._waiting.append(_Waiting(document, stamp, contexts))
        self._n_waiting += len(contexts)
        if self._n_waiting >= BATCH_PASSAGES:
            self.flush()

    def flush(self) -> None:
        """Writes all documents taken so far.

        Raises:
            EncoderError: the encoder gave vectors of another shape than it states.
        """
        contexts = [context for one in self._waiting for context in one.contexts]
        readings = self._read(contexts)
        for one in self._waiting:
            self.write(self._indexed(one, readings))
        self._waiting.clear()
        self._n_waiting = 0

    def _read(self, contexts: list[PassageContext]) -> Readings:
        """The readings of passages, by the hash of what is embedded; noise has none."""
        asked = {_short(one): one for one in contexts if not one.passage.is_noise}
        readings = self.previous.readings(list(asked))
        unknown: list[PassageContext] = []
        for digest, context in asked.items():
            if digest in readings:
                continue
            known = self.embedder.known(context.embedded_hash)
            if known is None:
                unknown.append(context)
            else:
                readings[digest] = known
        embedded = self.embedder.embed(unknown)
        for context, vector, codes in zip(unknown, embedded.vectors, embedded.codes, strict=True):
            readings[_short(context)] = PassageReading(vector, codes)
        return readings

    def _indexed(self, waiting: _Waiting, readings: Readings) -> IndexedDocument:
        dimension = self.embedder.encoder.dimension
        unread = PassageReading(np.zeros(dimension, dtype=np.float32), b"")
        read = [
            unread if context.passage.is_noise else readings[_short(context)]
            for context in waiting.contexts
        ]
        vectors = np.zeros((len(read), dimension), dtype=np.float32)
        for row, one in enumerate(read):
            vectors[row] = one.vector
        above = {context.above: context.terms_above for context in waiting.contexts}
        return IndexedDocument(
            document=waiting.document,
            fingerprint=waiting.fingerprint,
            passages=tuple(
                _indexed_passage(context, above[context.above]) for context in waiting.contexts
            ),
            vectors=vectors,
            codes=tuple(one.codes for one in read),
            alignments=_alignments(waiting.document, vectors),
            lesson=lesson_of(waiting.document) if waiting.document.stated else None,
        )


def indexed_terms(context: PassageContext, above: list[str] | None = None) -> PassageTerms:
    """What the lexical retriever counts of a passage; `above` spares what was counted already."""
    text = index_terms(context.passage.text)
    phrases = tuple(phrase_terms(context.passage.text, frozenset(text)))
    return PassageTerms(text, context.terms_above if above is None else above, phrases)


def _indexed_passage(context: PassageContext, above: list[str]) -> IndexedPassage:
    return IndexedPassage(context.passage, _short(context), indexed_terms(context, above))


def _alignments(document: Document, vectors: Vectors) -> tuple[tuple[str, str, str, float], ...]:
    """What the comments answer, by the vectors as they are kept."""
    if not document.comments:
        return ()
    kept = as_kept(vectors).astype(np.float32)
    by_id = {one.passage_id: row for one, row in zip(document.passages, kept, strict=True)}
    return tuple(astuple(one) for one in align_comments(document, by_id))


def _short(context: PassageContext) -> bytes:
    return bytes.fromhex(context.embedded_hash)[:EMBEDDED_BYTES]
