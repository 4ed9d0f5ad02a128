"""Which texts an archive already had at each check: what tells a new passage from an old one.

Every text that an archive has held is numbered with the check at which it was first there. A
passage that moved, a rebuilt archive, another encoder change no text, and bring nothing new. The
file holds 63 bits of the SHA-256 of each text, and no text.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.storage.durability import write_durably
from index.storage.io_errors import unreadable
from ingest.errors import IntegrityError


def _empty(dtype: type) -> NDArray[np.int64]:
    return np.zeros(0, dtype=dtype)


@dataclass(frozen=True, slots=True)
class SeenTexts:
    """Content codes (n,) int64, increasing, and the check at which each was first there (n,)."""

    codes: NDArray[np.int64] = field(default_factory=lambda: _empty(np.int64))
    checks: NDArray[np.int64] = field(default_factory=lambda: _empty(np.int64))

    @property
    def last_check(self) -> int:
        """The number of the last check that met a new text, 0 before the first."""
        return int(self.checks.max()) if len(self.checks) else 0

    def meet(self, codes: NDArray[np.int64], check: int) -> SeenTexts:
        """The texts seen once those of `codes` (n,) are too, the new ones at `check`."""
        fresh = np.setdiff1d(codes, self.codes)
        if not len(fresh):
            return self
        both = np.concatenate([self.codes, fresh])
        checks = np.concatenate([self.checks, np.full(len(fresh), check, dtype=np.int64)])
        order = np.argsort(both, kind="stable")
        return SeenTexts(both[order], checks[order])

    def first_checks(self, codes: NDArray[np.int64]) -> NDArray[np.int64]:
        """The check at which each of `codes` (n,), all seen, was first there."""
        return self.checks[np.searchsorted(self.codes, codes)]

    def without(self, codes: NDArray[np.int64]) -> SeenTexts:
        """The texts seen but those of `codes` (n,), which are forgotten."""
        kept = ~np.isin(self.codes, codes)
        return SeenTexts(self.codes[kept], self.checks[kept])


def read_seen(path: Path) -> SeenTexts:
    """The texts seen; none when there is no file.

    Raises:
        IntegrityError: the file is damaged, or cannot be read.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return SeenTexts()
    except OSError as error:
        raise unreadable(path, error) from error
    try:
        codes, checks = np.load(io.BytesIO(content), allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        raise IntegrityError(
            f"Le fichier «\u00a0{path}\u00a0» est abîmé. Effacez-le\u202f: les recherches gardées "
            "repartiront de l’archive telle qu’elle est maintenant."
        ) from error
    return SeenTexts(codes, checks)


def write_seen(path: Path, seen: SeenTexts) -> None:
    """Gives the file these texts, whole, or leaves it as it was.

    Raises:
        OSError: the disk refuses.
    """
    stream = io.BytesIO()
    np.save(stream, np.stack([seen.codes, seen.checks]), allow_pickle=False)
    write_durably(path, stream.getvalue())
