"""Text dumps of pages, made with two public extractors, against the comments that they hold.

The pages written for each platform are in the repository; the real ones, with their own feeds'
comments or those that their HTML reading finds, are not: without them the gate says so. Floors
are in `dump_floors.json`, with the hash of what they were measured on; `python -m
tests.pages.dumps --pin` writes them, and a floor that falls takes a line in CHANGELOG.md.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import pytest

from tests.pages.dumps import (
    FLOORS,
    Dump,
    Score,
    blog_dumps,
    by_extractor,
    corpus_hash,
    gold_dumps,
    own_dumps,
    score_dumps,
    shared_pages,
)
from tests.pages.variants import CHANGES, lost_words, make_variants, thread_pages

pytestmark = pytest.mark.gate

PINNED: dict[str, Any] = json.loads(FLOORS.read_text(encoding="utf-8"))
N_VARIANTS = 120  # `make torture` makes 1,000


def dumps_of(name: str) -> list[Dump]:
    if name == "own":
        return list(own_dumps())
    folder = shared_pages()
    if folder is None:
        pytest.skip("pages réelles absentes : ARCHIBLOGUE_SHARED désigne leur dossier")
    return list(gold_dumps(folder) if name == "gold" else blog_dumps(folder))


@lru_cache(maxsize=3)
def measured(name: str) -> tuple[str, dict[str, Score]]:
    dumps = dumps_of(name)
    return corpus_hash(dumps), by_extractor(score_dumps(dumps))


@pytest.mark.parametrize("name", ["own", "gold", "blogs"])
def test_floors_were_measured_on_these_pages(name: str) -> None:
    corpus, scores = measured(name)
    assert corpus == PINNED[name]["corpus_sha256"], (
        "pages changées : mesurer et épingler de nouveau"
    )
    assert sorted(scores) == sorted(PINNED[name]["extractors"])


@pytest.mark.parametrize(
    ("name", "extractor"),
    [(name, extractor) for name in PINNED for extractor in PINNED[name]["extractors"]],
)
def test_comments_of_dumps(name: str, extractor: str) -> None:
    _, scores = measured(name)
    score, floors = scores[extractor], PINNED[name]["extractors"][extractor]
    below = {
        key: (value, floors[key])
        for key, value in score.figures.items()
        if (value > floors[key] if key == "boilerplate" else value < floors[key])
    }
    assert not below, "\n".join(score.worst[:60])


def test_threads_changed_by_script_lose_nothing_that_readers_wrote() -> None:
    variants = make_variants(thread_pages(), N_VARIANTS)
    assert {name for v in variants for name in v.name.split()[1].split("+")} == set(CHANGES)
    assert {v.name: lost for v in variants if (lost := lost_words(v)[0])} == {}
