"""Relevance feedback: a question moved towards passages that were liked, away from others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.analysis.terms import terms
from index.notices import Notice
from index.query.plan import Plan
from index.retrieval.bm25 import LexicalIndex
from index.retrieval.searcher import Searcher
from ingest.errors import UsageError

_SMALLEST_NORM: Final = 1e-9
# Words of the liked passages that join the question, rarest first.
_MOST_TERMS: Final = 12
_SHARE_OF_PASSAGES: Final = 0.5


@dataclass(frozen=True, slots=True)
class Rocchio:
    """How much the question, the liked and the disliked passages weigh (Rocchio 1971).

    The values are those that Salton and Buckley (1990) found best on their collections.
    """

    question: float = 1.0
    liked: float = 0.75
    disliked: float = 0.15


def move_vector(
    question: NDArray[np.float32],
    liked: NDArray[np.float32],
    disliked: NDArray[np.float32],
    rocchio: Rocchio | None = None,
) -> NDArray[np.float32]:
    """The moved vector (dimension,), float32, L2-normalised.

    Args:
        question: (dimension,), normalised.
        liked: (n, dimension), normalised; n may be 0.
        disliked: (m, dimension), normalised; m may be 0.
        rocchio: the weights.
    """
    weights = rocchio or Rocchio()
    moved = weights.question * question
    if len(liked):
        moved = moved + weights.liked * liked.mean(axis=0)
    if len(disliked):
        moved = moved - weights.disliked * disliked.mean(axis=0)
    norm = float(np.linalg.norm(moved))
    if norm < _SMALLEST_NORM:
        return question
    return (moved / norm).astype(np.float32)


def move_plan(searcher: Searcher, plan: Plan, plus: Sequence[str], minus: Sequence[str]) -> Plan:
    """`plan` with its vector and its words moved; a notice says so.

    Raises:
        UsageError: a passage is not in the archive, or is both liked and disliked.
    """
    both = sorted(set(plus) & set(minus))
    if both:
        raise UsageError(
            f"Le passage «\u00a0{both[0]}\u00a0» est à la fois dans --more-like et dans "
            "--less-like\u202f: retirez-le de l’un des deux."
        )
    if not plus and not minus:
        return plan
    question = plan.question
    if question is not None:
        liked_vectors, disliked_vectors = searcher.vectors_of(plus), searcher.vectors_of(minus)
        moved = move_vector(question.vector, liked_vectors, disliked_vectors)
        question = replace(question, vector=moved)
    weights = plan.weights
    if weights:
        store = searcher.corpus.store
        liked = [store.require(one).text for one in plus]
        disliked = [store.require(one).text for one in minus]
        weights = _moved_weights(searcher.lexical, weights, liked, disliked)
    notice = _notice(len(plus), len(minus))
    notices = (*plan.notices, notice)
    return replace(plan, question=question, weights=weights, notices=notices, asked=plan)


def _moved_weights(
    lexical: LexicalIndex,
    weights: Mapping[str, float],
    liked: Sequence[str],
    disliked: Sequence[str],
) -> Mapping[str, float]:
    """The words asked, with those that most liked passages share and no disliked one holds."""
    if not liked:
        return weights
    holders = Counter(term for text in liked for term in set(terms(text)))
    unwanted = {term for text in disliked for term in terms(text)}
    shared = [
        term
        for term, n in holders.items()
        if n >= _SHARE_OF_PASSAGES * len(liked) and term not in unwanted and term not in weights
    ]
    shared.sort(key=lambda term: (-lexical.idf(term), term))
    kept = shared[:_MOST_TERMS]
    weight = Rocchio().liked * sum(weights.values()) / max(_MOST_TERMS, 1)
    return {**weights, **dict.fromkeys(kept, weight)}


def _notice(n_plus: int, n_minus: int) -> Notice:
    parts = []
    if n_plus:
        parts.append(f"rapprochée de {n_plus} passage{'s' if n_plus > 1 else ''}")
    if n_minus:
        parts.append(f"éloignée de {n_minus} passage{'s' if n_minus > 1 else ''}")
    return Notice("moved", {"how": " et ".join(parts)})
