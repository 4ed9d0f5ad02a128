"""Sets of spans that can be asked quickly: a hostile page has thousands of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

__all__ = ["Cover"]


class Cover:
    """The union of spans (end exclusive)."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(spans):
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(end, self._ends[-1])
            else:
                self._starts.append(start)
                self._ends.append(end)

    def holds(self, start: int, end: int) -> bool:
        """Whether one stretch of the union holds all of `start` to `end`."""
        place = bisect_right(self._starts, start) - 1
        return place >= 0 and end <= self._ends[place]

    def has(self, offset: int) -> bool:
        """Whether `offset` is in the union."""
        return self.holds(offset, offset + 1)
