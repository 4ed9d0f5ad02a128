"""Small files of a keeper's beside the generations: changed whole, one at a time, or not at all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from index.storage.durability import write_durably
from index.storage.io_errors import refused, unreadable
from ingest.errors import LockedError, UsageError

LOCK_NAME: Final = "carnet.lock"
SELECTIONS_FOLDER: Final = "selections"
SEARCHES_NAME: Final = "recherches.jsonl"
SEEN_NAME: Final = "recherches.vus"
FILE_NAMES: Final = (LOCK_NAME, SEARCHES_NAME, SEEN_NAME)
# A change takes milliseconds: who waits longer waits for a process that hangs.
_WAIT_S: Final = 30
_NAME: Final = re.compile(r"[^\W_][\w-]{0,63}")
_MAX_NOTE_CHARACTERS: Final = 10_000


@contextmanager
def changing(archive: Path) -> Iterator[None]:
    """The right to change the notebook of an archive; a build goes on meanwhile.

    Raises:
        LockedError: another process has kept it for half a minute.
        ArchiveError: the folder cannot be written, or the disk refuses.
    """
    lock = FileLock(archive / LOCK_NAME, timeout=_WAIT_S)
    try:
        lock.acquire()
    except Timeout as error:
        raise LockedError(
            f"Les sélections et les recherches gardées de «\u00a0{archive}\u00a0» sont en cours "
            "d’écriture par un autre processus. Attendez qu’il finisse, puis recommencez."
        ) from error
    except OSError as error:
        raise refused(archive, error) from error
    try:
        yield
    except OSError as error:
        raise refused(archive, error) from error
    finally:
        lock.release()


def read_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yields the number and the JSON object of each line of a file; none when it is not there.

    Raises:
        UsageError: a line is no JSON object.
        IntegrityError: the file cannot be read.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return
    except OSError as error:
        raise unreadable(path, error) from error
    for number, line in enumerate(content.decode("utf-8-sig", "replace").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            record = None
        if not isinstance(record, dict):
            raise unreadable_line(path, number)
        yield number, record


def unreadable_line(path: Path, number: int) -> UsageError:
    """The error to raise when a line of a keeper's file is not what it should be."""
    return UsageError(
        f"La ligne {number} de «\u00a0{path}\u00a0» ne peut pas être lue. Corrigez-la ou "
        "retirez-la."
    )


def write_lines(path: Path, records: Iterable[Mapping[str, object]]) -> None:
    """Gives a file these lines, whole, or leaves it as it was.

    Raises:
        OSError: the disk refuses.
    """
    lines = (json.dumps(record, ensure_ascii=False, sort_keys=True) for record in records)
    path.parent.mkdir(exist_ok=True)
    write_durably(path, "".join(f"{line}\n" for line in lines).encode("utf-8", "replace"))


def check_name(name: str) -> str:
    """The name, when a file may bear it.

    Raises:
        UsageError: it is empty, too long, or holds more than letters, digits, « - » and « _ ».
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"«\u00a0{name}\u00a0» ne peut pas servir de nom\u202f: écrivez de 1 à 64 lettres, "
            "chiffres, «\u00a0-\u00a0» ou «\u00a0_\u00a0», une lettre ou un chiffre d’abord."
        )
    return name


def check_note(note: str) -> str:
    """The note, when it is short enough to be one.

    Raises:
        UsageError: it is longer than 10,000 characters.
    """
    if len(note) > _MAX_NOTE_CHARACTERS:
        raise UsageError(
            f"Une note de {len(note)} caractères est trop longue\u202f: écrivez-en au plus "
            f"{_MAX_NOTE_CHARACTERS}."
        )
    return note


def now() -> str:
    """The time, ISO 8601, UTC, to the microsecond: what decides between two versions of a line."""
    return datetime.now(UTC).isoformat(timespec="microseconds")
