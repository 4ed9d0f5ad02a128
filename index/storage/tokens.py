"""The signs of the pieces of passages, read where they lie and kept nowhere.

They are most of an archive. Mapped, every page that a question touches would count as memory of
the process, until all of them do.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Sequence
from itertools import repeat
from pathlib import Path

from ingest.errors import IntegrityError


class TokenFile:
    """The file of a segment that holds them; it stays readable when it is removed."""

    def __init__(self, path: Path) -> None:
        """Opens it.

        Raises:
            IntegrityError: it cannot be read.
        """
        self._path = path
        try:
            self._descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        except OSError as error:
            raise _unreadable(path) from error
        weakref.finalize(self, os.close, self._descriptor)
        self.n_bytes = os.fstat(self._descriptor).st_size

    def read(self, start: int, end: int) -> bytes:
        """The bytes from `start` to before `end`.

        Raises:
            IntegrityError: they cannot be read, or are not all there.
        """
        (found,) = self.read_each([start], [end])
        return found

    def read_each(self, starts: Sequence[int], ends: Sequence[int]) -> list[bytes]:
        """The bytes from each start to before its end.

        Raises:
            IntegrityError: they cannot be read, or are not all there.
        """
        sizes = list(map(int.__sub__, ends, starts))
        try:
            found = list(map(os.pread, repeat(self._descriptor), sizes, starts))
        except OSError as error:
            raise _unreadable(self._path) from error
        if list(map(len, found)) != sizes:
            raise _unreadable(self._path)
        return found


def _unreadable(path: Path) -> IntegrityError:
    return IntegrityError(
        f"Le fichier «\u00a0{path}\u00a0» ne peut pas être lu. Lancez «\u00a0archiblogue "
        "verify\u00a0», puis reconstruisez l’archive."
    )
