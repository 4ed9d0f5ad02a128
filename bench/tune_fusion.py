"""What the dense lane should weigh: `python -m bench.tune_fusion` on the development sets.

Prints nDCG@10 x 100 of both lanes and of the fusion for each weight. The weight kept is the one
with the best mean among those that lose to the better lane on no set, or else the least.
`--encoder` measures another model, `--every N` reads one question in N of each set.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from bench.corpus import shared_folder
from index.encoders.load import load_encoder
from index.evaluation.beir import EvaluationSet, read_set
from index.evaluation.evaluate import LaneScores, MemoryIndex, measure
from index.model import Mode
from index.retrieval.fusion import Fusion

SETS: Final = ("piaf", "mesconseilscovid", "spf_qr", "cdtn")
WEIGHTS: Final = (0.5, 1.0, 1.5, 2.0, 2.25, 2.5, 2.75, 3.0, 3.5, 4.0, 5.0, 6.0)


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
        index = MemoryIndex(judged.documents, encoder)
        lanes = list(index.iter_lanes(judged, [Mode.HYBRID]))
        table[name] = measure_weights(index, lanes, judged)
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


def measure_weights(
    index: MemoryIndex, lanes: Sequence[LaneScores], judged: EvaluationSet
) -> dict[str, float]:
    """nDCG@10 x 100 of `dense`, `lexical` and of the fusion by weight."""
    table = {mode.value: _ndcg(index, lanes, judged, mode, None) for mode in Mode}
    del table[Mode.HYBRID.value]
    for weight in WEIGHTS:
        fusion = Fusion(dense=weight)
        table[str(weight)] = _ndcg(index, lanes, judged, Mode.HYBRID, fusion)
    return table


def choose(table: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """The weight to keep, its mean, and by how much it beats the better lane where it is worst."""
    best: tuple[float, float, float] | None = None
    for weight in WEIGHTS:
        scores = [row[str(weight)] for row in table.values()]
        leads = [row[str(weight)] - max(row["dense"], row["lexical"]) for row in table.values()]
        rank = (min(0.0, *leads), sum(scores) / len(scores), weight)
        if best is None or rank > best:
            best, lead = rank, min(leads)
    assert best is not None
    return {"dense": best[2], "mean": round(best[1], 2), "least_lead": round(lead, 2)}


def _ndcg(
    index: MemoryIndex,
    lanes: Sequence[LaneScores],
    judged: EvaluationSet,
    mode: Mode,
    fusion: Fusion | None,
) -> float:
    run = {one.query_id: index.best_documents(one, mode, fusion) for one in lanes}
    return round(100 * measure(run, judged.qrels)["ndcg@10"], 2)


if __name__ == "__main__":
    main()
