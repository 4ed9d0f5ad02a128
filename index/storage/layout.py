"""Where things lie in an archive's folder: the names, and removal in one step."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Final

from index.storage.durability import PART_SUFFIX, rename_durably
from index.storage.lock import exclusive_hold

CURRENT_NAME: Final = "CURRENT"
DRAFT_SUFFIX: Final = ".tmp"

_FOLDER_FORM: Final = re.compile(r"gen-(\d{4,9})")
_DRAFT_FORM: Final = re.compile(r"gen-\d{4,9}\.tmp")


def number_of(path: Path) -> int:
    """The number of a generation's folder, 0 for any other name."""
    match = _FOLDER_FORM.fullmatch(path.name)
    return int(match[1]) if match else 0


def folder_name(number: int) -> str:
    """The name of a generation's folder."""
    return f"gen-{number:04d}"


def list_generations(archive: Path) -> tuple[Path, ...]:
    """The folders of sealed generations, oldest first; their content is not read."""
    if not archive.is_dir():
        return ()
    folders = [p for p in archive.iterdir() if _FOLDER_FORM.fullmatch(p.name) and p.is_dir()]
    return tuple(sorted(folders, key=number_of))


def remove_folder(path: Path, *, only_if_unused: bool = False) -> bool:
    """Whether a generation's folder was removed: first unnamed in one step, then deleted.

    A crash in between leaves a `.tmp` folder, which the next write removes.
    """
    doomed = path.with_name(path.name + DRAFT_SUFFIX)
    try:
        with exclusive_hold(path) as is_free:
            if only_if_unused and not is_free:
                return False
            rename_durably(path, doomed)
    except OSError:
        return False
    shutil.rmtree(doomed, ignore_errors=True)
    return True


def remove_leftovers(archive: Path) -> tuple[Path, ...]:
    """The remains of killed builds, removed (the write lock is held)."""
    leftovers = tuple(p for p in sorted(archive.iterdir()) if _DRAFT_FORM.fullmatch(p.name))
    for path in leftovers:
        shutil.rmtree(path, ignore_errors=True)
    (archive / f"{CURRENT_NAME}{PART_SUFFIX}").unlink(missing_ok=True)
    return leftovers
