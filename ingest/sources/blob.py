"""One stream of bytes that can be opened again: a file, a member of an archive, a body."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, cast

from ingest.limits import InflateStream

HEAD_BYTES: Final = 65_536
"""What recognition looks at. WXR namespaces and MHTML headers lie within the first 4 kB."""

GZIP_MAGIC: Final = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Blob:
    """A named content. `depth` counts the archives around it; `url` is set when it is known."""

    name: str
    opener: Callable[[], BinaryIO]
    depth: int = 0
    url: str | None = None
    captured_at: str | None = None
    media_type: str | None = None
    charset: str | None = None

    def open(self) -> BinaryIO:
        """A new stream at the first byte; the caller closes it."""
        return self.opener()

    def head(self, size: int = HEAD_BYTES) -> bytes:
        """The first `size` bytes."""
        with self.open() as stream:
            return stream.read(size)

    def inflated(self) -> Blob:
        """The same content with one layer of gzip taken off."""

        def opener() -> BinaryIO:
            return cast("BinaryIO", InflateStream(self.open()))

        name = self.name.removesuffix(".gz")
        return Blob(
            name=name,
            opener=opener,
            depth=self.depth + 1,
            url=self.url,
            captured_at=self.captured_at,
            media_type=self.media_type,
            charset=self.charset,
        )


def file_blob(path: Path, name: str) -> Blob:
    """A file on disk under the name that the corpus will know it by."""
    return Blob(name=name, opener=lambda: path.open("rb"))


def bytes_blob(content: bytes, name: str, *, depth: int = 0, url: str | None = None) -> Blob:
    """Bytes already in memory."""
    return Blob(name=name, opener=lambda: io.BytesIO(content), depth=depth, url=url)
