"""Which generation answers: `CURRENT`, and the folders that it may name, read with care."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np

from index.storage.durability import FileStamp, stamp_file, write_durably
from index.storage.io_errors import unreadable
from index.storage.layout import CURRENT_NAME, folder_name, list_generations
from index.storage.lock import ReaderLease
from index.storage.manifest import MANIFEST_NAME, REJECTIONS_NAME, Manifest, read_manifest
from index.storage.segment import LiveSegment, Segment
from ingest.errors import ArchiveError, ArchiveNotFoundError, IntegrityError
from ingest.model import Rejection

NO_GENERATION: Final = b"none\n"

_CURRENT_FORM: Final = re.compile(rb"(gen-(\d{4,9})) ([0-9a-f]{64})\n")
# Each miss means that newer builds were published in between; three in a row were never seen.
_LEASE_ATTEMPTS: Final = 20


@dataclass(frozen=True, slots=True)
class Generation:
    """A whole, immutable state of the archive: the segments that it stands on.

    `is_checked` says that this process has just read or written every byte of it: `check` then
    takes its word.
    """

    number: int
    path: Path
    manifest: Manifest
    is_checked: bool = False

    @property
    def archive(self) -> Path:
        """The archive's folder."""
        return self.path.parent

    def check(self, names: Iterable[str] | None = None, *, is_thorough: bool = False) -> None:
        """Compare files with the manifest; all of them when no name is given.

        A file that nobody touched since it was last read whole is taken to be the same, unless
        `is_thorough`.

        Raises:
            IntegrityError: a file is missing, or is not what the build wrote.
        """
        if self.is_checked and not is_thorough:
            return
        for name in self.manifest.files if names is None else names:
            state = self._state_of(name, is_thorough=is_thorough)
            if state is not None:
                raise IntegrityError(
                    f"Le fichier «\u00a0{name}\u00a0» {state}. Revenez à la génération "
                    "précédente («\u00a0archiblogue rollback\u00a0») ou reconstruisez l’archive."
                )

    def open_segments(self) -> tuple[LiveSegment, ...]:
        """Its segments, open, in the order of their keys; `check` comes first.

        Raises:
            IntegrityError: a file is missing or is not what it should be.
            SchemaError: another version of Archiblogue wrote it.
        """
        opened: list[LiveSegment] = []
        base = 0
        try:
            for entry in self.manifest.segments:
                deleted = np.zeros(0, dtype=np.int64)
                if entry.deleted is not None:
                    deleted = np.frombuffer((self.path / entry.deleted).read_bytes(), dtype="<i8")
                opened.append(LiveSegment(Segment(self.archive / entry.name), deleted, base))
                base += entry.n_passages
        except (OSError, ValueError) as error:
            raise IntegrityError(
                f"Un fichier de la génération «\u00a0{self.path.name}\u00a0» ne peut pas être lu "
                f"({error}). Lancez «\u00a0archiblogue verify\u00a0»."
            ) from error
        return tuple(opened)

    def rejections(self) -> tuple[Rejection, ...]:
        """The pages that gave no document, in the order in which they were read.

        Raises:
            IntegrityError: the list is missing or damaged.
        """
        path = self.path / REJECTIONS_NAME
        try:
            return tuple(Rejection(*one) for one in json.loads(path.read_bytes()))
        except (OSError, ValueError, TypeError) as error:
            raise IntegrityError(
                f"Le fichier «\u00a0{path}\u00a0» ne peut pas être lu. Lancez «\u00a0archiblogue "
                "verify\u00a0», puis reconstruisez l’archive."
            ) from error

    def _state_of(self, name: str, *, is_thorough: bool) -> str | None:
        """What is wrong with a file, None when nothing is."""
        expected, path = self.manifest.files.get(name), self.archive / name
        try:
            if expected is not None and not is_thorough and expected.is_untouched(path):
                return None
            actual: FileStamp = stamp_file(path)
        except OSError:
            return "manque"
        is_same = expected is not None and actual.is_same_bytes(expected)
        return None if is_same else "est endommagé"


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


def current_generation(archive: Path) -> Generation:
    """The generation that answers, its manifest checked; its other files are not read.

    Raises:
        ArchiveNotFoundError: there is no archive at that place, or its first build never ended.
        IntegrityError: `CURRENT` or the manifest is missing or damaged.
        SchemaError: another version of Archiblogue wrote it.
    """
    folder, digest = read_pointer(archive)
    return read_generation(folder, digest=digest)


def read_pointer(archive: Path) -> tuple[Path, str]:
    """The folder of the generation that answers, and the SHA-256 of its manifest.

    Raises:
        ArchiveNotFoundError: there is no archive at that place, or its first build never ended.
        IntegrityError: `CURRENT` is missing or damaged.
    """
    pointer = archive / CURRENT_NAME
    try:
        content = pointer.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise _without_pointer(archive) from None
    except OSError as error:
        raise unreadable(pointer, error) from error
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
    return archive / match[1].decode(), match[3].decode()


def lease_current(archive: Path) -> GenerationLease:
    """The generation that answers, held so that pruning leaves it whole while it is read.

    Raises:
        ArchiveNotFoundError: there is no archive at that place.
        IntegrityError: `CURRENT` or the manifest is missing or damaged.
        SchemaError: another version of Archiblogue wrote it.
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
        SchemaError: another version of Archiblogue wrote it.
    """
    where = f"{path.name}/{MANIFEST_NAME}"
    try:
        content = (path / MANIFEST_NAME).read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise IntegrityError(
            f"Le fichier «\u00a0{where}\u00a0» manque. Revenez à la génération précédente "
            "(«\u00a0archiblogue rollback\u00a0») ou reconstruisez l’archive."
        ) from error
    except OSError as error:
        raise unreadable(path / MANIFEST_NAME, error) from error
    manifest = read_manifest(content, where=where)
    is_expected = digest is None or hashlib.sha256(content).hexdigest() == digest
    if not is_expected or folder_name(manifest.generation) != path.name:
        raise IntegrityError(
            f"Le fichier «\u00a0{where}\u00a0» n’est pas celui que la construction a écrit. Lancez "
            "«\u00a0archiblogue verify\u00a0», puis «\u00a0archiblogue rollback\u00a0»."
        )
    return Generation(manifest.generation, path, manifest)


def switch_current(archive: Path, generation: Generation) -> None:
    """Make a sealed generation the one that answers (the write lock is held).

    Raises:
        OSError: the disk refuses; `CURRENT` is as before.
    """
    digest = hashlib.sha256(generation.manifest.to_bytes()).hexdigest()
    write_durably(archive / CURRENT_NAME, f"{generation.path.name} {digest}\n".encode())


def names_folder(archive: Path, folder: Path) -> bool:
    """Whether `CURRENT` names this folder.

    Raises:
        OSError: it cannot be read.
    """
    content = (archive / CURRENT_NAME).read_bytes()
    return content.startswith(f"{folder.name} ".encode())


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
