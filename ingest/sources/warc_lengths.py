"""WARC records whose stated length is wrong: each is cut where the next record begins.

A reader that believes a wrong length loses its place, and with it all that follows.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final

from ingest.errors import ExtractionError

__all__ = ["RightLengths"]

_PIECE: Final = 65_536
_MAX_HEADER_BYTES: Final = 1_000_000
_MAX_CHECKED_BYTES: Final = 48_000_000
"""Longer records (films, archives) go by as they are: none is a page."""

_VERSION: Final = b"WARC/"
_GAP: Final = b"\r\n\r\n"
_NEXT = re.compile(rb"\r?\n\r?\n(?=WARC/\d)")
_LENGTH = re.compile(rb"^(Content-Length:[ \t]*)(\d{1,18})[ \t]*\r?$", re.I | re.M)
_HEADER_END = re.compile(rb"\r?\n\r?\n")


class RightLengths:
    """A stream of WARC records with their true lengths; another stream goes by as it is.

    `n_corrected` counts the records whose length was wrong. An error of the stream itself is
    raised once what stands before it has been read.
    """

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self._ahead = bytearray()
        self._ready = bytearray()
        self._pieces = self._read_records()
        self._error: Exception | None = None
        self.n_corrected = 0

    def read(self, size: int = -1) -> bytes:
        """The next `size` bytes, fewer at the end only; all that are left for a negative size."""
        while size < 0 or len(self._ready) < size:
            piece = next(self._pieces, None)
            if piece is None:
                if self._error is not None and not self._ready:
                    raise self._error
                break
            self._ready += piece
        n = len(self._ready) if size < 0 else min(size, len(self._ready))
        part = bytes(self._ready[:n])
        del self._ready[:n]
        return part

    def _read_records(self) -> Iterator[bytes]:
        while self._fill(len(_VERSION)):
            header = self._header()
            if header is None:
                yield from self._rest()
                return
            length = _LENGTH.search(header)
            if length is None or int(length[2]) > _MAX_CHECKED_BYTES:
                yield header
                yield from self._body(int(length[2]) if length is not None else 0)
                continue
            yield from self._checked(header, length)

    def _checked(self, header: bytes, length: re.Match[bytes]) -> Iterator[bytes]:
        """The record; one that does not end where it says is cut at the next one."""
        stated = int(length[2])
        self._fill(stated + len(_GAP) + len(_VERSION))
        if self._ends_at(stated):
            yield header
            yield from self._body(stated)
            return
        actual = self._find_next()
        if self._error is not None and actual < stated:
            self._ahead.clear()  # the file is damaged here: what stands before is given, then this
            return
        if actual != stated:
            self.n_corrected += 1
            header = header[: length.start(2)] + str(actual).encode() + header[length.end(2) :]
        yield header
        yield from self._body(actual)

    def _ends_at(self, n: int) -> bool:
        if len(self._ahead) <= n:
            return len(self._ahead) == n
        after = bytes(self._ahead[n : n + len(_GAP) + len(_VERSION)])
        return not after.strip(b"\r\n") or re.match(rb"(?:\r?\n)*WARC/", after) is not None

    def _find_next(self) -> int:
        """How many bytes stand before the next record, or before the end."""
        start = 0
        while True:
            found = _NEXT.search(self._ahead, start)
            if found is not None:
                return found.start()
            start = max(0, len(self._ahead) - len(_GAP) - len(_VERSION))
            if len(self._ahead) > _MAX_CHECKED_BYTES or not self._fill(len(self._ahead) + 1):
                return len(bytes(self._ahead).rstrip(b"\r\n"))

    def _header(self) -> bytes | None:
        """The header of the record that comes, its blank line included; None where none begins."""
        while True:
            end = _HEADER_END.search(self._ahead)
            if end is not None:
                break
            if len(self._ahead) > _MAX_HEADER_BYTES or not self._fill(len(self._ahead) + 1):
                return None
        header = bytes(self._ahead[: end.end()])
        if not header.lstrip(b"\r\n").startswith(_VERSION):
            return None
        del self._ahead[: end.end()]
        return header

    def _body(self, n: int) -> Iterator[bytes]:
        """The next `n` bytes and the line ends after them."""
        while n > 0 and (self._ahead or self._fill(1)):
            part = bytes(self._ahead[: min(n, _PIECE)])
            del self._ahead[: len(part)]
            n -= len(part)
            yield part
        self._fill(len(_GAP))
        n_ends = 0
        while n_ends < len(self._ahead) and n_ends < len(_GAP) and self._ahead[n_ends] in b"\r\n":
            n_ends += 1
        yield bytes(self._ahead[:n_ends])
        del self._ahead[:n_ends]

    def _rest(self) -> Iterator[bytes]:
        while self._ahead or self._fill(1):
            yield bytes(self._ahead)
            self._ahead.clear()

    def _fill(self, n: int) -> bool:
        """Read on until `n` bytes are ahead; False where the stream ends before."""
        while len(self._ahead) < n:
            try:
                piece = self._raw.read(_PIECE) if self._error is None else b""
            except (ExtractionError, OSError, EOFError, zlib.error) as error:
                self._error, piece = error, b""
            if not piece:
                return False
            self._ahead += piece
        return True
