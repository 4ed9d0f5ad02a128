"""What BM25's constants should be: `python -m bench.tune_lexical` on the development sets.

Changes one constant at a time around those kept and prints nDCG@10 x 100 of each set, and the mean.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, replace

from bench.tune_fusion import SETS, load_set, sample
from index.evaluation.evaluate import corpus_archive, run_questions
from index.judgements.metrics import measure
from index.model import Mode
from index.retrieval.bm25 import BM25
from index.retrieval.searcher import Searcher

GRID = {
    "k1": (0.9, 1.2, 1.6),
    "b": (0.4, 0.6, 0.75, 0.9),
    "title": (0.0, 0.5, 1.0, 2.0),
    "exact": (0.0, 0.2, 0.35, 0.5, 1.0),
}


def main() -> None:
    """Prints one line for each set of constants."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=5)
    options = parser.parse_args()
    judged = {name: sample(load_set(name), options.every) for name in SETS}
    print("constants", *SETS, "mean", sep="\t")
    with ExitStack() as opened:
        archives = {
            name: opened.enter_context(corpus_archive(one.documents, None))
            for name, one in judged.items()
        }
        for constants in iter_constants():
            scores = []
            for name, archive in archives.items():
                archive.searcher = Searcher(archive.searcher.corpus, constants)
                run = run_questions(archive, judged[name], Mode.LEXICAL)
                scores.append(100 * measure(run, judged[name].qrels)["ndcg@10"])
            cells = [f"{score:.2f}" for score in (*scores, sum(scores) / len(scores))]
            print(asdict(constants), *cells, sep="\t", flush=True)


def iter_constants() -> Iterator[BM25]:
    """Yields the constants kept, then each change of one of them."""
    yield BM25()
    for name, values in GRID.items():
        for value in values:
            changed = replace(BM25(), **{name: value})
            if changed != BM25():
                yield changed


if __name__ == "__main__":
    main()
