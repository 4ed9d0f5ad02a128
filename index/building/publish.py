"""Generations: immutable folders, and the one small file that says which of them answers.

    archive/
    ├── CURRENT            « gen-0007 <SHA-256 of its manifest> »: replacing it is the only commit
    ├── gen-0007/          store.sqlite  vectors.faiss  manifest.json; never changed once named
    ├── gen-0008.tmp/      a build at work, or what is left of a killed one
    ├── vectors.journal    what an unpublished build embedded, for the next one
    └── write.lock         one writer at a time

`CURRENT` holds « none » from the first build's start to its end, so that a missing `CURRENT`
always means damage. A reader takes a lease (`lease_current`): the generation that it opened stays
whole on the disk until it lets go, even when newer ones push it out.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from index.storage.durability import (
    FileStamp,
    rename_durably,
    stamp_file,
    sync_directory,
    sync_file,
    write_durably,
)
from index.storage.generation import (
    NO_GENERATION,
    Generation,
    GenerationLease,
    current_generation,
    lease_current,
    names_folder,
    read_generation,
    switch_current,
)
from index.storage.io_errors import refused
from index.storage.layout import (
    CURRENT_NAME,
    DRAFT_SUFFIX,
    folder_name,
    list_generations,
    number_of,
    remove_folder,
    remove_leftovers,
)
from index.storage.lock import write_lock
from index.storage.manifest import (
    MANIFEST_NAME,
    STORE_NAME,
    VECTORS_NAME,
    EncoderVersion,
    Manifest,
    ManifestFields,
    logical_hash,
)
from index.storage.schema import STORE_ERRORS
from index.withdrawals.generations import remove_holders
from index.withdrawals.redaction import load_withdrawals

__all__ = [
    "CURRENT_NAME",
    "STORE_NAME",
    "VECTORS_NAME",
    "EncoderVersion",
    "Generation",
    "GenerationDraft",
    "GenerationLease",
    "Manifest",
    "ManifestFields",
    "current_generation",
    "lease_current",
    "list_generations",
    "logical_hash",
    "new_generation",
    "prune",
    "read_generation",
    "switch_current",
    "write_lock",
    "writing",
]

DEFAULT_KEPT: Final = 3


class GenerationDraft:
    """A build at work: write the files under `path`, close them, then `commit`.

    `parent` is the generation that answers meanwhile, None for a first build. `withdrawals` is
    what must stay out of it: `draft.withdrawals.filter(records)`.
    """

    def __init__(self, archive: Path, number: int, parent: Generation | None, kept: int) -> None:
        self.number = number
        self.parent = parent
        n_expected = parent.manifest.n_withdrawals if parent else 0
        self.withdrawals = load_withdrawals(archive, n_expected=n_expected)
        self.path = archive / f"{folder_name(number)}{DRAFT_SUFFIX}"
        self._archive = archive
        self._kept = kept
        self._sealed: Generation | None = None
        self._is_published = False

    def commit(self, fields: ManifestFields) -> Generation:
        """Seal and publish: the new generation, which answers from now on.

        Raises:
            OSError: the disk refuses; the former generation answers.
        """
        self.seal(fields)
        return self.publish()

    def seal(self, fields: ManifestFields) -> Generation:
        """The draft made durable under its final name; the former generation still answers.

        Between `seal` and `publish` it can be opened by its path and tried.

        Raises:
            OSError: the disk refuses; the former generation answers.
        """
        manifest = Manifest(
            generation=self.number,
            parent=self.parent.number if self.parent else None,
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            encoder=fields.encoder,
            content_hash=fields.content_hash,
            counts=fields.counts,
            calibration=fields.calibration,
            files=_stamp_files(self.path),
            n_withdrawals=len(self.withdrawals),
            n_amended=fields.n_amended,
        )
        final = self._archive / folder_name(self.number)
        self._sealed = seal_folder(self.path, final, manifest)
        return self._sealed

    def publish(self) -> Generation:
        """The sealed generation, which answers from now on: `CURRENT` is replaced.

        Raises:
            OSError: the disk refuses; the former generation answers.
        """
        if self._sealed is None:
            raise RuntimeError("publish() needs seal() first")
        switch_current(self._archive, self._sealed)
        self._is_published = True
        if self.withdrawals:
            remove_holders(self._archive, self._sealed, self.withdrawals)
        prune(self._archive, self._kept)
        return self._sealed

    def discard(self) -> None:
        """Remove whatever was not published."""
        if self._sealed is not None and not self._is_published:
            # `CURRENT` may have been replaced before the disk refused what came next.
            with contextlib.suppress(OSError):
                if not names_folder(self._archive, self._sealed.path):
                    remove_folder(self._sealed.path)
        shutil.rmtree(self.path, ignore_errors=True)


@contextmanager
def new_generation(archive: Path, *, kept: int = DEFAULT_KEPT) -> Iterator[GenerationDraft]:
    """A draft under the write lock; what is not published by the end is removed.

    Args:
        archive: the archive's folder, made when there is none.
        kept: how many generations stay on the disk after publication, at least 1.

    Raises:
        LockedError: another process is writing.
        IntegrityError: `CURRENT` or the current manifest is damaged.
        ArchiveError: the folder cannot be written, or the disk is full.
    """
    archive = archive.resolve()
    with writing(archive):
        draft = _start_draft(archive, kept)
        try:
            yield draft
        finally:
            draft.discard()


@contextmanager
def writing(archive: Path) -> Iterator[None]:
    """The write lock, and a sentence for whatever the disk or SQLite refuses meanwhile.

    Raises:
        LockedError: another process is writing.
        ArchiveError: the folder cannot be written, the disk is full or fails.
    """
    with write_lock(archive):
        try:
            yield
        except (OSError, *STORE_ERRORS) as error:
            raise refused(archive, error) from error


def seal_folder(draft: Path, final: Path, manifest: Manifest) -> Generation:
    """A finished folder made durable under its final name (the write lock is held).

    Raises:
        OSError: the disk refuses.
    """
    for name in manifest.files:
        sync_file(draft / name)
    write_durably(draft / MANIFEST_NAME, manifest.to_bytes())
    sync_directory(draft)
    rename_durably(draft, final)
    return Generation(manifest.generation, final, manifest)


def prune(archive: Path, kept: int) -> tuple[Path, ...]:
    """The generations removed: all but the `kept` newest, the current one and those in use."""
    current = current_generation(archive)
    others = [p for p in list_generations(archive) if p != current.path]
    doomed = others[: max(0, len(others) - (kept - 1))]
    return tuple(path for path in doomed if remove_folder(path, only_if_unused=True))


def _start_draft(archive: Path, kept: int) -> GenerationDraft:
    remove_leftovers(archive)
    folders = list_generations(archive)
    pointer = archive / CURRENT_NAME
    parent: Generation | None = None
    if not pointer.exists() and not folders:
        write_durably(pointer, NO_GENERATION)
    elif not pointer.exists() or pointer.read_bytes() != NO_GENERATION:
        parent = current_generation(archive)
    number = max([number_of(p) for p in folders], default=0) + 1
    draft = GenerationDraft(archive, number, parent, max(1, kept))
    draft.path.mkdir()
    return draft


def _stamp_files(folder: Path) -> dict[str, FileStamp]:
    return {p.name: stamp_file(p) for p in sorted(folder.iterdir()) if p.name != MANIFEST_NAME}
