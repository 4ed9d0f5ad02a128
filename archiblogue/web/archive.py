"""The archive that the page reads: opened once a generation, followed when a new one comes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from archiblogue.settings import load_settings
from ingest.errors import ArchiveError

if TYPE_CHECKING:
    from index.archive import Archive
    from index.storage.rows import PassageRow


def archive_path() -> Path:
    """The folder that the settings name.

    Raises:
        UsageError: a settings file cannot be read.
    """
    return load_settings().archive


def open_current() -> Archive:
    """The archive at the generation that answers now; the same object until a build is published.

    Raises:
        ArchiveNotFoundError: there is no archive yet.
        IntegrityError: the archive is damaged.
        EncoderError: its model is missing.
    """
    from index.building.publish import current_generation
    from index.withdrawals.register import register_size

    path = archive_path().resolve()
    manifest = current_generation(path).manifest
    stamp = f"{manifest.generation}:{manifest.created_at}:{manifest.content_hash}"
    # A withdrawal hides its text from the moment it is registered, before anything is rebuilt.
    stamp += f":{register_size(path)}"
    return _open(str(path), stamp)


def is_superseded(archive: Archive) -> bool:
    """Whether a newer build answers by now; False too where that cannot be told."""
    from index.building.publish import current_generation

    try:
        current = current_generation(archive_path().resolve())
    except ArchiveError:
        return False  # the next search says what is wrong
    return current.manifest.content_hash != archive.generation.manifest.content_hash


def iter_documents(archive: Archive, limit: int) -> Iterator[tuple[PassageRow, ...]]:
    """Yields the passages of the first `limit` documents, one document at a time, in order."""
    for doc_id in archive.store.document_ids()[:limit]:
        yield archive.store.passages_of(doc_id)


def _close(archive: Archive) -> None:
    archive.close()


# Two are kept, so that a person who reads while a build is published is not cut off.
@st.cache_resource(max_entries=2, show_spinner=False, on_release=_close)
def _open(path: str, stamp: str) -> Archive:  # noqa: ARG001 - the stamp is the cache's key
    from index.archive import open_archive

    return open_archive(path, encoder=load_settings().encoder)
