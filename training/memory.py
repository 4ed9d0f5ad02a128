"""Passages of earlier batches, which go on serving as negatives (Wang et al. 2020)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from training.tokens import Ids


class PassageMemory:
    """The vectors of the last passages.

    The model moves little from one batch to the next, so they stay near what it would say now.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._numbers: dict[bytes, int] = {}
        self._rows: Tensor = torch.zeros(0, dtype=torch.long)
        self._vectors: Tensor | None = None

    def scores(self, queries: Tensor, passages: Sequence[Ids]) -> Tensor | None:
        """The cosines of unit vectors (n, width) with what is remembered, (n, remembered).

        Minus infinity where it is the passage of the question itself; None at first.
        """
        if self._vectors is None:
            return None
        repeated = self._number(passages)[:, None] == self._rows[None, :]
        return (queries @ self._vectors.T).masked_fill(repeated.to(queries.device), -torch.inf)

    def keep(self, passages: Sequence[Ids], vectors: Tensor) -> None:
        """Adds the passages of a batch; the oldest go."""
        kept = [] if self._vectors is None else [self._vectors]
        self._vectors = torch.cat([*kept, vectors.detach()])[-self._size :]
        self._rows = torch.cat([self._rows, self._number(passages)])[-self._size :]

    def _number(self, passages: Sequence[Ids]) -> Tensor:
        """A number for each text, the same for the same text, (n,)."""
        keys = (passage.tobytes() for passage in passages)
        known = self._numbers
        return torch.tensor([known.setdefault(key, len(known)) for key in keys])
