"""One score from two lanes.

The lexical lane speaks in shares of its own best score: BM25 has no scale that questions share.
The dense lane speaks in standard deviations above the cosine of an ordinary passage: where no
passage stands out, it says little, and the words decide. Both scales are the same in an archive of
a hundred passages and of a million, which ranks (RRF) and min-max over candidates are not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]

# A cosine this many standard deviations above the mean is as good as the very same text.
_FULL_STAND_OUT: Final = 10.0
_SMALLEST_SPREAD: Final = 0.02


@dataclass(frozen=True, slots=True)
class Fusion:
    """The constants of the fusion: `dense` is what one standard deviation of the dense lane is
    worth, in shares of the best lexical score. Tuned by `bench.tune_fusion` on the development
    sets."""

    dense: float = 0.125


@dataclass(frozen=True, slots=True)
class FusionContext:
    """What is known of a question beside its candidates.

    `mean` and `spread` are those of its cosines with all passages of the archive, `best` is its
    best BM25 score.
    """

    mean: float = 0.0
    spread: float = 1.0
    best: float = 0.0


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
    stand_out = (dense - context.mean) / max(context.spread, _SMALLEST_SPREAD)
    share = lexical / context.best if context.best > 0 else np.zeros_like(lexical)
    # An ordinary passage is worth nothing, one below it is worth less: the order of what only
    # the words found is still decided by both lanes.
    fused = (share + weight * (stand_out + 1.0)) / (1.0 + weight * (_FULL_STAND_OUT + 1.0))
    return np.clip(fused, 0.0, 1.0).astype(np.float32)
