"""A build that dies loses only its last batch of vectors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.archive import open_archive
from index.building.build import build_archive
from index.building.embedding_cache import JOURNAL_NAME, VectorJournal
from index.building.publish import current_generation
from index.encoders.embedding import Embedded
from index.maintenance.generations import verify
from index.storage.manifest import EncoderStamp
from ingest.model import Document
from tests.durability.corpus import Blog
from tests.fakes import FakeEncoder

STAMP = EncoderStamp("fake", "1", 8)
BLOG = Blog()


class Dying(FakeEncoder):
    """Encodes two batches, then the machine goes."""

    def __init__(self) -> None:
        super().__init__(8)
        self.n_batches = 0

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, dimension), float32, L2-normalised."""
        self.n_batches += 1
        if self.n_batches == 3:
            raise KeyboardInterrupt
        return super().encode_passages(texts)


def some(first: int, last: int) -> tuple[list[str], Embedded]:
    """Passages `first` to `last` - 1, the second without any word piece."""
    numbers = range(first, last)
    vectors = np.array([[n * 8 + i for i in range(8)] for n in numbers], dtype=np.float32)
    codes = tuple(b"" if n == 1 else bytes(range(n + 3)) for n in numbers)
    return [f"{n:064x}" for n in numbers], Embedded(vectors.reshape(-1, 8), codes)


def kept(folder: Path) -> dict[str, tuple[bytes, bytes]]:
    """What a new journal reads, by hash: the bytes of the vector, the codes."""
    journal = VectorJournal(folder, STAMP)
    read = {digest: journal.read(record) for digest, record in journal.load().items()}
    return {h: (one.vector.tobytes(), one.codes) for h, one in read.items() if one is not None}


def stated(first: int, last: int) -> dict[str, tuple[bytes, bytes]]:
    """What `kept` should say of these passages."""
    hashes, embedded = some(first, last)
    vectors = [vector.tobytes() for vector in embedded.vectors]
    return dict(zip(hashes, zip(vectors, embedded.codes, strict=True), strict=True))


def test_what_was_embedded_before_a_death_is_not_embedded_again(tmp_path: Path) -> None:
    posts = BLOG.posts(200)
    with pytest.raises(KeyboardInterrupt):
        build_archive(tmp_path / "a", posts, Dying())
    assert build_archive(tmp_path / "a", posts, FakeEncoder(8)).n_embedded == 800 - 2 * 256
    build_archive(tmp_path / "b", posts, FakeEncoder(8))
    assert not (tmp_path / "a" / JOURNAL_NAME).exists()
    hashes = {current_generation(tmp_path / name).manifest.content_hash for name in "ab"}
    assert len(hashes) == 1
    vectors = []
    for name in "ab":
        with open_archive(tmp_path / name, encoder=FakeEncoder(8)) as opened:
            vectors.append(opened.searcher.vectors.reconstruct(opened.searcher.vectors.ids))
    assert np.array_equal(*vectors)


def test_passages_come_back_and_another_encoder_gets_none(tmp_path: Path) -> None:
    VectorJournal(tmp_path, STAMP).append(*some(0, 3))
    again = VectorJournal(tmp_path, STAMP)
    assert list(again.load()) == some(0, 3)[0]
    again.append(*some(3, 5))
    assert kept(tmp_path) == stated(0, 5)
    other = VectorJournal(tmp_path, EncoderStamp("fake", "2", 8))
    assert other.load() == {}
    other.append(*some(0, 1))
    assert VectorJournal(tmp_path, STAMP).load() == {}


def test_room_is_made_by_dropping_what_is_not_used(tmp_path: Path) -> None:
    VectorJournal(tmp_path, STAMP).append(*some(0, 5))
    wanted = some(1, 2)[0] + some(3, 5)[0]
    VectorJournal(tmp_path, STAMP).keep_only(wanted)
    assert kept(tmp_path) == stated(1, 2) | stated(3, 5)


def test_a_damaged_record_is_never_believed(tmp_path: Path) -> None:
    VectorJournal(tmp_path, STAMP).append(*some(0, 4))
    path = tmp_path / JOURNAL_NAME
    whole = path.read_bytes()
    truth = stated(0, 4)
    for at in range(0, len(whole), 3):
        for content in (whole[:at], whole[:at] + bytes([whole[at] ^ 8]) + whole[at + 1 :]):
            path.write_bytes(content)
            assert all(truth[digest] == one for digest, one in kept(tmp_path).items())
            journal = VectorJournal(tmp_path, STAMP)
            n_kept = len(journal.load())
            journal.append(*some(3, 4))
            assert len(VectorJournal(tmp_path, STAMP).load()) in {n_kept, n_kept + 1}


def test_a_journal_is_no_foreign_file_and_a_full_disk_no_failure(tmp_path: Path) -> None:
    def posts() -> Iterator[Document]:
        yield from BLOG.posts(2)

    build_archive(tmp_path, posts(), FakeEncoder(8))
    (tmp_path / JOURNAL_NAME).write_bytes(b"x")
    assert verify(tmp_path) == []
    (tmp_path / JOURNAL_NAME).unlink()
    (tmp_path / JOURNAL_NAME).mkdir()
    VectorJournal(tmp_path, STAMP).append(*some(0, 1))
