"""From vectors to places in the plane; the only importer of openTSNE and scikit-learn.

Neighbours stay neighbours (t-SNE: van der Maaten, L. and Hinton, G. (2008), « Visualizing Data
using t-SNE », JMLR 9, 2579-2605), from a start by principal components, which keeps what is far
apart far apart (Kobak, D. and Berens, P. (2019), « The art of using t-SNE for single-cell
transcriptomics », Nature Communications 10, 5416). The same vectors always give the same places.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Places = NDArray[np.float32]

MOST_LAID_OUT: Final = 10_000
"""More passages than this are placed beside the neighbours that they have among so many of them."""

# 20,000 random vectors of 384 components around 200 centres, two quiet cores: 12.8 s for the map,
# libraries read; 22.2 s for 100,000.
_COMPONENTS: Final = 50
_PERPLEXITY: Final = 30.0
_FEWEST: Final = 20
_EARLY_STEPS: Final = 100
_STEPS: Final = 200
_EARLY_EXAGGERATION: Final = 12.0
# Above it the forces are interpolated on a grid; below, the tree is quicker.
_GRID_FROM: Final = 3_000
_N_NEIGHBOURS: Final = 5
_MOST_ANCHORS: Final = 5_000
_COMPARED_AT_ONCE: Final = 4_096
_SEED: Final = 7


def lay_out(vectors: Vectors) -> Places:
    """The places of L2-normalised vectors (n, dimension) float32: (n, 2) float32 within [0, 1]."""
    if len(vectors) <= MOST_LAID_OUT:
        return _scaled(_projected(vectors))
    chosen = _spread(len(vectors), MOST_LAID_OUT)
    places = np.empty((len(vectors), 2), dtype=np.float32)
    places[chosen] = _scaled(_projected(vectors[chosen]))
    is_left = np.ones(len(vectors), dtype=np.bool_)
    is_left[chosen] = False
    places[is_left] = place_beside(vectors[is_left], vectors[chosen], places[chosen])
    return places


def place_beside(vectors: Vectors, placed: Vectors, places: Places) -> Places:
    """The places (n, 2) float32 of vectors beside those of their nearest neighbours.

    Args:
        vectors: those without a place, (n, dimension) float32, L2-normalised.
        placed: those that have one, (m, dimension) float32, L2-normalised, m > 0.
        places: theirs, (m, 2) float32.
    """
    anchors = _spread(len(placed), _MOST_ANCHORS)
    fixed, known = np.ascontiguousarray(placed[anchors].T), places[anchors]
    n_neighbours = min(_N_NEIGHBOURS, len(anchors))
    found = np.empty((len(vectors), 2), dtype=np.float32)
    for start in range(0, len(vectors), _COMPARED_AT_ONCE):
        cosines = vectors[start : start + _COMPARED_AT_ONCE] @ fixed
        near = np.argpartition(-cosines, n_neighbours - 1, axis=1)[:, :n_neighbours]
        # The nearest counts most: two neighbours in two regions do not give a place between them.
        weights = np.exp(30.0 * np.take_along_axis(cosines, near, axis=1))
        weights /= weights.sum(axis=1, keepdims=True)
        found[start : start + len(near)] = np.einsum("ij,ijk->ik", weights, known[near])
    return found


def find_centres(places: Places) -> Places:
    """The centres of the regions of some places (n, 2): (n_regions, 2) float32, the largest first.

    A passage belongs to the nearest.
    """
    n_regions = min(30, max(3, round(math.sqrt(len(places)) / 5)), len(places))
    if n_regions == 0:
        return np.zeros((0, 2), dtype=np.float32)
    from sklearn.cluster import KMeans

    sample = places[_spread(len(places), MOST_LAID_OUT)]
    n_regions = min(n_regions, len(np.unique(sample, axis=0)))
    found = KMeans(n_regions, n_init=3, random_state=_SEED).fit(sample)
    sizes = np.bincount(found.labels_, minlength=n_regions)
    centres: Places = found.cluster_centers_[np.argsort(-sizes, kind="stable")].astype(np.float32)
    return centres


def _projected(vectors: Vectors) -> NDArray[np.float64]:
    """Places (n, 2) of vectors (n, dimension), in no given scale."""
    n = len(vectors)
    if n < 3:
        return np.column_stack([np.arange(n, dtype=np.float64), np.zeros(n)])
    from sklearn.decomposition import PCA

    n_components = min(_COMPONENTS, n - 1, vectors.shape[1])
    if np.ptp(vectors, axis=0).max() == 0.0:
        return np.zeros((n, 2), dtype=np.float64)
    reduced = PCA(n_components, svd_solver="auto", random_state=_SEED).fit_transform(vectors)
    if n_components < 2:
        return np.column_stack([reduced[:, 0], np.zeros(n)])
    start = np.asarray(reduced[:, :2], dtype=np.float64)
    spread = float(start[:, 0].std())
    if n < _FEWEST or spread == 0.0:
        return start
    from openTSNE import TSNEEmbedding
    from openTSNE.affinity import PerplexityBasedNN

    perplexity = min(_PERPLEXITY, (n - 1) / 3)
    near = PerplexityBasedNN(
        reduced, perplexity=perplexity, method="exact", n_jobs=1, random_state=_SEED
    )
    forces = "fft" if n >= _GRID_FROM else "bh"
    laid = TSNEEmbedding(
        start * (1e-4 / spread),
        near,
        n_jobs=1,
        random_state=_SEED,
        negative_gradient_method=forces,
    )
    laid.optimize(_EARLY_STEPS, exaggeration=_EARLY_EXAGGERATION, momentum=0.5, inplace=True)
    laid.optimize(_STEPS, momentum=0.8, inplace=True)
    return np.asarray(laid, dtype=np.float64)


def _scaled(places: NDArray[np.float64]) -> Places:
    """The same within [0, 1], both axes at one scale; a few strays do not make the rest small."""
    if not len(places):
        return np.zeros((0, 2), dtype=np.float32)
    low, high = np.percentile(places, [0.5, 99.5], axis=0)
    extent = float((high - low).max()) or 1.0
    middle = (low + high) / 2
    centred = (places - middle) / (1.06 * extent) + 0.5
    return np.asarray(np.clip(centred, 0.0, 1.0), dtype=np.float32)


def _spread(n: int, most: int) -> NDArray[np.int64]:
    """`most` of `n` numbers, all of them where there are no more, increasing and evenly spread."""
    if n <= most:
        return np.arange(n, dtype=np.int64)
    return np.linspace(0, n - 1, most).astype(np.int64)
