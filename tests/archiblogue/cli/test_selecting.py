"""`select` as a person types it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from index.export import FORMATS
from tests.archiblogue.cli.conftest import Archiblogue

QUESTION = "médias sociaux"


@pytest.fixture
def own(tmp_path: Path, seed_archive: Path) -> Path:
    """A copy of the archive of the seeds."""
    return Path(shutil.copytree(seed_archive, tmp_path / "archive"))


def test_from_a_search_a_list_and_an_export(
    archiblogue: Archiblogue, own: Path, tmp_path: Path
) -> None:
    def select(*arguments: object) -> str:
        outcome = archiblogue("select", *arguments, "--archive", own)
        assert outcome.code == 0, outcome.err
        return outcome.out

    select("add", "lecture", "--search", QUESTION, "-k", 5, "--mode", "lexical", "--tag", "métier")
    value = json.loads(select("show", "lecture", "--json"))
    assert [row["tags"] for row in value] == ["métier"] * 5
    ids = [row["passage_id"] for row in value]
    (tmp_path / "ids.txt").write_text("\n".join(ids[:3]), encoding="utf-8")
    select("add", "liste", "--file", tmp_path / "ids.txt")
    for name in ("csv", "csv-excel", "jsonl"):
        path = tmp_path / f"{name}.export"
        select("export", "lecture", "--format", name, "-o", path)
        select("add", name, "--file", path)
        assert [r["passage_id"] for r in json.loads(select("show", name, "--json"))] == ids
    select("remove", "liste", ids[0])
    assert json.loads(select("list", "--json"))[-1] == {"name": "liste", "n_passages": 2}
    select("merge", "liste", own / "selections" / "csv.jsonl")
    merged = [row["passage_id"] for row in json.loads(select("show", "liste", "--json"))]
    assert sorted(merged) == sorted(ids[1:])


def test_a_selection_leaves_in_every_format(
    archiblogue: Archiblogue, own: Path, tmp_path: Path
) -> None:
    add = ("select", "add", "s", "--search", QUESTION, "-k", 3, "--mode", "lexical")
    assert archiblogue(*add, "--archive", own).code == 0
    for name, chosen in FORMATS.items():
        path = tmp_path / f"{name}.{chosen.extension}"
        outcome = archiblogue(
            *("select", "export", "s", "--format", name, "-o", path, "--archive", own)
        )
        assert outcome.code == 0, outcome.err
        assert path.stat().st_size > 0
    by_name = archiblogue("export", "--selection", "s", "--format", "jsonl", "--archive", own)
    assert len(by_name.lines) == 3
    first = by_name.lines[0]["passage_id"]
    assert archiblogue("select", "remove", "s", first, "--archive", own).code == 0
    # The file itself may be given too: what was removed is not in it any more.
    path = own / "selections" / "s.jsonl"
    left = archiblogue("export", "--selection", path, "--format", "jsonl", "--archive", own)
    assert [one["passage_id"] for one in left.lines] == [
        one["passage_id"] for one in by_name.lines[1:]
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("ranger",), 2, "Choisissez add, list"),
        (("add", "s"), 2, "Quels passages garder"),
        (("add",), 2, "Quels passages garder"),
        (("show",), 2, "Donnez son nom"),
        (("show", "absente"), 2, "pas de sélection"),
        (("export", "absente"), 2, "pas de sélection"),
        (("remove", "s"), 2, "Quels passages enlever"),
        (("merge", "s"), 2, "Quels fichiers fusionner"),
        (("merge", "s", "/nulle/part.jsonl"), 2, "n’existe pas"),
        (("add", "s", "d-rien#p1"), 3, "n’est pas dans l’archive"),
        (("add", "../s", "d-rien#p1"), 2, "servir de nom"),
        (("add", "s", "d-rien#p1", "--tag", "a,b"), 2, "sans virgule"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(
    archiblogue: Archiblogue, own: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    outcome = archiblogue("select", *arguments, "--archive", own)
    assert outcome.code == code
    assert said in outcome.err
