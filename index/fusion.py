"""One score from two lanes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]
_SMALLEST_SPREAD: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Fusion:
    """The constants of the fusion; `dense` is the weight of the dense lane, in [0, 1]."""

    dense: float = 0.4


@dataclass(frozen=True, slots=True)
class FusionContext:
    """What is known of a question beside its scores: `ceiling` is the highest BM25 possible."""

    ceiling: float = 0.0


def fuse(
    dense: Scores, lexical: Scores, context: FusionContext, fusion: Fusion | None = None
) -> Scores:
    """The fused score of each candidate (n,), in [0, 1], from its score in both lanes.

    Args:
        dense: cosines of all candidates, also of those that only the other lane found.
        lexical: BM25 scores of the same candidates, 0 where no term occurs.
        context: what is known of the question.
        fusion: the constants.
    """
    weight = (fusion or Fusion()).dense
    if not len(dense):
        return np.zeros(0, dtype=np.float32)
    if not lexical.any():
        weight = 1.0
    fused = weight * _min_max(dense) + (1.0 - weight) * _min_max(lexical)
    return fused.astype(np.float32)


def _min_max(scores: Scores) -> Scores:
    low, high = float(scores.min()), float(scores.max())
    return ((scores - low) / max(high - low, _SMALLEST_SPREAD)).astype(np.float32)
