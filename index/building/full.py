"""A generation written from nothing; what did not change keeps its keys, vectors, alignments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.analysis.terms import index_terms
from index.building.calibration import calibrate
from index.building.changes import twice
from index.building.context import PassageContext, iter_contexts
from index.building.embedder import BATCH_PASSAGES, PassageEmbedder
from index.building.fingerprints import content_hash, document_hash
from index.building.progress import BuildProgress, Report
from index.building.versions import (
    CALIBRATION_VERSION_KEY,
    VERSIONS_KEY,
    calibration_version,
    recipe,
)
from index.encoders.protocol import Encoder
from index.retrieval.alignment import Alignment, align_archive
from index.retrieval.bm25 import PostingsBuilder
from index.retrieval.confidence import INFO_KEY as SILENCE_KEY
from index.retrieval.vectors import build_vectors, load_vectors
from index.storage.columns import write_columns
from index.storage.generation import Generation
from index.storage.manifest import STORE_NAME, VECTORS_NAME, EncoderVersion, ManifestFields
from index.storage.previous import FormerStore
from index.storage.reader import Store
from index.storage.rows import PassageRow
from index.storage.writer import StoreWriter
from ingest.model import Document, Rejection

Vectors = NDArray[np.float32]

_NO_KEY: Final = (0, "")


@dataclass(slots=True)
class Former:
    """What the former generation knows that a new one takes over.

    `keys` has the key and the embedded hash by passage id; `vectors` and `keys_by_hash` (which
    passage has the pieces) are by embedded hash, empty when another model made them.
    `fingerprints` are those of documents whose alignments hold.
    """

    generation: Generation | None = None
    keys: dict[str, tuple[int, str]] = field(default_factory=dict)
    last_key: int = 0
    vectors: dict[str, Vectors] = field(default_factory=dict)
    keys_by_hash: dict[str, int] = field(default_factory=dict)
    fingerprints: dict[str, str] = field(default_factory=dict)


def read_former(parent: Generation | None, encoder: Encoder) -> Former:
    """What a generation, its files checked, hands over to one that this encoder will read."""
    if parent is None:
        return Former()
    with FormerStore(parent.store_path) as store:
        former = Former(parent, keys=store.keys_and_hashes(), last_key=store.last_key())
        if parent.manifest.encoder != stamp_of(encoder):
            return former
        if store.info().get(VERSIONS_KEY) == recipe():
            stamps = store.document_stamps().items()
            former.fingerprints = {doc_id: stamp.fingerprint for doc_id, stamp in stamps}
    if former.keys:
        index = load_vectors(parent.vectors_path)
        keys = np.array([key for key, _ in former.keys.values()], dtype=np.int64)
        hashes = [digest for _, digest in former.keys.values()]
        former.vectors = dict(zip(hashes, index.reconstruct(keys), strict=True))
        former.keys_by_hash = dict(zip(hashes, keys.tolist(), strict=True))
    return former


class ScratchBuild:
    """One build at work: add the records, then `finish`."""

    def __init__(
        self, folder: Path, former: Former, embedder: PassageEmbedder, report: Report
    ) -> None:
        self._folder = folder
        self._former = former
        self._embedder = embedder
        self._report = report
        self._writer = StoreWriter(folder / STORE_NAME, last_key=former.last_key)
        self._postings = PostingsBuilder()
        self._seen: set[str] = set()
        self._settled: set[str] = set()
        self._pending: list[tuple[int, PassageContext]] = []
        self._carried: list[tuple[int, str]] = []
        self._keys: list[int] = []
        self._vectors: list[Vectors] = []

    def close(self) -> None:
        """Closes the store, whole or not."""
        self._writer.close()

    def add(self, records: Iterable[Document | Rejection]) -> None:
        """Writes every document, and every page that gave none."""
        for record in records:
            if isinstance(record, Rejection):
                self._writer.add_rejection(record)
            elif record.doc_id in self._seen:
                self._writer.add_rejection(twice(record))
            else:
                self._seen.add(record.doc_id)
                self._add_document(record)
        self._embed_pending()
        self._carry_codes()

    def carry_over(self, records: Iterable[Document | Rejection]) -> None:
        """Writes what the former generation had and no new page replaces."""
        self.add(
            record
            for record in records
            if isinstance(record, Rejection) or record.doc_id not in self._seen
        )

    def finish(self) -> ManifestFields:
        """What the manifest says of the generation, whole now: all that needs every passage."""
        self._report(BuildProgress("Index", 0))
        keys = np.sort(np.array(self._keys, dtype=np.int64))
        self._writer.add_postings(self._postings.finish())
        text, title = self._postings.lengths(keys)
        self._writer.add_array("text_lengths", text)
        self._writer.add_array("title_lengths", title)
        self._writer.add_info(
            {VERSIONS_KEY: recipe(), CALIBRATION_VERSION_KEY: calibration_version()}
        )
        self._writer.finish()
        self._writer.close()
        return self._seal()

    def _seal(self) -> ManifestFields:
        path, encoder = self._folder / STORE_NAME, self._embedder.encoder
        index = build_vectors(*self._matrix())
        index.save(self._folder / VECTORS_NAME)
        with FormerStore(path) as store:
            fields = ManifestFields(
                encoder=stamp_of(encoder), content_hash=content_hash(store), counts=store.counts()
            )
            passages = sorted(store.iter_passages(), key=lambda passage: passage.key)
        with StoreWriter.reopen(path) as writer:
            write_columns(writer, passages)
        with Store(path) as store:
            calibration = calibrate(store, passages, index, encoder)
            alignments = self._carried_alignments(passages)
            changed = [passage for passage in passages if passage.doc_id not in self._settled]
            alignments += align_archive(store, changed, index)
        with StoreWriter.reopen(path) as writer:
            writer.add_info({SILENCE_KEY: calibration.as_json()})
            writer.add_alignments(sorted(map(astuple, alignments)))
        return fields

    def _matrix(self) -> tuple[NDArray[np.int64], Vectors]:
        """The keys, increasing, and their vectors."""
        keys = np.array(self._keys, dtype=np.int64)
        empty = np.zeros((0, self._embedder.encoder.dimension), dtype=np.float32)
        vectors = np.concatenate([empty, *self._vectors])
        order = np.argsort(keys)
        return keys[order], vectors[order]

    def _add_document(self, document: Document) -> None:
        fingerprint = document_hash(document)
        if self._former.fingerprints.get(document.doc_id) == fingerprint:
            self._settled.add(document.doc_id)
        self._writer.add_document(document, fingerprint)
        for context in iter_contexts(document):
            passage, digest = context.passage, context.embedded_hash
            key = self._writer.add_passage(
                passage,
                title=document.title,
                embedded_hash=digest,
                key=self._former.keys.get(passage.passage_id, _NO_KEY)[0] or None,
            )
            self._postings.add(key, index_terms(passage.text), context.terms_above)
            vector = self._former.vectors.get(digest)
            if vector is not None:
                self._carried.append((key, digest))
                self._keep(key, vector)
            elif (known := self._embedder.known(digest)) is not None:
                self._writer.add_token_codes([(key, known.codes)])
                self._keep(key, known.vector)
            else:
                self._pending.append((key, context))
        if len(self._pending) >= BATCH_PASSAGES:
            self._embed_pending()
        if len(self._carried) >= BATCH_PASSAGES:
            self._carry_codes()

    def _keep(self, key: int, vector: Vectors) -> None:
        self._keys.append(key)
        self._vectors.append(vector.reshape(1, -1))

    def _embed_pending(self) -> None:
        for start in range(0, len(self._pending), BATCH_PASSAGES):
            batch = self._pending[start : start + BATCH_PASSAGES]
            keys = [key for key, _ in batch]
            embedded = self._embedder.embed([context for _, context in batch])
            self._writer.add_token_codes(zip(keys, embedded.codes, strict=True))
            self._vectors.append(embedded.vectors)
            self._keys += keys
        self._pending.clear()

    def _carry_codes(self) -> None:
        """Writes the pieces that the former generation has of passages whose text stayed."""
        if self._former.generation is not None and self._carried:
            former_keys = [self._former.keys_by_hash[digest] for _, digest in self._carried]
            with Store(self._former.generation.store_path) as store:
                codes = store.token_codes(list(dict.fromkeys(former_keys)))
            self._writer.add_token_codes(
                (key, codes.get(former_key, b""))
                for (key, _), former_key in zip(self._carried, former_keys, strict=True)
            )
        self._carried.clear()

    def _carried_alignments(self, passages: Iterable[PassageRow]) -> list[Alignment]:
        """The former generation's alignments of documents that are as they were."""
        if self._former.generation is None or not self._settled:
            return []
        comments = {p.comment_id for p in passages if p.comment_id and p.doc_id in self._settled}
        with Store(self._former.generation.store_path) as store:
            answers = store.alignments(sorted(comments))
        return [
            Alignment(comment_id, answer.passage_id, answer.method, answer.confidence)
            for comment_id, answer in answers.items()
        ]


def stamp_of(encoder: Encoder) -> EncoderVersion:
    """What the manifest records of an encoder."""
    return EncoderVersion(encoder.name, encoder.revision, encoder.dimension)
