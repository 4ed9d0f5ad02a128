"""A sentence of the seed pages, pasted as a question, finds its passage first.

`python -m bench.pasted` measures the same on any archive.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from bench.pasted import WAYS, found_first, sentences_of
from index.archive import Archive, open_archive
from index.building.build import build_archive
from index.model import Mode
from index.retrieval.pasted import lead_with_pasted
from index.retrieval.ranker import Candidates
from ingest.pipeline import ingest
from tests.fakes import FakeEncoder

FEWEST_IN_100 = 98.0
FIRST = "La cendre éloigne les limaces du potager pendant tout un hiver humide."
SECOND = "Pendant tout un hiver humide, les limaces du potager : la cendre éloigne."


@pytest.fixture(scope="module")
def archive(seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """The archive of the seeds, with an encoder that only sees words."""
    folder = tmp_path_factory.mktemp("seeds") / "archive"
    build_archive(folder, ingest([str(seeds)]), FakeEncoder())
    with open_archive(folder, encoder=FakeEncoder()) as opened:
        yield opened


@pytest.mark.gate
@pytest.mark.parametrize("way", list(WAYS))
@pytest.mark.parametrize("mode", [Mode.HYBRID, Mode.LEXICAL])
def test_its_passage_is_first(archive: Archive, way: str, mode: Mode) -> None:
    pairs = sentences_of(archive)
    assert len(pairs) > 60
    assert found_first(archive, pairs, WAYS[way], mode) >= FEWEST_IN_100


def candidates() -> Candidates:
    scores = np.array([0.8, 0.5, 0.4], dtype=np.float32)
    return Candidates(np.array([7, 8, 9], dtype=np.int64), scores, None, None)


def read(rows: Sequence[int]) -> dict[int, str]:
    texts = {7: SECOND, 8: FIRST, 9: "Rien de tout cela."}
    return {row: texts[row] for row in rows}


def test_what_repeats_the_words_in_their_order_is_raised() -> None:
    coverage = np.array([1.0, 1.0, 0.1], dtype=np.float32)
    led = lead_with_pasted(candidates(), FIRST, coverage, read)
    assert led.scores[1] == pytest.approx(1.0)
    assert led.scores[1] > led.scores[0]
    assert led.scores[2] == pytest.approx(0.4)


def test_short_questions_and_those_of_other_words_are_left_alone() -> None:
    found = candidates()
    every, few = (np.full(3, share, dtype=np.float32) for share in (1.0, 0.2))
    assert lead_with_pasted(found, "la cendre éloigne les limaces", every, read) is found
    assert lead_with_pasted(found, FIRST, few, read) is found
