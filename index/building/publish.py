"""Generations: what each build leaves, and the one small file that says which of them answers.

    archive/
    ├── CURRENT            « gen-0007 <SHA-256 of its manifest> »: replacing it is the only commit
    ├── gen-0007/          manifest.json, rejections.json, what is deleted in which segment
    ├── seg-0003/          store.sqlite  arrays.bin  tokens.bin; never changed once named
    ├── gen-0008.tmp/      a build at work, or what is left of a killed one
    ├── vectors.journal    what an unpublished build embedded, for the next one
    └── write.lock         one writer at a time

A segment is written and named first, then the generation that stands on it, then `CURRENT`. A
segment that no generation names is the remains of a killed build. `CURRENT` holds « none » from the
first build's start to its end, so that a missing `CURRENT` always means damage. A reader takes a
lease (`lease_current`): the generation that it opened stays whole on the disk until it lets go,
with its segments, even when newer ones push it out.
"""

from __future__ import annotations

import contextlib
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
    take_modes,
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
    read_pointer,
    switch_current,
)
from index.storage.io_errors import refused
from index.storage.layout import (
    CURRENT_NAME,
    DRAFT_SUFFIX,
    folder_name,
    list_generations,
    list_segments,
    number_of,
    remove_folder,
    remove_leftovers,
    remove_tree,
    segment_name,
)
from index.storage.lock import resolved, write_lock
from index.storage.manifest import (
    MANIFEST_NAME,
    EncoderVersion,
    Manifest,
    ManifestFields,
    ReleasedFormError,
)
from index.storage.schema import STORE_ERRORS
from index.storage.segment import FILE_NAMES
from index.withdrawals.generations import Suspects, remove_holders, remove_unused_segments
from index.withdrawals.proof import read_pending
from index.withdrawals.redaction import load_withdrawals

DEFAULT_KEPT: Final = 3

__all__ = [
    "CURRENT_NAME",
    "EncoderVersion",
    "Generation",
    "GenerationDraft",
    "GenerationLease",
    "Manifest",
    "ManifestFields",
    "current_generation",
    "lease_current",
    "list_generations",
    "new_generation",
    "prune",
    "read_generation",
    "switch_current",
    "write_lock",
    "writing",
]


class GenerationDraft:
    """A build at work: add its segments, write what stands beside them under `path`, `commit`.

    `parent` is the generation that answers meanwhile, None for a first build; `released` the folder
    of one in the released form, which is to be converted. `withdrawals` is what must stay out of
    it: `draft.withdrawals.filter(records)`; `suspects` are all that may hold it in what is there,
    where that is known.
    """

    def __init__(
        self, archive: Path, number: int, parent: Generation | None, kept: int = DEFAULT_KEPT
    ) -> None:
        self.number = number
        self.parent = parent
        self.released: Path | None = None
        self.suspects: Suspects | None = None
        expected = parent.manifest.register if parent else None
        self.withdrawals = load_withdrawals(archive, expected=expected)
        self.path = archive / f"{folder_name(number)}{DRAFT_SUFFIX}"
        self.archive = archive
        self._kept = kept
        self._started: list[Path] = []
        self._named: list[Path] = []
        self._sealed: Generation | None = None
        self._is_published = False

    def start_segment(self) -> Path:
        """Where a new segment is to be written; nothing is there yet."""
        last = max([number_of(path) for path in list_segments(self.archive)], default=0)
        final = self.archive / segment_name(last + 1 + len(self._started))
        draft = final.with_name(final.name + DRAFT_SUFFIX)
        self._started.append(draft)
        return draft

    def name_segment(self, draft: Path) -> Path:
        """The folder of a segment that is whole on the disk, under its name from now on.

        Raises:
            OSError: the disk refuses.
        """
        final = draft.with_name(draft.name.removesuffix(DRAFT_SUFFIX))
        take_modes(draft)
        rename_durably(draft, final)
        self._started.remove(draft)
        self._named.append(final)
        return final

    def commit(self, fields: ManifestFields) -> Generation:
        """Seal and publish: the new generation, which answers from now on.

        Raises:
            OSError: the disk refuses; the previous generation answers.
        """
        self.seal(fields)
        return self.publish()

    def seal(self, fields: ManifestFields) -> Generation:
        """The draft made durable under its final name; the previous generation still answers.

        Between `seal` and `publish` it can be opened by its path and tried.

        Raises:
            OSError: the disk refuses; the previous generation answers.
        """
        final = self.archive / folder_name(self.number)
        files = {f"{final.name}/{name}": stamp for name, stamp in _stamp_files(self.path).items()}
        known = self.parent.manifest.files if self.parent else {}
        for entry in fields.segments:
            for name in FILE_NAMES:
                path = f"{entry.name}/{name}"
                files[path] = _stamp_again(self.archive / path, known.get(path))
        manifest = Manifest(
            generation=self.number,
            parent=self.parent.number if self.parent else None,
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            fields=fields,
            files=files,
            register=self.withdrawals.ledger.stamp,
        )
        self._sealed = seal_folder(self.path, final, manifest)
        return self._sealed

    def publish(self) -> Generation:
        """The sealed generation, which answers from now on: `CURRENT` is replaced.

        Raises:
            OSError: the disk refuses. When it refuses to replace `CURRENT`, the previous generation
                answers; when it refuses to remove what is not needed any more, the new one does.
        """
        if self._sealed is None:
            raise RuntimeError("publish() needs seal() first")
        switch_current(self.archive, self._sealed)
        self._is_published = True
        obeyed = self.parent.manifest.n_withdrawals if self.parent else 0
        # Holders that a withdrawal left behind when it was cut short go as soon as it is proved.
        if obeyed < len(self.withdrawals) or read_pending(self.archive):
            remove_holders(self.archive, self._sealed, self.withdrawals, self.suspects)
        prune(self.archive, self._kept)
        return self._sealed

    def discard(self) -> None:
        """Remove whatever was not published; what cannot be removed goes at the next write."""
        if self._is_published:
            return
        with contextlib.suppress(OSError):
            # `CURRENT` may have been replaced before the disk refused what came next.
            if self._sealed is not None and names_folder(self.archive, self._sealed.path):
                return
            if self._sealed is not None:
                remove_folder(self._sealed.path)
            remove_tree(self.path)
            for segment in self._started:
                remove_tree(segment)
            for segment in self._named:
                if segment.exists():
                    remove_folder(segment)


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
    archive = resolved(archive)
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
    for path in draft.iterdir():
        sync_file(path)
    write_durably(draft / MANIFEST_NAME, manifest.to_bytes())
    take_modes(draft)
    sync_directory(draft)
    rename_durably(draft, final)
    return Generation(manifest.generation, final, manifest)


def prune(archive: Path, kept: int) -> tuple[Path, ...]:
    """What was removed: generations but the `kept` newest, the current one and those in use, then
    the segments that none stands on any more.

    Raises:
        OSError: the disk refuses to remove one.
    """
    current = current_generation(archive)
    others = [p for p in list_generations(archive) if p != current.path]
    doomed = others[: max(0, len(others) - (kept - 1))]
    removed = tuple(path for path in doomed if remove_folder(path, only_if_unused=True))
    return removed + remove_unused_segments(archive)


def _start_draft(archive: Path, kept: int) -> GenerationDraft:
    remove_leftovers(archive)
    folders = list_generations(archive)
    pointer = archive / CURRENT_NAME
    parent: Generation | None = None
    released: Path | None = None
    if not pointer.exists() and not folders:
        write_durably(pointer, NO_GENERATION)
    elif not pointer.exists() or pointer.read_bytes() != NO_GENERATION:
        try:
            parent = current_generation(archive)
        except ReleasedFormError:
            released, _ = read_pointer(archive)
    remove_unused_segments(archive)
    number = max([number_of(p) for p in folders], default=0) + 1
    draft = GenerationDraft(archive, number, parent, max(1, kept))
    draft.released = released
    draft.path.mkdir()
    return draft


def _stamp_files(folder: Path) -> dict[str, FileStamp]:
    return {p.name: stamp_file(p) for p in sorted(folder.iterdir()) if p.name != MANIFEST_NAME}


def _stamp_again(path: Path, known: FileStamp | None) -> FileStamp:
    """The stamp of a file; one that was checked is not read again, wherever it was copied to."""
    if known is None:
        return stamp_file(path)
    facts = path.stat()
    return FileStamp(known.size, known.sha256, facts.st_ino, facts.st_mtime_ns)
