"""Which neighbouring segments become one, and when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

# So many neighbours become one, and a tier is so many times as large as the one before.
_TIER_FACTOR: Final = 8
_SMALLEST_TIER: Final = 64
# What a build may copy beside what it writes itself: a tenth of a second.
_FREE_PASSAGES: Final = 2_000


class Run(NamedTuple):
    """Neighbouring segments, `start` to `end` - 1."""

    start: int
    end: int


def plan_merges(sizes: Sequence[int], *, n_written: int | None = None) -> list[Run]:
    """The runs of segments to be joined, in order, apart from each other.

    Segments stand in tiers, each eight times as large as the one before; eight neighbours that are
    in one tier, or below it, become one. Nothing is copied beside much less than itself: what a
    passage costs in the end grows with the logarithm of the archive.

    Args:
        sizes: the number of passages of each segment, in the order of their keys.
        n_written: what the build writes anyway: nothing much larger is copied beside. None: there
            is no limit.
    """
    budget = None if n_written is None else max(_FREE_PASSAGES, n_written)
    tier = _SMALLEST_TIER
    while True:
        runs = [run for run in _runs(sizes, tier) if _is_worth(sizes[run.start : run.end], budget)]
        if runs:
            return runs
        if tier > max(sizes, default=0):
            return []
        tier *= _TIER_FACTOR


def _is_worth(sizes: Sequence[int], budget: int | None) -> bool:
    """Whether joining them at least doubles the largest, within what may be copied."""
    total = sum(sizes)
    return 2 * max(sizes) <= total and (budget is None or total <= budget)


def _runs(sizes: Sequence[int], tier: int) -> list[Run]:
    """Neighbours of at most `tier` passages each, where there are enough of them."""
    runs, start = [], 0
    for place in range(len(sizes) + 1):
        if place < len(sizes) and sizes[place] <= tier:
            continue
        if place - start >= _TIER_FACTOR:
            runs.append(Run(start, place))
        start = place + 1
    return runs
