"""Sentences of an archive pasted as a question: the passage that holds them leads.

Both retrievers weigh words and meaning, not their order: of passages on one subject the right one
may come second. A passage that repeats the question's words in their order, as nothing else does,
is certain: it is raised above what is only probable, as far as it repeats them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.analysis.terms import plain_words
from index.retrieval.ranker import Candidates

# Shorter questions are no sentences; runs of so many words are compared.
_FEWEST_WORDS: Final = 6
_RUN: Final = 3
# A candidate is read when it holds this share of the question, rarity counted; the best of them.
_LEAST_COVERAGE: Final = 0.55
_MOST_READ: Final = 24
# Below, shared runs are turns of the language (« est-ce que je »). Of 60 sentences of each of
# mesconseilscovid, spf_qr and piaf, whole, cut and changed, 100, 99 and 99 in 100 find their
# passage first (`bench.pasted`, with this share for all); on the first two 91, 79 and 92 without.
_LEAST_SHARE: Final = 0.35
# What asks something, and the few words of a title, share turns with passages on something else:
# on mesconseilscovid, all questions, 0.35 and 0.65 would cost 1.3 and 0.8 points of nDCG@10, on
# cdtn, all titles, 0.35 costs 1.9. A sentence ends as one, or is long.
_LEAST_SHARE_OF_QUESTION: Final = 0.9
_ENDS_OF_SENTENCE: Final = (".", "!", "…", ";", ":")
_FEWEST_WORDS_OF_LONG: Final = 16


def lead_with_pasted(
    found: Candidates,
    question: str,
    coverage: NDArray[np.float32],
    read: Callable[[Sequence[int]], Mapping[int, str]],
) -> Candidates:
    """The candidates, those raised that repeat the words of `question` in their order.

    Args:
        found: the candidates, best first.
        question: as it is asked.
        coverage: the share of the question's words that each holds, (n,) float32.
        read: gives the texts of rows, by row.
    """
    runs = _runs(question)
    if len(runs) + _RUN - 1 < _FEWEST_WORDS:
        return found
    least = _LEAST_SHARE if _is_sentence(question, len(runs)) else _LEAST_SHARE_OF_QUESTION
    places = np.flatnonzero(coverage >= _LEAST_COVERAGE)
    if not len(places):
        return found
    places = places[np.argsort(-coverage[places], kind="stable")][:_MOST_READ]
    said = read(found.rows[places].tolist())
    scores = found.scores.copy()
    for place in places.tolist():
        share = len(runs & _runs(said[int(found.rows[place])])) / len(runs)
        if share >= least:
            scores[place] += (1.0 - scores[place]) * np.float32(share)
    return replace(found, scores=scores)


def _is_sentence(question: str, n_runs: int) -> bool:
    """Whether a question of so many runs of words is a sentence that asks nothing."""
    if "?" in question:
        return False
    is_long = n_runs + _RUN > _FEWEST_WORDS_OF_LONG
    return is_long or question.rstrip().endswith(_ENDS_OF_SENTENCE)


def _runs(text: str) -> set[tuple[str, ...]]:
    """The runs of _RUN words of a text, folded."""
    words = [form for form, _ in plain_words(text)]
    return set(zip(*(words[at:] for at in range(_RUN)), strict=False))
