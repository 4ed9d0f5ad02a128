"""Passages that share rare words: put in one batch, they are each other's hard negatives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from training.tokens import Ids

# A passage is compared by its most telling tokens only: the others cost most and say least.
_N_TELLING: Final = 12
_SAME_PASSAGE: Final = 0.85
# A single word is near every passage that holds it, and no rival of a paragraph.
_LEAST_SHARE_OF_LENGTH: Final = 0.5
_LONG_ENOUGH: Final = 40
_SEEDS_AT_ONCE: Final = 512


def lexical_neighbours(
    passages: Sequence[Ids], seeds: NDArray[np.int64], size: int, vocabulary_size: int
) -> NDArray[np.int64]:
    """For each seed, itself and the passages nearest to it by their words, (seeds, size) rows.

    Weights are term frequency x inverse document frequency, cosine similarity. Passages that say
    almost the same as the seed are left out: they would answer its question too.
    """
    weights = _telling(passages, vocabulary_size)
    by_token = weights.T.tocsr()
    lengths = np.array([len(passage) for passage in passages])
    found = np.empty((len(seeds), size), dtype=np.int64)
    for start in range(0, len(seeds), _SEEDS_AT_ONCE):
        block = seeds[start : start + _SEEDS_AT_ONCE]
        similar = (weights[block] @ by_token).tocsr()
        for place, seed in enumerate(block):
            row = slice(similar.indptr[place], similar.indptr[place + 1])
            others, cosines = similar.indices[row], similar.data[row]
            least = min(_LONG_ENOUGH, _LEAST_SHARE_OF_LENGTH * lengths[seed])
            fit = (cosines < _SAME_PASSAGE) & (others != seed) & (lengths[others] >= least)
            others, cosines = others[fit], cosines[fit]
            best = others[np.argsort(-cosines, kind="stable")[: size - 1]]
            found[start + place] = np.resize(np.concatenate([[seed], best]), size)
    return found


def _telling(passages: Sequence[Ids], vocabulary_size: int) -> csr_matrix:
    """Unit rows of the most telling tokens of each passage, (passages, vocabulary)."""
    uniques = [np.unique(passage, return_counts=True) for passage in passages]
    frequency = np.zeros(vocabulary_size)
    for tokens, _ in uniques:
        frequency[tokens] += 1
    rarity = np.log((len(passages) + 1) / (frequency + 1))
    columns: list[NDArray[np.int64]] = []
    values: list[NDArray[np.float64]] = []
    for tokens, counts in uniques:
        weight = np.log1p(counts) * rarity[tokens]
        best = np.argsort(-weight, kind="stable")[:_N_TELLING]
        columns.append(tokens[best].astype(np.int64))
        values.append(weight[best] / max(float(np.linalg.norm(weight[best])), 1e-9))
    bounds = np.concatenate([[0], np.cumsum([len(one) for one in columns])])
    shape = (len(passages), vocabulary_size)
    return csr_matrix((np.concatenate(values), np.concatenate(columns), bounds), shape=shape)
