"""`export`, `replay` and `info --privacy` as a person types them."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
from pathlib import Path

import pytest

from index.export import FORMATS
from tests.archiblogue.cli.conftest import Archiblogue

QUESTION = "qui doit gérer les médias sociaux ?"


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration folder of the test's own."""
    folder = tmp_path / "config"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    return folder


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_question_goes_to_stdout_as_it_is_searched(
    archiblogue: Archiblogue, seed_archive: Path
) -> None:
    shown = archiblogue("search", QUESTION, "--archive", seed_archive, "-k", 7, "--json").value
    outcome = archiblogue("export", QUESTION, "--archive", seed_archive, "-k", 7)
    assert outcome.code == 0
    found = table(outcome.out)
    assert [row["passage_id"] for row in found] == [hit["passage_id"] for hit in shown["hits"]]
    assert "7\u00a0passages exportés." in outcome.err


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_written_to_a_file_and_its_columns_are_said(
    archiblogue: Archiblogue, seed_archive: Path, tmp_path: Path, name: str
) -> None:
    path = tmp_path / f"x.{FORMATS[name].extension}"
    arguments = ("export", QUESTION, "--archive", seed_archive, "--format", name, "-o", path)
    outcome = archiblogue(*arguments)
    assert outcome.code == 0, outcome.err
    assert outcome.out == ""
    assert path.stat().st_size
    assert [p.name for p in tmp_path.iterdir() if p.suffix == ".part"] == []
    said = archiblogue("export", "--help-format", name).out
    assert all(column in said for column in FORMATS[name].columns)
    to_stdout = archiblogue(*arguments[:-1], "-")
    assert to_stdout.code == (0 if FORMATS[name].is_text else 2)


def test_all_formats_are_explained_at_once(archiblogue: Archiblogue) -> None:
    said = archiblogue("export", "--help-format", "all").out
    assert all(f"{name} (." in said for name in FORMATS)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "rien n’est nommé"),
        (("a", "--corpus"), "2 choses"),
        (("--corpus", "--threads"), "--threads suit"),
        (("a", "--format", "docx"), "csv, csv-excel, xlsx"),
        (("a", "--format", "xlsx"), "n’est pas du texte"),
        (("a", "--authors", "moi"), "real, pseudonyms, none"),
        (("a", "--format", "citations", "--style", "rien"), "iso690"),
        (("-k", "3", "--", "-x"), "exclure"),
        (("--concordance", "a", "--sort", "rien"), "tri"),
        (("--batch", "absent.txt"), "ne peut pas être lu"),
        (("a", "--authors", "pseudonyms", "--authors-key", "absente"), "absente"),
        (("a", "-o", "absent/x.csv"), "ne peut pas être écrit"),
        (("a", "-o", "."), "est un dossier"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(
    archiblogue: Archiblogue, seed_archive: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    outcome = archiblogue("export", "--archive", seed_archive, *arguments)
    assert outcome.code in {1, 2}
    assert outcome.out == ""
    assert sentence in outcome.err
    assert "Traceback" not in outcome.err


def test_a_file_is_replaced_only_when_asked(
    archiblogue: Archiblogue, seed_archive: Path, tmp_path: Path
) -> None:
    path = tmp_path / "x.csv"
    path.write_text("à moi", encoding="utf-8")
    arguments = ("export", QUESTION, "--archive", seed_archive, "-o", path)
    refused = archiblogue(*arguments)
    assert (refused.code, path.read_text("utf-8")) == (2, "à moi")
    assert "--force" in refused.err
    assert archiblogue(*arguments, "--force").code == 0
    assert path.read_bytes().startswith(b"rank,score,")


def test_a_full_disk_is_said_and_leaves_the_former_file(
    archiblogue: Archiblogue, seed_archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.csv"
    path.write_text("à moi", encoding="utf-8")

    def refuse(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", refuse)
    outcome = archiblogue("export", "a", "--archive", seed_archive, "-o", path, "--force")
    assert outcome.code == 1
    assert "Le disque est plein" in outcome.err
    assert path.read_text("utf-8") == "à moi"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["x.csv"]


def test_a_batch_says_which_question_it_could_not_read(
    archiblogue: Archiblogue, seed_archive: Path, tmp_path: Path
) -> None:
    path = tmp_path / "questions.txt"
    path.write_text("qui doit répondre ?\n\n-x\nle métier disparaît-il ?\n", encoding="utf-8")
    outcome = archiblogue("export", "--archive", seed_archive, "--batch", path, "-k", 2)
    assert outcome.code == 3
    assert len({row["query_id"] for row in table(outcome.out)}) == 2
    assert "«\u00a0-x\u00a0»" in outcome.err


def test_pseudonyms_are_the_same_tomorrow_and_names_are_gone(
    archiblogue: Archiblogue, seed_archive: Path, own_settings: Path
) -> None:
    arguments = ("export", "--corpus", "--archive", seed_archive, "--authors")
    real = table(archiblogue(*arguments, "real").out)
    first = archiblogue(*arguments, "pseudonyms").out
    assert archiblogue(*arguments, "pseudonyms").out == first
    names = {row["author"] for row in table(first) if row["author"]}
    assert len(names) == len({row["author"].casefold() for row in real if row["author"]})
    assert all(name.startswith("auteur-") for name in names)
    (key,) = (own_settings / "archiblogue" / "pseudonymes").iterdir()
    assert archiblogue(*arguments, "pseudonyms", "--authors-key", key).out == first
    assert {row["author"] for row in table(archiblogue(*arguments, "none").out)} == {""}


def test_a_bundle_is_replayed(archiblogue: Archiblogue, seed_archive: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    archiblogue("export", QUESTION, "--archive", seed_archive, "--format", "bundle", "-o", path)
    outcome = archiblogue("replay", path, "--archive", seed_archive)
    assert outcome.code == 0, outcome.err
    assert outcome.out.startswith("Identique\u00a0: ")
    said = archiblogue("replay", path, "--archive", seed_archive, "--json").value
    assert (said["identical"], said["new"], said["gone"], said["moved"]) == (True, [], [], [])
    other = tmp_path / "other.zip"
    other.write_bytes(b"rien")
    refused = archiblogue("replay", other, "--archive", seed_archive)
    assert refused.code == 2
    assert "other.zip" in refused.err
    assert archiblogue("replay", tmp_path / "absent.zip", "--archive", seed_archive).code == 1


def test_a_selection_may_be_the_lines_of_another_export(
    archiblogue: Archiblogue, seed_archive: Path, tmp_path: Path
) -> None:
    path = tmp_path / "choix.jsonl"
    arguments = ("--archive", seed_archive, "--format", "jsonl")
    path.write_text(archiblogue("export", QUESTION, *arguments, "-k", 4).out, encoding="utf-8")
    lines = archiblogue("export", "--selection", path, *arguments).lines
    chosen = [json.loads(line)["passage_id"] for line in path.read_text("utf-8").splitlines()]
    assert [line["passage_id"] for line in lines] == chosen


def test_a_register_of_personal_data_is_filled_where_the_archive_knows(
    archiblogue: Archiblogue, seed_archive: Path
) -> None:
    outcome = archiblogue("info", "--privacy", "--archive", seed_archive)
    assert outcome.code == 0
    assert "[x]" in outcome.out
    assert "[ ]" in outcome.out
    found = archiblogue("info", "--privacy", "--archive", seed_archive, "--json").value
    assert found["counts"]["n_documents"] == 5
    assert found["counts"]["n_people"] == 5
    assert {one["state"] for one in found["entries"]} == {"tenu", "à remplir"}
    assert {one["source"] for one in found["entries"]} == {
        "CNIL, moissonnage (juin 2025)",
        "Loi 25 (Québec)",
    }
