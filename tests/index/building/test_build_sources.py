"""An archive built in pieces is the archive built in one go."""

from __future__ import annotations

from pathlib import Path

from index.archive import open_archive
from index.building.build import BuildSummary, build_archive
from ingest.model import Document, Passage, PassageKind, Rejection, Role
from tests.fakes import FakeEncoder


def document(name: str, source: str, text: str = "Un billet sur les érables.") -> Document:
    doc_id = f"d-{name}"
    passage = Passage(
        passage_id=f"{doc_id}#p1",
        doc_id=doc_id,
        ordinal=0,
        role=Role.POST,
        kind=PassageKind.PARAGRAPH,
        text=text,
        start=0,
        end=len(text),
    )
    return Document(
        doc_id=doc_id, source_path=f"{source}/{name}", passages=(passage,), source=source
    )


def rejection(name: str, source: str) -> Rejection:
    return Rejection(f"{source}/{name}", "decode", "vide", "La page est vide.", source=source)


def build(
    archive: Path, *records: Document | Rejection, replaces: tuple[str, ...] | None
) -> BuildSummary:
    return build_archive(archive, records, FakeEncoder(dimension=16), replaces=replaces)


def content_hash(archive: Path) -> str:
    with open_archive(archive, encoder=FakeEncoder(dimension=16)) as opened:
        return opened.info().content_hash


def test_a_second_source_adds_to_the_first(tmp_path: Path) -> None:
    build(tmp_path / "a", document("un", "A"), rejection("x", "A"), replaces=("A",))
    summary = build(tmp_path / "a", document("deux", "B"), replaces=("B",))
    assert (summary.n_documents, summary.n_rejected_pages, summary.n_embedded) == (2, 1, 0)
    build(
        tmp_path / "b",
        document("un", "A"),
        document("deux", "B"),
        rejection("x", "A"),
        replaces=("A", "B"),
    )
    assert content_hash(tmp_path / "a") == content_hash(tmp_path / "b")


def test_what_went_from_a_source_goes_and_the_others_stay(tmp_path: Path) -> None:
    build(
        tmp_path / "a",
        document("un", "A"),
        document("deux", "A"),
        document("trois", "B"),
        replaces=("A", "B"),
    )
    summary = build(tmp_path / "a", document("deux", "A"), replaces=("A",))
    assert summary.n_documents == 2
    with open_archive(tmp_path / "a", encoder=FakeEncoder(dimension=16)) as archive:
        assert [hit.doc_id for hit in archive.iter_passages()] == ["d-deux", "d-trois"]


def test_a_document_read_again_from_another_source_is_not_a_rejection(tmp_path: Path) -> None:
    build(tmp_path / "a", document("un", "A", "Ancien texte."), replaces=("A",))
    summary = build(tmp_path / "a", document("un", "B", "Nouveau texte."), replaces=("B",))
    assert (summary.n_documents, summary.n_rejected_pages) == (1, 0)
    with open_archive(tmp_path / "a", encoder=FakeEncoder(dimension=16)) as archive:
        assert [hit.text for hit in archive.iter_passages()] == ["Nouveau texte."]


def test_without_sources_the_archive_holds_exactly_what_is_given(tmp_path: Path) -> None:
    build(tmp_path / "a", document("un", "A"), replaces=None)
    assert build(tmp_path / "a", document("deux", "B"), replaces=None).n_documents == 1
