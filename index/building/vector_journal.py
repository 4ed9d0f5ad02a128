"""What a build has embedded so far, so that one that dies loses only its last batch.

    vectors.journal    a line that names the encoder, then records of one size:
                       SHA-256 of what was embedded, the vector (float32), CRC-32 of both

It lies beside the generations, is read by the next build and removed once one is published. It is
never the truth: a record that does not match its checksum ends the reading, and is embedded again.
"""

from __future__ import annotations

import contextlib
import json
import os
import zlib
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.archive.manifest import EncoderStamp

JOURNAL_NAME: Final = "vectors.journal"
_HASH_BYTES: Final = 32
_CRC_BYTES: Final = 4

Vectors = NDArray[np.float32]


class VectorJournal:
    """The journal of an archive for one encoder (the write lock is held)."""

    def __init__(self, archive: Path, encoder: EncoderStamp) -> None:
        self._path = archive / JOURNAL_NAME
        self._dimension = encoder.dimension
        stated = {"name": encoder.name, "revision": encoder.revision, "dim": encoder.dimension}
        self._header = json.dumps(stated, sort_keys=True).encode() + b"\n"
        self._n_bytes = 0
        self._is_usable = True

    def load(self) -> dict[str, Vectors]:
        """The vectors of builds that were not published, by hash of what was embedded.

        What comes after them in the file is dropped by the next `append`.
        """
        try:
            content = self._path.read_bytes()
        except OSError:
            return {}
        if not content.startswith(self._header):
            return {}
        found: dict[str, Vectors] = {}
        size = _HASH_BYTES + 4 * self._dimension + _CRC_BYTES
        at = len(self._header)
        while at + size <= len(content):
            end = at + size
            body, crc = content[at : end - _CRC_BYTES], content[end - _CRC_BYTES : end]
            if zlib.crc32(body) != int.from_bytes(crc):
                break
            vector = np.frombuffer(body, dtype="<f4", offset=_HASH_BYTES).astype(np.float32)
            found[body[:_HASH_BYTES].hex()] = vector
            at = end
        self._n_bytes = at
        return found

    def append(self, hashes: Sequence[str], vectors: Vectors) -> None:
        """Keep these vectors, (n, dimension); a disk that refuses only makes a resume slower."""
        if not self._is_usable:
            return
        records = bytearray()
        for digest, vector in zip(hashes, vectors, strict=True):
            body = bytes.fromhex(digest) + np.asarray(vector, dtype="<f4").tobytes()
            records += body + zlib.crc32(body).to_bytes(_CRC_BYTES)
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                if not self._n_bytes:
                    records[:0] = self._header
                os.ftruncate(descriptor, self._n_bytes)
                self._n_bytes += os.pwrite(descriptor, records, self._n_bytes)
            finally:
                os.close(descriptor)
        except OSError:
            self._is_usable = False

    def keep_only(self, hashes: Collection[str]) -> None:
        """Drop every other record, in place: a full disk gives no room for a second file.

        A crash on the way leaves records that are whole, some of them twice.
        """
        wanted = {bytes.fromhex(digest) for digest in hashes}
        size = _HASH_BYTES + 4 * self._dimension + _CRC_BYTES
        try:
            descriptor = os.open(self._path, os.O_RDWR)
            try:
                kept = len(self._header)
                for at in range(kept, self._n_bytes, size):
                    record = os.pread(descriptor, size, at)
                    if record[:_HASH_BYTES] in wanted:
                        os.pwrite(descriptor, record, kept)
                        kept += size
                os.ftruncate(descriptor, kept)
                self._n_bytes = kept
            finally:
                os.close(descriptor)
        except OSError:
            self._is_usable = False

    def clear(self) -> None:
        """Remove the journal: what it held is published, or must not be kept."""
        clear_journal(self._path.parent)
        self._n_bytes = 0


def clear_journal(archive: Path) -> None:
    """Remove the journal of an archive, whatever its encoder."""
    with contextlib.suppress(OSError):
        (archive / JOURNAL_NAME).unlink(missing_ok=True)
