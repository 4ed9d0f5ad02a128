"""Vectors by the passage's integer key, searched by inner product; the only importer of faiss."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import faiss
import numpy as np
from numpy.typing import NDArray

from ingest.errors import IntegrityError

# Up to here every vector is compared: exact, and some 15 ms for 100,000 x 384 on two cores.
MAX_FLAT_VECTORS: Final = 200_000
# Share of the cells visited above that size, and how many vectors train one cell.
_PROBED_SHARE: Final = 0.06
_TRAINING_PER_CELL: Final = 64

# Passages that stand for all of them where only a mean and a spread are needed: at most 3 % off.
_SAMPLED_VECTORS: Final = 1024

# Up to here one product is quicker than waking FAISS's threads: on a busy machine 40 times.
_SMALL_INDEX: Final = 2048

Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]


class VectorIndex:
    """L2-normalised vectors under int64 ids: the score of a pair is its cosine, in [-1, 1]."""

    def __init__(self, index: faiss.IndexIDMap2) -> None:
        self._index = index
        inner = faiss.downcast_index(index.index)
        self._ivf = inner if isinstance(inner, faiss.IndexIVF) else None
        self._inner = inner
        self._ids: Ids = faiss.vector_to_array(index.id_map).astype(np.int64)
        self._is_sorted = bool(np.all(self._ids[1:] > self._ids[:-1]))
        self._matrix = _flat_matrix(inner)
        self._is_whole = self._is_sorted and isinstance(inner, faiss.IndexFlat)
        self._sample: Vectors | None = None

    @property
    def n_vectors(self) -> int:
        """The number of vectors."""
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """The number of components of a vector."""
        return int(self._index.d)

    @property
    def ids(self) -> Ids:
        """The ids, (n,) int64, in the order in which they were added."""
        return self._ids

    def search(self, vector: Vectors, n: int, allowed: Ids | None = None) -> tuple[Ids, Vectors]:
        """The `n` ids nearest to a vector among `allowed`, (m,) int64, and their cosines (m,).

        Best first, ties by id; fewer than `n` when the index or `allowed` holds fewer.
        """
        wanted = min(n, self.n_vectors if allowed is None else len(allowed))
        if wanted <= 0:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        if self._is_whole or (
            allowed is not None and len(allowed) <= self._exhaustive_below(wanted)
        ):
            ids, scores = self._best(vector, wanted, allowed)
        else:
            query = np.ascontiguousarray(vector.reshape(1, -1), dtype=np.float32)
            found, places = self._index.search(query, wanted, params=self._parameters(allowed))
            kept = places[0] >= 0
            ids, scores = places[0][kept], found[0][kept]
        order = np.lexsort((ids, -scores))[:wanted]
        return ids[order].astype(np.int64), scores[order].astype(np.float32)

    def _best(self, vector: Vectors, n: int, allowed: Ids | None) -> tuple[Ids, Vectors]:
        """The `n` nearest of `allowed`, in no given order, by one matrix product.

        On one question this takes a third of IndexFlat.search: 10 ms of processor time against 30
        for 100,000 vectors of 192 dimensions.
        """
        if allowed is None or (self._is_whole and len(allowed) > self._exhaustive_below(n)):
            scores = self._matrix @ np.asarray(vector, dtype=np.float32)
            if allowed is not None:
                scores = scores[np.searchsorted(self._ids, allowed)]
        else:
            scores = self.scores(vector, allowed)
        ids = self._ids if allowed is None else allowed
        if len(ids) > n:
            best = np.argpartition(-scores, n - 1)[:n]
            ids, scores = ids[best], scores[best]
        return ids, scores

    def scores(self, vector: Vectors, ids: Ids) -> Vectors:
        """The cosine of `vector` (dimension,) with each of `ids` (n,), (n,) float32 in [-1, 1].

        All the ids are in the index.
        """
        if not len(ids):
            return np.zeros(0, dtype=np.float32)
        return self.reconstruct(ids) @ np.asarray(vector, dtype=np.float32)

    def reconstruct(self, ids: Ids) -> Vectors:
        """The vectors of `ids` (n,), (n, dimension) float32, L2-normalised.

        Raises:
            KeyError: an id is not in the index.
        """
        if not len(ids):
            return np.zeros((0, self.dimension), dtype=np.float32)
        if self._is_whole:
            places = np.searchsorted(self._ids, ids)
            places[places == len(self._ids)] = 0
            if not np.array_equal(self._ids[places], ids):
                raise KeyError("an id has no vector")
            rows: Vectors = self._matrix[places]
            return rows
        try:
            rebuilt: Vectors = self._index.reconstruct_batch(np.asarray(ids, dtype=np.int64))
        except RuntimeError as error:
            raise KeyError("an id has no vector") from error
        return rebuilt

    def level(self, vector: Vectors) -> tuple[float, float]:
        """The mean and the deviation of the cosines of `vector` (dimension,) float32 with passages.

        Estimated on passages spread evenly over the archive.
        """
        if self._sample is None:
            step = max(1, self.n_vectors // _SAMPLED_VECTORS)
            self._sample = self.reconstruct(np.sort(self._ids)[::step][:_SAMPLED_VECTORS])
        cosines = self._sample @ np.asarray(vector, dtype=np.float32)
        if not len(cosines):
            return 0.0, 1.0
        return float(cosines.mean()), float(cosines.std())

    def save(self, path: Path) -> None:
        """Writes the index to `path`.

        Raises:
            OSError: the disk refuses. (`faiss.write_index` loses what its last flush could not
                write, without a word.)
        """
        path.write_bytes(faiss.serialize_index(self._index).tobytes())

    def _exhaustive_below(self, wanted: int) -> int:
        """Up to how many allowed ids comparing each is quicker than a filtered search."""
        return max(4 * wanted, self.n_vectors // 16, _SMALL_INDEX)

    def _parameters(self, allowed: Ids | None) -> faiss.SearchParameters | None:
        selector = None if allowed is None else faiss.IDSelectorBatch(allowed)
        if self._ivf is not None:
            n_cells = int(self._ivf.nlist)
            share = _PROBED_SHARE
            if allowed is not None:
                share = min(1.0, share * self.n_vectors / max(1, len(allowed)))
            n_probed = max(8, round(n_cells * share))
            # The stubs of faiss lack the keywords of its Python constructors.
            return faiss.SearchParametersIVF(sel=selector, nprobe=n_probed)  # type: ignore[call-arg]
        return None if selector is None else faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]


def build_vectors(ids: Ids, vectors: Vectors) -> VectorIndex:
    """An index of `vectors` (n, dimension) float32, normalised, under increasing `ids` (n,).

    Exact up to MAX_FLAT_VECTORS; above, an inverted file of 8-bit vectors.
    """
    dimension = int(vectors.shape[1])
    inner: faiss.Index
    if len(ids) <= MAX_FLAT_VECTORS:
        inner = faiss.IndexFlatIP(dimension)
    else:
        n_cells = int(4 * np.sqrt(len(ids)))
        inner = faiss.IndexIVFScalarQuantizer(
            faiss.IndexFlatIP(dimension),
            dimension,
            n_cells,
            faiss.ScalarQuantizer.QT_8bit,
            faiss.METRIC_INNER_PRODUCT,
        )
        step = max(1, len(ids) // (n_cells * _TRAINING_PER_CELL))
        inner.train(np.ascontiguousarray(vectors[::step]))
        inner.make_direct_map()
    index = faiss.IndexIDMap2(inner)
    index.add_with_ids(
        np.ascontiguousarray(vectors, dtype=np.float32), np.asarray(ids, dtype=np.int64)
    )
    return VectorIndex(index)


def amend_vectors(index: VectorIndex, gone: Ids, ids: Ids, vectors: Vectors) -> VectorIndex:
    """An index of what `index` holds without `gone` (m,), with more vectors.

    Args:
        index: what there was.
        gone: ids (m,) int64 that leave.
        ids: ids (n,) int64 that come.
        vectors: theirs, (n, dimension) float32, L2-normalised.
    """
    kept = index.ids[~np.isin(index.ids, gone)]
    every_id = np.concatenate([kept, ids])
    order = np.argsort(every_id, kind="stable")
    matrix = np.concatenate([index.reconstruct(kept), vectors])
    return build_vectors(every_id[order], matrix[order])


def load_vectors(path: Path) -> VectorIndex:
    """The index saved at `path`; its checksum must have been verified before.

    Raises:
        IntegrityError: the file is missing or is not such an index.
    """
    try:
        index = faiss.read_index(str(path))
    except RuntimeError as error:
        raise IntegrityError(
            f"Le fichier de vecteurs « {path} » est illisible. "
            "Vérifiez l’archive (archiblogue verify), puis reconstruisez-la."
        ) from error
    if not isinstance(index, faiss.IndexIDMap2):
        raise IntegrityError(
            f"Le fichier « {path} » n’est pas un index de passages. Reconstruisez l’archive."
        )
    return VectorIndex(index)


def _flat_matrix(inner: faiss.Index) -> Vectors:
    """The stored vectors of a flat index without copying them, none for another kind."""
    if not isinstance(inner, faiss.IndexFlat) or not inner.ntotal:
        return np.zeros((0, inner.d), dtype=np.float32)
    matrix: Vectors = faiss.rev_swig_ptr(inner.get_xb(), inner.ntotal * inner.d).reshape(
        inner.ntotal, inner.d
    )
    return matrix
