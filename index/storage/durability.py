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
# What a kernel or a file system says that cannot copy by itself.
_NO_QUICK_COPY: Final = frozenset({errno.ENOSYS, errno.EXDEV, errno.EOPNOTSUPP, errno.EINVAL})
_NOT_WRITABLE: Final = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


@dataclass(frozen=True, slots=True)
class FileStamp:
    """The size in bytes and the SHA-256 (hexadecimal) of a file."""

    size: int
    sha256: str


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
    return FileStamp(size=size, sha256=digest.hexdigest())


def copy_file(source: Path, target: Path) -> None:
    """Copy a file's bytes; where the file system can, both names share them until one changes.

    Raises:
        OSError: the source cannot be read, or the disk refuses.
    """
    reading = os.open(source, os.O_RDONLY)
    try:
        writing = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        try:
            left = os.fstat(reading).st_size
            while left > 0 and (n_copied := _copy_some(reading, writing, left)):
                left -= n_copied
        finally:
            os.close(writing)
    finally:
        os.close(reading)


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


def write_durably(path: Path, content: bytes) -> None:
    """Give `path` this content whole, or leave it as it was.

    Raises:
        OSError: the disk refuses; the file keeps its former content.
    """
    part = path.with_name(path.name + PART_SUFFIX)
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        try:
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


def _copy_some(reading: int, writing: int, n_bytes: int) -> int:
    """The number of bytes copied from one open file to another, 0 at the end."""
    if hasattr(os, "copy_file_range"):
        try:
            return os.copy_file_range(reading, writing, n_bytes)
        except OSError as error:
            if error.errno not in _NO_QUICK_COPY:
                raise
    block = os.read(reading, _BLOCK_BYTES)
    _write_all(writing, block)
    return len(block)


def _write_all(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]
