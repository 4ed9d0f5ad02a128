"""A second, finer reading of the best candidates by a cross-encoder."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from index.encoders.protocol import Reranker
from index.retrieval.ranker import Candidates
from index.storage.columns import Columns
from index.storage.reader import Store

# A cross-encoder reads some tens of passages a second on two cores.
DEPTH: Final = 30


def rerank(
    found: Candidates, text: str, reranker: Reranker, store: Store, columns: Columns
) -> Candidates:
    """The candidates with the first DEPTH in the reranker's order, the others after them.

    Scores stay in [0, 1]: the upper half holds the reranked, by the logistic of their score.
    """
    keys = [int(key) for key in columns.keys[found.rows[:DEPTH]]]
    texts = dict(store.texts(keys))
    read = np.asarray(reranker.score(text, [texts[key] for key in keys]), dtype=np.float64)
    scores = 0.5 * np.clip(found.scores.astype(np.float64), 0.0, 1.0)
    scores[: len(keys)] = 0.5 + 0.5 / (1.0 + np.exp(-np.clip(read, -30.0, 30.0)))
    rescored = replace(found, scores=scores.astype(np.float32))
    return rescored.sorted(columns.passage_ids)
