"""Generations from records: keys kept, only what changed embedded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.archive import open_archive
from index.building.build import BuildProgress, build_archive
from index.building.context import iter_contexts
from index.encoders.embedding import PlacedText
from index.model import Query
from index.storage.reader import Store
from ingest.errors import EncoderError
from ingest.model import Comment, Document, Rejection
from tests.fakes import FakeEncoder

Records = list[Document | Rejection]
MakeDocument = Callable[..., Document]


class CountingEncoder(FakeEncoder):
    """Remembers what it was asked to embed."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.read += texts
        return super().encode_passages(texts)


def keys(archive: Path) -> dict[str, int]:
    with open_archive(archive, encoder=FakeEncoder()) as opened:
        return {row.passage_id: row.key for row in opened.store.iter_passages()}


def test_a_second_build_embeds_nothing(tmp_path: Path, records: Records) -> None:
    encoder = CountingEncoder()
    first = build_archive(tmp_path, records, encoder)
    assert first.n_embedded == 11
    before, encoder.read = keys(tmp_path), []
    second = build_archive(tmp_path, records, encoder)
    assert (second.n_embedded, second.n_passages) == (0, 11)
    assert keys(tmp_path) == before
    assert second.generation.manifest.content_hash == first.generation.manifest.content_hash


def test_only_what_changed_is_embedded(
    tmp_path: Path, records: Records, make_document: MakeDocument
) -> None:
    encoder = CountingEncoder()
    build_archive(tmp_path, records, encoder)
    before, encoder.read = keys(tmp_path), []
    changed = make_document(
        "velo",
        ["La piste cyclable du canal est fermée.", "Un pneu à clous coûte cher, mais il tient."],
        title="Pédaler en hiver",
    )
    summary = build_archive(tmp_path, [records[0], changed], encoder)
    assert summary.n_embedded == 2
    # A model that compares whole texts reads title and text as one.
    assert [text.partition("\n")[0] for text in encoder.read] == 2 * ["Pédaler en hiver"]
    after = keys(tmp_path)
    assert all(after[name] == before[name] for name in after if name.startswith("d-jardin"))
    assert min(after[name] for name in after if name.startswith("d-velo")) > max(before.values())
    assert "d-copie#p1" not in after


def test_a_key_is_never_given_twice(
    tmp_path: Path, records: Records, make_document: MakeDocument
) -> None:
    build_archive(tmp_path, records, FakeEncoder())
    highest = max(keys(tmp_path).values())
    build_archive(tmp_path, [records[0]], FakeEncoder())
    build_archive(tmp_path, [records[0], make_document("neuf", ["Tout neuf."])], FakeEncoder())
    assert keys(tmp_path)["d-neuf#p1"] > highest


def test_another_encoder_embeds_all(tmp_path: Path, records: Records) -> None:
    build_archive(tmp_path, records, FakeEncoder())
    assert build_archive(tmp_path, records, FakeEncoder(revision="2")).n_embedded == 11


def test_a_new_title_is_embedded_anew(tmp_path: Path, records: Records) -> None:
    encoder = FakeEncoder()
    build_archive(tmp_path, records, encoder)
    renamed = replace(records[1], title="Rouler l’hiver")  # type: ignore[arg-type]
    assert build_archive(tmp_path, [records[0], renamed], encoder).n_embedded == 3


def test_a_reply_is_read_with_what_it_answers(make_document: MakeDocument) -> None:
    document = make_document("fil", ["Billet."], [("A", None, "Première."), ("B", None, "Oui.")])
    answer = Comment("d-fil#c2", 2, author="B", parent_id="d-fil#c1")
    document = replace(document, title="Titre", comments=(document.comments[0], answer))
    contexts = {c.passage.passage_id: c for c in iter_contexts(document)}
    assert contexts["d-fil#c2.p1"].placed == PlacedText("Oui.", ("Titre", "Première."))
    # Only a paragraph of the post speaks of what the title names.
    assert contexts["d-fil#p1"].placed == PlacedText("Billet.", ("Titre",), "Titre")


def test_a_document_given_twice_is_kept_once_and_said(tmp_path: Path, records: Records) -> None:
    summary = build_archive(tmp_path, [records[0], records[0]], FakeEncoder())
    assert summary.n_documents == 1
    with Store.open(summary.generation) as store:
        assert [one.slug for one in store.rejections()] == ["document-en-double"]


def test_an_empty_archive_can_be_asked(tmp_path: Path) -> None:
    build_archive(tmp_path, [], FakeEncoder())
    with open_archive(tmp_path, encoder=FakeEncoder()) as archive:
        assert archive.search(Query("rien")).hits == ()
        assert list(archive.iter_passages()) == []


def test_a_wrong_shape_is_refused_and_nothing_is_published(
    tmp_path: Path, records: Records
) -> None:
    class Lying(FakeEncoder):
        def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
            return np.zeros((len(texts), 3), dtype=np.float32)

    build_archive(tmp_path, [records[1]], FakeEncoder())
    with pytest.raises(EncoderError, match="forme"):
        build_archive(tmp_path, records, Lying(revision="2"))
    assert len(keys(tmp_path)) == 3


def test_progress_is_told(tmp_path: Path, records: Records) -> None:
    steps: list[BuildProgress] = []
    build_archive(tmp_path, records, FakeEncoder(), on_progress=steps.append)
    assert steps[0].done == 11
    assert len({step.stage for step in steps}) > 1


def test_lone_surrogates_do_not_stop_a_build(tmp_path: Path, make_document: MakeDocument) -> None:
    document = make_document("etrange", ["Un \ud800 seul et \x00 un zéro."], title="\udfff")
    build_archive(tmp_path, [document], FakeEncoder())
    with open_archive(tmp_path, encoder=FakeEncoder()) as archive:
        assert archive.search(Query("seul")).hits[0].passage_id == "d-etrange#p1"


def test_contact_details_are_neither_embedded_nor_kept(
    make_document: MakeDocument, tmp_path: Path
) -> None:
    encoder = CountingEncoder()
    page = make_document("a", ["Écrivez à moi@exemple.org ou au 514 555-0199."])
    for _ in range(2):  # written from nothing, then beside what was there
        build_archive(tmp_path / "a", [page, make_document("b", ["Rien à cacher."])], encoder)
        with open_archive(tmp_path / "a", encoder=encoder) as archive:
            assert archive.passage("d-a#p1").text == "Écrivez à [courriel] ou au [téléphone]."
    assert not any("exemple.org" in text or "0199" in text for text in encoder.read)
    held = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"moi@exemple.org" not in held
