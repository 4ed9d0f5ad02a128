"""Word pieces as signs, and questions compared with them piece by piece."""

from __future__ import annotations

import numpy as np
import pytest

import index.retrieval.late_interaction
from index.encoders.protocol import Question
from index.encoders.token_space import pack
from index.retrieval.dense import DenseRetriever
from index.retrieval.late_interaction import UnpackedTokens, max_sim
from index.retrieval.vectors import build_vectors
from tests.fakes import FakeTokenEncoder

WIDTH = 64


def signs(*rows: int) -> np.ndarray:
    """Unit vectors of random signs, the same for the same number, (n, WIDTH)."""
    made = [np.random.default_rng(row).choice([-1.0, 1.0], WIDTH) for row in rows]
    return np.array(made, dtype=np.float32) / np.float32(np.sqrt(WIDTH))


def codes(*rows: int) -> bytes:
    return pack(signs(*rows)).tobytes()


def test_signs_are_packed_eight_to_a_byte() -> None:
    packed = pack(np.array([[1, -1, 1, 1, 0, -2, 3, -1]], dtype=np.float32))
    assert packed.tolist() == [[0b10110010]]


def test_each_piece_looks_for_the_nearest_and_counts_by_its_length() -> None:
    question = signs(1, 2) * np.array([[0.75], [0.25]], dtype=np.float32)
    both, first, second, none = max_sim(question, [codes(2, 9, 1), codes(1), codes(2), codes(9)])
    chance = float(signs(1)[0] @ signs(2)[0])
    assert both == pytest.approx(1)
    assert first == pytest.approx(0.75 + 0.25 * chance)
    assert second == pytest.approx(0.25 + 0.75 * chance)
    assert none < second < first


def test_a_passage_without_pieces_is_like_nothing_wherever_it_stands() -> None:
    question = signs(1)
    assert max_sim(question, [b"", codes(1), b"", b""]).tolist() == pytest.approx([0, 1, 0, 0])
    assert max_sim(question, []).shape == (0,)


def test_passages_read_in_parts_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    passages = [codes(*range(n, n + 1 + n % 7)) for n in range(40)]
    question = signs(100, 12, 13) / 3
    whole = max_sim(question, passages)
    monkeypatch.setattr(index.retrieval.late_interaction, "_COMPONENTS_AT_ONCE", 5 * WIDTH)
    np.testing.assert_allclose(max_sim(question, passages), whole, atol=1e-6)
    np.testing.assert_allclose(UnpackedTokens(passages, WIDTH).max_sim(question), whole, atol=1e-6)


def test_what_stands_close_together_is_worth_more_than_what_is_scattered() -> None:
    question, filler = signs(1, 2) / 2, list(range(1000, 1158))
    together, scattered = max_sim(
        question, [codes(*filler[:40], 1, 2, *filler[40:]), codes(1, *filler, 2)]
    )
    chance = 0.015 * np.log(160 / 90)
    assert together == pytest.approx(1 - chance, abs=1e-5)
    # Half of the question is missing in the best stretch, but for what comes near by chance.
    assert 0.75 - chance < scattered < 0.95 - chance


def test_a_long_passage_pays_for_what_it_finds_by_chance_and_a_short_one_gets_nothing() -> None:
    question = signs(1)
    short, ordinary, long = max_sim(
        question, [codes(1), codes(1, *range(1000, 1089)), codes(1, *range(1000, 1899))]
    )
    assert short == pytest.approx(1)
    assert ordinary == pytest.approx(1)
    assert long == pytest.approx(1 - 0.015 * np.log(10))


class Pieces:
    """The pieces of passages by key."""

    def __init__(self, codes_by_key: dict[int, bytes]) -> None:
        self.codes = codes_by_key

    def token_codes(self, keys: list[int]) -> dict[int, bytes]:
        return {key: self.codes[key] for key in keys if key in self.codes}


def test_passages_scored_in_parts_score_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = FakeTokenEncoder()
    read = encoder.read_passages([f"la neige fond {n}" for n in range(7)])
    keys = np.arange(7, dtype=np.int64)
    vectors = build_vectors(keys, np.stack([one.vector for one in read]))
    retriever = DenseRetriever(vectors, Pieces({n: one.codes for n, one in enumerate(read)}))
    (question,) = encoder.read_queries(["neige 3"])
    whole = retriever.scores(question, keys)
    monkeypatch.setattr("index.retrieval.dense._SCORED_AT_ONCE", 2)
    assert retriever.scores(question, keys) == pytest.approx(whole)


def test_the_lane_finds_by_vectors_and_weighs_by_pieces() -> None:
    encoder = FakeTokenEncoder()
    texts = ["la neige fond au soleil", "le soleil fond sur la plage", "un chat dort"]
    read = encoder.read_passages(texts)
    keys = np.array([3, 5, 8], dtype=np.int64)
    vectors = build_vectors(keys, np.stack([one.vector for one in read]))
    # The passage 8 has no piece: its cosine alone speaks for it.
    retriever = DenseRetriever(vectors, Pieces({3: read[0].codes, 5: read[1].codes}))
    (question,) = encoder.read_queries(["la neige fond"])
    assert retriever.nearest(question, 2).tolist() == [3, 5]
    similarity, bare = retriever.scores(question, keys), Question(question.vector)
    cosines = retriever.scores(bare, keys)
    assert cosines == pytest.approx(vectors.scores(question.vector, keys))
    assert similarity[0] > similarity[1] > similarity[2]
    assert similarity[2] == pytest.approx(cosines[2] / 3)
    assert retriever.level(question) != retriever.level(bare)
    assert retriever.level(bare) == vectors.level(question.vector)


def test_a_lane_without_any_piece_has_the_level_of_its_vectors() -> None:
    encoder = FakeTokenEncoder()
    (passage,), (question,) = encoder.read_passages(["neige"]), encoder.read_queries(["neige"])
    vectors = build_vectors(np.array([1], dtype=np.int64), passage.vector.reshape(1, -1))
    assert DenseRetriever(vectors, Pieces({})).level(question) == vectors.level(question.vector)
