"""Marks that an older register made hold, whichever way its words were folded."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from index.archive import open_archive
from index.building.build import build_archive
from index.maintenance.generations import verify
from index.maintenance.withdraw import Selector, withdraw
from index.withdrawals import redaction
from index.withdrawals.register import read_ledger
from ingest.identity import document_id
from ingest.model import Document
from ingest.text import fold_words
from tests.fakes import FakeEncoder
from tests.index.withdrawals.names import DOCUMENTS, LONG, PART, SECRETS, THREAD, WHOLE, document

ENCODER = FakeEncoder(8)
BUNDLE = Path(__file__).with_name("former_register.zip")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    with zipfile.ZipFile(BUNDLE) as bundle:
        bundle.extractall(tmp_path / "archive")
    return tmp_path / "archive"


def shown(archive: Path) -> list[str]:
    """The secret words that a reader finds in the archive."""
    with open_archive(archive, encoder=ENCODER) as opened:
        said = " ".join(
            f"{hit.text} {hit.author} {hit.title} {hit.url}" for hit in opened.iter_passages()
        )
        assert "qui reste" in said, "what nobody withdrew is there"
    return [word for word in (*SECRETS, "Émilie", "Marie") if word in said]


def convert(archive: Path) -> None:
    """Make it an archive of the present form, from nothing but itself."""
    build_archive(archive, [], ENCODER, replaces=[])


def on_disk(archive: Path) -> list[str]:
    return [
        word
        for word in SECRETS
        if any(word.encode() in path.read_bytes() for path in archive.rglob("*") if path.is_file())
    ]


def test_nothing_withdrawn_is_shown_nor_left_when_it_is_converted(archive: Path) -> None:
    assert on_disk(archive) == list(SECRETS), "a backup put it back under the register"
    convert(archive)
    assert shown(archive) == []
    assert on_disk(archive) == []
    assert verify(archive) == []


def test_nor_after_a_build_of_the_same_sources(archive: Path) -> None:
    build_archive(archive, list(DOCUMENTS), ENCODER)
    assert shown(archive) == []
    assert on_disk(archive) == []


def test_nor_under_another_address_or_where_the_text_was_changed(archive: Path) -> None:
    moved = "https://ailleurs.example/entier"
    whole = replace(
        WHOLE,
        url=moved,
        doc_id=document_id(moved, ""),
        passages=tuple(
            replace(p, doc_id=document_id(moved, ""), passage_id=f"{document_id(moved, '')}#p1")
            for p in WHOLE.passages
        ),
    )
    changed = _with_text(THREAD, 2, "Ma girouette, dite autrement.")
    build_archive(archive, [*DOCUMENTS[:1], changed, whole, PART], ENCODER)
    assert shown(archive) == []


def test_a_name_of_the_former_form_covers_the_other_spelling(archive: Path) -> None:
    """The register holds « soeur emilie » since this command, « sœur emilie » since the old one."""
    late = document(
        "https://carnet.example/2010/suite", ("Soeur Emilie", "Un palimpseste de plus.")
    )
    convert(archive)
    withdraw(archive, Selector("author", "soeur emilie"), encoder=ENCODER)
    build_archive(archive, [*DOCUMENTS, late], ENCODER)
    assert shown(archive) == []


def test_the_register_needs_its_own_form(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The archive stands for what it says: without the former form its marks mean nothing."""
    assert len(read_ledger(archive).lines) == 5
    monkeypatch.setattr(redaction, "former_words", fold_words)
    convert(archive)
    assert {"serrurier", "girouette", "tournesol"} <= set(shown(archive))


def test_new_marks_are_of_the_new_form_alone(tmp_path: Path) -> None:
    build_archive(tmp_path, list(DOCUMENTS), ENCODER)
    withdraw(tmp_path, Selector("author", "SŒUR ÉMILIE"), encoder=ENCODER)
    ledger = read_ledger(tmp_path)
    text = fold_words(f"Mon cœur de serrurier bat encore, {LONG}.")
    assert {ledger.mark("author", "soeur emilie"), ledger.mark("text", text)} <= ledger.marks
    assert ledger.mark("author", "sœur emilie") not in ledger.marks


def _with_text(one: Document, number: int, text: str) -> Document:
    passages = list(one.passages)
    passages[number] = replace(passages[number], text=text)
    return replace(one, passages=tuple(passages))
