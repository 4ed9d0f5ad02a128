"""What an archive learns about its own silences while it is built."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from index.analysis.terms import query_terms
from index.encoders.protocol import Encoder, read_queries
from index.model import Mode
from index.query.plan import weigh, weigh_exact
from index.retrieval.bm25 import LexicalIndex
from index.retrieval.confidence import (
    Calibration,
    ConfidenceModel,
    Evidence,
    Words,
    gather_evidence,
    load_model,
    models_for,
)
from index.retrieval.dense import DenseRetriever
from index.retrieval.ranker import Ranker, RankRequest
from index.retrieval.vectors import VectorIndex
from index.storage.columns import Columns
from index.storage.reader import Store

QUESTIONS_FILE: Final = Path(__file__).with_name("off_topic_questions.txt")
_MAX_PROBES: Final = 64
_SHORTEST_PROBE: Final = 3
# The threshold need not be further than the margin, in logits, above this share of the foreign
# questions: an archive of few pages, asked in other words than its own, scores low on what it
# answers and lower still on what is foreign. Without any lowering two thirds of the questions over
# the seed pages would be flagged; with no margin 83.7 % of the unanswerable questions of the
# development sets are, and 6.6 % of the answerable ones. Words alone part the two too little for a
# margin: with it 53 of the 64 seed questions are flagged in that mode, without it 21.
_FOREIGN_SHARE: Final = 0.95
_FOREIGN_MARGINS: Final = {"hybrid": 1.5, "dense": 1.5, "lexical": 0.0}
# Share of its own titles that an archive may flag, once it has enough of them to tell.
_LOST_SHARE: Final = 0.1
_FEWEST_PROBES: Final = 10
# How far an archive may lower the threshold from where the judged sets put it, in logits.
_LARGEST_MOVE: Final = 4.0


@lru_cache(maxsize=1)
def off_topic_questions() -> tuple[str, ...]:
    """The bundled questions on subjects that few archives treat."""
    lines = QUESTIONS_FILE.read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def place_threshold(model: str, fitted: float, foreign: ArrayLike, own: ArrayLike = ()) -> float:
    """The threshold of one archive: the fitted one, lowered as far as its own questions allow.

    Args:
        model: the name of the model that gave the scores.
        fitted: the threshold that the judged sets gave.
        foreign: the scores of the foreign questions on this archive, (n,): the threshold need not
            be far above nearly all of them.
        own: the scores of its own titles and headings, (m,): nearly all must stay above.
    """
    wanted = fitted
    scores = np.asarray(foreign, dtype=np.float64)
    if scores.size:
        wanted = min(wanted, float(np.quantile(scores, _FOREIGN_SHARE)) + _FOREIGN_MARGINS[model])
    titles = np.asarray(own, dtype=np.float64)
    if titles.size >= _FEWEST_PROBES:
        wanted = min(wanted, float(np.quantile(titles, _LOST_SHARE)))
    return float(max(wanted, fitted - _LARGEST_MOVE))


def calibrate(
    store: Store, columns: Columns, vectors: VectorIndex, encoder: Encoder
) -> Calibration:
    """The thresholds of one archive, from questions foreign to it and from its own titles.

    Args:
        store: the archive's rows, complete.
        columns: the facts of the same passages.
        vectors: their vectors.
        encoder: the model that made them.
    """
    asker = _Asker(store, columns, DenseRetriever(vectors, store), encoder)
    foreign = asker.ask(off_topic_questions())
    probes = asker.ask(own_questions(store.headings()))
    models = models_for(encoder.name, encoder.revision)
    thresholds: dict[str, float] = {}
    for mode, name in models.items():
        model = load_model(name)
        scores = [[model.score(one) for one in asked] for asked in (foreign, probes)]
        thresholds[mode] = place_threshold(name, model.threshold, *scores)
    hybrid = load_model(models["hybrid"])
    return Calibration(
        thresholds=thresholds,
        models=models,
        n_foreign=len(foreign),
        n_probes=len(probes),
        foreign_flagged=_flagged(foreign, hybrid, thresholds["hybrid"]),
        probes_flagged=_flagged(probes, hybrid, thresholds["hybrid"]),
    )


def own_questions(headings: Iterable[str]) -> tuple[str, ...]:
    """Titles and headings that say enough to be questions, spread evenly over the archive."""
    asked = [
        text for text in dict.fromkeys(headings) if len(set(query_terms(text))) >= _SHORTEST_PROBE
    ]
    return tuple(asked[:: max(1, len(asked) // _MAX_PROBES)][:_MAX_PROBES])


class _Asker:
    """Asks questions of an archive that is not published yet."""

    def __init__(
        self, store: Store, columns: Columns, dense: DenseRetriever, encoder: Encoder
    ) -> None:
        self._lexical = LexicalIndex(store)
        self._ranker = Ranker(columns, self._lexical)
        self._dense = dense
        self._encoder = encoder

    def ask(self, questions: Sequence[str]) -> list[Evidence]:
        """What the archive's passages say to each question."""
        if not questions or not self._lexical.n_rows:
            return []
        found: list[Evidence] = []
        read = read_queries(self._encoder, questions)
        for text, question in zip(questions, read, strict=True):
            weights = weigh(text)
            request = RankRequest(
                k=1,
                mode=Mode.HYBRID,
                question=question,
                weights=weights,
                exact=weigh_exact(text),
            )
            candidates = self._ranker.find(request, self._dense)
            found.append(gather_evidence(candidates, Words(weights), self._lexical))
        return found


def _flagged(asked: Sequence[Evidence], model: ConfidenceModel, threshold: float) -> float:
    return sum(model.score(one) < threshold for one in asked) / max(1, len(asked))
