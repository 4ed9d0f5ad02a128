"""Judgements kept beside an archive."""

from __future__ import annotations

import errno
import json
import os
import shutil
from pathlib import Path

import pytest

from index.archive import Archive, open_archive
from index.evaluation.beir import read_qrels, read_queries
from index.evaluation.judged import evaluate_archive
from index.judgements.register import (
    FILE_NAME,
    judge,
    judgements_path,
    read_judgements,
    to_qrels,
    to_queries,
)
from index.model import Mode
from ingest.errors import ArchiveError, UsageError
from tests.fakes import FakeEncoder


@pytest.fixture
def own(archive_path: Path, tmp_path: Path) -> Archive:
    shutil.copytree(archive_path, tmp_path / "own")
    return open_archive(tmp_path / "own", encoder=FakeEncoder())


def _folder(archive: Archive) -> Path:
    return archive.generation.path.parent


def test_the_last_judgement_counts(own: Archive) -> None:
    judge(own, "les limaces", "d-jardin#p4", 0)
    judge(own, " les  limaces ", "d-jardin#p4", 2)
    judge(own, "les limaces", "d-jardin#p1", 1)
    kept = read_judgements(_folder(own))
    assert [(one.passage_id, one.grade) for one in kept] == [("d-jardin#p1", 1), ("d-jardin#p4", 2)]
    assert kept[0].generation == own.generation.number


@pytest.mark.parametrize(
    ("number", "advice"), [(errno.ENOSPC, "libérez de la place"), (errno.EACCES, "les droits")]
)
def test_a_disk_that_refuses_is_told_as_it_is(
    own: Archive, monkeypatch: pytest.MonkeyPatch, number: int, advice: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ArchiveError, match=advice):
        judge(own, "potager", "d-jardin#p1", 2)


def test_no_text_of_the_archive_is_kept(own: Archive) -> None:
    judge(own, "question", "d-jardin#p4", 2)
    assert "cendre" not in judgements_path(_folder(own)).read_text(encoding="utf-8")


def test_qrels_and_queries_go_together(own: Archive, tmp_path: Path) -> None:
    judge(own, "les limaces", "d-jardin#p4", 2)
    judge(own, "l’hiver\u202f?", "d-velo#p1", 0)
    kept = read_judgements(_folder(own))
    (tmp_path / "queries.jsonl").write_text(to_queries(kept), encoding="utf-8")
    (tmp_path / "qrels.tsv").write_text(to_qrels(kept), encoding="utf-8")
    queries, qrels = read_queries(tmp_path / "queries.jsonl"), read_qrels(tmp_path / "qrels.tsv")
    assert set(queries.values()) == {"les limaces", "l’hiver ?"}
    assert {queries[q]: grades for q, grades in qrels.items()} == {
        "les limaces": {"d-jardin#p4": 2},
        "l’hiver ?": {"d-velo#p1": 0},
    }


def test_an_archive_is_scored(own: Archive) -> None:
    judge(own, "piste cyclable du canal déneigée", "d-velo#p1", 2)
    judge(own, "coquilles d’œufs", "d-jardin#c2.p1", 2)
    judge(own, "xylophone", "d-jardin#p1", 0)
    score = evaluate_archive(own, read_judgements(_folder(own)))
    assert score.n_queries == 2
    assert score.metrics[Mode.LEXICAL]["mrr@10"] == 1.0
    assert score.metrics[Mode.HYBRID]["ndcg@10"] == 1.0


def test_a_passage_that_is_gone_is_counted(own: Archive) -> None:
    judge(own, "les limaces", "d-jardin#p4", 2)
    line = {"query": "les limaces", "passage_id": "d-parti#p1", "grade": 2}
    with judgements_path(_folder(own)).open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(line) + "\n")
    score = evaluate_archive(own, read_judgements(_folder(own)), [Mode.LEXICAL])
    assert (score.n_judgements, score.n_gone) == (1, 1)


def test_nothing_judged_cannot_be_scored(own: Archive) -> None:
    with pytest.raises(UsageError, match="judge"):
        evaluate_archive(own, read_judgements(_folder(own)))


@pytest.mark.parametrize(
    ("query", "passage_id", "grade"),
    [
        ("", "d-jardin#p4", 1),
        ("q" * 2001, "d-jardin#p4", 1),
        ("q", "d-jardin#p4", 3),
        ("q", "x", 1),
    ],
)
def test_what_cannot_be_judged_is_refused(
    own: Archive, query: str, passage_id: str, grade: int
) -> None:
    with pytest.raises(UsageError):
        judge(own, query, passage_id, grade)
    assert not judgements_path(_folder(own)).exists()


@pytest.mark.parametrize(
    "line", ["{", "[]", "3", '{"query": "a"}', '{"query":1,"passage_id":2,"grade":"x"}']
)
def test_a_damaged_line_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / FILE_NAME).write_text("\n" + line + "\n", encoding="utf-8")
    with pytest.raises(UsageError, match="ligne 2"):
        read_judgements(tmp_path)
