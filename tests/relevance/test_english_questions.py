"""The English questions belong to the development sets, and what they lose is measured."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from bench.english import measure_languages, read_questions, thinned
from bench.tune_fusion import load_set
from index.encoders.load import load_encoder

# nDCG@10 x 100 of the hybrid, as measured with the bundled model (61.5) less two points.
FLOORS = {"mesconseilscovid": 59.5}


@pytest.fixture(autouse=True)
def sets(repository: Path) -> Path:
    """The folder of the development sets."""
    shared = Path(os.environ.get("ARCHIBLOGUE_SHARED", repository.parent / "shared"))
    folder = shared / "data" / "eval"
    if not folder.is_dir():
        pytest.skip(f"needs the development sets, and there is no folder {folder}")
    return folder


def test_a_hundred_questions_are_those_of_the_sets() -> None:
    questions = read_questions()
    assert Counter({name: len(of_set) for name, of_set in questions.items()}) == Counter(
        {"mesconseilscovid": 30, "spf_qr": 30, "cdtn": 20, "piaf": 20}
    )
    for name, of_set in questions.items():
        judged = load_set(name)
        assert set(of_set) <= set(judged.judged), name
        assert all(of_set[query_id] != judged.queries[query_id] for query_id in of_set)
        kept = thinned(judged, tuple(of_set))
        assert set(kept.judged) == set(of_set)
        assert len(kept.documents) <= len(judged.documents)


@pytest.mark.gate
@pytest.mark.encoder
@pytest.mark.parametrize("name", FLOORS)
def test_an_english_question_finds_what_it_found(name: str) -> None:
    found = measure_languages(name, read_questions()[name], load_encoder())
    assert found["english"]["hybrid"] >= FLOORS[name], found
