"""Builds a new generation: what changed is analysed and embedded, the rest is carried over."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.alignment.paragraphs import align_archive
from index.alignment.reuse import INFO_KEY as ALIGNMENT_KEY
from index.alignment.reuse import AlignmentInputs, carried_over
from index.building.context import PassageContext, iter_contexts
from index.building.embedding import embed_passages
from index.building.quality_guard import require_no_regression
from index.building.vector_journal import VectorJournal
from index.encoder import Encoder
from index.generation import (
    STORE_NAME,
    VECTORS_NAME,
    EncoderStamp,
    Generation,
    GenerationDraft,
    ManifestFields,
    logical_hash,
    new_generation,
)
from index.lexical import PostingsBuilder
from index.silence.answerability import INFO_KEY as SILENCE_KEY
from index.silence.calibration import calibrate
from index.store import Store, StoreWriter
from index.store.columns import write_columns
from index.terms import ANALYSIS_VERSION, index_terms
from index.vectors import build_vectors, load_vectors
from index.withdrawals.holders import iter_documents
from ingest.model import Document, Rejection

_BATCH_PASSAGES: Final = 256

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class BuildProgress:
    """How far a build is: `stage` in French, `done` of `total` (None when not known)."""

    stage: str
    done: int
    total: int | None = None


@dataclass(frozen=True, slots=True)
class BuildSummary:
    """What a build did. `n_embedded` counts the passages that the encoder had to read."""

    generation: Generation
    n_documents: int
    n_passages: int
    n_comments: int
    n_dropped_blocks: int
    n_rejected_pages: int
    n_embedded: int
    seconds: float


@dataclass(slots=True)
class _Former:
    """What the former generation knows, by hash of what was embedded."""

    keys: dict[str, tuple[int, str]] = field(default_factory=dict)
    last_key: int = 0
    vectors: dict[str, Vectors] = field(default_factory=dict)
    has_terms: bool = False


def build_archive(  # noqa: PLR0913 (three of them are named options)
    archive: Path,
    records: Iterable[Document | Rejection],
    encoder: Encoder,
    *,
    replaces: Collection[str] | None = None,
    on_progress: Callable[[BuildProgress], None] | None = None,
    force: bool = False,
) -> BuildSummary:
    """What was built and published: a generation that holds `records`.

    Passages keep their keys from the former generation; those whose text and context did not
    change keep their vectors when the encoder is the same.

    Args:
        archive: the archive's folder, made when there is none.
        records: what the ingester gave.
        encoder: the model that reads the passages.
        replaces: the sources that were read again, asked for once `records` are all read. What
            the former generation had from other sources is carried over; None carries nothing
            over.
        on_progress: told of each step.
        force: publish even a generation that answers worse than the former one.

    Raises:
        LockedError: another process is writing the archive.
        RegressionError: what was built answers worse than the former generation, which stays.
        EncoderError: the encoder gave vectors of another shape than it states.
        ArchiveError: the folder cannot be written.
    """
    started = time.monotonic()
    report = on_progress or (lambda _: None)
    with new_generation(archive) as draft:
        former = _read_former(draft.parent, encoder)
        journal = VectorJournal(archive, stamp_of(encoder))
        former.vectors |= journal.load()
        with StoreWriter(draft.path / STORE_NAME, last_key=former.last_key) as writer:
            build = _Build(writer, former, encoder, report, journal)
            build.add_records(draft.withdrawals.filter(records))
            if replaces is not None and draft.parent is not None:
                carried = _from_other_sources(draft.parent, frozenset(replaces))
                build.carry_over(draft.withdrawals.filter(carried))
            build.finish()
        sealed = _seal(draft, build, encoder)
        if draft.parent is not None and not force:
            report(BuildProgress("Contrôle", 0))
            require_no_regression(draft.parent, sealed, encoder)
        generation = draft.publish()
        journal.clear()
    counts = generation.manifest.counts
    return BuildSummary(
        generation=generation,
        n_documents=counts["n_documents"],
        n_passages=counts["n_passages"],
        n_comments=counts["n_comments"],
        n_dropped_blocks=counts["n_dropped_blocks"],
        n_rejected_pages=counts["n_rejected_pages"],
        n_embedded=build.n_embedded,
        seconds=time.monotonic() - started,
    )


class _Build:
    """One build at work."""

    def __init__(
        self,
        writer: StoreWriter,
        former: _Former,
        encoder: Encoder,
        report: Callable[[BuildProgress], None],
        journal: VectorJournal,
    ) -> None:
        self.n_embedded = 0
        self._journal = journal
        self._writer = writer
        self._former = former
        self._encoder = encoder
        self._report = report
        self._postings = PostingsBuilder()
        self._seen: set[str] = set()
        self._pending: list[tuple[int, PassageContext]] = []
        self._keys: list[int] = []
        self._vectors: list[Vectors] = []
        self._n_passages = 0
        self.alignment_inputs = AlignmentInputs.for_encoder(stamp_of(encoder))

    def add_records(self, records: Iterable[Document | Rejection]) -> None:
        """Writes every document, and every page that gave none."""
        for record in records:
            if isinstance(record, Rejection):
                self._writer.add_rejection(record)
            elif record.doc_id in self._seen:
                self._writer.add_rejection(_twice(record))
            else:
                self._seen.add(record.doc_id)
                self._add_document(record)
        self._embed_pending()

    def carry_over(self, records: Iterable[Document | Rejection]) -> None:
        """Writes what the former generation had and no new page replaces."""
        self.add_records(
            record
            for record in records
            if isinstance(record, Rejection) or record.doc_id not in self._seen
        )

    def finish(self) -> None:
        """Writes what needs all passages: postings, lengths, build facts."""
        self._report(BuildProgress("Index", 0))
        keys = np.sort(np.array(self._keys, dtype=np.int64))
        self._writer.add_postings(self._postings.finish(keys))
        text, title = self._postings.lengths(keys)
        self._writer.add_array("text_lengths", text)
        self._writer.add_array("title_lengths", title)
        self._writer.add_info({"analysis_version": str(ANALYSIS_VERSION)})
        self._writer.finish()

    def matrix(self) -> tuple[NDArray[np.int64], Vectors]:
        """The keys, increasing, and their vectors."""
        keys = np.array(self._keys, dtype=np.int64)
        empty = np.zeros((0, self._encoder.dimension), dtype=np.float32)
        vectors = np.concatenate([empty, *self._vectors])
        order = np.argsort(keys)
        return keys[order], vectors[order]

    def _add_document(self, document: Document) -> None:
        self._writer.add_document(document)
        contexts = list(iter_contexts(document))
        self.alignment_inputs.add(document, [one.embedded_hash for one in contexts])
        for context in contexts:
            passage = context.passage
            former_key = self._former.keys.get(passage.passage_id, (None, ""))[0]
            digest = context.embedded_hash
            key = self._writer.add_passage(
                passage, title=document.title, embedded_hash=digest, key=former_key
            )
            above = index_terms(" \n ".join(context.above))
            self._postings.add(key, index_terms(passage.text), above)
            self._n_passages += 1
            known = self._former.vectors.get(digest)
            if known is None:
                self._pending.append((key, context))
            else:
                self._keys.append(key)
                self._vectors.append(known.reshape(1, -1))
        if len(self._pending) >= _BATCH_PASSAGES:
            self._embed_pending()

    def _embed_pending(self) -> None:
        for start in range(0, len(self._pending), _BATCH_PASSAGES):
            batch = self._pending[start : start + _BATCH_PASSAGES]
            texts, around = [c.passage.text for _, c in batch], [c.around for _, c in batch]
            vectors = embed_passages(texts, around, self._encoder)
            self._journal.append([c.embedded_hash for _, c in batch], vectors)
            self._keys += [key for key, _ in batch]
            self._vectors.append(vectors)
            self.n_embedded += len(batch)
            self._report(BuildProgress("Vecteurs", self.n_embedded))
        self._pending.clear()


def _read_former(parent: Generation | None, encoder: Encoder) -> _Former:
    if parent is None:
        return _Former()
    parent.check()
    with Store(parent.store_path) as store:
        former = _Former(keys=store.keys_and_hashes(), last_key=store.last_key())
    if parent.manifest.encoder != stamp_of(encoder) or not former.keys:
        return former
    index = load_vectors(parent.vectors_path)
    keys = np.array([key for key, _ in former.keys.values()], dtype=np.int64)
    vectors = index.reconstruct(keys)
    hashes = [digest for _, digest in former.keys.values()]
    former.vectors = dict(zip(hashes, vectors, strict=True))
    return former


def _from_other_sources(
    parent: Generation, sources: frozenset[str]
) -> Iterator[Document | Rejection]:
    for document in iter_documents(parent):
        if document.source not in sources:
            yield document
    with Store(parent.store_path) as store:
        yield from (one for one in store.rejections() if one.source not in sources)


def _seal(draft: GenerationDraft, build: _Build, encoder: Encoder) -> Generation:
    keys, vectors = build.matrix()
    index = build_vectors(keys, vectors)
    index.save(draft.path / VECTORS_NAME)
    with Store(draft.path / STORE_NAME) as store:
        counts = store.counts()
        content_hash = logical_hash(_logical_rows(store))
        passages = sorted(store.iter_passages(), key=lambda passage: passage.key)
    with StoreWriter.reopen(draft.path / STORE_NAME) as writer:
        write_columns(writer, passages)
    with Store(draft.path / STORE_NAME) as store:
        calibration = calibrate(store, passages, index, encoder)
        inputs = build.alignment_inputs
        settled = inputs.unchanged_since(AlignmentInputs.of_generation(draft.parent))
        alignments = carried_over(draft.parent, passages, settled)
        changed = [passage for passage in passages if passage.doc_id not in settled]
        alignments += align_archive(store, changed, index)
    with StoreWriter.reopen(draft.path / STORE_NAME) as writer:
        writer.add_info({SILENCE_KEY: calibration.as_json(), ALIGNMENT_KEY: inputs.as_json()})
        writer.add_alignments(sorted(map(astuple, alignments)))
    return draft.seal(
        ManifestFields(encoder=stamp_of(encoder), content_hash=content_hash, counts=counts)
    )


def stamp_of(encoder: Encoder) -> EncoderStamp:
    """What the manifest records of an encoder."""
    return EncoderStamp(encoder.name, encoder.revision, encoder.dimension)


def _logical_rows(store: Store) -> Iterator[tuple[str | int | None, ...]]:
    """Every passage with its facts, in corpus order, without keys."""
    for p in store.iter_passages():
        yield (
            p.passage_id, p.doc_id, p.ordinal, p.role.value, p.content_hash, p.heading,
            p.language, p.comment_id, p.title, p.author, p.date, p.url, p.site, p.source_path,
        )  # fmt: skip


def _twice(document: Document) -> Rejection:
    return Rejection(
        source_path=document.source_path,
        stage="index",
        slug="document-en-double",
        detail=(
            f"Le document {document.doc_id} («\u00a0{document.title or 'sans titre'}\u00a0») a "
            "déjà été lu d’une autre page\u202f; celle-ci est laissée de côté."
        ),
    )
