"""The retriever by meaning: vectors find passages near a question, token vectors say how near.

Two stages (Khattab and Zaharia 2020; Santhanam et al. 2022, where centroids find the candidates):
1. the `n` passages whose vectors have the highest cosine with the question's (`nearest`);
2. for each candidate the mean of that cosine and of the late interaction of token vectors
   (`scores`), weighed 1 to TOKEN_WEIGHT.
`level` says what an ordinary passage scores for the same question: the mean and the spread that
fusion and confidence compare a score with.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.encoders.protocol import Question
from index.retrieval.fusion import FusionContext
from index.retrieval.late_interaction import TokenSource, max_sim
from index.retrieval.vectors import VectorIndex

# What the similarity of pieces weighs beside the cosine of whole texts.
TOKEN_WEIGHT: Final = 2.0
# A passage is near when its cosine is this many standard deviations above an ordinary one. On
# mesconseilscovid (154 passages) the right passage is near or holds the words for 95, 81, 74 and 69
# of 100 questions with 1.5, 2, 2.5 and 3; 9, 3, 1 and 0 passages are near for the median question.
LEAST_STAND_OUT: Final = 2.0
# Passages that stand for all of them in the level of a question.
_SAMPLED_PASSAGES: Final = 128
# Passages compared at once: the codes of so many take some 10 MB, whatever is asked for.
_SCORED_AT_ONCE: Final = 4096

Ids = NDArray[np.int64]
Mask = NDArray[np.bool_]
Scores = NDArray[np.float32]


class DenseRetriever:
    """The vectors and the token vectors of the passages of one generation.

    The similarity of a question and a passage is the mean of the cosine of their vectors and of
    that of their pieces (`late_interaction`), about -1 to 1; the cosine alone where the encoder
    has no pieces.
    """

    def __init__(self, vectors: VectorIndex, tokens: TokenSource) -> None:
        self.vectors = vectors
        """The vectors of whole passages."""
        self._tokens = tokens
        self._sample: tuple[Ids, list[bytes]] | None = None

    def nearest(self, question: Question, n: int, allowed: Mask | None = None) -> Ids:
        """The keys (n,) int64 of the passages with the nearest vectors, best first.

        Args:
            question: as the encoder read it.
            n: how many; fewer come when fewer are allowed.
            allowed: the passages (n_rows,) bool, by increasing key, that may be found; all when
                None.
        """
        keys, _ = self.vectors.search(question.vector, n, allowed)
        return keys

    def near(self, question: Question, n: int, allowed: Mask | None = None) -> tuple[Ids, Ids]:
        """What `nearest` gives, and the keys (m,) int64 of all passages that stand out by the
        cosines of their vectors: one look finds both."""
        level = FusionContext(*self.vectors.level(question.vector))
        bar = level.similarity_at(LEAST_STAND_OUT)
        keys, cosines = self.vectors.nearest(question.vector, n, bar, allowed)
        return keys[:n], keys[cosines >= bar]

    def scores(self, question: Question, keys: Ids) -> Scores:
        """The similarity of a question with each of `keys` (n,) int64: (n,) float32, about -1 to 1.

        All the keys are in the archive.
        """
        if len(keys) > _SCORED_AT_ONCE:
            starts = range(0, len(keys), _SCORED_AT_ONCE)
            parts = [self.scores(question, keys[at : at + _SCORED_AT_ONCE]) for at in starts]
            return np.concatenate(parts)
        cosines = self.vectors.scores(question.vector, keys)
        if question.tokens is None:
            return cosines
        codes = self._tokens.token_codes(keys.tolist())
        pieces = max_sim(question.tokens, [codes.get(key, b"") for key in keys.tolist()])
        return blend(cosines, pieces)

    def level(self, question: Question) -> tuple[float, float]:
        """The mean and the standard deviation of the similarities with ordinary passages.

        Estimated on _SAMPLED_PASSAGES passages spread evenly over the archive.
        """
        if question.tokens is None:
            return self.vectors.level(question.vector)
        keys, codes = self._ordinary()
        if not len(keys):
            return self.vectors.level(question.vector)
        cosines = self.vectors.scores(question.vector, keys)
        similarity = blend(cosines, max_sim(question.tokens, codes))
        return float(similarity.mean()), float(similarity.std())

    def _ordinary(self) -> tuple[Ids, list[bytes]]:
        """Passages spread evenly over the archive, with the codes of their pieces."""
        if self._sample is None:
            keys = np.sort(self.vectors.ids)
            keys = keys[:: max(1, len(keys) // _SAMPLED_PASSAGES)][:_SAMPLED_PASSAGES]
            codes = self._tokens.token_codes(keys.tolist())
            kept = [key for key in keys.tolist() if codes.get(key)]
            self._sample = np.array(kept, dtype=np.int64), [codes[key] for key in kept]
        return self._sample


def blend(cosines: Scores, pieces: Scores) -> Scores:
    """The weighed mean of cosines (n,) and of late interactions (n,), (n,) float32, -1 to 1."""
    mean = (cosines + TOKEN_WEIGHT * pieces) / (1 + TOKEN_WEIGHT)
    return np.asarray(mean, dtype=np.float32)
