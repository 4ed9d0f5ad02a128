"""Honest silence: the evidence, the model, the threshold of each archive."""

from __future__ import annotations

import json

import pytest

from index.archive import Archive
from index.building.calibration import off_topic_questions, own_questions, place_threshold
from index.model import Mode, Query
from index.retrieval.confidence import (
    FEATURES,
    Calibration,
    Evidence,
    Words,
    gather_evidence,
    is_answered,
    known_modes,
    load_model,
    models_for,
    read_calibration,
)


def test_the_bundled_questions_are_many_and_distinct() -> None:
    questions = off_topic_questions()
    assert len(questions) >= 120
    assert len(set(questions)) == len(questions)


def test_a_model_is_bundled_for_each_way_of_searching() -> None:
    assert set(known_modes()) == {mode.value for mode in Mode}
    for mode in known_modes():
        model = load_model(mode)
        assert set(model.weights) <= set(FEATURES)
        assert all(scale > 0 for scale in model.scales.values())


@pytest.mark.parametrize("mode", ["hybrid", "lexical"])
def test_more_words_held_speak_for_an_answer(mode: str) -> None:
    few = Evidence(coverage=0.2, strength=0.1, unknown=0.5, held=0.3, n_terms=1.6)
    many = Evidence(coverage=0.9, strength=0.6, unknown=0.0, held=2.0, n_terms=1.6)
    model = load_model(mode)
    assert model.score(many) > model.score(few)


def test_no_candidate_is_no_evidence(archive: Archive) -> None:
    assert gather_evidence(None, Words({"mot": 1.0}), archive.searcher.lexical) == Evidence()


def test_a_calibration_is_read_as_it_was_written() -> None:
    calibration = Calibration({"hybrid": -0.5}, {"hybrid": "lexical"}, 128, 3, 0.9, 0.0)
    assert read_calibration(calibration.as_json()) == calibration
    assert read_calibration(None) is None
    assert read_calibration("{") is None
    assert read_calibration(json.dumps({"autre": 1})) is None


def test_without_calibration_nothing_is_said() -> None:
    assert is_answered(Evidence(), "hybrid", None) is None
    assert is_answered(Evidence(), "hybrid", Calibration({})) is None
    assert is_answered(Evidence(), "hybrid", Calibration({"hybrid": 0.0})) is None


def test_the_threshold_stays_where_foreign_questions_come_near() -> None:
    assert place_threshold("hybrid", 0.0, [0.5] * 100) == 0.0
    assert place_threshold("hybrid", 0.0, [-1.0] * 100) == 0.0
    assert place_threshold("hybrid", 0.0, []) == 0.0


def test_the_threshold_falls_where_all_that_is_foreign_is_far_and_not_without_end() -> None:
    assert place_threshold("hybrid", 0.0, [-3.0] * 100) == -1.5
    assert place_threshold("hybrid", 0.0, [-3.0] * 90 + [-2.0] * 10) == -0.5
    assert place_threshold("hybrid", 0.0, [-30.0] * 100) == -4.0
    # Words alone part what is answered from what is not too little for a margin.
    assert place_threshold("lexical", 0.0, [-3.0] * 100) == -3.0


def test_the_threshold_falls_when_own_titles_would_be_flagged() -> None:
    assert place_threshold("hybrid", 0.0, [1.0] * 100, [-0.4] * 50) == pytest.approx(-0.4)
    assert place_threshold("hybrid", 0.0, [1.0] * 100, [-9.0] * 50) == -4.0
    assert place_threshold("hybrid", 0.0, [1.0] * 100, [-9.0] * 3) == 0.0  # too few to tell


def test_own_questions_are_titles_that_say_something(archive: Archive) -> None:
    headings = list(archive.store.headings())
    found = own_questions(headings)
    assert set(found) <= set(headings)
    assert "Le potager en ville" not in found  # two words only
    assert all(len(text.split()) >= 3 for text in found)


def test_each_build_is_calibrated(archive: Archive) -> None:
    calibration = archive.calibration
    assert calibration is not None
    assert calibration.n_foreign >= 120
    # The models were fitted on another encoder than this one: words alone are judged.
    assert dict(calibration.models) == {"hybrid": "lexical", "lexical": "lexical"}
    assert set(calibration.thresholds) == {"hybrid", "lexical"}
    assert calibration.foreign_flagged >= 0.8


@pytest.mark.parametrize("mode", [Mode.HYBRID, Mode.LEXICAL])
def test_an_answer_is_told_from_its_absence(archive: Archive, mode: Mode) -> None:
    answered = archive.search(Query("Comment éloigner les limaces avec la cendre ?", mode=mode))
    assert answered.confident is True
    assert {hit.confident for hit in answered.hits} == {True}
    foreign = archive.search(Query("Qui commandait la flotte à Trafalgar ?", mode=mode))
    assert foreign.confident is False
    assert {hit.confident for hit in foreign.hits} <= {False}


@pytest.mark.parametrize(
    "nonsense",
    [
        "a" * 3000,
        "a " * 1000,
        "aaaa",
        "qsdfgh jklm",
        "azertyuiop",
        "de la le les",
        "que",
        "123456789",
    ],
)
def test_nonsense_is_not_answered(archive: Archive, nonsense: str) -> None:
    assert archive.search(Query(nonsense)).confident is False


def test_no_known_word_takes_more_than_a_lowered_threshold() -> None:
    calibration = Calibration({"lexical": -9.0}, {"lexical": "lexical"})
    assert is_answered(Evidence(unknown=0.9, n_terms=1.0), "lexical", calibration) is True
    assert is_answered(Evidence(unknown=1.0, n_terms=1.0), "lexical", calibration) is False


def test_another_encoder_is_judged_by_words_alone() -> None:
    assert models_for("autre", "1") == {"hybrid": "lexical", "lexical": "lexical"}


def test_a_dense_search_with_another_encoder_is_not_judged(archive: Archive) -> None:
    assert archive.search(Query("limaces", mode=Mode.DENSE)).confident is None


def test_nothing_found_is_not_confident(archive: Archive) -> None:
    assert archive.search(Query("xylophone", mode=Mode.LEXICAL)).confident is False


def test_the_verdict_does_not_depend_on_k(archive: Archive) -> None:
    for text in ("limaces", "flotte de Trafalgar", "coquilles d’œufs contre les limaces"):
        verdicts = {archive.search(Query(text, k=k)).confident for k in (1, 3, 50)}
        assert len(verdicts) == 1


def test_the_json_says_it(archive: Archive) -> None:
    record = archive.search(Query("limaces")).hits[0].as_record()
    assert record["confident"] in {True, False}
    assert record["retrievers"]
    assert all(start < end for start, end in record["matches"])
