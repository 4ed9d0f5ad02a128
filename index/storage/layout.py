"""Where things lie in an archive's folder: the names, and removal in one step."""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection
from pathlib import Path
from typing import Final

from index.storage.durability import PART_SUFFIX, rename_durably, sync_directory
from index.storage.lock import exclusive_hold

CURRENT_NAME: Final = "CURRENT"
DRAFT_SUFFIX: Final = ".tmp"

_FOLDER_FORM: Final = re.compile(r"gen-(\d{4,9})")
_SEGMENT_FORM: Final = re.compile(r"seg-(\d{4,9})")
_DRAFT_FORM: Final = re.compile(r"(?:gen|seg)-\d{4,9}\.tmp")


def number_of(path: Path) -> int:
    """The number of a generation's or a segment's folder, 0 for any other name."""
    match = _FOLDER_FORM.fullmatch(path.name) or _SEGMENT_FORM.fullmatch(path.name)
    return int(match[1]) if match else 0


def folder_name(number: int) -> str:
    """The name of a generation's folder."""
    return f"gen-{number:04d}"


def segment_name(number: int) -> str:
    """The name of a segment's folder."""
    return f"seg-{number:04d}"


def list_generations(archive: Path) -> tuple[Path, ...]:
    """The folders of sealed generations, oldest first; their content is not read."""
    return _folders(archive, _FOLDER_FORM)


def list_segments(archive: Path) -> tuple[Path, ...]:
    """The folders of sealed segments, oldest first, those that nothing names included."""
    return _folders(archive, _SEGMENT_FORM)


def remove_folder(path: Path, *, only_if_unused: bool = False) -> bool:
    """Whether a sealed folder was removed: first unnamed in one step, then deleted.

    A crash in between leaves a `.tmp` folder, which the next write removes. With `only_if_unused`,
    one that a reader holds stays.

    Raises:
        OSError: the disk refuses.
    """
    doomed = path.with_name(path.name + DRAFT_SUFFIX)
    with exclusive_hold(path) as is_free:
        if only_if_unused and not is_free:
            return False
        rename_durably(path, doomed)
    remove_tree(doomed)
    return True


def remove_tree(path: Path) -> None:
    """Removes a folder that nothing names, with all that is in it; nothing where there is none.

    Raises:
        OSError: the disk refuses to remove something.
    """
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)
    sync_directory(path.parent)


def leftovers(archive: Path) -> tuple[Path, ...]:
    """The remains of killed builds: folders that were never sealed, or were being removed."""
    if not archive.is_dir():
        return ()
    return tuple(p for p in sorted(archive.iterdir()) if _DRAFT_FORM.fullmatch(p.name))


def remove_leftovers(archive: Path) -> tuple[Path, ...]:
    """The remains of killed builds, removed (the write lock is held).

    Raises:
        OSError: the disk refuses to remove one.
    """
    found = leftovers(archive)
    for path in found:
        remove_tree(path)
    (archive / f"{CURRENT_NAME}{PART_SUFFIX}").unlink(missing_ok=True)
    return found


def remove_unnamed_segments(archive: Path, named: Collection[str]) -> tuple[Path, ...]:
    """The segments that no generation stands on, removed (the write lock is held).

    Raises:
        OSError: the disk refuses to remove one.
    """
    doomed = tuple(path for path in list_segments(archive) if path.name not in named)
    for path in doomed:
        remove_folder(path)
    return doomed


def _folders(archive: Path, form: re.Pattern[str]) -> tuple[Path, ...]:
    if not archive.is_dir():
        return ()
    folders = [p for p in archive.iterdir() if form.fullmatch(p.name) and p.is_dir()]
    return tuple(sorted(folders, key=number_of))
