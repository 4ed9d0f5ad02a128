"""Vectors by the passage's integer key, searched by inner product; the only importer of faiss.

A component takes a byte (`index.storage.quantisation`), in every segment and from the first passage
on. What a vector becomes depends on nothing but itself, so that similarities do not depend on how
the passages are cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.storage.quantisation import quantise, restore
from index.storage.reader import Store
from ingest.errors import IntegrityError

# Rows made float32 at once: they stay in the processor's cache.
_ROWS_AT_ONCE: Final = 1024
# Passages that stand for all of them where only a mean and a spread are needed: at most 3 % off.
_SAMPLED_VECTORS: Final = 1024
# Below this share of the archive, only the allowed vectors are looked at.
_NARROW_SHARE: Final = 0.25

Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class VectorPart:
    """The vectors of a segment: `codes` (n, dimension) and `scales` (n,), and the rows of it that
    are left, increasing, None where all are."""

    codes: NDArray[np.int8]
    scales: NDArray[np.float32]
    rows: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.scales) if self.rows is None else len(self.rows)

    def scores(self, vector: Vectors) -> Vectors:
        """The products of `vector` with all that are left (n,)."""
        found = np.empty(len(self.scales), dtype=np.float32)
        block = np.empty((_ROWS_AT_ONCE, len(vector)), dtype=np.float32)
        for start in range(0, len(found), _ROWS_AT_ONCE):
            codes = self.codes[start : start + _ROWS_AT_ONCE]
            np.copyto(block[: len(codes)], codes, casting="unsafe")
            np.dot(block[: len(codes)], vector, out=found[start : start + len(codes)])
        found *= self.scales
        return found if self.rows is None else found[self.rows]

    def restore(self, places: Ids) -> Vectors:
        """The vectors at these places among those that are left."""
        rows = places if self.rows is None else self.rows[places]
        return restore(self.codes[rows], self.scales[rows])


class VectorIndex:
    """L2-normalised vectors under int64 ids: the score of a pair is its cosine, in [-1, 1], to the
    precision of a byte a component."""

    def __init__(self, ids: Ids, parts: Sequence[VectorPart], dimension: int) -> None:
        """Vectors under increasing ids (n,), those of the parts one after the other."""
        self._ids = ids
        self._parts = tuple(parts)
        self._dimension = dimension
        self._bases = np.cumsum([0, *(len(part) for part in self._parts)])
        self._sample: Vectors | None = None

    @classmethod
    def of_store(cls, store: Store, ids: Ids, dimension: int) -> VectorIndex:
        """The vectors of all passages of a store; `ids` are their keys."""
        parts = []
        for one in store.segments:
            live, arrays = one.live, one.segment.arrays
            rows = None if live is None else np.flatnonzero(live)
            parts.append(VectorPart(arrays["vectors"], arrays["scales"], rows))
        return cls(ids, parts, dimension)

    @property
    def n_vectors(self) -> int:
        """The number of vectors."""
        return len(self._ids)

    @property
    def dimension(self) -> int:
        """The number of components of a vector."""
        return self._dimension

    @property
    def ids(self) -> Ids:
        """The ids, increasing."""
        return self._ids

    def search(self, vector: Vectors, n: int, allowed: Ids | None = None) -> tuple[Ids, Vectors]:
        """The `n` ids nearest to `vector` (dimension,) among `allowed`, and their cosines.

        Best first, ties by id; fewer than `n` when the index or `allowed` holds fewer.
        """
        ids = self._ids if allowed is None else allowed
        wanted = min(n, len(ids))
        if wanted <= 0:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        if allowed is not None and len(allowed) < _NARROW_SHARE * self.n_vectors:
            scores = self.scores(vector, allowed)
        else:
            asked = np.ascontiguousarray(vector, dtype=np.float32)
            scores = np.concatenate([part.scores(asked) for part in self._parts])
            if allowed is not None:
                scores = scores[np.searchsorted(self._ids, allowed)]
        if len(ids) > wanted:
            # Equal scores at the edge are all looked at: which come back must not be chance.
            least = np.partition(scores, len(scores) - wanted)[len(scores) - wanted]
            best = np.flatnonzero(scores >= least)
            ids, scores = ids[best], scores[best]
        order = np.lexsort((ids, -scores))[:wanted]
        return ids[order].astype(np.int64), scores[order].astype(np.float32)

    def scores(self, vector: Vectors, ids: Ids) -> Vectors:
        """The cosine of `vector` (dimension,) with each of `ids`, all of them in the index."""
        if not len(ids):
            return np.zeros(0, dtype=np.float32)
        return self.reconstruct(ids) @ np.asarray(vector, dtype=np.float32)

    def reconstruct(self, ids: Ids) -> Vectors:
        """The vectors of `ids`, (n, dimension).

        Raises:
            KeyError: an id is not in the index.
        """
        found = np.zeros((len(ids), self._dimension), dtype=np.float32)
        if not len(ids):
            return found
        rows = np.searchsorted(self._ids, ids)
        if not len(self._ids) or not np.array_equal(
            self._ids[np.minimum(rows, len(self._ids) - 1)], ids
        ):
            raise KeyError("an id has no vector")
        for part, places, own in self._by_part(rows):
            found[own] = part.restore(places)
        return found

    def level(self, vector: Vectors) -> tuple[float, float]:
        """The mean and the standard deviation of the cosines of `vector` with the passages.

        Estimated on passages spread evenly over the archive.
        """
        if self._sample is None:
            step = max(1, self.n_vectors // _SAMPLED_VECTORS)
            self._sample = self.reconstruct(self._ids[::step][:_SAMPLED_VECTORS])
        cosines = self._sample @ np.asarray(vector, dtype=np.float32)
        if not len(cosines):
            return 0.0, 1.0
        return float(cosines.mean()), float(cosines.std())

    def _by_part(self, rows: Ids) -> Iterator[tuple[VectorPart, Ids, Ids]]:
        """The parts that hold some of these rows, their places in it, and which of them."""
        owners = np.searchsorted(self._bases, rows, side="right") - 1
        for owner in np.unique(owners).tolist():
            own = np.flatnonzero(owners == owner)
            yield self._parts[owner], rows[own] - self._bases[owner], own


def build_vectors(ids: Ids, vectors: Vectors) -> VectorIndex:
    """An index in memory of `vectors` (n, dimension), normalised, under increasing `ids` (n,)."""
    return VectorIndex(ids, [VectorPart(*quantise(vectors))], int(vectors.shape[1]))


def read_released_vectors(path: Path) -> tuple[Ids, Vectors]:
    """The ids (n,) and vectors (n, dimension) of an archive of the released form.

    Raises:
        IntegrityError: the file is missing or is not such an index.
    """
    import faiss  # only a conversion needs it: it takes 0.2 s to load

    try:
        index = faiss.read_index(str(path))
        ids: Ids = faiss.vector_to_array(index.id_map).astype(np.int64)  # type: ignore[attr-defined]
        vectors: Vectors = index.reconstruct_batch(ids)
    except (RuntimeError, AttributeError) as error:
        raise IntegrityError(
            f"Le fichier de vecteurs « {path} » est illisible. "
            "Vérifiez l’archive (archiblogue verify), puis reconstruisez-la."
        ) from error
    return ids, vectors
