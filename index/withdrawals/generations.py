"""Which generations still hold something withdrawn, and their removal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from index.storage.generation import Generation, read_generation
from index.storage.layout import list_generations, remove_folder
from index.storage.reader import Store
from index.storage.rows import DocumentRecord
from index.withdrawals.redaction import Withdrawals
from ingest.errors import ArchiveError
from ingest.model import Document


def iter_documents(generation: Generation) -> Iterator[Document]:
    """Yields the documents that a generation holds, in corpus order, as they were built.

    Raises:
        IntegrityError: the store is damaged.
    """
    with Store(generation.store_path) as store:
        for doc_id in store.document_ids():
            record = store.document(doc_id)
            if record is not None:
                yield as_document(record)


def holds_withdrawn(generation: Generation, withdrawals: Withdrawals) -> bool:
    """Whether a generation holds something withdrawn since it was built, or may hold it.

    One that was amended may: its full-text index keeps words of what was replaced.

    Raises:
        IntegrityError: a file of the generation is damaged.
    """
    if generation.manifest.n_withdrawals >= len(withdrawals):
        return False
    generation.check()
    if generation.manifest.n_amended:
        return True
    return any(withdrawals.apply(one) != one for one in iter_documents(generation))


def remove_holders(archive: Path, current: Generation, withdrawals: Withdrawals) -> tuple[str, ...]:
    """The names of the other generations that held something withdrawn, now removed.

    One that cannot be read might hold it: it is removed too. Readers that have one open keep
    their open files and nothing more (the write lock is held).
    """
    removed = []
    for path in list_generations(archive):
        if path != current.path and _may_hold(path, withdrawals):
            remove_folder(path)
            removed.append(path.name)
    return tuple(removed)


def _may_hold(path: Path, withdrawals: Withdrawals) -> bool:
    try:
        return holds_withdrawn(read_generation(path), withdrawals)
    except ArchiveError:
        return True


def as_document(record: DocumentRecord) -> Document:
    """The document as the ingester gave it, less what no archive keeps."""
    return Document(**{field.name: getattr(record, field.name) for field in fields(DocumentRecord)})
