"""Arrays in one file, read where they lie: a segment opens without reading what it holds.

8 bytes       the mark of the format
8 bytes       the length of the table, little-endian
table         canonical JSON: name -> [dtype, shape, first byte], padded with spaces
arrays        each at a multiple of 64 bytes
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ingest.errors import IntegrityError

_MARK: Final = b"ARCHBLG1"
_ALIGNMENT: Final = 64
_HEAD_BYTES: Final = 16


class ArrayFile:
    """The arrays of one file, by name; each is a read-only view of the file."""

    def __init__(self, path: Path) -> None:
        """Maps the file.

        Raises:
            IntegrityError: it is missing or is not such a file.
        """
        self._path = path
        try:
            self._content = map_file(path)
            head = bytes(self._content[:_HEAD_BYTES])
            length = int.from_bytes(head[8:], "little")
            table = json.loads(bytes(self._content[_HEAD_BYTES : _HEAD_BYTES + length]))
        except (OSError, ValueError) as error:
            raise _unreadable(path) from error
        if head[:8] != _MARK or not isinstance(table, dict):
            raise _unreadable(path)
        self._table: dict[str, tuple[str, list[int], int]] = table

    def __contains__(self, name: str) -> bool:
        return name in self._table

    def __getitem__(self, name: str) -> NDArray[Any]:
        """The array saved under that name.

        Raises:
            IntegrityError: there is none.
        """
        try:
            kind, shape, start = self._table[name]
            dtype = np.dtype(kind)
            n_values = int(np.prod(shape))
            end = start + n_values * dtype.itemsize
            return self._content[start:end].view(dtype).reshape(shape)
        except (KeyError, TypeError, ValueError) as error:
            raise IntegrityError(
                f"Le fichier «\u00a0{self._path}\u00a0» est incomplet (tableau {name}). "
                "Reconstruisez l’archive."
            ) from error

    def names(self) -> tuple[str, ...]:
        """The names of its arrays."""
        return tuple(self._table)

    def strings(self, name: str) -> list[str | None]:
        """The list of texts saved under that name (`pack_strings`)."""
        found: list[str | None] = json.loads(self[name].tobytes())
        return found


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Writes arrays of any shape (n, …) and dtype into one new file.

    Raises:
        OSError: the disk refuses.
    """
    ready = {name: np.ascontiguousarray(one) for name, one in arrays.items()}
    table: dict[str, tuple[str, tuple[int, ...], int]] = {}
    # The table's length depends on the places, which depend on its length: room for both.
    room = _aligned(_HEAD_BYTES + sum(len(name) + 96 for name in ready) + 2)
    place = room
    for name, one in ready.items():
        table[name] = (one.dtype.str, one.shape, place)
        place = _aligned(place + one.nbytes)
    encoded = json.dumps(table).encode()
    length = room - _HEAD_BYTES
    with path.open("wb") as stream:
        stream.write(_MARK + length.to_bytes(8, "little") + encoded.ljust(length))
        for name, one in ready.items():
            stream.write(bytes(table[name][2] - stream.tell()))
            stream.write(one.data if one.size else b"")


def pack_strings(values: list[str | None]) -> NDArray[np.uint8]:
    """Texts as bytes, (n_bytes,) uint8, that `ArrayFile.strings` reads."""
    return np.frombuffer(json.dumps(values, ensure_ascii=False).encode(), dtype=np.uint8)


def map_file(path: Path) -> NDArray[np.uint8]:
    """The bytes of a file (n,), read-only, read from the disk when looked at.

    They stay readable when the file is removed.

    Raises:
        OSError: it cannot be opened.
    """
    with path.open("rb") as stream:
        if not path.stat().st_size:
            return np.zeros(0, dtype=np.uint8)
        return np.frombuffer(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ), dtype=np.uint8)


def _aligned(place: int) -> int:
    return -(-place // _ALIGNMENT) * _ALIGNMENT


def _unreadable(path: Path) -> IntegrityError:
    return IntegrityError(
        f"Le fichier «\u00a0{path}\u00a0» est illisible. Lancez «\u00a0archiblogue verify\u00a0», "
        "puis reconstruisez l’archive."
    )
