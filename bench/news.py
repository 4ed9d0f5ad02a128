"""Which passages would be news for a saved search: how many right ones, how many others.

`python -m bench.news [--sets piaf,spf_qr]` asks the questions of parts of the development sets,
and says for each bar on the distance from ordinary passages which share of the relevant passages
pass it, and which share of the others, beside the threshold of confidence. It settles
`index.retrieval.confidence.STAND_OUT_OF_NEWS`.
"""

from __future__ import annotations

import argparse
import json

import numpy as np
from numpy.typing import NDArray

from bench.corpus import shared_folder
from bench.floors import EVERY, thin
from index.encoders.load import load_encoder
from index.evaluation.beir import read_set
from index.evaluation.evaluate import corpus_archive
from index.model import Query
from index.retrieval.confidence import Standard, Words, answering

BARS = (0.0, 1.0, 1.5, 2.0, 2.5, 3.0)
_QUESTIONS = 60
_DEPTH = 250


def main() -> None:
    """Prints a JSON line a set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", default="mesconseilscovid,spf_qr,piaf")
    options = parser.parse_args()
    encoder = load_encoder()
    for name in options.sets.split(","):
        folder = shared_folder() / "data" / "eval" / name
        files = (folder / file for file in ("corpus.jsonl", "queries.jsonl", "qrels.tsv"))
        judged = thin(read_set(*files), EVERY[name])
        passed: dict[bool, list[NDArray[np.bool_]]] = {True: [], False: []}
        with corpus_archive(judged.documents, encoder) as archive:
            searcher = archive.searcher
            for query_id in judged.judged[:_QUESTIONS]:
                plan = searcher.plan(Query(judged.queries[query_id], k=_DEPTH))
                found = searcher.find(plan, searcher.select(plan))
                if found is None:
                    continue
                words = Words(plan.words, plan.expansions)
                answers = np.stack(
                    [
                        answering(
                            found,
                            words,
                            searcher.lexical,
                            Standard("hybrid", archive.calibration, bar),
                        )
                        for bar in BARS
                    ],
                    axis=1,
                )
                keys = searcher.columns.keys[found.rows].tolist()
                rows = archive.store.passages(keys)
                for key, answer in zip(keys, answers, strict=True):
                    is_right = judged.qrels[query_id].get(rows[key].doc_id, 0) > 0
                    passed[is_right].append(answer)
        shares = {
            "right" if is_right else "others": dict(
                zip(map(str, BARS), np.mean(answers, axis=0).round(4).tolist(), strict=True)
            )
            for is_right, answers in passed.items()
        }
        counts = {"n_right": len(passed[True]), "n_others": len(passed[False])}
        print(json.dumps({"set": name, **counts, **shares}), flush=True)


if __name__ == "__main__":
    main()
