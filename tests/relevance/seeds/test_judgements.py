"""The judgements over the seeds are well formed and name passages that exist."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path

import pytest

from index.analysis.stopwords import STOP_WORDS
from ingest.model import Document
from ingest.pipeline import ingest
from ingest.text import fold_line

HERE = Path(__file__).parent


def _queries(name: str) -> dict[str, str]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return {record["_id"]: record["text"] for record in map(json.loads, lines)}


def _qrels() -> dict[str, dict[str, int]]:
    qrels: dict[str, dict[str, int]] = defaultdict(dict)
    head, *rows = (HERE / "qrels.tsv").read_text(encoding="utf-8").splitlines()
    assert head == "query-id\tcorpus-id\tscore"
    for row in rows:
        query_id, passage_id, score = row.split("\t")
        assert passage_id not in qrels[query_id], row
        qrels[query_id][passage_id] = int(score)
    return qrels


@pytest.fixture(scope="module")
def texts(seeds: Path) -> dict[str, str]:
    return {
        passage.passage_id: passage.text
        for document in ingest([str(seeds)])
        if isinstance(document, Document)
        for passage in document.passages
    }


def test_there_are_enough_questions() -> None:
    assert len(_queries("queries.jsonl")) >= 45
    assert len(_queries("unanswerable.jsonl")) >= 20
    assert not set(_queries("queries.jsonl").values()) & set(
        _queries("unanswerable.jsonl").values()
    )


def test_every_question_has_an_answer_and_every_grade_is_known() -> None:
    qrels = _qrels()
    assert set(qrels) == set(_queries("queries.jsonl"))
    for query_id, grades in qrels.items():
        assert set(grades.values()) <= {1, 2, 3}, query_id
        assert 3 in grades.values(), query_id


def test_every_judged_passage_exists(texts: dict[str, str]) -> None:
    judged = {passage_id for grades in _qrels().values() for passage_id in grades}
    assert judged <= set(texts)


def test_questions_share_few_words_with_their_answers(texts: dict[str, str]) -> None:
    """At most a third of a question's content words stand in its best passages, on average."""
    shares = []
    queries = _queries("queries.jsonl")
    for query_id, grades in _qrels().items():
        words = _words(queries[query_id])
        best = max(grades.values())
        answers = [_words(texts[p]) for p, grade in grades.items() if grade == best]
        shares.append(max(len(words & answer) / len(words) for answer in answers))
    assert sum(shares) / len(shares) < 1 / 3


def _words(text: str) -> set[str]:
    words = set(re.findall(r"[a-z]{3,}", fold_line(text)))
    return words - {fold_line(word) for word in STOP_WORDS}
