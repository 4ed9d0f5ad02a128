"""An archive of the released form as the generation before a build: all of it is written again,
nothing is embedded again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from index.building.previous import Readings
from index.encoders.protocol import PassageReading
from index.storage.manifest import EncoderVersion
from index.storage.released import ReleasedStore
from index.storage.segment_writer import EMBEDDED_BYTES, source_code
from index.storage.vectors import VECTORS_NAME, read_released_vectors
from index.withdrawals.generations import as_document
from ingest.model import Document


class ReleasedGeneration:
    """A generation of the released form, its files checked."""

    def __init__(self, folder: Path, encoder: EncoderVersion) -> None:
        """Opens it.

        Raises:
            IntegrityError: a file is missing or damaged.
        """
        self._store = ReleasedStore(folder)
        self._has_vectors = self._store.manifest.encoder == encoder
        self.n_withdrawals = self._store.manifest.n_withdrawals
        self.last_key = self._store.last_key()
        self.rejections = self._store.rejections()
        self.fingerprints: Mapping[str, bytes | None] = dict.fromkeys(self._store.sources())

    def close(self) -> None:
        """Closes its files."""
        self._store.close()

    def sources(self) -> Mapping[str, int]:
        """Where each document was read (`source_code`), by id."""
        return {doc_id: source_code(one) for doc_id, one in self._store.sources().items()}

    def documents(self, doc_ids: Iterable[str]) -> Iterator[Document]:
        """Yields these documents."""
        for doc_id in doc_ids:
            record = self._store.document(doc_id)
            if record is not None:
                yield as_document(record)

    def readings(self, hashes: Sequence[bytes]) -> Readings:
        """Vector and pieces of the passages of these hashes that it has."""
        return {one: self._all_readings[one] for one in hashes if one in self._all_readings}

    @cached_property
    def _all_readings(self) -> Readings:
        if not self._has_vectors:
            return {}
        keys, vectors = read_released_vectors(self._store.folder / VECTORS_NAME)
        by_key = dict(zip(keys.tolist(), vectors, strict=True))
        return {
            bytes.fromhex(digest)[:EMBEDDED_BYTES]: PassageReading(by_key[key], codes)
            for key, digest, codes in self._store.embedded()
            if key in by_key
        }
