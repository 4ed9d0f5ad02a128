"""One score from two retrievers.

Score = BM25 + w x (similarity - mean) / deviation. BM25 is a sum of log-odds, one for each word
found, and so says by itself how much the words know: little for a question that shares one word
with a passage. The dense retriever speaks in standard deviations above the similarity of an
ordinary passage: where no passage stands out, it says little. Neither scale depends on the size of
the archive or on the number of candidates, as ranks (RRF) and min-max do.
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
# What is half of a full score: a passage that holds two or three of the question's rare words and
# stands out as far.
_HALF: Final = 140.0


@dataclass(frozen=True, slots=True)
class Fusion:
    """The constants of the fusion, in BM25.

    `dense` is what one standard deviation of the dense retriever is worth, tuned by
    `bench.tune_fusion` on the development sets (docs/decisions/0032-late-interaction.md). `naming`
    is what holding the one word of a query is worth, where the query names things and asks nothing;
    each of several words is worth its part.

    The vector of a bare word says little: without this, a passage that holds a rare word may come
    after passages that only sound like it. With 0, 12, 20, 28 and 36, the first passage holds the
    word for 59, 66, 66, 67 and 67 of 67 rare words of the seeds; on a quarter of cdtn, where most
    queries name things, 20 and 28 differ by less than 0.1 in nDCG@10 x 100.
    """

    dense: float = 14.0
    naming: float = 28.0


@dataclass(frozen=True, slots=True)
class FusionContext:
    """The mean and the spread of a question's similarities with the passages of the archive."""

    mean: float = 0.0
    spread: float = 1.0

    def stand_out(self, similarities: Scores) -> Scores:
        """How far similarities (n,) float32 are above an ordinary one, in deviations, (n,)."""
        return np.asarray((similarities - self.mean) / self._deviation, dtype=np.float32)

    def similarity_at(self, stand_out: float) -> float:
        """The similarity that stands out by so many deviations."""
        return self.mean + stand_out * self._deviation

    @property
    def _deviation(self) -> float:
        return max(self.spread, _SMALLEST_SPREAD)


@dataclass(frozen=True, slots=True)
class Naming:
    """The share (n,) of a name of `n_words` words that each passage holds, from 0 to 1."""

    held: Scores
    n_words: int

    def take(self, order: NDArray[np.int64]) -> Naming:
        """The same for the passages in another order, (n,) int64."""
        return Naming(self.held[order], self.n_words)


def fuse(
    dense: Scores,
    lexical: Scores,
    context: FusionContext,
    fusion: Fusion | None = None,
    *,
    naming: Naming | None = None,
) -> Scores:
    """The fused score of each candidate, (n,) float32 in [0, 1), from its score by both retrievers.

    Args:
        dense: similarities (n,) of all candidates, also of those that only the other one found.
        lexical: BM25 scores (n,) of the same candidates, 0 where no term occurs.
        context: what an ordinary similarity is for this question.
        fusion: the constants.
        naming: what the candidates hold of the query, where it only names things.
    """
    worth = fusion or Fusion()
    if naming is not None:
        lexical = lexical + np.float32(worth.naming / max(naming.n_words, 1)) * naming.held
    above_lowest = context.stand_out(dense) + _LOWEST_STAND_OUT
    evidence = np.maximum(lexical + worth.dense * above_lowest, 0.0)
    return np.asarray(evidence / (evidence + _HALF), dtype=np.float32)
