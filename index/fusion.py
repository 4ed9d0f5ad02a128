"""One score from two lanes.

Score = BM25 + w x (cosine - mean) / deviation. BM25 is a sum of log-odds, one for each word found,
and so says by itself how much the words know: little for a question that shares one word with a
passage. The dense lane speaks in standard deviations above the cosine of an ordinary passage: where
no passage stands out, it says little. Neither scale depends on the size of the archive or on the
number of candidates, as ranks (RRF) and min-max do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]

_SMALLEST_SPREAD: Final = 0.02
# No passage that matters is further below the ordinary ones than this, in standard deviations.
_LOWEST_STAND_OUT: Final = 3.0
# What is half of a full score: a passage that holds two or three of the question's rare words.
_HALF: Final = 40.0


@dataclass(frozen=True, slots=True)
class Fusion:
    """The constant of the fusion: `dense` is what one standard deviation of the dense lane is
    worth in BM25, tuned by `bench.tune_fusion` on the development sets."""

    dense: float = 3.0


@dataclass(frozen=True, slots=True)
class FusionContext:
    """The mean and the spread of a question's cosines with the passages of the archive."""

    mean: float = 0.0
    spread: float = 1.0


def fuse(
    dense: Scores, lexical: Scores, context: FusionContext, fusion: Fusion | None = None
) -> Scores:
    """The fused score of each candidate (n,), in [0, 1), from its score in both lanes.

    Args:
        dense: cosines of all candidates, also of those that only the other lane found.
        lexical: BM25 scores of the same candidates, 0 where no term occurs.
        context: what an ordinary cosine is for this question.
        fusion: the constant.
    """
    weight = (fusion or Fusion()).dense
    stand_out = (dense - context.mean) / max(context.spread, _SMALLEST_SPREAD)
    evidence = np.maximum(lexical + weight * (stand_out + _LOWEST_STAND_OUT), 0.0)
    return np.asarray(evidence / (evidence + _HALF), dtype=np.float32)
