"""One writer at a time, and readers that keep what they opened.

The writer's lock is a file lock that the system drops when the process dies: a killed build never
leaves the archive locked. A reader holds a shared lock on the folder of its generation; pruning
asks for the exclusive one first and leaves the folder for later when it is refused.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from index.storage.io_errors import refused
from ingest.errors import ArchiveError, LockedError

try:
    import fcntl
except ImportError:  # Windows: an open file cannot be deleted there, which protects readers too
    fcntl = None  # type: ignore[assignment]

LOCK_NAME: Final = "write.lock"
HOLDER_NAME: Final = "write.lock.json"


@dataclass(frozen=True, slots=True)
class LockHolder:
    """Who writes the archive. `since` is ISO 8601, UTC."""

    pid: int
    host: str
    since: str


def resolved(archive: Path) -> Path:
    """The archive's folder by its real path.

    Raises:
        ArchiveError: its links lead round in a circle.
    """
    try:
        return archive.resolve()
    except (OSError, RuntimeError) as error:  # RuntimeError until Python 3.13
        raise ArchiveError(
            f"«\u00a0{archive}\u00a0» est un lien qui tourne en rond. Indiquez un vrai dossier "
            "avec --archive."
        ) from error


@contextmanager
def write_lock(archive: Path) -> Iterator[None]:
    """The right to write the archive, for this thread; it can be taken again inside itself.

    Raises:
        LockedError: another process or thread is writing; the message names it.
        ArchiveError: the folder cannot be written, or the disk refuses.
    """
    archive = resolved(archive)
    lock = _acquire(archive)
    try:
        is_outermost = lock.lock_counter == 1
        if is_outermost:
            _write_holder(archive)
        try:
            yield
        finally:
            if is_outermost:
                with contextlib.suppress(OSError):
                    (archive / HOLDER_NAME).unlink(missing_ok=True)
    finally:
        lock.release()


def read_holder(archive: Path) -> LockHolder | None:
    """The last one who said that it writes, or None; only a hint once that process is gone."""
    try:
        stated = json.loads((archive / HOLDER_NAME).read_bytes())
        return LockHolder(int(stated["pid"]), str(stated["host"]), str(stated["since"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def is_locked(archive: Path) -> bool:
    """Whether someone is writing the archive now."""
    if not (archive / LOCK_NAME).exists():
        return False
    probe = FileLock(archive / LOCK_NAME, timeout=0)
    try:
        with probe:
            return False
    except (Timeout, OSError):
        return True


class ReaderLease:
    """A shared hold on a generation's folder: pruning leaves it in place until `close`."""

    def __init__(self, directory: Path) -> None:
        """Hold `directory`.

        Raises:
            OSError: the folder is gone, or is being removed.
        """
        self._descriptor: int | None = None
        if fcntl is None:
            return
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            _share(descriptor)
            # Pruning may have renamed the folder between the two calls above.
            if not os.path.samestat(os.fstat(descriptor), os.stat(directory)):  # noqa: PTH116
                raise FileNotFoundError(directory)
        except OSError:
            os.close(descriptor)
            raise
        self._descriptor = descriptor

    def close(self) -> None:
        """Let go; twice is once."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    def __del__(self) -> None:
        """Let go when the holder is forgotten."""
        self.close()


@contextmanager
def exclusive_hold(directory: Path) -> Iterator[bool]:
    """Whether no reader of this machine holds a generation's folder; none can while inside."""
    if fcntl is None:
        yield True
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            is_free = True
        except OSError:
            is_free = False
        yield is_free
    finally:
        os.close(descriptor)


def _share(descriptor: int) -> None:
    """Take the shared lock; a file system without such locks (some networks) is read without.

    Raises:
        BlockingIOError: the folder is being removed.
    """
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:
        return


def _acquire(archive: Path) -> FileLock:
    try:
        archive.mkdir(parents=True, exist_ok=True)
        # A singleton a path: the same thread may take it again, another thread waits in line.
        lock = FileLock(archive / LOCK_NAME, timeout=0, is_singleton=True)
        lock.acquire()
    except Timeout as error:
        raise LockedError(_locked_message(archive)) from error
    except FileExistsError as error:
        raise ArchiveError(
            f"«\u00a0{archive}\u00a0» est un fichier, pas un dossier. Choisissez un autre dossier "
            "d’archive (--archive)."
        ) from error
    except OSError as error:
        raise refused(archive, error) from error
    return lock


def _write_holder(archive: Path) -> None:
    holder = {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    # Only a courtesy to the next one who asks: no fsync, and no failure of the build.
    with contextlib.suppress(OSError):
        (archive / HOLDER_NAME).write_text(json.dumps(holder), encoding="utf-8")


def _locked_message(archive: Path) -> str:
    holder = read_holder(archive)
    who = (
        f"par le processus {holder.pid} sur «\u00a0{holder.host}\u00a0» depuis {holder.since}"
        if holder
        else "par un autre processus"
    )
    return (
        f"L’archive «\u00a0{archive}\u00a0» est en cours d’écriture {who}. Attendez qu’il "
        "finisse, ou "
        "arrêtez-le, puis recommencez\u202f; la lecture reste possible."
    )
