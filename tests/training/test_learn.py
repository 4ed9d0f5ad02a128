"""The model that is trained, its losses, and a run that comes nearer and resumes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("bm25s", reason="the recipe's own dependencies: pip install .[train]")

import torch

from tests.training.toy import TEXTS, toy_retriever, write_start
from training.interaction import max_sim, nearness_loss, paired_loss, pooled_pieces
from training.learn import Lessons, Plan, train
from training.retriever import Reading, Retriever, start_projection
from training.start import E5File
from training.tokens import GivenPairs, PairPool, TokenPair, TokenTable


@pytest.fixture
def model(tmp_path: Path) -> tuple[Retriever, TokenTable]:
    """An untrained model and the ids of the texts."""
    torch.manual_seed(5)
    write_start(tmp_path / "w.bin")
    retriever, tokenizer = toy_retriever(E5File(tmp_path / "w.bin"))
    return retriever, TokenTable(tokenizer, TEXTS)


def test_a_reading_does_not_depend_on_the_order_of_texts(
    model: tuple[Retriever, TokenTable],
) -> None:
    retriever, table = model
    texts = [table[row] for row in range(4)]
    with torch.inference_mode():
        straight = retriever(texts, is_query=True, max_tokens=20)
        turned = retriever(texts[::-1], is_query=True, max_tokens=20)
    torch.testing.assert_close(straight.vectors, turned.vectors.flip(0), atol=1e-2, rtol=1e-2)
    for row, text in enumerate(texts):
        assert straight.ids[row][straight.counted[row]].tolist()[: len(text)] == text.tolist()


def test_the_projection_starts_on_the_main_directions(model: tuple[Retriever, TokenTable]) -> None:
    retriever, table = model
    start_projection(retriever, [table[row] for row in range(4)], seed=1)
    product = retriever.projection.T @ retriever.projection
    torch.testing.assert_close(product, torch.eye(16), atol=1e-4, rtol=1e-4)


def _reading(pieces: list[list[list[float]]], ids: list[list[int]]) -> Reading:
    held = torch.tensor(ids)
    tensor = torch.tensor(pieces)
    return Reading(tensor[:, 0], tensor, held, held > 0)


def test_neighbouring_pieces_that_count_are_joined() -> None:
    passages = _reading([[[2.0, 0.0], [9.0, 9.0], [0.0, 3.0], [-1.0, 0.0]]], [[1, 2, 1, 1]])
    pooled, kept = pooled_pieces(passages, torch.tensor([0.0, 1.0, 0.0]), 2)
    assert kept.tolist() == [[True, True]]
    torch.testing.assert_close(pooled, torch.tensor([[[0.5, 0.5], [-1.0, 0.0]]]))


def test_the_nearest_piece_counts_by_its_weight_and_padding_is_far() -> None:
    queries = _reading([[[1.0, 1.0], [-1.0, 1.0]]], [[1, 2]])
    passages = _reading([[[3.0, 1.0], [0.0, 0.0]], [[-1.0, -5.0], [9.0, 9.0]]], [[1, 0], [1, 0]])
    found = max_sim(queries, passages, torch.tensor([0.0, 3.0, 1.0]), 1)
    torch.testing.assert_close(found, torch.tensor([[0.75, -0.75]]))


def test_signs_let_gradients_through() -> None:
    pieces = torch.tensor([[[0.4, -0.2]]], requires_grad=True)
    ids = torch.tensor([[1]])
    reading = Reading(pieces[:, 0], pieces, ids, ids > 0)
    found = max_sim(_reading([[[1.0, 0.0]]], [[1]]), reading, torch.tensor([0.0, 1.0]), 1)
    torch.autograd.backward(found.sum())
    assert pieces.grad is not None
    assert pieces.grad.abs().sum() > 0


def test_what_says_the_same_is_no_negative() -> None:
    scores = torch.tensor([[0.0, 50.0], [-50.0, 0.0]])
    same = torch.tensor([[False, True], [False, False]])
    with_it = paired_loss(scores, torch.zeros_like(same))
    assert float(paired_loss(scores, same)) < 0.01 < float(with_it)


def test_nearness_is_a_correlation() -> None:
    vectors = torch.nn.functional.normalize(torch.randn(6, 5), dim=1)
    assert float(nearness_loss(vectors, vectors)) == pytest.approx(0, abs=1e-5)
    assert float(nearness_loss(vectors, torch.eye(6)[:, :5])) > 0.1


def test_training_finds_passages_better_and_resumes(
    model: tuple[Retriever, TokenTable], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    retriever, table = model
    texts = [table[row] for row in range(4)]
    answers = [texts[1], texts[2], texts[3], texts[0]]
    pairs = [TokenPair(*pair) for pair in zip(texts, answers, strict=True)]
    teacher = np.random.default_rng(4).standard_normal((4, 8)).astype(np.float16)
    lessons = Lessons(
        PairPool(GivenPairs(pairs)),
        range(4),
        table,
        table,
        teacher,
        np.array([[0, 1], [2, 3]]),
        pairs,
        np.ones(int(retriever.bert.config.vocab_size), np.float32),
    )

    def found() -> float:
        with torch.inference_mode():
            asked = retriever(texts, is_query=True, max_tokens=20).vectors
            passages = retriever(answers, is_query=False, max_tokens=20).vectors
        cosines = asked @ passages.T
        return float(cosines.diag().mean() - cosines.mean())

    before = found()
    plan = Plan(n_steps=40, batch_pairs=4, batch_sentences=4, learning_rate=3e-3, pool=1)
    train(retriever, lessons, plan, tmp_path / "c")
    assert found() > before + 0.05
    assert "step 40 (100.0%)" in capsys.readouterr().err
    weights = {name: tensor.clone() for name, tensor in retriever.state_dict().items()}
    with torch.no_grad():
        retriever.centre.add_(1)
    train(retriever, lessons, plan, tmp_path / "c")
    for name, tensor in retriever.state_dict().items():
        torch.testing.assert_close(tensor, weights[name])
    assert capsys.readouterr().err == "", "a finished run is not trained again"
