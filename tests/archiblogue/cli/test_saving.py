"""`save`, `searches`, `new` as a person types them."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import feedparser
import pytest

from tests.archiblogue.cli.conftest import Archiblogue

QUESTION = "limaces et cendre au potager"
PAGE = """La cendre et les limaces

Publié le 12 mai 2010 par Anne

La cendre éloigne les limaces du potager pendant toute une semaine de beau temps, dit ma voisine.
"""


@pytest.fixture
def own(tmp_path: Path, seed_archive: Path) -> Path:
    """A copy of the archive of the seeds."""
    return Path(shutil.copytree(seed_archive, tmp_path / "archive"))


def test_from_saving_to_the_feed(archiblogue: Archiblogue, own: Path, tmp_path: Path) -> None:
    def call(*arguments: object, code: int = 0) -> str:
        outcome = archiblogue(*arguments, "--archive", own)
        assert outcome.code == code, outcome.err
        return outcome.out

    call("save", "mots", QUESTION, "--mode", "lexical", "--after", "2009")
    call("save", "sens", QUESTION, "--mode", "dense")
    call("save", "mots", QUESTION, code=2)
    assert "limaces et cendre au potager après:2009" in call("searches")
    outcome = archiblogue("new", "--all", "--archive", own)
    assert (outcome.code, outcome.out) == (0, "")
    assert "Rien de nouveau" in outcome.err
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "cendre.txt").write_text(PAGE, encoding="utf-8")
    call("build", pages)
    feed = tmp_path / "fil.xml"
    assert "1\u00a0nouveau passage" in call("new", "mots", "--peek")
    rows = list(csv.DictReader(io.StringIO(call("new", "mots", "--peek", "--csv"), newline="")))
    assert [row["search"] for row in rows] == ["mots"]
    # A feed that cannot be written loses nothing.
    call("new", "--all", "--atom", tmp_path / "rien" / "fil.xml", code=1)
    value = archiblogue("new", "--all", "--json", "--atom", feed, "--archive", own).value
    assert [(one["name"], len(one["hits"])) for one in value] == [("mots", 1), ("sens", 1)]
    assert "cendre" in value[0]["hits"][0]["text"]
    assert len(feedparser.parse(io.BytesIO(feed.read_bytes())).entries) == 2
    again = archiblogue("new", "--all", "--json", "--atom", feed, "--archive", own).value
    assert [len(one["hits"]) for one in again] == [0, 0]
    assert len(feedparser.parse(io.BytesIO(feed.read_bytes())).entries) == 2
    call("searches", "--remove", "sens")
    listed = archiblogue("searches", "--json", "--archive", own).value
    assert [one["n_announced"] for one in listed] == [1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("new",), "--all"),
        (("new", "a", "--all"), "--all"),
        (("new", "absente"), "pas de recherche gardée"),
        (("searches", "--remove", "absente"), "pas de recherche gardée"),
        (("save", "a/b", "question"), "servir de nom"),
        (("save", "a", "auteur:"), "n’a pas de valeur"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(
    archiblogue: Archiblogue, own: Path, arguments: tuple[str, ...], said: str
) -> None:
    outcome = archiblogue(*arguments, "--archive", own)
    assert outcome.code == 2
    assert said in outcome.err
