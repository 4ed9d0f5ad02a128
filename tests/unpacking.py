"""What is in a file, whatever packs it: to look for what must not be there."""

from __future__ import annotations

import io
import zipfile

import pyarrow.parquet as pq


def unpacked(content: bytes) -> bytes:
    """The bytes of a file, those of what it packs in their place."""
    if content[:4] == b"PAR1":
        return str(pq.read_table(io.BytesIO(content)).to_pylist()).encode()
    if not content.startswith(b"PK"):
        return content
    package = zipfile.ZipFile(io.BytesIO(content))
    return b"\n".join(package.read(name) for name in package.namelist())
