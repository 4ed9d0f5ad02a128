"""Writing that survives a power cut: fsync of files and of the folders that name them.

A rename is atomic but not durable: until its folder is synchronised, a crash may bring the old
name back. Everything here goes through `os`, so that the tests can make the n-th call fail.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PART_SUFFIX: Final = ".part"
_BLOCK_BYTES: Final = 1 << 20
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_SQLITE_FULL: Final = "disk is full"
_FILE_MODES: Final = 0o666
_NOT_WRITABLE: Final = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


@dataclass(frozen=True, slots=True)
class FileStamp:
    """The size in bytes and the SHA-256 (hexadecimal) of a file.

    `inode` and `mtime_ns` tell whether it is still the very file that was read, untouched: then
    its bytes are taken to be what they were. 0 where that was not noted.
    """

    size: int
    sha256: str
    inode: int = 0
    mtime_ns: int = 0

    def is_same_bytes(self, other: FileStamp) -> bool:
        """Whether both are stamps of equal bytes."""
        return (self.size, self.sha256) == (other.size, other.sha256)

    def is_untouched(self, path: Path) -> bool:
        """Whether `path` is the file that was stamped, and nobody wrote to it since.

        Raises:
            OSError: it cannot be looked at.
        """
        facts = path.stat()
        noted = (self.size, self.inode, self.mtime_ns)
        return self.inode != 0 and noted == (facts.st_size, facts.st_ino, facts.st_mtime_ns)


def stamp_file(path: Path) -> FileStamp:
    """The size and SHA-256 of a file, read to its end.

    Raises:
        OSError: the file cannot be read.
    """
    digest = hashlib.sha256()
    size = 0
    with path.open("rb", buffering=0) as stream:
        block = bytearray(_BLOCK_BYTES)
        view = memoryview(block)
        while n_read := stream.readinto(block):
            digest.update(view[:n_read])
            size += n_read
        facts = os.fstat(stream.fileno())
    return FileStamp(size, digest.hexdigest(), facts.st_ino, facts.st_mtime_ns)


def sync_file(path: Path) -> None:
    """Send a file's bytes to the disk.

    Raises:
        OSError: the disk refuses.
    """
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_directory(path: Path) -> None:
    """Send a folder's names to the disk; nothing where the system cannot (Windows).

    Raises:
        OSError: the disk refuses.
    """
    if os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def rename_durably(source: Path, target: Path) -> None:
    """Give `source` the name `target`, in the same folder, replacing what had it.

    Raises:
        OSError: the disk refuses; both names are then as before, or the rename is done.
    """
    os.replace(source, target)  # noqa: PTH105 - one door to os, for the fault injection tests
    sync_directory(target.parent)


def take_modes(folder: Path) -> None:
    """Let those who may read the folder that `folder` is in read it too, with all that is in it.

    Raises:
        OSError: the disk refuses.
    """
    mode = folder.parent.stat().st_mode & 0o777
    folder.chmod(mode)
    for path in folder.iterdir():
        path.chmod(mode & _FILE_MODES)


def write_durably(path: Path, content: bytes, *, mode: int | None = None) -> None:
    """Give `path` this content whole, or leave it as it was.

    Args:
        path: where.
        content: what.
        mode: who may read it; by default who may read its folder.

    Raises:
        OSError: the disk refuses; the file keeps its former content.
    """
    part = path.with_name(path.name + PART_SUFFIX)
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            os.fchmod(descriptor, _mode_of(path) if mode is None else mode)
            _write_all(descriptor, content)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        rename_durably(part, path)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def append_durably(path: Path, content: bytes) -> None:
    """Add bytes at the end of a file and send them to the disk.

    Raises:
        OSError: the disk refuses; a torn end may remain, which a reader must expect.
    """
    is_new = not path.exists()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        if is_new:
            os.fchmod(descriptor, _mode_of(path))
        _write_all(descriptor, content)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if is_new:
        sync_directory(path.parent)


def is_disk_full(error: Exception) -> bool:
    """Whether an error says that there is no room left (disk, quota or file-size limit)."""
    if isinstance(error, OSError):
        return error.errno in _FULL
    return _SQLITE_FULL in str(error)


def is_not_writable(error: OSError) -> bool:
    """Whether an error says that the place may not be written."""
    return error.errno in _NOT_WRITABLE


def _mode_of(path: Path) -> int:
    """Who may read the folder of `path`, as a file's mode."""
    return path.parent.stat().st_mode & _FILE_MODES


def _write_all(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]
