"""A file that appears whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, TypeVar

from index.storage.durability import PART_SUFFIX, is_disk_full, rename_durably
from ingest.errors import ArchiveError

Result = TypeVar("Result")


def write_atomically(path: Path, write: Callable[[BinaryIO], Result]) -> Result:
    """What `write` returned once it filled `path`; the file keeps its former content if it fails.

    Raises:
        ArchiveError: the folder is missing or closed, or the disk is full.
    """
    part: Path | None = None
    try:
        descriptor, name = tempfile.mkstemp(PART_SUFFIX, f".{path.name}.", path.parent)
        part = Path(name)
        with os.fdopen(descriptor, "wb") as stream:
            result = write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        part.chmod(0o666 & ~_umask())
        rename_durably(part, path)
    except OSError as error:
        _remove(part)
        raise ArchiveError(_sentence(path, error)) from error
    except BaseException:
        _remove(part)
        raise
    return result


def _umask() -> int:
    current = os.umask(0o022)
    os.umask(current)
    return current


def _remove(part: Path | None) -> None:
    if part is not None:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _sentence(path: Path, error: OSError) -> str:
    if is_disk_full(error):
        return (
            f"Le disque est plein\u00a0: «\u00a0{path}\u00a0» n’a pas été écrit. Faites de la "
            "place, ou choisissez un autre disque."
        )
    return (
        f"Le fichier «\u00a0{path}\u00a0» ne peut pas être écrit ({error.strerror or error}). "
        "Vérifiez que son dossier existe et que vous pouvez y écrire."
    )
