"""Bounds on what a source may cost, and byte streams that keep to them.

Every figure is a refusal, not a truncation: a page over a bound becomes a `Rejection`.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final

from ingest.errors import ExtractionError

MAX_PAGE_BYTES: Final = 20_000_000
"""One page. The largest real page measured (269 comments, inline styles) has 1.6 MB."""

MAX_ARCHIVE_MEMBERS: Final = 200_000
"""Members of one ZIP. A blog of twenty years saved with its images has under 100,000."""

MAX_WHOLE_BYTES: Final = 128_000_000
"""A file that has to be read whole (JSON export, MHTML, feed)."""

MAX_RATIO: Final = 250
"""Decompressed to compressed bytes. HTML compresses 4 to 30 times, logs up to 100 times."""

RATIO_GRACE_BYTES: Final = 8_000_000
"""Decompressed bytes under which the ratio is not looked at: they harm nobody."""

MAX_EXPANDED_BYTES: Final = 20_000_000_000
"""All that one compressed stream may give: a large WARC, not an endless one."""

_READ_BYTES: Final = 65_536
_STEP_BYTES: Final = 1_048_576


class LimitError(ExtractionError):
    """A bound was passed; `slug` names it (`bombe-de-compression`, `trop-gros`)."""


def megabytes(n_bytes: int) -> str:
    """A size for a French sentence, in megabytes with a decimal comma."""
    return f"{n_bytes / 1_000_000:.1f}".replace(".", ",") + "\u00a0Mo"


def read_limited(stream: BinaryIO, max_bytes: int = MAX_PAGE_BYTES) -> bytes:
    """The whole stream as bytes, at most `max_bytes` of it.

    Raises:
        LimitError: slug `trop-gros`, when the stream holds more.
    """
    parts: list[bytes] = []
    n_read = 0
    while part := stream.read(min(_STEP_BYTES, max_bytes + 1 - n_read)):
        parts.append(part)
        n_read += len(part)
        if n_read > max_bytes:
            raise LimitError(
                "trop-gros",
                f"Contenu de plus de {megabytes(max_bytes)}, la limite pour une page\u00a0: "
                "découpez-le ou retirez-le de la source.",
            )
    return b"".join(parts)


def iter_lines(stream: BinaryIO, max_bytes: int = MAX_PAGE_BYTES) -> Iterator[bytes]:
    """Lines with their ends, from any stream that can be read.

    Raises:
        LimitError: slug `trop-gros`, when one line holds more than `max_bytes`.
    """
    rest = b""
    while part := stream.read(_STEP_BYTES):
        *lines, rest = (rest + part).split(b"\n")
        for line in lines:
            yield line + b"\n"
        if len(rest) > max_bytes:
            raise LimitError(
                "trop-gros", f"Ligne de plus de {megabytes(max_bytes)}\u00a0: refusée."
            )
    if rest:
        yield rest


class RatioGuard:
    """Compares what came out of a decompressor with what went in."""

    def __init__(self, max_expanded: int = MAX_EXPANDED_BYTES) -> None:
        self.n_in = 0
        self.n_out = 0
        self._max_expanded = max_expanded

    def check(self) -> None:
        """Nothing, as long as the stream keeps to the bounds.

        Raises:
            LimitError: slug `bombe-de-compression`.
        """
        too_dense = self.n_out > RATIO_GRACE_BYTES and self.n_out > MAX_RATIO * max(self.n_in, 1)
        if too_dense or self.n_out > self._max_expanded:
            raise LimitError(
                "bombe-de-compression",
                f"Contenu compressé refusé\u00a0: {megabytes(self.n_out)} sortis de "
                f"{megabytes(self.n_in)}. Décompressez-le vous-même s\u2019il est légitime.",
            )


class InflateStream:
    """A read-only stream of the decompressed bytes of a gzip, zlib or raw deflate stream.

    Concatenated gzip members are one stream, as in a WARC. Memory stays at about one step
    (1 MiB) whatever the input claims.
    """

    def __init__(self, raw: BinaryIO, *, wbits: int = 31, guard: RatioGuard | None = None) -> None:
        self._raw = raw
        self._wbits = wbits
        self._guard = guard or RatioGuard()
        self._inflater = zlib.decompressobj(wbits)
        self._pending = b""
        self._ready = b""
        self._ended = False
        self._failure: ExtractionError | None = None

    def read(self, size: int = -1) -> bytes:
        """Up to `size` decompressed bytes (all of them when negative); b"" at the end.

        Raises:
            LimitError: the ratio or the total passes its bound.
            ExtractionError: slug `compression-illisible`, damaged or cut stream.
        """
        parts: list[bytes] = []
        n_wanted = size
        while n_wanted != 0:
            if not self._ready and not self._fill(is_first=not parts):
                break
            part = self._ready if n_wanted < 0 else self._ready[:n_wanted]
            self._ready = self._ready[len(part) :]
            parts.append(part)
            if n_wanted > 0:
                n_wanted -= len(part)
        return b"".join(parts)

    def readline(self, size: int = -1) -> bytes:
        """One line with its end, at most one step long."""
        limit = size if size >= 0 else _STEP_BYTES
        line = b""
        while len(line) < limit and (self._ready or self._fill(is_first=not line)):
            end = self._ready.find(b"\n") + 1
            part = self._ready[: min(end or len(self._ready), limit - len(line))]
            self._ready = self._ready[len(part) :]
            line += part
            if end and line.endswith(b"\n"):
                break
        return line

    def close(self) -> None:
        """Nothing: the raw stream belongs to its opener."""

    def __enter__(self) -> InflateStream:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._raw.close()

    def _fill(self, *, is_first: bool) -> bool:
        """Whether there are bytes. What was read before a fault is given before the fault."""
        try:
            while not self._ready and not self._ended and not self._failure:
                self._advance()
        except ExtractionError as error:
            self._failure = error
        if self._failure and is_first:
            raise self._failure
        return bool(self._ready)

    def _advance(self) -> None:
        source = self._pending or self._raw.read(_READ_BYTES)
        if not self._pending:
            self._guard.n_in += len(source)
        if not source:
            self._ended = True
            if not self._inflater.eof and self._guard.n_in:
                raise ExtractionError(
                    "compression-illisible",
                    "Flux compressé coupé avant sa fin\u00a0: reprenez le fichier à sa source.",
                )
            return
        if self._inflater.eof:
            self._next_member(source)
            return
        try:
            self._ready = self._inflater.decompress(source, _STEP_BYTES)
        except zlib.error as error:
            raise ExtractionError(
                "compression-illisible",
                f"Flux compressé endommagé ({error})\u00a0: reprenez le fichier à sa source.",
            ) from error
        self._pending = self._inflater.unconsumed_tail or self._inflater.unused_data
        self._guard.n_out += len(self._ready)
        self._guard.check()

    def _next_member(self, source: bytes) -> None:
        rest = source.lstrip(b"\0")
        if self._wbits != 31 or (rest and not rest.startswith(b"\x1f")):
            self._ended = True
        self._pending = rest
        if rest:
            self._inflater = zlib.decompressobj(self._wbits)
