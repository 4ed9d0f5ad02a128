"""`frequencies`, `collocates`, `compare` as a person types them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest

from archiblogue.cli import main as cli
from index.export.tables import TABLE_FORMATS
from tests.archiblogue.cli.conftest import Archiblogue

COMMANDS = [
    ("frequencies", "médias sociaux", "--by", "role"),
    ("collocates", "médias"),
    ("compare", "role:commentaire", "role:billet"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=[one[0] for one in COMMANDS])
class TestEachCommand:
    def test_text_json_and_csv_say_the_same(
        self, archiblogue: Archiblogue, seed_archive: Path, command: tuple[str, ...]
    ) -> None:
        arguments = (*command, "--archive", seed_archive)
        text = archiblogue(*arguments)
        assert text.code == 0, text.err
        value = archiblogue(*arguments, "--json").value
        records = value.get("rows") or value["words"]
        out = archiblogue(*arguments, "--csv").out
        rows = list(csv.DictReader(io.StringIO(out, newline="")))
        first = next(iter(records[0]))
        assert rows
        assert [row[first] for row in rows] == [record[first] or "" for record in records]
        assert str(records[0][first]) in text.out

    def test_every_tabular_format_is_a_file(
        self,
        archiblogue: Archiblogue,
        seed_archive: Path,
        tmp_path: Path,
        command: tuple[str, ...],
    ) -> None:
        for name, chosen in TABLE_FORMATS.items():
            path = tmp_path / f"{name}.{chosen.extension}"
            arguments = (*command, "--archive", seed_archive, "--format", name, "-o", path)
            assert archiblogue(*arguments).code == 0
            assert path.stat().st_size > 20
            assert archiblogue(*arguments).code == 2
            assert archiblogue(*arguments, "--force").code == 0
        assert openpyxl.load_workbook(tmp_path / "xlsx.xlsx").sheetnames[1] == "Colonnes"

    def test_what_cannot_be_done_is_a_sentence(
        self,
        archiblogue: Archiblogue,
        seed_archive: Path,
        tmp_path: Path,
        command: tuple[str, ...],
    ) -> None:
        for wrong in (
            ("--format", "xlsx"),
            ("--format", "tei"),
            ("--json", "--csv"),
            ("--json", "-o", tmp_path / "x.json"),
            ("--csv", "-o", tmp_path),
            ("--role", "inconnu"),
            ("--limit", "0"),
        ):
            outcome = archiblogue(*command, "--archive", seed_archive, *wrong)
            assert outcome.code == 2, wrong
            assert outcome.err.strip().endswith((".", "?")), wrong
            assert "Traceback" not in outcome.err


def test_the_help_names_every_format() -> None:
    assert cli._TABLE_FORMATS.replace(" ou ", ", ").split(", ") == list(TABLE_FORMATS)


def test_a_question_is_counted_in_passages(archiblogue: Archiblogue, seed_archive: Path) -> None:
    value = archiblogue(
        "frequencies",
        "médias sociaux et communauté",
        "--question",
        "--archive",
        seed_archive,
        "--json",
    ).value
    assert value["counted"] == "question"
    assert value["total"]["n_occurrences"] == value["total"]["n_passages"] > 0


def test_the_tables_of_a_comparison(archiblogue: Archiblogue, seed_archive: Path) -> None:
    arguments = ("compare", "médias sociaux", "relations publiques", "--archive", seed_archive)
    value = archiblogue(*arguments, "--json").value
    for name in ("words", "passages", "years"):
        out = archiblogue(*arguments, "--table", name, "--csv").out
        assert len(list(csv.DictReader(io.StringIO(out, newline="")))) == len(value[name])
    assert archiblogue(*arguments, "--table", "mots").code == 2
