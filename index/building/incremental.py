"""A generation made of a copy of the former one, in which only what changed is written.

What still grows with the archive is read, copied, checksummed and written at the speed of the
disk: two files, and arrays of a few bytes a passage. No page, passage or term that did not change
is looked at. Once a tenth of the passages was amended so, a generation is written from nothing
again: its full-text index is whole, its silences are learned anew, and the cost of that, spread
over what changed since the last time, is that of ten passages for one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, field
from typing import Final

import numpy as np

from index.analysis.terms import index_terms
from index.building.calibration import calibrate
from index.building.changes import Changes
from index.building.context import PassageContext, iter_contexts
from index.building.embedder import PassageEmbedder
from index.building.fingerprints import content_hash, document_hash
from index.building.full import stamp_of
from index.building.publish import GenerationDraft
from index.building.versions import (
    CALIBRATION_VERSION_KEY,
    VERSIONS_KEY,
    calibration_version,
    recipe,
)
from index.encoders.embedding import Embedded
from index.encoders.protocol import Encoder
from index.retrieval.alignment import align_archive
from index.retrieval.bm25 import PostingsBuilder, amend_postings
from index.retrieval.confidence import INFO_KEY as SILENCE_KEY
from index.retrieval.vectors import VectorIndex, amend_vectors, load_vectors
from index.storage.columns import RowChange, amend_columns, read_columns
from index.storage.durability import copy_file
from index.storage.generation import Generation
from index.storage.incremental import StoreAmender
from index.storage.manifest import STORE_NAME, VECTORS_NAME, ManifestFields
from index.storage.previous import FormerStore
from index.storage.rows import DocumentRecord
from index.withdrawals.generations import as_document
from ingest.model import Document

MAX_AMENDED_SHARE: Final = 0.1
_TERMS_AT_ONCE: Final = 400


def can_amend(draft: GenerationDraft, parent: Generation, encoder: Encoder) -> bool:
    """Whether the former generation may be copied: made alike, and nothing withdrawn since."""
    if parent.manifest.encoder != stamp_of(encoder):
        return False
    if parent.manifest.n_withdrawals != len(draft.withdrawals):
        return False
    with FormerStore(parent.store_path) as store:
        return store.info().get(VERSIONS_KEY) == recipe()


def is_small(changes: Changes, parent: Generation) -> bool:
    """Whether what changed, with what was amended before, is little beside the archive."""
    n_amended = parent.manifest.n_amended + changes.n_passages
    return n_amended <= MAX_AMENDED_SHARE * parent.manifest.counts["n_passages"]


@dataclass(slots=True)
class _Written:
    """What was changed in the rows: keys, terms, passages to embed, and counts."""

    gone: list[int] = field(default_factory=list)
    gone_terms: set[str] = field(default_factory=set)
    added: list[tuple[int, PassageContext]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def count(self, document: Document | DocumentRecord, sign: int) -> None:
        """Adds (1) or takes away (-1) what a document counts for."""
        for name, n in (
            ("n_documents", 1),
            ("n_passages", len(document.passages)),
            ("n_comments", len(document.comments)),
            ("n_dropped_blocks", sum(one.action == "dropped" for one in document.ledger)),
        ):
            self.counts[name] += sign * n


class Amendment:
    """One build at work on a copy of the former generation (`parent`, its files checked)."""

    def __init__(
        self, draft: GenerationDraft, parent: Generation, embedder: PassageEmbedder
    ) -> None:
        self._parent = parent
        self._embedder = embedder
        self._store_path = draft.path / STORE_NAME
        self._vectors_path = draft.path / VECTORS_NAME
        self._postings = PostingsBuilder()
        self._written = _Written(counts=dict(parent.manifest.counts))

    def write(self, changes: Changes) -> ManifestFields:
        """What the manifest says of the generation, whole now.

        Raises:
            EncoderError: the encoder gave vectors of another shape than it states.
        """
        copy_file(self._parent.store_path, self._store_path)
        with (
            FormerStore(self._parent.store_path) as former,
            StoreAmender.reopen(self._store_path) as writer,
        ):
            self._write_documents(former, writer, changes)
            self._write_postings(former, writer)
        index = self._write_vectors()
        self._write_arrays(index)
        with FormerStore(self._store_path) as store:
            digest = content_hash(store)
        return ManifestFields(
            encoder=self._parent.manifest.encoder,
            content_hash=digest,
            counts=self._written.counts,
            n_amended=self._parent.manifest.n_amended + changes.n_passages,
        )

    def _write_documents(self, former: FormerStore, writer: StoreAmender, changes: Changes) -> None:
        former_keys: dict[str, int] = {}
        for doc_id in changes.replaced:
            record = former.document(doc_id)
            if record is not None:
                keys = former.keys_of(doc_id)
                former_keys |= keys
                writer.remove_document(record, keys)
                self._note_removal(record, keys)
        for document in changes.written:
            self._written.count(document, 1)
            writer.add_document(document, document_hash(document))
            for context in iter_contexts(document):
                key = writer.add_passage(
                    context.passage,
                    title=document.title,
                    embedded_hash=context.embedded_hash,
                    key=former_keys.get(context.passage.passage_id),
                )
                self._postings.add(key, index_terms(context.passage.text), context.terms_above)
                self._written.added.append((key, context))
        writer.remove_rejections()
        for rejection in changes.rejections:
            writer.add_rejection(rejection)
        self._written.counts["n_rejected_pages"] = len(changes.rejections)

    def _note_removal(self, record: DocumentRecord, keys: dict[str, int]) -> None:
        self._written.count(record, -1)
        self._written.gone += keys.values()
        for context in iter_contexts(as_document(record)):
            self._written.gone_terms.update(index_terms(context.passage.text), context.terms_above)

    def _write_postings(self, former: FormerStore, writer: StoreAmender) -> None:
        added = {term: packed for term, _, packed in self._postings.finish()}
        terms = sorted(self._written.gone_terms | added.keys())
        gone = np.array(self._written.gone, dtype=np.int64)
        for start in range(0, len(terms), _TERMS_AT_ONCE):
            batch = terms[start : start + _TERMS_AT_ONCE]
            known = former.postings(batch)
            writer.put_postings(
                (term, *amend_postings(known.get(term), gone, added.get(term))) for term in batch
            )

    def _write_vectors(self) -> VectorIndex:
        former = load_vectors(self._parent.vectors_path)
        contexts = [context for _, context in self._written.added]
        keys = np.array([key for key, _ in self._written.added], dtype=np.int64)
        gone = np.array(self._written.gone, dtype=np.int64)
        embedded = self._embedded(contexts, former)
        index = amend_vectors(former, gone, keys, embedded.vectors)
        index.save(self._vectors_path)
        with StoreAmender.reopen(self._store_path) as writer:
            writer.add_token_codes(zip(keys.tolist(), embedded.codes, strict=True))
        return index

    def _embedded(self, contexts: Sequence[PassageContext], former: VectorIndex) -> Embedded:
        """The vectors and the pieces of the passages written: kept where their text did not
        change, or moved to another page."""
        hashes = [context.embedded_hash for context in contexts]
        with FormerStore(self._parent.store_path) as store:
            keys = store.keys_by_hash(list(dict.fromkeys(hashes)))
            known_codes = store.token_codes(list(keys.values()))
        codes = [b""] * len(contexts)
        vectors = np.empty((len(contexts), self._embedder.encoder.dimension), dtype=np.float32)
        unknown: list[int] = []
        for row, digest in enumerate(hashes):
            if digest in keys:
                vectors[row] = former.reconstruct(np.array([keys[digest]], dtype=np.int64))[0]
                codes[row] = known_codes.get(keys[digest], b"")
            elif (known := self._embedder.known(digest)) is not None:
                vectors[row], codes[row] = known.vector, known.codes
            else:
                unknown.append(row)
        embedded = self._embedder.embed([contexts[row] for row in unknown])
        vectors[unknown] = embedded.vectors
        for row, one in zip(unknown, embedded.codes, strict=True):
            codes[row] = one
        return Embedded(vectors, tuple(codes))

    def _write_arrays(self, index: VectorIndex) -> None:
        """Writes what holds a value a passage, and what the new passages answer."""
        added = np.sort(np.array([key for key, _ in self._written.added], dtype=np.int64))
        with FormerStore(self._parent.store_path) as former:
            columns = read_columns(former)
            lengths = {name: former.array(name) for name in ("text_lengths", "title_lengths")}
        change = RowChange.of(columns.keys, np.array(self._written.gone, dtype=np.int64), added)
        keys = change.apply(columns.keys, added)
        new_lengths = dict(zip(lengths, self._postings.lengths(added), strict=True))
        with FormerStore(self._store_path) as store:
            found = store.passages(added.tolist())
            passages = [found[key] for key in added.tolist()]
            tie_order = np.empty(len(keys), dtype=np.int32)
            tie_order[np.searchsorted(keys, store.keys_by_passage_id())] = np.arange(len(keys))
            alignments = list(align_archive(store, passages, index))
        with StoreAmender.reopen(self._store_path) as writer:
            writer.add_array("keys", keys)
            writer.add_array("tie_order", tie_order)
            amend_columns(writer, columns, change, passages)
            for name, former_lengths in lengths.items():
                writer.add_array(name, change.apply(former_lengths, new_lengths[name]))
            writer.add_alignments(sorted(map(astuple, alignments)))
        self._learn_silence(index)

    def _learn_silence(self, index: VectorIndex) -> None:
        """Learn the archive's silences anew, if how they are learned changed."""
        with FormerStore(self._store_path) as store:
            if store.info().get(CALIBRATION_VERSION_KEY) == calibration_version():
                return
            passages = sorted(store.iter_passages(), key=lambda passage: passage.key)
            learned = calibrate(store, passages, index, self._embedder.encoder)
        with StoreAmender.reopen(self._store_path) as writer:
            info = {SILENCE_KEY: learned.as_json(), CALIBRATION_VERSION_KEY: calibration_version()}
            writer.add_info(info)
