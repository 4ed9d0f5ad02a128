"""A build that answers worse does not take the place of the one before."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.building.build import build_archive
from index.building.publish import current_generation, list_generations
from index.building.regression_guard import Comparison, compare
from ingest.errors import RegressionError
from ingest.model import Document
from tests.durability.corpus import Blog, word
from tests.fakes import FakeEncoder

ENCODER = FakeEncoder()
BLOG = Blog()


class Deaf(FakeEncoder):
    """Says that it is the same model, and gives every passage nearly the same vector."""

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, dimension), float32, L2-normalised."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        vectors[:, 0] = 1.0
        return vectors


def garbled(n: int) -> Document:
    """A post whose text was lost in extraction: only its title is as before."""
    post = BLOG.post(n)
    lost = tuple(
        replace(p, text=f"{{{{ gabarit {i} }}}}", ordinal=p.ordinal)
        for i, p in enumerate(post.passages)
    )
    return replace(post, passages=lost, doc_id=post.doc_id)


def judge(archive: Path, n_posts: int) -> None:
    lines = [
        json.dumps({"query": word(n, 1, 0), "passage_id": BLOG.post(n).passages[0].passage_id,
                    "grade": 2})
        for n in range(n_posts)
    ]  # fmt: skip
    (archive / "jugements.jsonl").write_text("\n".join(lines), encoding="utf-8")


def test_the_same_and_a_growing_archive_pass(tmp_path: Path) -> None:
    build_archive(tmp_path, BLOG.posts(12), ENCODER)
    assert not build_archive(tmp_path, BLOG.posts(12), ENCODER).is_published
    build_archive(tmp_path, BLOG.posts(30), ENCODER)
    build_archive(tmp_path, BLOG.posts(20), ENCODER)
    assert current_generation(tmp_path).number == 3


def test_lost_answers_keep_the_former_generation_and_say_why(tmp_path: Path) -> None:
    build_archive(tmp_path, BLOG.posts(12), ENCODER)
    judge(tmp_path, 12)
    lost = [garbled(n) for n in range(12)]
    with pytest.raises(RegressionError, match=r"12 questions jugées.*--force"):
        build_archive(tmp_path, lost, ENCODER)
    assert current_generation(tmp_path).number == 1
    assert [path.name for path in list_generations(tmp_path)] == ["gen-0001"]
    build_archive(tmp_path, lost, ENCODER, force=True)
    assert current_generation(tmp_path).number == 2


def test_a_comparison_counts_titles_and_judgements(tmp_path: Path) -> None:
    build_archive(tmp_path, BLOG.posts(12), ENCODER)
    judge(tmp_path, 12)
    former = current_generation(tmp_path)
    build_archive(tmp_path, [garbled(n) for n in range(12)], Deaf(), force=True)
    found = compare(former, current_generation(tmp_path), ENCODER)
    assert (found.n_titles, found.n_judged) == (12, 12)
    assert found.titles[0] == 1.0
    assert found.ndcg[0] > 0.95
    assert found.ndcg[1] < 0.2


@pytest.mark.parametrize(
    ("comparison", "n_regressions"),
    [
        (Comparison(40, (1.0, 0.91), 0, (0, 0)), 0),
        (Comparison(40, (1.0, 0.85), 0, (0, 0)), 1),
        (Comparison(9, (1.0, 0.0), 4, (1.0, 0.0)), 0),
        (Comparison(40, (0.5, 0.9), 20, (0.6, 0.56)), 0),
        (Comparison(40, (0.9, 0.7), 20, (0.6, 0.5)), 2),
    ],
)
def test_the_thresholds(comparison: Comparison, n_regressions: int) -> None:
    assert len(comparison.regressions) == n_regressions


def test_another_model_is_not_compared(tmp_path: Path) -> None:
    build_archive(tmp_path, BLOG.posts(12), ENCODER)
    judge(tmp_path, 12)
    build_archive(tmp_path, [garbled(n) for n in range(12)], FakeEncoder(revision="2"))
    assert current_generation(tmp_path).number == 2


def test_judgements_that_cannot_be_read_refuse_no_build(tmp_path: Path) -> None:
    build_archive(tmp_path, BLOG.posts(12), ENCODER)
    judge(tmp_path, 12)
    with (tmp_path / "jugements.jsonl").open("a", encoding="utf-8") as stream:
        stream.write("\n{")
    build_archive(tmp_path, [garbled(n) for n in range(12)], ENCODER)
    assert current_generation(tmp_path).number == 2


def test_a_judged_passage_that_rightly_went_is_no_regression(tmp_path: Path) -> None:
    build_archive(tmp_path, BLOG.posts(20), ENCODER)
    judge(tmp_path, 20)
    build_archive(tmp_path, BLOG.posts(6), ENCODER)
    assert current_generation(tmp_path).number == 2
