"""Vectors, postings and their fusion, apart from any archive."""

from __future__ import annotations

import gc
import itertools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.analysis.phrases import phrase_terms
from index.analysis.terms import EXACT_MARK, index_terms
from index.encoders.embedding import PlacedText, embed_passages
from index.retrieval.bm25 import BM25, LexicalIndex
from index.retrieval.fusion import FusionContext, fuse
from index.retrieval.vectors import VectorIndex, VectorPart, build_vectors
from index.storage import vectors as vector_file
from index.storage.postings import LexicalPart, PassageTerms, join_postings, part_of
from index.storage.vectors import as_kept, open_vectors, vectors_in_memory, write_vectors
from ingest.errors import IntegrityError
from tests.fakes import FakeEncoder

TEXTS = ["le chat dort", "le chat, le chat et le chien", "un oiseau", "chien chien chien"]


class Memory:
    """Passages in memory, in segments after these places."""

    def __init__(self, passages: Sequence[PassageTerms], cuts: Sequence[int] = ()) -> None:
        edges = [0, *cuts, len(passages)]
        self.parts = [part_of(passages[a:b]) for a, b in itertools.pairwise(edges)]

    def lexical_parts(self) -> Sequence[LexicalPart]:
        return self.parts


def passages() -> list[PassageTerms]:
    """TEXTS, a title above the last one."""
    return [
        PassageTerms(
            index_terms(text),
            index_terms("Mon oiseau") if text == TEXTS[-1] else [],
            tuple(phrase_terms(text, index_terms(text))),
        )
        for text in TEXTS
    ]


def deleting(part: LexicalPart, row: int) -> LexicalPart:
    """The same without one of its rows."""
    return replace(part, live=np.arange(len(part.text_lengths)) != row)


def test_bm25_is_the_formula() -> None:
    index = LexicalIndex(Memory(passages()), BM25(k1=1.5, b=0.6, title=0.5))
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


@pytest.mark.parametrize("cuts", [(1,), (2, 3), (1, 2, 3)])
def test_scores_are_those_of_all_segments_and_of_what_is_left(cuts: tuple[int, ...]) -> None:
    asked = {"chat": 1.0, "oiseau": 2.0, "chien": 0.5}
    whole = LexicalIndex(Memory(passages()))
    cut = Memory(passages(), cuts)
    assert LexicalIndex(cut).score(asked).tolist() == whole.score(asked).tolist()
    less = LexicalIndex(Memory([*passages()[:1], *passages()[2:]]))
    place, row = (1, 0) if cuts[0] == 1 else (0, 1)
    cut.parts[place] = deleting(cut.parts[place], row)
    left = LexicalIndex(cut)
    assert left.n_rows == 3
    assert left.score(asked).tolist() == less.score(asked).tolist()
    assert (
        left.coverage(asked, np.arange(3)).tolist() == less.coverage(asked, np.arange(3)).tolist()
    )
    assert left.holding(["chat"]).tolist() == [True, False, False]


def test_the_word_as_typed_breaks_a_tie() -> None:
    made = [PassageTerms(index_terms(text)) for text in ("des cheval", "des chevaux")]
    index = LexicalIndex(Memory(made))
    plain = index.score({"cheval": 1.0})
    assert plain[0] == plain[1]
    typed = index.score({"cheval": 1.0}, {"=chevaux": 1.0})
    assert typed[1] > typed[0] > 0


PHRASES = [
    "Il y a longtemps, l’été, que ce n’est pas là.",
    "Y a-t-il 1 000 euros dans jean_pierre ?",
    "Écrivez à martin@exemple.org ou sur https://exemple.org/page.",
    "Aujourd’hui, les médias-sociaux ; e\u0301te\u0301 et Œuvre.",
    "Ce que je ne sais pas.",
]


@pytest.mark.parametrize(
    ("phrase", "rows"),
    [
        ("Il y a", [0]),
        ("y a", [0, 1]),
        ("ce n'est pas", [0]),
        ("pas là", [0]),
        ("l'été", [0, 3]),
        ("été", [0, 3]),
        ("000 euros", [1]),
        ("jean_pierre", [1]),
        ("martin", [2]),
        ("exemple.org", [2]),
        ("hui", [3]),
        ("médias", [3]),
        ("sociaux", [3]),
        ("Œuvre", [3]),
        ("que je ne sais", [4]),
        ("longtemps que", [0]),
        ("rien", []),
        ("je te", []),
    ],
)
def test_phrases_are_looked_up_stop_words_included(phrase: str, rows: list[int]) -> None:
    made = [
        PassageTerms(index_terms(text), (), tuple(phrase_terms(text, index_terms(text))))
        for text in PHRASES
    ]
    index = LexicalIndex(Memory(made, (2,)))
    assert np.flatnonzero(index.may_hold(phrase)).tolist() == rows


def test_a_single_stop_word_may_be_anywhere() -> None:
    assert LexicalIndex(Memory(passages())).may_hold("le").all()


def vectors(n: int, dimension: int = 16) -> NDArray[np.float32]:
    made = np.random.default_rng(5).normal(size=(n, dimension)).astype(np.float32)
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), dtype=np.float32)


@pytest.fixture(params=["whole", "in segments"])
def found(request: pytest.FixtureRequest) -> VectorIndex:
    """600 vectors under the keys 3, 5, 7 …, with others deleted between them or not."""
    ids, made = np.arange(600, dtype=np.int64) * 2 + 3, vectors(600)
    if request.param == "whole":
        return build_vectors(ids, made)
    every_other = np.arange(400) % 2 == 0
    deleted = VectorPart(vectors_in_memory(np.repeat(made[:200], 2, axis=0)), every_other)
    rest = [VectorPart(vectors_in_memory(made[a:b])) for a, b in ((200, 201), (201, 600))]
    return VectorIndex(ids, [deleted, *rest], 16)


def test_the_nearest_vector_is_itself(found: VectorIndex) -> None:
    keys, scores = found.search(vectors(600)[17], 5)
    assert keys[0] == 17 * 2 + 3
    assert scores[0] == pytest.approx(1.0, abs=0.02)
    assert list(scores) == sorted(scores, reverse=True)
    assert found.reconstruct(np.array([37])) == pytest.approx(vectors(600)[17:18], abs=0.02)


def test_only_allowed_keys_come_back_and_never_minus_one(found: VectorIndex) -> None:
    for n_allowed in (3, 40, 500):
        allowed = np.arange(600) < n_allowed
        keys, _ = found.search(vectors(600)[599], 10, allowed)
        assert len(keys) == min(10, n_allowed)
        assert set(keys.tolist()) <= set(found.ids[allowed].tolist())
    assert len(found.search(vectors(600)[0], 5, np.zeros(600, dtype=np.bool_))[0]) == 0


@pytest.mark.parametrize("n", [1, 40, 1000])
@pytest.mark.parametrize("n_few", [0, 2_048])
def test_the_nearest_come_back_and_all_that_is_near_enough(
    found: VectorIndex, n: int, n_few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_file, "_FEW_ROWS", n_few)
    vector, bar = vectors(600)[17], 0.3
    cosines = found.reconstruct(found.ids) @ vector
    for allowed in (
        np.ones(600, dtype=np.bool_),
        np.arange(600) % 3 > 0,
        np.arange(600) % 40 == 17,
    ):
        own = np.flatnonzero(allowed)
        best = own[np.argsort(-cosines[own], kind="stable")]
        n_near = np.count_nonzero(cosines[own] >= bar)
        keys, scores = found.nearest(vector, n, bar, None if allowed.all() else allowed)
        assert keys.tolist() == found.ids[best][: max(n, n_near)].tolist()
        assert scores == pytest.approx(cosines[best][: max(n, n_near)], abs=1e-6)
    assert len(found.nearest(vector, n, bar, np.zeros(600, dtype=np.bool_))[0]) == 0


def test_near_ones_that_no_sample_foretold_come_back_too() -> None:
    """Of 5,000 vectors none of the sampled ones is near, and 900 others are."""
    made = np.random.default_rng(3).normal(size=(5_000, 16)).astype(np.float32)
    is_near = (np.arange(5_000) % 4 > 0) & (np.arange(5_000) < 1_200)
    made[:, 0], made[is_near, 0] = -1.0, 40.0
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    found = build_vectors(np.arange(5_000, dtype=np.int64), made)
    keys, _ = found.nearest(np.eye(1, 16, dtype=np.float32)[0], 10, 0.9)
    assert set(keys.tolist()) == set(np.flatnonzero(is_near).tolist())


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


def test_the_cut_changes_no_similarity(found: VectorIndex) -> None:
    whole = build_vectors(np.arange(600, dtype=np.int64) * 2 + 3, vectors(600))
    for row in (0, 200, 599):
        asked = vectors(600)[row]
        keys, scores = whole.search(asked, 50)
        assert found.search(asked, 50)[0].tolist() == keys.tolist()
        assert found.search(asked, 50)[1] == pytest.approx(scores, abs=1e-6)


def clustered(n: int, dimension: int, seed: int) -> NDArray[np.float32]:
    """Unit vectors around a hundred subjects, as those of texts are."""
    subjects = np.random.default_rng(3).normal(size=(100, dimension))
    draws = np.random.default_rng(seed)
    made = subjects[draws.integers(0, 100, n)] + draws.normal(size=(n, dimension)) / 2
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), dtype=np.float32)


def test_the_hundred_nearest_are_those_of_single_precision() -> None:
    made, asked = clustered(4000, 64, 1), clustered(100, 64, 2)
    ids = np.arange(4000, dtype=np.int64)
    index = VectorIndex(ids, [VectorPart(vectors_in_memory(made))], 64)
    for allowed in (ids, ids[::2], ids[::20]):
        n_found = 0
        for vector in asked:
            exact = allowed[np.argsort(-(made[allowed] @ vector))[:100]]
            found, cosines = index.search(vector, 100, np.isin(ids, allowed))
            n_found += len(set(exact.tolist()) & set(found.tolist()))
            assert cosines == pytest.approx(made[found] @ vector, abs=1e-3)
        assert n_found / (100 * len(asked)) >= 0.99


def test_a_narrow_filter_compares_only_what_it_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    index = vectors_in_memory(clustered(2000, 64, 1))
    allowed = np.zeros(2000, dtype=np.bool_)
    allowed[[3, 700, 1500]] = True
    asked: list[tuple[int, object]] = []
    searched = vector_file.SegmentVectors._search

    def noting(self: object, vector: object, n: int, only: object = None) -> object:
        asked.append((n, only))
        return searched(self, vector, n, only)  # type: ignore[arg-type]

    monkeypatch.setattr(vector_file.SegmentVectors, "_search", noting)
    rows, cosines = index.search(clustered(1, 64, 4)[0], 10, allowed)
    assert sorted(rows.tolist()) == [3, 700, 1500]
    assert asked == [], "so few are compared by themselves"
    monkeypatch.setattr(vector_file, "_FEW_ROWS", 2)
    again, others = index.search(clustered(1, 64, 4)[0], 10, allowed)
    assert (again.tolist(), others) == (rows.tolist(), pytest.approx(cosines, abs=1e-6))
    assert [(n, only is allowed) for n, only in asked] == [(3, True)]


def test_what_a_file_keeps_is_what_was_written(tmp_path: Path) -> None:
    kept = as_kept(vectors(500))
    write_vectors(tmp_path / "vectors.faiss", kept)
    opened = open_vectors(tmp_path / "vectors.faiss")
    assert (len(opened), opened.dimension) == (500, 16)
    assert np.array_equal(opened.halves(), kept)
    assert np.array_equal(as_kept(opened.rows(np.array([7, 3]))), kept[[7, 3]])
    assert opened.search(vectors(500)[7], 1)[0].tolist() == [7]
    (tmp_path / "vectors.faiss").unlink()
    assert opened.search(vectors(500)[8], 1)[0].tolist() == [8], "a reader keeps what it opened"


def test_vectors_outlive_the_index_that_they_were_read_of(tmp_path: Path) -> None:
    write_vectors(tmp_path / "vectors.faiss", as_kept(vectors(500)))
    halves = open_vectors(tmp_path / "vectors.faiss").halves()
    gc.collect()
    assert np.array_equal(halves, as_kept(vectors(500)))


def test_no_passage_at_all_is_an_index_too(tmp_path: Path) -> None:
    write_vectors(tmp_path / "vectors.faiss", as_kept(vectors(0)))
    opened = open_vectors(tmp_path / "vectors.faiss")
    assert opened.halves().shape == (0, 16)
    assert len(opened.search(vectors(1)[0], 5)[0]) == 0


def test_a_file_that_is_no_index_is_refused(tmp_path: Path) -> None:
    (tmp_path / "vectors.faiss").write_bytes(b"IxPq" + bytes(90))
    with pytest.raises(IntegrityError, match="illisible"):
        open_vectors(tmp_path / "vectors.faiss")


def test_how_many_rows_hold_each_term_of_those_that_are_left() -> None:
    (part,) = Memory(passages()).parts
    every = dict(zip(part.postings.texts(), part.postings.n_rows_each().tolist(), strict=True))
    assert (every[b"chat"], every[b"chien"]) == (2, 2)
    live = np.array([False, True, True, True])
    left = dict(zip(part.postings.texts(), part.postings.n_rows_each(live).tolist(), strict=True))
    assert (left[b"chat"], left[b"chien"], left[f"{EXACT_MARK}dort".encode()]) == (1, 2, 0)


def test_a_word_said_very_often_is_counted_as_often() -> None:
    made = [PassageTerms(index_terms("chat " * n)) for n in (1, 31, 32, 200, 300)]
    whole, cut = LexicalIndex(Memory(made)), LexicalIndex(Memory(made, (2, 3)))
    for index in (whole, cut):
        ((_, rows, counts),) = index.occurrences(["chat"])
        assert rows.tolist() == [0, 1, 2, 3, 4]
        assert counts.tolist() == [1, 31, 32, 200, 255]
    first, second = (part.postings for part in Memory(made, (2, 3)).parts[:2])
    joined = join_postings([(first, np.arange(2)), (second, np.array([2]))])
    found = joined.find("chat")
    assert found is not None
    assert found.in_text.tolist() == [1, 31, 32]


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
