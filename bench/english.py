"""What a question loses by being asked in English: `python -m bench.english`.

A hundred questions of the development sets were translated for this project
(`tests/relevance/english_questions.tsv`: set, id, English). Each set is thinned to what they need:
the relevant documents, and one in eight of the others. Prints nDCG@10 x 100 of each mode in both
languages, by set. `--encoder` measures another model.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Final

from bench.floors import measure_questions
from bench.tune_fusion import load_set
from index.encoders.load import load_encoder
from index.encoders.protocol import Encoder
from index.evaluation.beir import EvaluationSet

QUESTIONS: Final = Path(__file__).parent.parent / "tests" / "relevance" / "english_questions.tsv"
_EVERY_OTHER: Final = 8
Quality = dict[str, dict[str, float]]
"""By language, `french` or `english`, and mode: nDCG@10 x 100."""


def main() -> None:
    """Prints the table as JSON lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", default=None)
    encoder = load_encoder(parser.parse_args().encoder)
    for name, questions in read_questions().items():
        print(json.dumps({name: measure_languages(name, questions, encoder)}), flush=True)


def read_questions() -> dict[str, dict[str, str]]:
    """The English questions by id, by set."""
    found: dict[str, dict[str, str]] = {}
    for line in QUESTIONS.read_text(encoding="utf-8").splitlines():
        name, query_id, text = line.split("\t")
        found.setdefault(name, {})[query_id] = text
    return found


def measure_languages(name: str, questions: dict[str, str], encoder: Encoder) -> Quality:
    """The quality of the same questions in French and in English on the set of that name."""
    judged = thinned(load_set(name), tuple(questions))
    french, english = measure_questions(judged, encoder, questions)
    return {"french": french, "english": english}


def thinned(judged: EvaluationSet, query_ids: tuple[str, ...]) -> EvaluationSet:
    """The set with these questions, their relevant documents and a share of the others."""
    relevant = {doc for query_id in query_ids for doc in judged.qrels[query_id]}
    documents = tuple(
        document
        for place, document in enumerate(judged.documents)
        if place % _EVERY_OTHER == 0 or document.doc_id in relevant
    )
    queries = {query_id: judged.queries[query_id] for query_id in query_ids}
    return replace(judged, documents=documents, queries=queries)


if __name__ == "__main__":
    main()
