"""Metrics worked out by hand, and judged sets read from files."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from index.evaluation.beir import read_qrels, read_set
from index.evaluation.evaluate import evaluate, split_passages
from index.judgements.metrics import measure
from index.model import Mode
from ingest.errors import UsageError
from tests.fakes import FakeEncoder

DOCUMENTS = {
    "a": ("Tomates", "Elles poussent mal à l’ombre."),
    "b": ("", "La piste cyclable est déneigée."),
    "c": ("", "Un pneu à clous tient sur la glace."),
}


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path, Path]:
    corpus, queries, qrels = (tmp_path / n for n in ("corpus.jsonl", "queries.jsonl", "qrels.tsv"))
    corpus.write_text(
        "".join(
            json.dumps({"_id": name, "title": title, "text": text}) + "\n"
            for name, (title, text) in DOCUMENTS.items()
        )
    )
    queries.write_text(
        '{"_id": "1", "text": "piste déneigée"}\n{"_id": "2", "text": "tomates"}\n'
        '{"_id": "3", "text": "jamais jugée"}\n'
    )
    qrels.write_text("query-id\tcorpus-id\tscore\n1\tb\t1\n2\ta\t2\n2\tc\t0\n")
    return corpus, queries, qrels


def test_the_metrics_are_those_of_trec_eval() -> None:
    run = {"1": ["x", "b", "y", "c"], "2": ["z"], "unjudged": ["b"]}
    qrels = {"1": {"b": 1, "c": 3, "gone": 1}, "2": {"k": 1}}
    found = measure(run, qrels)
    ideal = 3 + 1 / math.log2(3) + 1 / math.log2(4)
    ndcg = (1 / math.log2(3) + 3 / math.log2(5)) / ideal
    assert found["ndcg@10"] == pytest.approx(ndcg / 2)
    assert found["mrr@10"] == pytest.approx(0.5 / 2)
    assert found["recall@10"] == pytest.approx((2 / 3) / 2)
    assert found["recall@100"] == pytest.approx((2 / 3) / 2)


def test_ranks_after_ten_only_count_for_recall_at_100() -> None:
    run = {"1": [f"x{n}" for n in range(10)] + ["b"]}
    found = measure(run, {"1": {"b": 1}})
    assert found == {"ndcg@10": 0.0, "mrr@10": 0.0, "recall@10": 0.0, "recall@100": 1.0}


def test_all_three_modes_of_a_small_set(files: tuple[Path, Path, Path]) -> None:
    found = evaluate(*files, list(Mode), FakeEncoder())
    for mode in Mode:
        assert set(found[mode]) == {
            "ndcg@10", "mrr@10", "recall@10", "recall@100", "n_queries", "n_docs"
        }  # fmt: skip
        assert found[mode]["n_queries"] == 2
        assert found[mode]["n_docs"] == 3
        assert found[mode]["ndcg@10"] == pytest.approx(1.0)


def test_the_lexical_mode_needs_no_encoder(files: tuple[Path, Path, Path]) -> None:
    assert evaluate(*files, [Mode.LEXICAL], None)[Mode.LEXICAL]["ndcg@10"] == pytest.approx(1.0)


def test_qrels_without_a_header_and_in_the_form_of_trec(tmp_path: Path) -> None:
    path = tmp_path / "q"
    path.write_text("1\tb\t1\n2\ta\t0\n")
    assert read_qrels(path) == {"1": {"b": 1}, "2": {"a": 0}}
    path.write_text("1 0 b 1\n")
    assert read_qrels(path) == {"1": {"b": 1}}


@pytest.mark.parametrize(
    ("place", "content", "message"),
    [
        (0, "{}\n", "Ligne 1"),
        (0, "pas du JSON\n", "Ligne 1"),
        (1, '{"_id": "1"}\n', "text"),
        (2, "a\tb\tc\n1\tb\tx\n", "Ligne 2"),
        (2, "9\tb\t1\n", "Aucune question"),
    ],
)
def test_bad_files_are_said_in_words(
    files: tuple[Path, Path, Path], place: int, content: str, message: str
) -> None:
    files[place].write_text(content)
    with pytest.raises(UsageError, match=message):
        read_set(*files)


def test_a_missing_file_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="rien"):
        read_set(tmp_path / "rien", tmp_path / "rien", tmp_path / "rien")


def test_long_documents_are_cut_at_lines() -> None:
    assert split_passages("un deux\ntrois", 2) == ["un deux", "trois"]
    assert split_passages("un deux trois quatre cinq", 2) == ["un deux", "trois quatre", "cinq"]
    assert split_passages("", 2) == [""]
    assert split_passages("un\n\ndeux", 10) == ["un\ndeux"]
