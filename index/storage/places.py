"""Where the passages lie on the map of an archive: a file of numbers beside the generations.

It is no part of a generation: a passage's key is never given twice and its vector never changes,
so that its place stays right for as long as it is there. What is in no generation any more leaves
the file when it is next read. A file that is missing or cannot be read is made again.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.storage.durability import write_durably

PLACES_NAME: Final = "map.npz"


@dataclass(frozen=True, slots=True)
class Places:
    """The places of passages: `keys` (n,) int64 increasing, `xy` (n, 2) float32 within [0, 1].

    `marks` (n,) float32 are the first components of their vectors: they tell whether the file is
    of this very archive. `centres` (n_regions, 2) float32 are those of the regions. `n_laid_out`
    of the passages were placed all together, the rest beside them later.
    """

    keys: NDArray[np.int64]
    xy: NDArray[np.float32]
    marks: NDArray[np.float32]
    centres: NDArray[np.float32]
    n_laid_out: int


def read_places(archive: Path) -> Places | None:
    """The places kept for an archive; None where there are none that can be read."""
    try:
        with np.load(archive / PLACES_NAME, allow_pickle=False) as file:
            places = Places(
                np.asarray(file["keys"], dtype=np.int64),
                np.asarray(file["xy"], dtype=np.float32),
                np.asarray(file["marks"], dtype=np.float32),
                np.asarray(file["centres"], dtype=np.float32),
                int(file["n_laid_out"]),
            )
    except (OSError, ValueError, KeyError, EOFError, TypeError, zipfile.BadZipFile):
        return None
    return places if _is_whole(places) else None


def write_places(archive: Path, places: Places) -> None:
    """Keep the places, whole, or leave what was kept as it was.

    Raises:
        OSError: the disk refuses.
    """
    stream = io.BytesIO()
    np.savez(
        stream,
        keys=places.keys,
        xy=places.xy,
        marks=places.marks,
        centres=places.centres,
        n_laid_out=np.int64(places.n_laid_out),
    )
    write_durably(archive / PLACES_NAME, stream.getvalue())


def _is_whole(places: Places) -> bool:
    keys, xy, centres = places.keys, places.xy, places.centres
    if keys.ndim != 1 or xy.shape != (len(keys), 2) or places.marks.shape != keys.shape:
        return False
    if centres.ndim != 2 or centres.shape[1] != 2 or bool(len(keys)) != bool(len(centres)):
        return False
    is_ordered = bool((np.diff(keys) > 0).all())
    return is_ordered and bool(np.isfinite(xy).all() and np.isfinite(centres).all())
