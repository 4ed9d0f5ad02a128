"""The questions over the seed pages find their passages.

The questions were written with few words of the passages in them, so this measures meaning. The
floors are in `floors.json`; `python -m bench.floors --write` raises them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.floors import SeedQuality, measure_seeds
from index.analysis.terms import iter_words, query_terms
from index.archive import Archive, open_archive
from index.building.build import build_archive
from index.encoders.load import load_encoder
from index.evaluation.beir import read_queries
from index.model import Mode, Query
from ingest.pipeline import ingest

HERE = Path(__file__).parent
FLOORS: dict[str, dict[str, float]] = json.loads(
    (HERE / "floors.json").read_text(encoding="utf-8")
)["seed questions"]


@pytest.fixture(scope="module")
def measured(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, SeedQuality]:
    """What each mode reaches on the archive of the seeds."""
    return measure_seeds(repository, tmp_path_factory.mktemp("seeds"), load_encoder())


@pytest.fixture(scope="module")
def seed_archive(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """The archive of the seeds, open."""
    folder, encoder = tmp_path_factory.mktemp("seeds") / "archive", load_encoder()
    build_archive(folder, ingest([str(repository / "seeds")]), encoder)
    with open_archive(folder, encoder=encoder) as archive:
        yield archive


@pytest.mark.gate
@pytest.mark.encoder
@pytest.mark.parametrize("mode", list(Mode))
def test_the_ranking_is_no_worse_than_its_floor(
    mode: Mode, measured: dict[str, SeedQuality]
) -> None:
    assert measured[mode.value]["ndcg@10"] >= FLOORS[mode.value]["ndcg@10"], measured


@pytest.mark.gate
@pytest.mark.encoder
def test_a_right_passage_is_among_the_first_three(measured: dict[str, SeedQuality]) -> None:
    found, floor = measured["hybrid"]["success@3"], FLOORS["hybrid"]["success@3"]
    assert found >= floor, f"{found} % of the questions instead of {floor} %"


@pytest.mark.gate
@pytest.mark.encoder
def test_hybrid_is_not_below_its_lanes(measured: dict[str, SeedQuality]) -> None:
    # One question of the sixty-four weighs 1.6 points: less is no difference between two rankings.
    best = max(measured["dense"]["ndcg@10"], measured["lexical"]["ndcg@10"])
    assert measured["hybrid"]["ndcg@10"] >= best - 1.6, measured


@pytest.mark.gate
@pytest.mark.encoder
def test_what_the_pages_do_not_answer_is_told(seed_archive: Archive) -> None:
    flagged = {
        name: [
            seed_archive.search(Query(text)).confident is False
            for text in read_queries(HERE / "seeds" / f"{name}.jsonl").values()
        ]
        for name in ("unanswerable", "queries")
    }
    assert sum(flagged["unanswerable"]) >= 0.9 * len(flagged["unanswerable"])
    assert sum(flagged["queries"]) <= 0.1 * len(flagged["queries"])


@pytest.mark.gate
@pytest.mark.encoder
def test_a_word_typed_alone_is_found_where_it_stands(seed_archive: Archive) -> None:
    # The vector of a bare word says little: the passages that only sound like it come after.
    texts = [hit.text for hit in seed_archive.iter_passages()]
    held = Counter(term for text in texts for term in set(query_terms(text)))
    words = {word.form for text in texts for word in iter_words(text) if len(word.form) > 5}
    rare = sorted(w for w in words if [held[t] for t in query_terms(w)] == [1])[::6]
    firsts = {word: seed_archive.search(Query(word, expand=False)).hits[0].text for word in rare}
    assert len(rare) >= 50
    missed = [one for one in rare if query_terms(one)[0] not in query_terms(firsts[one])]
    assert len(missed) <= 0.02 * len(rare), missed
