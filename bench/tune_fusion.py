"""What the dense retriever should weigh: `python -m bench.tune_fusion` on the development sets.

Prints nDCG@10 x 100 of both retrievers and of the fusion for each weight. The weight kept is the
one with the best mean among those that lose to the better retriever on no set, or else the least.
`--encoder` measures another model, `--every N` reads one question in N of each set.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.corpus import shared_folder
from index.archive import Archive
from index.encoders.load import load_encoder
from index.evaluation.beir import EvaluationSet, read_set
from index.evaluation.evaluate import corpus_archive, documents_of, plan_documents
from index.judgements.metrics import measure
from index.model import Mode, Query
from index.query.plan import Plan
from index.retrieval.filters import Selection
from index.retrieval.fusion import Fusion, fuse
from index.retrieval.ranker import Candidates
from ingest.errors import UsageError

SETS: Final = ("piaf", "mesconseilscovid", "spf_qr", "cdtn")
WEIGHTS: Final = (0.5, 1.0, 1.5, 2.0, 2.25, 2.5, 2.75, 3.0, 3.5, 4.0, 5.0, 6.0)


@dataclass(frozen=True, slots=True)
class Asked:
    """What one question found in an archive, before its scores are fused."""

    query_id: str
    plan: Plan
    selection: Selection
    found: Candidates


def main() -> None:
    """Prints the table and the weight to keep, as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", default=None)
    parser.add_argument("--every", type=int, default=1)
    options = parser.parse_args()
    encoder = load_encoder(options.encoder)
    table: dict[str, dict[str, float]] = {}
    for name in SETS:
        judged = sample(load_set(name), options.every)
        with corpus_archive(judged.documents, encoder) as archive:
            table[name] = measure_weights(archive, list(ask(archive, judged)), judged)
        print(json.dumps({name: table[name]}), flush=True)
    print(json.dumps({"encoder": encoder.name, "kept": choose(table)}))


def load_set(name: str) -> EvaluationSet:
    """The development set of that name."""
    folder = shared_folder() / "data" / "eval" / name
    return read_set(folder / "corpus.jsonl", folder / "queries.jsonl", folder / "qrels.tsv")


def sample(judged: EvaluationSet, every: int) -> EvaluationSet:
    """The set with one question in `every`."""
    kept = judged.judged[::every]
    return replace(judged, queries={query_id: judged.queries[query_id] for query_id in kept})


def ask(archive: Archive, judged: EvaluationSet) -> Iterator[Asked]:
    """Yields the candidates of each judged question that finds any."""
    for query_id in judged.judged:
        try:
            plan = plan_documents(archive, Query(judged.queries[query_id]))
        except UsageError:  # a question of signs only
            continue
        selection = archive.searcher.select(plan)
        found = archive.searcher.find(plan, selection)
        if found is not None:
            yield Asked(query_id, plan, selection, found)


def measure_weights(
    archive: Archive, asked: Sequence[Asked], judged: EvaluationSet
) -> dict[str, float]:
    """nDCG@10 x 100 of `dense`, `lexical` and of the fusion by weight."""
    alone = {
        Mode.DENSE.value: lambda found: found.dense,
        Mode.LEXICAL.value: lambda found: found.lexical,
    }
    table = {name: _ndcg(archive, asked, judged, score) for name, score in alone.items()}
    for weight in WEIGHTS:
        score = partial(_fused, Fusion(dense=weight))
        table[str(weight)] = _ndcg(archive, asked, judged, score)
    return table


def choose(table: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """The weight to keep, its mean, and its lead on the better retriever where it is worst."""
    best: tuple[float, float, float] | None = None
    for weight in WEIGHTS:
        scores = [row[str(weight)] for row in table.values()]
        leads = [row[str(weight)] - max(row["dense"], row["lexical"]) for row in table.values()]
        rank = (min(0.0, *leads), sum(scores) / len(scores), weight)
        if best is None or rank > best:
            best, lead = rank, min(leads)
    assert best is not None
    return {"dense": best[2], "mean": round(best[1], 2), "least_lead": round(lead, 2)}


def _fused(fusion: Fusion, found: Candidates) -> NDArray[np.float32]:
    assert found.dense is not None
    assert found.lexical is not None
    assert found.level is not None
    return fuse(found.dense, found.lexical, found.level, fusion, naming=found.naming)


def _ndcg(
    archive: Archive,
    asked: Sequence[Asked],
    judged: EvaluationSet,
    score: Callable[[Candidates], NDArray[np.float32] | None],
) -> float:
    run: dict[str, list[str]] = {query_id: [] for query_id in judged.judged}
    searcher = archive.searcher
    for one in asked:
        scores = score(one.found)
        assert scores is not None
        found = replace(one.found, scores=scores).sorted(searcher.columns.passage_ids)
        chosen = searcher.choose(found, one.plan, one.selection)
        rows = np.array([row.row for row in chosen], dtype=np.int64)
        run[one.query_id] = documents_of(archive, searcher.columns.keys[rows])
    return round(100 * measure(run, judged.qrels)["ndcg@10"], 2)


if __name__ == "__main__":
    main()
