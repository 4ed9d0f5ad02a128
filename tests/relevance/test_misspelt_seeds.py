"""Sentences of the seed pages find their passages whatever errors are typed into them.

`python -m bench.misspelt` measures the same on the development sets.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.misspelt import Change, in_every_long_word, in_one_word, without_apostrophes
from index.analysis.sentences import split_sentences
from index.archive import Archive, open_archive
from index.building.build import build_archive
from index.model import Mode, Query
from ingest.pipeline import ingest
from tests.fakes import FakeEncoder

FEWEST_WORDS, MOST_WORDS = 5, 24
# Measured on 112 sentences: nothing lost; 16, 3 and 1 points as they are typed.
MOST_LOST = 2.0


@pytest.fixture(scope="module")
def archive(seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """The archive of the seeds, with an encoder that is not asked."""
    folder = tmp_path_factory.mktemp("seeds") / "archive"
    build_archive(folder, ingest([str(seeds)]), FakeEncoder())
    with open_archive(folder, encoder=FakeEncoder()) as opened:
        yield opened


@pytest.fixture(scope="module")
def sentences(archive: Archive) -> list[tuple[str, str]]:
    """The sentences of a fair length, each with the text of its passage."""
    found = []
    for hit in archive.iter_passages():
        parts = (hit.text[span.start : span.end] for span in split_sentences(hit.text))
        found += [
            (hit.text, one)
            for one in parts
            if FEWEST_WORDS <= len(one.split()) <= MOST_WORDS and not set(one) & set('"«')
        ]
    return found


def found_first(
    archive: Archive, sentences: list[tuple[str, str]], change: Change, *, as_typed: bool = False
) -> float:
    """How many sentences in 100 find their passage first once they are changed."""
    chance = random.Random(14)
    right = 0
    for text, sentence in sentences:
        query = Query(change(sentence, chance), k=1, mode=Mode.LEXICAL, as_typed=as_typed)
        right += any(hit.text == text for hit in archive.search(query))
    return 100 * right / len(sentences)


def as_it_is(text: str, _: random.Random) -> str:
    return text


@pytest.mark.gate
@pytest.mark.parametrize("change", [in_every_long_word, in_one_word, without_apostrophes])
def test_errors_cost_little(
    archive: Archive, sentences: list[tuple[str, str]], change: Change
) -> None:
    assert len(sentences) > 80
    clean = found_first(archive, sentences, as_it_is)
    assert found_first(archive, sentences, change) >= clean - MOST_LOST


@pytest.mark.gate
def test_without_correction_they_cost_much(
    archive: Archive, sentences: list[tuple[str, str]]
) -> None:
    clean = found_first(archive, sentences, as_it_is)
    assert found_first(archive, sentences, in_every_long_word, as_typed=True) < clean - 5


def test_sentences_as_they_are_are_not_corrected(
    archive: Archive, sentences: list[tuple[str, str]]
) -> None:
    corrected = [one for _, one in sentences if archive.searcher.plan(Query(one)).corrections]
    assert corrected == []


def test_a_correction_takes_a_millisecond(archive: Archive) -> None:
    texts = [f"gestionaire de comunauté numéro {n}" for n in range(40)]
    archive.searcher.plan(Query("gestionaire", mode=Mode.LEXICAL))  # what is read once
    took: list[list[float]] = []
    for as_typed in (False, True):
        took.append([])
        for text in texts:
            started = time.process_time()
            archive.searcher.plan(Query(text, mode=Mode.LEXICAL, as_typed=as_typed))
            took[-1].append(time.process_time() - started)
    corrected, plain = (sorted(times)[len(times) // 2] for times in took)
    # Two unknown words: 0.9 ms of CPU measured, each word a millisecond at most; room for a slow
    # machine.
    assert corrected - plain < 8e-3
