"""Vectors by the passage's integer key, over all segments of a generation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.storage.reader import Store
from index.storage.vectors import Nearest, SegmentVectors, vectors_in_memory

# Passages that stand for all of them where only a mean and a spread are needed: at most 3 % off.
_SAMPLED_VECTORS: Final = 1024

Ids = NDArray[np.int64]
Mask = NDArray[np.bool_]
Vectors = NDArray[np.float32]
# What looking into a segment gives, in the rows that are allowed: rows and cosines.
Look = Callable[[SegmentVectors, Mask | None], tuple[Ids, Vectors]]


@dataclass(frozen=True, slots=True)
class VectorPart:
    """The vectors of a segment, and the rows (n_rows,) bool of it that are left, None where all
    are."""

    vectors: SegmentVectors
    live: Mask | None = None

    def __len__(self) -> int:
        return len(self.vectors) if self.live is None else int(np.count_nonzero(self.live))


class VectorIndex:
    """L2-normalised vectors under int64 ids: the score of a pair is its cosine, in [-1, 1], to half
    precision.

    A passage without a vector has zeros: it is like nothing.
    """

    def __init__(self, ids: Ids, parts: Sequence[VectorPart], dimension: int) -> None:
        """Vectors under increasing ids (n,), those of the parts one after the other."""
        self._ids = ids
        self._parts = tuple(parts)
        self._dimension = dimension
        self._bases = np.cumsum([0, *(len(part) for part in self._parts)])
        # The rows that are left of each part where some are not: their places lead to them.
        self._rows = [None if p.live is None else np.flatnonzero(p.live) for p in self._parts]
        self._sample: Vectors | None = None

    @classmethod
    def of_store(cls, store: Store, ids: Ids, dimension: int) -> VectorIndex:
        """The vectors of all passages of a store; `ids` (n,) int64 are their keys."""
        parts = [VectorPart(one.segment.vectors, one.live) for one in store.segments]
        return cls(ids, parts, dimension)

    @property
    def n_vectors(self) -> int:
        """The number of passages, those without a vector included."""
        return len(self._ids)

    @property
    def dimension(self) -> int:
        """The number of components of a vector."""
        return self._dimension

    @property
    def ids(self) -> Ids:
        """The ids, (n,) int64, increasing."""
        return self._ids

    def search(self, vector: Vectors, n: int, allowed: Mask | None = None) -> tuple[Ids, Vectors]:
        """The `n` ids nearest to a vector (dimension,) float32, and their cosines (m,).

        Best first, ties by id; fewer than `n` when fewer are allowed.

        Args:
            vector: L2-normalised.
            n: how many.
            allowed: which of `ids` (n_vectors,) bool may be found; all when None.
        """
        ids, cosines = self._gather(
            lambda part, only: part.search(np.asarray(vector, dtype=np.float32), n, only), allowed
        )
        order = np.lexsort((ids, -cosines))[:n]
        return ids[order], cosines[order]

    def nearest(
        self, vector: Vectors, n: int, least: float, allowed: Mask | None = None
    ) -> tuple[Ids, Vectors]:
        """The `n` nearest ids and all others whose cosine is at least `least`, (m,) int64.

        With their cosines (m,) float32; best first, ties by id; arguments as those of `search`.
        """
        asked = np.asarray(vector, dtype=np.float32)
        sampled = self._sampled_cosines(asked)
        share = float(np.mean(sampled >= least)) if len(sampled) else 0.0
        # Two standard deviations above what the sample says: one look is nearly always enough.
        share += 2 * float(np.sqrt(share / max(len(sampled), 1)))
        wanted = Nearest(asked, n, least, share)
        ids, cosines = self._gather(lambda part, only: part.nearest(wanted, only), allowed)
        order = np.lexsort((ids, -cosines))
        n_kept = max(n, int(np.count_nonzero(cosines >= least)))
        return ids[order][:n_kept], cosines[order][:n_kept]

    def _gather(self, look: Look, allowed: Mask | None) -> tuple[Ids, Vectors]:
        """The ids and the cosines that looking into each part gives."""
        ids, scores = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.float32)]
        for part, rows, base, end in self._with_places():
            own = part.live if allowed is None else _in_segment(part, rows, allowed[base:end])
            found, cosines = look(part.vectors, own)
            places = found if rows is None else np.searchsorted(rows, found)
            ids.append(self._ids[base + places])
            scores.append(cosines)
        return np.concatenate(ids), np.concatenate(scores)

    def scores(self, vector: Vectors, ids: Ids) -> Vectors:
        """The cosine of `vector` (dimension,) with each of `ids` (n,), (n,) float32 in [-1, 1].

        All the ids are in the index.
        """
        if not len(ids):
            return np.zeros(0, dtype=np.float32)
        return self.reconstruct(ids) @ np.asarray(vector, dtype=np.float32)

    def reconstruct(self, ids: Ids) -> Vectors:
        """The vectors of `ids` (n,), (n, dimension) float32, L2-normalised or zero.

        Raises:
            KeyError: an id is not in the index.
        """
        found = np.zeros((len(ids), self._dimension), dtype=np.float32)
        if not len(ids):
            return found
        places = np.searchsorted(self._ids, ids)
        if not len(self._ids) or not np.array_equal(
            self._ids[np.minimum(places, len(self._ids) - 1)], ids
        ):
            raise KeyError("an id has no vector")
        owners = np.searchsorted(self._bases, places, side="right") - 1
        for owner in np.unique(owners).tolist():
            own = np.flatnonzero(owners == owner)
            rows, left = places[own] - self._bases[owner], self._rows[owner]
            found[own] = self._parts[owner].vectors.rows(rows if left is None else left[rows])
        return found

    def level(self, vector: Vectors) -> tuple[float, float]:
        """The mean and the deviation of the cosines of `vector` (dimension,) float32 with passages.

        Estimated on passages spread evenly over the archive.
        """
        cosines = self._sampled_cosines(np.asarray(vector, dtype=np.float32))
        if not len(cosines):
            return 0.0, 1.0
        return float(cosines.mean()), float(cosines.std())

    def _sampled_cosines(self, vector: Vectors) -> Vectors:
        """The cosines of a vector with passages spread evenly, (n,) float32, n <= 1,024."""
        if self._sample is None:
            step = max(1, self.n_vectors // _SAMPLED_VECTORS)
            sample = self.reconstruct(self._ids[::step][:_SAMPLED_VECTORS])
            self._sample = sample[sample.any(axis=1)]
        cosines: Vectors = self._sample @ vector
        return cosines

    def _with_places(self) -> Iterator[tuple[VectorPart, Ids | None, int, int]]:
        """Yields each part, its rows that are left where some are not, its first and last place."""
        bases = self._bases.tolist()
        yield from zip(self._parts, self._rows, bases[:-1], bases[1:], strict=True)


def build_vectors(ids: Ids, vectors: Vectors) -> VectorIndex:
    """An index in memory of `vectors` (n, dimension) float32, normalised, under increasing `ids`
    (n,)."""
    part = VectorPart(vectors_in_memory(vectors))
    return VectorIndex(ids, [part], int(vectors.shape[1]))


def _in_segment(part: VectorPart, rows: Ids | None, allowed: Mask) -> Mask:
    """The rows of a segment that are allowed, given those that are left."""
    if rows is None:
        return allowed
    own = np.zeros(len(part.vectors), dtype=np.bool_)
    own[rows[allowed]] = True
    return own
