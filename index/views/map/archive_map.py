"""The map of the passages of a generation: where each lies, and the regions that they make.

Drawn when it is first wanted and kept beside the generations: a build that adds a post does not pay
for it. What was added since lies beside its neighbours; when a tenth of the passages did, all are
laid out anew. What was withdrawn is on no map from then on.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.model import Filters
from index.retrieval.searcher import Searcher
from index.storage.places import Places, read_places, write_places
from index.views.map.labels import label_regions
from index.views.map.projection import find_centres, lay_out, place_beside
from index.views.occurrences import readable_rows

# The share of passages laid out together below which the map is laid out anew.
_LEAST_LAID_OUT: Final = 0.9
_READ_AT_ONCE: Final = 20_000
# Passages whose marks are compared: another archive's are all different.
_N_COMPARED: Final = 64
_SAME: Final = 1e-3

Keys = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the map: the words that name it, its centre within [0, 1], its passages."""

    words: tuple[str, ...]
    x: float
    y: float
    n_passages: int


@dataclass(frozen=True, slots=True)
class ArchiveMap:
    """The passages on the map: `rows` (n,) int64 are their places in the archive's columns.

    `keys` (n,) int64 are their keys, increasing, `xy` (n, 2) float32 within [0, 1], and `regions`
    (n,) int64 the number of the region of each among `named`.
    """

    rows: NDArray[np.int64]
    keys: Keys
    xy: NDArray[np.float32]
    regions: NDArray[np.int64]
    named: tuple[Region, ...]

    def __len__(self) -> int:
        return len(self.keys)

    def keys_of(self, region: int) -> Keys:
        """The keys (n,) int64 of the passages of a region, those in its middle first."""
        own = np.flatnonzero(self.regions == region)
        if not len(own):
            return self.keys[own]
        middle = self.xy[own].mean(axis=0)
        far = np.hypot(*(self.xy[own] - middle).T)
        return self.keys[own[np.argsort(far, kind="stable")]]


def draw_map(searcher: Searcher, archive: Path) -> ArchiveMap:
    """The map of a generation, its places read where they are kept in the folder `archive`.

    Passages that carry nothing to search for are not on it. A folder that cannot be written keeps
    none, and the map is laid out again by the next reader.

    Raises:
        IntegrityError: a file of the archive is damaged.
    """
    columns = searcher.columns
    mask, _ = readable_rows(searcher, Filters())
    rows = np.flatnonzero(mask & ~columns.noise)
    kept = read_places(archive)
    places = _placed(searcher, columns.keys[rows], kept)
    if places is not kept:
        with contextlib.suppress(OSError):
            write_places(archive, places)
    regions = _nearest(places.xy, places.centres)
    everywhere = np.full(len(columns), -1, dtype=np.int64)
    everywhere[rows] = regions
    n_regions = len(places.centres)
    words = label_regions(
        searcher.corpus.store, searcher.lexical, columns.keys, everywhere, n_regions
    )
    sizes = np.bincount(regions, minlength=n_regions).tolist()
    named = tuple(
        Region(own, float(x), float(y), n)
        for own, (x, y), n in zip(words, places.centres, sizes, strict=True)
    )
    return ArchiveMap(rows, places.keys, places.xy, regions, named)


def _placed(searcher: Searcher, keys: Keys, kept: Places | None) -> Places:
    """Places for all of these keys (n,), those kept where they will do; `kept` itself if so."""
    if kept is not None and _is_of_these(searcher, keys, kept):
        if np.array_equal(kept.keys, keys):
            return kept
        found = _carried(searcher, keys, kept)
        if found is not None:
            return found
    vectors = _vectors(searcher, keys)
    xy = lay_out(vectors)
    return Places(keys, xy, vectors[:, 0].copy(), find_centres(xy), len(keys))


def _is_of_these(searcher: Searcher, keys: Keys, kept: Places) -> bool:
    """Whether places were kept for these passages, and not for those of another archive.

    A folder that was emptied and filled again gives the same keys to other passages.
    """
    known = np.flatnonzero(np.isin(kept.keys, keys, assume_unique=True))
    known = known[:: max(1, len(known) // _N_COMPARED)]
    vectors = _vectors(searcher, kept.keys[known])
    return bool(np.allclose(vectors[:, 0], kept.marks[known], atol=_SAME))


def _carried(searcher: Searcher, keys: Keys, kept: Places) -> Places | None:
    """The places of these keys, the new ones beside the others; None when too many are new."""
    is_known = np.isin(kept.keys, keys, assume_unique=True)
    is_new = ~np.isin(keys, kept.keys, assume_unique=True)
    n_new = int(np.count_nonzero(is_new))
    n_together = min(kept.n_laid_out, int(np.count_nonzero(is_known)))
    if not len(keys) or n_together < _LEAST_LAID_OUT * len(keys):
        return None
    xy = np.empty((len(keys), 2), dtype=np.float32)
    marks = np.empty(len(keys), dtype=np.float32)
    xy[~is_new], marks[~is_new] = kept.xy[is_known], kept.marks[is_known]
    if n_new:
        known = np.flatnonzero(~is_new)
        vectors = _vectors(searcher, keys[is_new])
        marks[is_new] = vectors[:, 0]
        xy[is_new] = place_beside(vectors, _vectors(searcher, keys[known]), xy[known])
    return replace(kept, keys=keys, xy=xy, marks=marks, n_laid_out=n_together)


def _vectors(searcher: Searcher, keys: Keys) -> NDArray[np.float32]:
    parts = [
        searcher.vectors.reconstruct(keys[start : start + _READ_AT_ONCE])
        for start in range(0, len(keys), _READ_AT_ONCE)
    ]
    empty = np.zeros((0, searcher.vectors.dimension), dtype=np.float32)
    return np.concatenate([empty, *parts])


def _nearest(xy: NDArray[np.float32], centres: NDArray[np.float32]) -> NDArray[np.int64]:
    """The number of the nearest centre of each place, (n,) int64."""
    if not len(centres):
        return np.zeros(0, dtype=np.int64)
    far = ((xy[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
    return np.asarray(far.argmin(axis=1), dtype=np.int64)
