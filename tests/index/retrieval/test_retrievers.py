"""Vectors, postings and their fusion, apart from any archive."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import index.retrieval.vectors
from index.analysis.terms import index_terms
from index.encoders.embedding import PlacedText, embed_passages
from index.retrieval.bm25 import BM25, LexicalIndex, PostingsBuilder
from index.retrieval.fusion import FusionContext, fuse
from index.retrieval.vectors import VectorIndex, build_vectors, load_vectors
from ingest.errors import IntegrityError
from tests.fakes import FakeEncoder

TEXTS = ["le chat dort", "le chat, le chat et le chien", "un oiseau", "chien chien chien"]


class Memory:
    """Postings of TEXTS under keys 10, 20, 30, 40."""

    def __init__(self) -> None:
        builder = PostingsBuilder()
        self.keys = np.array([10, 20, 30, 40], dtype=np.int64)
        for key, text in zip([40, 10, 30, 20], [3, 0, 2, 1], strict=True):
            title = "Mon oiseau" if key == 40 else ""
            builder.add(key, index_terms(TEXTS[text]), index_terms(title))
        self.packed = {term: packed for term, _, packed in builder.finish()}
        self.lengths = dict(
            zip(("text_lengths", "title_lengths"), builder.lengths(self.keys), strict=True)
        )

    def postings(self, terms: Sequence[str]) -> dict[str, bytes]:
        return {term: self.packed[term] for term in terms if term in self.packed}

    def array(self, name: str) -> NDArray[np.generic]:
        return self.keys if name == "keys" else self.lengths[name]


def test_bm25_is_the_formula() -> None:
    index = LexicalIndex(Memory(), BM25(k1=1.5, b=0.6, title=0.5))
    lengths = np.array([2, 3, 1, 3 + 0.5], dtype=float)
    idf = np.log(1 + (4 - 2 + 0.5) / (2 + 0.5))
    norms = 1.5 * (1 - 0.6 + 0.6 * lengths / lengths.mean())
    expected = [idf * 1 * 2.5 / (1 + norms[0]), idf * 2 * 2.5 / (2 + norms[1]), 0, 0]
    assert index.score({"chat": 1.0}) == pytest.approx(expected, rel=1e-5)
    bird = index.score({"oiseau": 1.0})
    assert bird[2] > bird[3] > 0
    assert index.idf("inconnu") > index.idf("chat")
    assert index.holding(["chat", "chien"]).tolist() == [False, True, False, False]
    assert index.holding(["oiseau"]).tolist() == [False, False, True, False]
    assert index.holding([]).tolist() == [False] * 4


def test_the_word_as_typed_breaks_a_tie() -> None:
    builder = PostingsBuilder()
    for key, text in ((1, "des cheval"), (2, "des chevaux")):
        builder.add(key, index_terms(text), [])
    keys = np.array([1, 2], dtype=np.int64)
    source = Memory()
    source.keys = keys
    source.packed = {term: packed for term, _, packed in builder.finish()}
    source.lengths = dict(
        zip(("text_lengths", "title_lengths"), builder.lengths(keys), strict=True)
    )
    index = LexicalIndex(source)
    plain = index.score({"cheval": 1.0})
    assert plain[0] == plain[1]
    typed = index.score({"cheval": 1.0}, {"=chevaux": 1.0})
    assert typed[1] > typed[0] > 0


def vectors(n: int, dimension: int = 16) -> NDArray[np.float32]:
    made = np.random.default_rng(5).normal(size=(n, dimension)).astype(np.float32)
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), dtype=np.float32)


@pytest.fixture(params=["flat", "inverted file"])
def found(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> VectorIndex:
    """600 vectors under the keys 3, 5, 7 …, exact or not."""
    if request.param == "inverted file":
        monkeypatch.setattr(index.retrieval.vectors, "MAX_FLAT_VECTORS", 100)
    return build_vectors(np.arange(600, dtype=np.int64) * 2 + 3, vectors(600))


def test_the_nearest_vector_is_itself(found: VectorIndex) -> None:
    keys, scores = found.search(vectors(600)[17], 5)
    assert keys[0] == 17 * 2 + 3
    assert scores[0] == pytest.approx(1.0, abs=0.02)
    assert list(scores) == sorted(scores, reverse=True)
    assert found.reconstruct(np.array([37])) == pytest.approx(vectors(600)[17:18], abs=0.02)


def test_only_allowed_keys_come_back_and_never_minus_one(found: VectorIndex) -> None:
    for n_allowed in (3, 40, 500):
        allowed = np.arange(n_allowed, dtype=np.int64) * 2 + 3
        keys, _ = found.search(vectors(600)[599], 10, allowed)
        assert len(keys) == min(10, n_allowed)
        assert set(keys.tolist()) <= set(allowed.tolist())
    assert len(found.search(vectors(600)[0], 5, np.zeros(0, dtype=np.int64))[0]) == 0


def test_asking_for_more_than_there_is(found: VectorIndex) -> None:
    keys, _ = found.search(vectors(600)[0], 10_000)
    assert -1 not in keys
    assert len(set(keys.tolist())) == len(keys)


def test_an_unknown_key_has_no_vector(found: VectorIndex) -> None:
    with pytest.raises(KeyError):
        found.reconstruct(np.array([4], dtype=np.int64))


def test_the_level_of_ordinary_passages(found: VectorIndex) -> None:
    cosines = vectors(600) @ vectors(600)[8]
    mean, spread = found.level(vectors(600)[8])
    assert mean == pytest.approx(cosines.mean(), abs=0.01)
    assert spread == pytest.approx(cosines.std(), abs=0.02)


def test_saved_and_loaded(found: VectorIndex, tmp_path: Path) -> None:
    found.save(tmp_path / "v")
    again = load_vectors(tmp_path / "v")
    assert (
        again.search(vectors(600)[3], 4)[0].tolist() == found.search(vectors(600)[3], 4)[0].tolist()
    )
    (tmp_path / "v").write_bytes(b"rien")
    with pytest.raises(IntegrityError):
        load_vectors(tmp_path / "v")


def test_fusion_keeps_what_both_lanes_agree_on() -> None:
    dense = np.array([0.9, 0.5, 0.1], dtype=np.float32)
    lexical = np.array([9.0, 5.0, 0.0], dtype=np.float32)
    fused = fuse(dense, lexical, FusionContext(mean=0.1, spread=0.1))
    assert fused.argsort().tolist() == [2, 1, 0]
    assert fused.min() >= 0.0
    assert fused.max() <= 1.0


def test_fusion_follows_the_dense_lane_when_no_word_is_known() -> None:
    dense = np.array([0.1, 0.7, 0.3], dtype=np.float32)
    fused = fuse(dense, np.zeros(3, dtype=np.float32), FusionContext(mean=0.1, spread=0.1))
    assert fused.argsort().tolist() == [0, 2, 1]


def test_fusion_of_nothing_and_of_one() -> None:
    empty = np.zeros(0, dtype=np.float32)
    assert len(fuse(empty, empty, FusionContext())) == 0
    one = fuse(np.ones(1, dtype=np.float32), np.zeros(1, dtype=np.float32), FusionContext())
    assert np.isfinite(one).all()


def test_what_stands_around_a_passage_moves_its_vector_a_little() -> None:
    encoder = FakeEncoder()
    passages = [PlacedText("la neige fond"), PlacedText("la neige fond", ("chronique du ski",))]
    plain, placed = embed_passages(passages, encoder).vectors
    (title,) = encoder.encode_passages(["chronique du ski"])
    (text,) = encoder.encode_passages(["la neige fond"])
    assert plain == pytest.approx(text, abs=1e-6)
    assert placed @ title > plain @ title
    assert placed @ text > 0.95
    assert np.linalg.norm(placed) == pytest.approx(1.0, abs=1e-6)
