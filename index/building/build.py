"""Builds a new generation: one segment with what is new or changed, and what is deleted in others.

A first build, one that adds a post and one that obeys a withdrawal go the same way. What did not
change is not read again, analysed or written.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from index.building.conversion import ReleasedGeneration
from index.building.embedder import PassageEmbedder
from index.building.embedding_cache import EmbeddingCache
from index.building.generation_build import GenerationBuild, Tally
from index.building.previous import NoPrevious, PreviousGeneration
from index.building.progress import BuildProgress, Report
from index.building.publish import (
    Generation,
    GenerationDraft,
    current_generation,
    new_generation,
)
from index.building.regression_guard import require_no_regression
from index.building.versions import passage_versions
from index.encoders.protocol import Encoder
from index.storage.durability import is_disk_full
from index.storage.manifest import EncoderVersion, ManifestFields, RegisterStamp
from index.storage.schema import STORE_ERRORS
from index.withdrawals.generations import Suspects
from index.withdrawals.redaction import load_withdrawals
from ingest.masking import mask_document
from ingest.model import Document, Rejection

__all__ = ["BuildProgress", "BuildSummary", "build_archive", "stamp_of"]

Records = Iterable[Document | Rejection]


@dataclass(frozen=True, slots=True)
class BuildSummary:
    """What a build did. `n_embedded` counts the passages that the encoder had to read.

    `tally` says what was new, changed and gone. `is_published` is False when there was nothing to
    do: `generation` is then the one that was there. `obeyed` are the documents, as they were, from
    which something withdrawn was taken out.
    """

    generation: Generation
    n_documents: int
    n_passages: int
    n_comments: int
    n_dropped_blocks: int
    n_rejected_pages: int
    n_embedded: int
    seconds: float
    tally: Tally = field(default_factory=Tally)
    is_published: bool = True
    obeyed: tuple[Document, ...] = ()


def build_archive(  # noqa: PLR0913 (four of them are named options)
    archive: Path,
    records: Records,
    encoder: Encoder,
    *,
    replaces: Collection[str] | None = None,
    on_progress: Callable[[BuildProgress], None] | None = None,
    force: bool = False,
    suspects: Suspects | None = None,
) -> BuildSummary:
    """What was built and published: a generation that holds `records`.

    Passages keep their keys as long as their document does not change, and their vectors as long
    as their text and context do not, when the encoder is the same. When there is nothing new,
    changed or gone, nothing is published.

    Args:
        archive: the archive's folder, made when there is none.
        records: what the ingester gave.
        encoder: the model that reads the passages.
        replaces: the sources that were read again, asked for once `records` are all read. What
            the previous generation had from other sources stays; None leaves nothing of it.
        on_progress: told of each step.
        force: publish even a generation that answers worse than the previous one.
        suspects: the documents that alone may hold what was withdrawn since the previous
            generation; None looks at all of them.

    Raises:
        LockedError: another process is writing the archive.
        RegressionError: what was built answers worse than the previous generation, which stays.
        EncoderError: the encoder gave vectors of another shape than it states.
        ArchiveError: the folder cannot be written.
    """
    started = time.monotonic()
    report = on_progress or (lambda _: None)
    with new_generation(archive) as draft:
        draft.suspects = suspects
        journal = EmbeddingCache(archive, stamp_of(encoder))
        embedder = PassageEmbedder(encoder, journal, report)
        try:
            fields, work = _write(draft, records, replaces, embedder, report)
            sealed = None if fields is None else draft.seal(fields)
        except (OSError, *STORE_ERRORS) as error:
            if is_disk_full(error):
                embedder.make_room()
            raise
        if sealed is None:
            generation = current_generation(archive)
        else:
            if draft.parent is not None and not force:
                report(BuildProgress("Contrôle", 0))
                # Both were read or written to the last byte just now.
                previous, made = (replace(one, is_checked=True) for one in (draft.parent, sealed))
                require_no_regression(previous, made, encoder)
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
        tally=work.tally,
        is_published=sealed is not None,
        obeyed=tuple(work.obeyed),
    )


def _write(
    draft: GenerationDraft,
    records: Records,
    replaces: Collection[str] | None,
    embedder: PassageEmbedder,
    report: Report,
) -> tuple[ManifestFields | None, GenerationBuild]:
    """What the manifest will say of the draft, written whole; None when there is nothing to do."""
    with (
        closing(_previous(draft, embedder.encoder)) as previous,
        closing(GenerationBuild(draft, previous, embedder, report)) as work,
    ):
        work.read(_shareable(draft, records))
        work.settle(replaces)
        return None if work.is_nothing else work.finish(), work


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


def _previous(
    draft: GenerationDraft, encoder: Encoder
) -> NoPrevious | PreviousGeneration | ReleasedGeneration:
    """What the generation before hands over, its files checked."""
    parent, stamp = draft.parent, stamp_of(encoder)
    if parent is not None:
        parent.check()
        is_same = parent.manifest.encoder == stamp
        is_alike = is_same and parent.manifest.fields.versions == passage_versions()
        return PreviousGeneration(parent, is_alike=is_alike, has_vectors=is_same)
    if draft.released is None:
        return NoPrevious()
    released = ReleasedGeneration(draft.released, stamp)
    load_withdrawals(draft.archive, expected=RegisterStamp(n_lines=released.n_withdrawals))
    return released


def stamp_of(encoder: Encoder) -> EncoderVersion:
    """What the manifest records of an encoder."""
    return EncoderVersion(encoder.name, encoder.revision, encoder.dimension)
