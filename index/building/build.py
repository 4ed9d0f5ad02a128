"""Builds a new generation: what changed is analysed and embedded, the rest is carried over."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from index.building.changes import Changes, find_changes
from index.building.embedder import PassageEmbedder
from index.building.embedding_cache import EmbeddingCache
from index.building.full import ScratchBuild, read_former, stamp_of
from index.building.incremental import Amendment, can_amend, is_small
from index.building.progress import BuildProgress, Report
from index.building.publish import Generation, GenerationDraft, new_generation
from index.building.regression_guard import require_no_regression
from index.encoders.protocol import Encoder
from index.storage.durability import is_disk_full
from index.storage.manifest import ManifestFields
from index.storage.previous import FormerStore
from index.storage.reader import Store
from index.storage.schema import STORE_ERRORS
from index.withdrawals.generations import iter_documents
from ingest.masking import mask_document
from ingest.model import Document, Rejection

__all__ = ["BuildProgress", "BuildSummary", "build_archive", "stamp_of"]

Records = Iterable[Document | Rejection]


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


def build_archive(  # noqa: PLR0913 (three of them are named options)
    archive: Path,
    records: Records,
    encoder: Encoder,
    *,
    replaces: Collection[str] | None = None,
    on_progress: Callable[[BuildProgress], None] | None = None,
    force: bool = False,
) -> BuildSummary:
    """What was built and published: a generation that holds `records`.

    Passages keep their keys from the former generation; those whose text and context did not
    change keep their vectors when the encoder is the same. Documents that are as they were are
    not written again while little changes (`index.building.incremental`).

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
        journal = EmbeddingCache(archive, stamp_of(encoder))
        embedder = PassageEmbedder(encoder, journal, report)
        try:
            sealed = draft.seal(_write(draft, records, replaces, embedder, report))
        except (OSError, *STORE_ERRORS) as error:
            if is_disk_full(error):
                embedder.make_room()
            raise
        if draft.parent is not None and not force:
            report(BuildProgress("Contrôle", 0))
            # Both were read or written to the last byte just now.
            former, made = (replace(one, is_checked=True) for one in (draft.parent, sealed))
            require_no_regression(former, made, encoder)
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
        n_embedded=embedder.n_embedded,
        seconds=time.monotonic() - started,
    )


def _write(
    draft: GenerationDraft,
    records: Records,
    replaces: Collection[str] | None,
    embedder: PassageEmbedder,
    report: Report,
) -> ManifestFields:
    """What the manifest will say of the draft, written whole."""
    parent, obeying = draft.parent, _shareable(draft, records)
    if parent is None:
        return _write_from_nothing(draft, obeying, None, embedder, report)
    parent.check()
    if not can_amend(draft, parent, embedder.encoder):
        carried = None if replaces is None else _others(parent, replaces)
        return _write_from_nothing(draft, obeying, carried, embedder, report)
    with FormerStore(parent.store_path) as former:
        changes = find_changes(former, obeying, replaces)
    if is_small(changes, parent):
        report(BuildProgress("Index", 0))
        return Amendment(draft, parent, embedder).write(changes)
    read: list[Document | Rejection] = [*changes.written, *changes.rejections]
    return _write_from_nothing(draft, read, _unchanged(parent, changes), embedder, report)


def _write_from_nothing(
    draft: GenerationDraft,
    records: Records,
    carried: Records | None,
    embedder: PassageEmbedder,
    report: Report,
) -> ManifestFields:
    former = read_former(draft.parent, embedder.encoder)
    with closing(ScratchBuild(draft.path, former, embedder, report)) as build:
        build.add(records)
        if carried is not None:
            build.carry_over(_shareable(draft, carried))
        return build.finish()


def _shareable(draft: GenerationDraft, records: Records) -> Iterator[Document | Rejection]:
    """The records as an archive may hold them: nothing withdrawn, contact details masked.

    A withdrawal remembers the text that it found, masked or, made earlier, as written: it is looked
    for in both.
    """
    for record in draft.withdrawals.filter(records):
        masked = mask_document(record) if isinstance(record, Document) else record
        if masked is record:
            yield record
        else:
            yield from draft.withdrawals.filter([masked])


def _others(parent: Generation, replaces: Collection[str]) -> Iterator[Document | Rejection]:
    """What came from other sources; `replaces` is complete once the records are read."""
    sources = frozenset(replaces)
    for document in iter_documents(parent):
        if document.source not in sources:
            yield document
    with Store(parent.store_path) as store:
        yield from (one for one in store.rejections() if one.source not in sources)


def _unchanged(parent: Generation, changes: Changes) -> Iterator[Document]:
    return (one for one in iter_documents(parent) if one.doc_id in changes.unchanged)
