"""What a build has embedded so far, so that one that dies loses only its last batch.

    vectors.journal    a line that names the encoder, then records: SHA-256 of what was embedded,
                       number of bytes of the codes, vector (float32), codes, CRC-32 of all that

It lies beside the generations, is read by the next build and removed once one is published. It is
never the truth: a record that does not match its checksum ends the reading, and is embedded again.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

import numpy as np

from index.encoders.embedding import Embedded
from index.encoders.protocol import PassageReading
from index.storage.manifest import EncoderVersion

JOURNAL_NAME: Final = "vectors.journal"
_HASH_BYTES: Final = 32
_SIZE_BYTES: Final = 4
_CRC_BYTES: Final = 4
# More than any passage has: 256 pieces of 4,096 components, one bit each.
_MOST_CODE_BYTES: Final = 1 << 20


class Record(NamedTuple):
    """Where the record of a passage lies in the file, its checksum verified."""

    start: int
    end: int


class EmbeddingCache:
    """The journal of an archive for one encoder (the write lock is held)."""

    def __init__(self, archive: Path, encoder: EncoderVersion) -> None:
        self._path = archive / JOURNAL_NAME
        self._n_vector_bytes = 4 * encoder.dimension
        stated = {"name": encoder.name, "revision": encoder.revision, "dim": encoder.dimension}
        self._header = json.dumps(stated, sort_keys=True).encode() + b"\n"
        self._n_bytes = 0
        self._is_usable = True

    def load(self) -> dict[str, Record]:
        """What builds that were not published left, by hash of what was embedded.

        What comes after it in the file is dropped by the next `append`.
        """
        try:
            with self._path.open("rb") as journal:
                if journal.read(len(self._header)) == self._header:
                    self._n_bytes = len(self._header)
                    return dict(self._iter_records(journal))
        except OSError:
            pass
        return {}

    def _iter_records(self, journal: BinaryIO) -> Iterator[tuple[str, Record]]:
        n_head = _HASH_BYTES + _SIZE_BYTES
        while len(head := journal.read(n_head)) == n_head:
            n_codes = int.from_bytes(head[_HASH_BYTES:], "little")
            if n_codes > _MOST_CODE_BYTES:
                return
            n_rest = self._n_vector_bytes + n_codes
            rest = journal.read(n_rest + _CRC_BYTES)
            crc = zlib.crc32(rest[:n_rest], zlib.crc32(head))
            if len(rest) < n_rest + _CRC_BYTES or crc != int.from_bytes(rest[n_rest:]):
                return
            end = self._n_bytes + n_head + len(rest)
            yield head[:_HASH_BYTES].hex(), Record(self._n_bytes, end)
            self._n_bytes = end

    def read(self, record: Record) -> PassageReading | None:
        """The passage of a record that `load` gave; None where the disk refuses."""
        try:
            with self._path.open("rb") as journal:
                journal.seek(record.start + _HASH_BYTES + _SIZE_BYTES)
                body = journal.read(record.end - journal.tell() - _CRC_BYTES)
        except OSError:
            return None
        vector = np.frombuffer(body[: self._n_vector_bytes], dtype="<f4").astype(np.float32)
        return PassageReading(vector, body[self._n_vector_bytes :])

    def append(self, hashes: Sequence[str], embedded: Embedded) -> None:
        """Keep these passages; a disk that refuses only makes a resume slower."""
        if not self._is_usable:
            return
        records = bytearray()
        for digest, vector, codes in zip(hashes, embedded.vectors, embedded.codes, strict=True):
            body = bytes.fromhex(digest) + len(codes).to_bytes(_SIZE_BYTES, "little")
            body += np.asarray(vector, dtype="<f4").tobytes() + codes
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
        wanted = [record for digest, record in self.load().items() if digest in hashes]
        try:
            descriptor = os.open(self._path, os.O_RDWR)
            try:
                kept = len(self._header)
                for record in sorted(wanted):
                    content = os.pread(descriptor, record.end - record.start, record.start)
                    kept += os.pwrite(descriptor, content, kept)
                os.ftruncate(descriptor, kept)
                self._n_bytes = kept
            finally:
                os.close(descriptor)
        except OSError:
            self._is_usable = False

    def clear(self) -> None:
        """Remove the journal: what it held is published, or must not be kept."""
        clear_embedding_cache(self._path.parent)
        self._n_bytes = 0


def clear_embedding_cache(archive: Path) -> None:
    """Remove the journal of an archive, whatever its encoder.

    Raises:
        OSError: the disk refuses.
    """
    (archive / JOURNAL_NAME).unlink(missing_ok=True)
