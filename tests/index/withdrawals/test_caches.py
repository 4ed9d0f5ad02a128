"""The kept answers of servers go as soon as the network gives something withdrawn again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from index.building.build import build_archive
from index.maintenance.withdraw import Selector, withdraw
from index.withdrawals.caches import without_withdrawn_answers
from tests.durability.corpus import Blog
from tests.fakes import FakeEncoder

BLOG = Blog()


@pytest.mark.parametrize(
    ("source", "n_post", "is_kept"),
    [
        ("https://exemple.org/", 3, False),
        ("https://exemple.org/", 2, True),
        ("pages/", 3, True),
    ],
)
def test_the_cache_goes_when_the_network_gives_a_withdrawn_text(
    tmp_path: Path, source: str, n_post: int, *, is_kept: bool
) -> None:
    archive, cache = tmp_path / "archive", tmp_path / "cache"
    encoder = FakeEncoder(8)
    build_archive(archive, BLOG.posts(4), encoder)
    withdraw(archive, Selector("id", f"{BLOG.post(3).doc_id}#c2"), encoder=encoder)
    cache.mkdir()
    (cache / f"{0:064x}.json").write_text("un texte retiré", encoding="utf-8")
    read = [replace(BLOG.post(n_post), source=source)]
    assert list(without_withdrawn_answers(read, archive, cache)) == read
    assert any(cache.glob("*")) is is_kept
