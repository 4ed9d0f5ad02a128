"""Which generations still hold something withdrawn, and their removal."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import fields
from pathlib import Path

import numpy as np

from index.storage.generation import Generation, read_generation
from index.storage.layout import (
    list_generations,
    list_segments,
    remove_folder,
    remove_unnamed_segments,
)
from index.storage.manifest import ReleasedFormError
from index.storage.reader import Store
from index.storage.rows import DocumentRecord
from index.storage.segment import LiveSegment, Segment
from index.withdrawals.redaction import Withdrawals
from ingest.errors import ArchiveError
from ingest.model import Document

# For each segment on the disk, the ids of the documents that alone may hold something withdrawn.
Suspects = Mapping[str, Collection[str]]


def iter_documents(generation: Generation) -> Iterator[Document]:
    """Yields the documents that a generation holds, in corpus order, as they were built.

    Raises:
        IntegrityError: the store is damaged.
    """
    with Store.open(generation) as store:
        for doc_id in store.document_ids():
            record = store.document(doc_id)
            if record is not None:
                yield as_document(record)


def holds_withdrawn(
    generation: Generation, withdrawals: Withdrawals, suspects: Suspects | None = None
) -> bool:
    """Whether a generation holds something withdrawn since it was made.

    What it deleted in its segments counts: its bytes are still there. Without `suspects`, every
    document is looked at.

    Raises:
        IntegrityError: a file of the generation is damaged.
    """
    if generation.manifest.n_withdrawals >= len(withdrawals):
        return False
    generation.check()
    said = generation.rejections()
    if tuple(withdrawals.filter(said)) != said:
        return True
    return any(
        is_stained(generation.archive / one.name, withdrawals, suspects)
        for one in generation.manifest.segments
    )


def is_stained(folder: Path, withdrawals: Withdrawals, suspects: Suspects | None = None) -> bool:
    """Whether a segment holds something withdrawn, in documents deleted since too.

    Raises:
        IntegrityError: a file of the segment is damaged.
    """
    with closing(Segment(folder)) as segment:
        return any(True for _ in iter_stained(segment, withdrawals, suspects))


def iter_stained(
    segment: Segment, withdrawals: Withdrawals, suspects: Suspects | None = None
) -> Iterator[tuple[Document, Document | None]]:
    """Yields the documents of a segment from which something was withdrawn, deleted ones too, and
    what may stay of each.

    Raises:
        IntegrityError: a file of the segment is damaged.
    """
    store = Store([LiveSegment(segment, np.zeros(0, dtype=np.int64))], ())
    for doc_id in segment.doc_ids if suspects is None else suspects.get(segment.name, ()):
        record = store.document(doc_id)
        if record is not None:
            document = as_document(record)
            kept = withdrawals.apply(document)
            if kept != document:
                yield document, kept


def remove_holders(
    archive: Path,
    current: Generation,
    withdrawals: Withdrawals,
    suspects: Suspects | None = None,
) -> tuple[str, ...]:
    """The names of the other generations made before the last withdrawal, now removed.

    One that cannot be read might hold what was withdrawn: it is removed too. Readers that have one
    open keep their open files and nothing more (the write lock is held).

    Raises:
        OSError: the disk refuses to remove one.
    """
    removed = []
    for path in list_generations(archive):
        if path != current.path and _may_hold(path, withdrawals, suspects):
            remove_folder(path)
            removed.append(path.name)
    remove_unused_segments(archive)
    return tuple(removed)


def remove_unused_segments(archive: Path) -> tuple[Path, ...]:
    """The segments that no generation stands on, removed (the write lock is held).

    None goes while a generation cannot be read: it may stand on any.

    Raises:
        OSError: the disk refuses to remove one.
    """
    named: set[str] = set()
    for path in list_generations(archive):
        try:
            named |= {one.name for one in read_generation(path).manifest.segments}
        except ReleasedFormError:
            continue  # of the released form: it holds all that it needs
        except ArchiveError:
            return ()
    if {path.name for path in list_segments(archive)} <= named:
        return ()
    return remove_unnamed_segments(archive, named)


def _may_hold(path: Path, withdrawals: Withdrawals, suspects: Suspects | None) -> bool:
    try:
        return holds_withdrawn(read_generation(path), withdrawals, suspects)
    except ArchiveError:
        return True


def as_document(record: DocumentRecord) -> Document:
    """The document as the ingester gave it, less what no archive keeps."""
    return Document(**{field.name: getattr(record, field.name) for field in fields(DocumentRecord)})
