"""Generations: immutable folders, and the one small file that says which of them answers.

    archive/
    ├── CURRENT            « gen-0007 <SHA-256 of its manifest> »: replacing it is the only commit
    ├── gen-0007/          store.sqlite  vectors.faiss  manifest.json; never changed once named
    ├── gen-0008.tmp/      a build at work, or what is left of a killed one
    └── write.lock         one writer at a time

`CURRENT` holds « none » from the first build's start to its end, so that a missing `CURRENT`
always means damage. A reader takes a lease (`lease_current`): the generation that it opened stays
whole on the disk until it lets go, even when newer ones push it out.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self

from index.durability import (
    FileStamp,
    is_disk_full,
    rename_durably,
    stamp_file,
    sync_directory,
    sync_file,
    write_durably,
)
from index.layout import (
    CURRENT_NAME,
    DRAFT_SUFFIX,
    folder_name,
    list_generations,
    number_of,
    remove_folder,
    remove_leftovers,
)
from index.lock import ReaderLease, write_lock
from index.manifest import (
    MANIFEST_NAME,
    STORE_NAME,
    VECTORS_NAME,
    EncoderStamp,
    Manifest,
    ManifestFields,
    logical_hash,
    read_manifest,
)
from index.withdrawal_ledger import clear_pending, has_pending
from index.withdrawn import load_withdrawals
from ingest.errors import ArchiveError, ArchiveNotFoundError, IntegrityError

__all__ = [
    "CURRENT_NAME",
    "STORE_NAME",
    "VECTORS_NAME",
    "EncoderStamp",
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
    "write_lock",
]

DEFAULT_KEPT: Final = 3
NO_GENERATION: Final = b"none\n"

_CURRENT_FORM: Final = re.compile(rb"(gen-(\d{4,9})) ([0-9a-f]{64})\n")
# Each miss means that newer builds were published in between; three in a row were never seen.
_LEASE_ATTEMPTS: Final = 20


@dataclass(frozen=True, slots=True)
class Generation:
    """A whole, immutable build of the archive."""

    number: int
    path: Path
    manifest: Manifest

    @property
    def store_path(self) -> Path:
        """The SQLite file."""
        return self.path / STORE_NAME

    @property
    def vectors_path(self) -> Path:
        """The FAISS file."""
        return self.path / VECTORS_NAME

    def check(self, names: Iterable[str] | None = None) -> None:
        """Compare files with the manifest, byte for byte; all of them when no name is given.

        Raises:
            IntegrityError: a file is missing, or is not what the build wrote.
        """
        for name in self.manifest.files if names is None else names:
            expected = self.manifest.files.get(name)
            actual = _stamp_or_none(self.path / name)
            if expected is None or actual != expected:
                state = "manque" if actual is None else "est endommagé"
                raise IntegrityError(
                    f"Le fichier «\u00a0{self.path.name}/{name}\u00a0» {state}. Revenez à la "
                    "génération "
                    "précédente («\u00a0archiblogue rollback\u00a0») ou reconstruisez l’archive."
                )


class GenerationLease:
    """A generation that stays on the disk while this is open (a context manager)."""

    def __init__(self, generation: Generation, lease: ReaderLease) -> None:
        self.generation = generation
        self._lease = lease

    def close(self) -> None:
        """Let the generation go."""
        self._lease.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


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
        if has_pending(self._archive):
            # An interrupted withdrawal: any older generation may still hold its text.
            for path in list_generations(self._archive):
                if path != self._sealed.path:
                    remove_folder(path)
            clear_pending(self._archive)
        prune(self._archive, self._kept)
        return self._sealed

    def discard(self) -> None:
        """Remove whatever was not published."""
        if self._is_published:
            return
        if self._sealed is not None:
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
    with write_lock(archive):
        try:
            draft = _start_draft(archive, kept)
            try:
                yield draft
            finally:
                draft.discard()
        except OSError as error:
            if not is_disk_full(error):
                raise
            raise ArchiveError(
                f"Il n’y a plus de place sur le disque de «\u00a0{archive}\u00a0». La génération "
                "précédente répond toujours\u202f; libérez de la place, puis relancez la commande."
            ) from error


def current_generation(archive: Path) -> Generation:
    """The generation that answers, its manifest checked; its other files are not read.

    Raises:
        ArchiveNotFoundError: there is no archive at that place, or its first build never ended.
        IntegrityError: `CURRENT` or the manifest is missing or damaged.
        SchemaError: a newer version of Archiblogue wrote it.
    """
    pointer = archive / CURRENT_NAME
    try:
        content = pointer.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise _without_pointer(archive) from None
    if content == NO_GENERATION:
        raise ArchiveNotFoundError(
            f"La première construction de l’archive «\u00a0{archive}\u00a0» n’est pas allée au "
            "bout. "
            "Relancez «\u00a0archiblogue build SOURCE\u00a0»."
        )
    match = _CURRENT_FORM.fullmatch(content)
    if match is None:
        raise IntegrityError(
            f"Le fichier «\u00a0{pointer}\u00a0» est endommagé. Lancez «\u00a0archiblogue "
            "rollback\u00a0»"
            "\u202f: il est réécrit d’après la dernière génération intacte."
        )
    return read_generation(archive / match[1].decode(), digest=match[3].decode())


def lease_current(archive: Path) -> GenerationLease:
    """The generation that answers, held so that pruning leaves it whole while it is read.

    Raises:
        ArchiveNotFoundError: there is no archive at that place.
        IntegrityError: `CURRENT` or the manifest is missing or damaged.
        SchemaError: a newer version of Archiblogue wrote it.
    """
    for _ in range(_LEASE_ATTEMPTS):
        generation: Generation | None = None
        with contextlib.suppress(IntegrityError):
            generation = current_generation(archive)
        if generation is None:
            # A writer may have pruned between the pointer and the manifest: look once more.
            generation = current_generation(archive)
        try:
            return GenerationLease(generation, ReaderLease(generation.path))
        except OSError:
            continue
    raise IntegrityError(
        f"L’archive «\u00a0{archive}\u00a0» change sans cesse. Attendez la fin des constructions "
        "en cours, "
        "puis recommencez."
    )


def read_generation(path: Path, *, digest: str | None = None) -> Generation:
    """The generation in a folder, its manifest checked.

    Args:
        path: the folder `gen-NNNN`.
        digest: the SHA-256 that the manifest's bytes must have, when it is known.

    Raises:
        IntegrityError: the manifest is missing, damaged, or belongs to another folder.
        SchemaError: a newer version of Archiblogue wrote it.
    """
    where = f"{path.name}/{MANIFEST_NAME}"
    try:
        content = (path / MANIFEST_NAME).read_bytes()
    except OSError as error:
        raise IntegrityError(
            f"Le fichier «\u00a0{where}\u00a0» manque. Revenez à la génération précédente "
            "(«\u00a0archiblogue rollback\u00a0») ou reconstruisez l’archive."
        ) from error
    manifest = read_manifest(content, where=where)
    is_expected = digest is None or hashlib.sha256(content).hexdigest() == digest
    if not is_expected or folder_name(manifest.generation) != path.name:
        raise IntegrityError(
            f"Le fichier «\u00a0{where}\u00a0» n’est pas celui que la construction a écrit. Lancez "
            "«\u00a0archiblogue verify\u00a0», puis «\u00a0archiblogue rollback\u00a0»."
        )
    return Generation(manifest.generation, path, manifest)


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


def switch_current(archive: Path, generation: Generation) -> None:
    """Make a sealed generation the one that answers (the write lock is held).

    Raises:
        OSError: the disk refuses; `CURRENT` is as before.
    """
    digest = hashlib.sha256(generation.manifest.to_bytes()).hexdigest()
    write_durably(archive / CURRENT_NAME, f"{generation.path.name} {digest}\n".encode())


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


def _stamp_or_none(path: Path) -> FileStamp | None:
    try:
        return stamp_file(path)
    except OSError:
        return None


def _without_pointer(archive: Path) -> ArchiveError:
    if list_generations(archive):
        return IntegrityError(
            f"Le fichier «\u00a0{archive / CURRENT_NAME}\u00a0» manque. Lancez "
            "«\u00a0archiblogue rollback\u00a0»\u202f: il est réécrit d’après la dernière "
            "génération intacte."
        )
    return ArchiveNotFoundError(
        f"Il n’y a pas d’archive dans «\u00a0{archive}\u00a0». Construisez-la avec "
        "«\u00a0archiblogue build SOURCE\u00a0», ou indiquez la bonne avec --archive."
    )
