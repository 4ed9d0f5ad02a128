"""How far a build is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BuildProgress:
    """How far a build is: `stage` in French, `done` of `total` (None when not known)."""

    stage: str
    done: int
    total: int | None = None


Report = Callable[[BuildProgress], None]
