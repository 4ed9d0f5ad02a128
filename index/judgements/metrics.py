"""The measures of a ranking against judgements, by ir-measures (MacAvaney et al. 2022)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

METRICS: Final = ("ndcg@10", "mrr@10", "recall@10", "recall@100")

Run = Mapping[str, Sequence[str]]
Qrels = Mapping[str, Mapping[str, int]]


def measure(run: Run, qrels: Qrels) -> dict[str, float]:
    """The mean of each of METRICS, in [0, 1], over the questions that have a relevant document.

    nDCG as in trec_eval: the gain is the grade, the discount log2(rank + 1) (Järvelin and
    Kekäläinen 2002). A question without any document found counts 0.

    Args:
        run: for each question, the documents found, best first.
        qrels: for each question, the grade of each judged document; 0 is not relevant.
    """
    from ir_measures import RR, R, calc_aggregate, nDCG

    names = dict(zip(METRICS, (nDCG @ 10, RR @ 10, R @ 10, R @ 100), strict=True))
    judged = {
        query_id: dict(qrels[query_id])
        for query_id in run
        if any(grade > 0 for grade in qrels.get(query_id, {}).values())
    }
    if not judged:
        return dict.fromkeys(METRICS, 0.0)
    scored = {
        query_id: {doc_id: float(-rank) for rank, doc_id in enumerate(run[query_id])}
        for query_id in judged
    }
    found = calc_aggregate(list(names.values()), judged, scored)
    return {name: float(found[measured]) for name, measured in names.items()}
