"""The vectors of a segment, as one FAISS index; the only importer of faiss.

    vectors.faiss    half-precision vectors by row, mapped when read: a segment opens without them

A component takes two bytes and becomes what it becomes by itself: nothing is trained on the
archive, so that a cosine does not depend on how the passages are cut into segments. Every vector
that may answer is compared: 3.6 ms for 100,000 of 384 components, on one core, where cells or signs
lose neighbours (see the decision on segments). A passage without a vector has zeros in its place.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from ingest.errors import IntegrityError

if TYPE_CHECKING:
    import faiss

VECTORS_NAME: Final = "vectors.faiss"

# Below this share of the rows a search that looks at nothing else is quicker: for 25,000 of 100,000
# rows 4.7 ms against 4.1, for 5,000 rows 1.6.
_NARROW_SHARE: Final = 0.25
# So few rows are read and compared by themselves: FAISS would walk past all others.
_FEW_ROWS: Final = 2_048
# How many times as many are asked for where those expected above a bar were not all.
_GROWTH: Final = 4
# Vectors handed to FAISS at once: their float32 copies take 25 MB for 384 components.
_ADDED_AT_ONCE: Final = 16_384

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]
Vectors = NDArray[np.float32]
HalfVectors = NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Nearest:
    """What is looked for around a `vector` (dimension,) float32, L2-normalised: the `n` nearest,
    and all others whose cosine with it is at least `least`.

    `share` of all vectors, at most, are expected to be so near.
    """

    vector: Vectors
    n: int
    least: float
    share: float


class SegmentVectors:
    """L2-normalised vectors by row; the score of a pair is its cosine, in [-1, 1]."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index
        self._halves = _halves_of(index)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """The number of components of a vector."""
        return int(self._index.d)

    def search(self, vector: Vectors, n: int, allowed: Mask | None = None) -> tuple[Rows, Vectors]:
        """The `n` rows nearest to a vector (dimension,) float32, and their cosines, best first.

        Args:
            vector: L2-normalised.
            n: how many; fewer come when fewer are allowed.
            allowed: the rows (len,) bool that may be found; all when None.
        """
        n_allowed = len(self) if allowed is None else int(np.count_nonzero(allowed))
        wanted = min(n, n_allowed)
        if wanted <= 0:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        if allowed is None or n_allowed == len(self):
            return self._search(vector, wanted)
        if n_allowed <= _FEW_ROWS:
            return self._compare(vector, wanted, np.flatnonzero(allowed))
        if n_allowed >= _NARROW_SHARE * len(self):
            # Among twice as many of all, enough are mostly allowed: then they are the nearest.
            n_first = min(2 * wanted, wanted * len(self) // n_allowed + wanted // 8 + 8)
            rows, scores = self._search(vector, min(n_first, len(self)))
            kept = allowed[rows]
            if np.count_nonzero(kept) >= wanted:
                return rows[kept][:wanted], scores[kept][:wanted]
        return self._search(vector, wanted, allowed)

    def nearest(self, wanted: Nearest, allowed: Mask | None = None) -> tuple[Rows, Vectors]:
        """The rows that are wanted, (n,) int64, and their cosines (n,) float32, best first.

        In one look where as many as expected stand out. (FAISS's own search of a range takes a
        hundred times as long over these codes.)

        `allowed` as in `search`.
        """
        n_asked = max(wanted.n, round(wanted.share * len(self)))
        while True:
            rows, scores = self.search(wanted.vector, n_asked, allowed)
            if len(rows) < n_asked or scores[-1] < wanted.least:
                n_kept = max(wanted.n, int(np.count_nonzero(scores >= wanted.least)))
                return rows[:n_kept], scores[:n_kept]
            n_asked *= _GROWTH

    def rows(self, rows: Rows) -> Vectors:
        """The vectors at these rows (n,), (n, dimension) float32."""
        return self._halves[rows].astype(np.float32)

    def halves(self, rows: Rows | None = None) -> HalfVectors:
        """The vectors at these rows, all by default, (n, dimension) float16: as they are kept."""
        return self._halves if rows is None else self._halves[rows]

    def _compare(self, vector: Vectors, n: int, rows: Rows) -> tuple[Rows, Vectors]:
        """The `n` nearest of some rows (m,), as `search`."""
        scores = self.rows(rows) @ vector
        best = np.argsort(-scores, kind="stable")[:n]
        return rows[best], scores[best]

    def _search(self, vector: Vectors, n: int, allowed: Mask | None = None) -> tuple[Rows, Vectors]:
        asked = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        with self._selected(allowed) as parameters:
            scores, rows = self._index.search(asked, n, params=parameters)
        is_there = rows[0] >= 0
        return rows[0][is_there], scores[0][is_there]

    @contextmanager
    def _selected(self, allowed: Mask | None) -> Iterator[faiss.SearchParameters | None]:
        """What tells FAISS to look at some rows only, None for all."""
        if allowed is None:
            yield None
            return
        library = _library()
        # FAISS keeps no reference to the bits: they must outlive the search.
        packed = np.packbits(allowed, bitorder="little")
        yield library.SearchParameters(sel=library.IDSelectorBitmap(packed))


def as_kept(vectors: Vectors) -> HalfVectors:
    """Vectors (n, dimension) float32 as a segment keeps them, float16 of the same shape."""
    return vectors.astype(np.float16)


def write_vectors(path: Path, vectors: HalfVectors) -> None:
    """Writes the index of vectors (n, dimension) float16, row by row.

    Raises:
        OSError: the disk refuses. (`faiss.write_index` loses what its last flush could not
            write, without a word.)
    """
    faiss = _library()
    path.write_bytes(faiss.serialize_index(_built(vectors)).tobytes())


def open_vectors(path: Path) -> SegmentVectors:
    """The vectors saved at `path`, mapped; its checksum must have been compared before.

    Raises:
        IntegrityError: the file is missing or is not such an index.
    """
    faiss = _library()
    try:
        return SegmentVectors(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC))
    except (RuntimeError, AttributeError) as error:
        raise _unreadable(path) from error


def vectors_in_memory(vectors: Vectors) -> SegmentVectors:
    """The same of vectors (n, dimension) float32 that no file holds."""
    return SegmentVectors(_built(as_kept(vectors)))


def read_released_vectors(path: Path) -> tuple[Rows, Vectors]:
    """The ids (n,) int64 and vectors (n, dimension) float32 of an archive of the released form.

    Raises:
        IntegrityError: the file is missing or is not such an index.
    """
    faiss = _library()
    try:
        index = faiss.read_index(str(path))
        ids: Rows = faiss.vector_to_array(index.id_map).astype(np.int64)
        vectors: Vectors = index.reconstruct_batch(ids)
    except (RuntimeError, AttributeError) as error:
        raise _unreadable(path) from error
    return ids, vectors


@lru_cache(maxsize=1)
def _library() -> ModuleType:
    """FAISS, loaded when first needed: it takes 0.2 s.

    One question asks one thread: waking others takes longer than they save, on a busy machine forty
    times.
    """
    import faiss

    faiss.omp_set_num_threads(1)
    return faiss


def _built(vectors: HalfVectors) -> faiss.Index:
    library = _library()
    n_vectors, dimension = vectors.shape
    kind, metric = library.ScalarQuantizer.QT_fp16, library.METRIC_INNER_PRODUCT
    index: faiss.Index = library.IndexScalarQuantizer(dimension, kind, metric)
    for start in range(0, n_vectors, _ADDED_AT_ONCE):
        index.add(vectors[start : start + _ADDED_AT_ONCE].astype(np.float32))
    return index


def _halves_of(index: faiss.Index) -> HalfVectors:
    """The stored vectors of a flat index, (n, dimension), without copying them.

    They stay readable as long as somebody holds them.
    """
    shape = (int(index.ntotal), int(index.d))
    if not shape[0]:
        return np.zeros(shape, dtype=np.float16)
    held = index.codes  # type: ignore[attr-defined]
    buffer = (ctypes.c_uint8 * held.size()).from_address(int(held.data()))
    buffer.index = index  # who holds the bytes holds the index
    return np.frombuffer(buffer, dtype=np.float16).reshape(shape)


def _unreadable(path: Path) -> IntegrityError:
    return IntegrityError(
        f"Le fichier de vecteurs «\u00a0{path}\u00a0» est illisible. Lancez «\u00a0archiblogue "
        "verify\u00a0», puis reconstruisez l’archive."
    )
