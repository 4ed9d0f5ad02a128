"""Selections: kept through rebuilds, merges and full disks; emptied by withdrawals."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from index.archive import Archive, open_archive
from index.building.build import build_archive
from index.maintenance.generations import verify
from index.maintenance.withdraw import parse_selector, withdraw
from index.notebook.selection_file import selection_path
from ingest.errors import ArchiveError, UsageError
from tests.fakes import FakeEncoder
from tests.index.conftest import MakeDocument

ASH = "d-jardin#p4"
SLUGS = "d-jardin#c1.p1"
GLOVES = "d-velo#p2"


@pytest.fixture
def own(tmp_path: Path, archive_path: Path) -> Path:
    """A copy of the archive of the fixtures."""
    return Path(shutil.copytree(archive_path, tmp_path / "archive"))


def opened(path: Path) -> Archive:
    return open_archive(path, encoder=FakeEncoder())


class TestKeeping:
    def test_a_passage_is_kept_with_note_and_tags(self, own: Path) -> None:
        with opened(own) as archive:
            change = archive.selections.add(
                "potager", [ASH, SLUGS], note="à citer", tags=["cendre"], question="limaces"
            )
            assert (change.n_added, change.absent) == (2, ())
            kept = archive.selections.kept("potager")
            assert [one.passage_id for one in kept] == [ASH, SLUGS]
            assert {(one.note, one.tags, one.question) for one in kept} == {
                ("à citer", ("cendre",), "limaces")
            }
            assert archive.selections.names() == ("potager",)

    def test_no_text_of_the_archive_is_in_the_file(self, own: Path) -> None:
        with opened(own) as archive:
            archive.selections.add("potager", [ASH])
        assert "limaces" not in selection_path(own, "potager").read_text(encoding="utf-8")

    def test_a_note_is_replaced_and_tags_add_up(self, own: Path) -> None:
        with opened(own) as archive:
            archive.selections.add("s", [ASH], note="un", tags=["a"])
            assert archive.selections.add("s", [ASH]).n_same == 1
            assert archive.selections.add("s", [ASH], note="deux", tags=["b"]).n_changed == 1
            (kept,) = archive.selections.kept("s")
            assert (kept.note, kept.tags) == ("deux", ("a", "b"))

    def test_what_is_not_there_is_said(self, own: Path) -> None:
        with opened(own) as archive:
            assert archive.selections.add("s", ["d-rien#p1", ASH]).absent == ("d-rien#p1",)
            assert archive.selections.remove("s", ["d-rien#p1"]).absent == ("d-rien#p1",)

    def test_a_comment_id_keeps_its_first_passage(self, own: Path) -> None:
        with opened(own) as archive:
            archive.selections.add("s", ["d-jardin#c1"])
            assert archive.selections.passage_ids("s") == (SLUGS,)

    def test_removed_is_gone_and_may_come_back(self, own: Path) -> None:
        with opened(own) as archive:
            archive.selections.add("s", [ASH, GLOVES], note="x")
            assert archive.selections.remove("s", [ASH]).n_changed == 1
            assert archive.selections.passage_ids("s") == (GLOVES,)
            archive.selections.add("s", [ASH])
            assert archive.selections.passage_ids("s") == (GLOVES, ASH)
            assert archive.selections.kept("s")[1].note == ""
            archive.selections.delete("s")
            with pytest.raises(UsageError, match="pas de sélection"):
                archive.selections.kept("s")

    @pytest.mark.parametrize("name", ["", "../x", "a/b", ".", "a.b", "-x", "n" * 65, "a b"])
    def test_a_name_is_never_a_path(self, own: Path, name: str) -> None:
        with opened(own) as archive, pytest.raises(UsageError, match="servir de nom"):
            archive.selections.add(name, [ASH])

    def test_a_line_that_cannot_be_read_is_named(self, own: Path) -> None:
        with opened(own) as archive:
            archive.selections.add("s", [ASH])
            with selection_path(own, "s").open("a", encoding="utf-8") as stream:
                stream.write('{"passage_id": 12}\n')
            with pytest.raises(UsageError, match="ligne 2"):
                archive.selections.kept("s")


class TestMerging:
    def test_two_machines_end_with_the_same_whatever_the_order(
        self, own: Path, tmp_path: Path
    ) -> None:
        other = Path(shutil.copytree(own, tmp_path / "autre"))
        with opened(own) as here, opened(other) as there:
            here.selections.add("s", [ASH, GLOVES], note="ici")
            there.selections.add("s", [ASH, SLUGS], note="là")
            there.selections.add("s", [GLOVES])
            there.selections.remove("s", [GLOVES])
            mine = tmp_path / "mien.jsonl"
            shutil.copy(selection_path(own, "s"), mine)
            change = here.selections.merge("s", [selection_path(other, "s")])
            assert (change.n_added, change.n_changed) == (1, 2)
            there.selections.merge("s", [mine])
            kept = {one.passage_id: one.note for one in here.selections.kept("s")}
            assert kept == {ASH: "là", SLUGS: "là"}
            assert set(here.selections.kept("s")) == set(there.selections.kept("s"))
            again = here.selections.merge("s", [selection_path(other, "s"), mine])
            assert (again.n_added, again.n_changed) == (0, 0)

    def test_what_the_archive_has_not_is_left_out(self, own: Path, tmp_path: Path) -> None:
        path = tmp_path / "x.jsonl"
        path.write_text(json.dumps({"passage_id": "d-rien#p1", "note": "secret"}) + "\n")
        with opened(own) as archive:
            assert archive.selections.merge("s", [path]).absent == ("d-rien#p1",)
        assert "secret" not in selection_path(own, "s").read_text(encoding="utf-8")


class TestLasting:
    def test_ten_thousand_survive_rebuilds(
        self, tmp_path: Path, make_document: MakeDocument
    ) -> None:
        texts = [f"Le passage numéro {n} parle du jardin." for n in range(5_000)]
        documents = [make_document(name, texts) for name in ("un", "deux")]
        path = tmp_path / "archive"
        build_archive(path, documents, FakeEncoder())
        with opened(path) as archive:
            ids = [hit.passage_id for hit in archive.iter_passages()]
            assert archive.selections.add("tout", ids, tags=["x"]).n_added == 10_000
        changed = make_document("deux", ["Un autre texte.", *texts[1:4_000]])
        build_archive(path, [documents[0], changed], FakeEncoder())
        with opened(path) as archive:
            states = [row[1] for row in archive.selections.table("tout").rows]
            assert (states.count("présent"), states.count("modifié"), states.count("absent")) == (
                8_999,
                1,
                1_000,
            )

    def test_a_full_disk_is_a_sentence_and_loses_nothing(
        self, own: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with opened(own) as archive:
            archive.selections.add("s", [ASH], note="gardée")
            before = selection_path(own, "s").read_bytes()

            def full(*_: object) -> int:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

            changes: list[Callable[[], object]] = [
                lambda: archive.selections.add("s", [GLOVES]),
                lambda: archive.selections.remove("s", [ASH]),
            ]
            for name in ("write", "fsync", "replace"):
                with monkeypatch.context() as patch:
                    patch.setattr(f"index.storage.durability.os.{name}", full)
                    for change in changes:
                        with pytest.raises(ArchiveError, match="plus de place"):
                            change()
                assert selection_path(own, "s").read_bytes() == before
            assert archive.selections.add("s", [GLOVES]).n_added == 1
        assert [one.name for one in (own / "selections").iterdir()] == ["s.jsonl"]


class TestWithdrawals:
    def test_a_passage_that_left_before_it_was_withdrawn_leaves_too(
        self, tmp_path: Path, make_document: MakeDocument
    ) -> None:
        path = tmp_path / "archive"
        gone = make_document("0123456789abcdef", ["La cendre éloigne les limaces."], [
            ("Réjean", "2012-06-04", "Les coquilles d’œufs vont mieux.")
        ])  # fmt: skip
        other = make_document("f" * 16, ["Le potager demande de la patience."])
        build_archive(path, [gone, other], FakeEncoder())
        ids = [f"{gone.doc_id}#p1", f"{gone.doc_id}#c1.p1", f"{other.doc_id}#p1"]
        with opened(path) as archive:
            archive.selections.add("a", ids, note="à citer")
        build_archive(path, [other], FakeEncoder(), force=True)
        with opened(path) as archive:
            assert archive.selections.passage_ids("a") == tuple(ids)
        withdraw(path, parse_selector(gone.doc_id), encoder=FakeEncoder())
        assert gone.doc_id not in selection_path(path, "a").read_text(encoding="utf-8")

    def test_what_a_keeper_keeps_is_no_foreign_file(self, own: Path) -> None:
        with opened(own) as archive:
            archive.selections.add("a", [ASH])
            archive.saved.save("b", "limaces")
        assert list(verify(own)) == []

    def test_the_withdrawn_leave_every_selection(
        self, tmp_path: Path, make_document: MakeDocument
    ) -> None:
        path = tmp_path / "archive"
        document = make_document(
            "0123456789abcdef",
            ["Le potager demande de la patience.", "La cendre éloigne les limaces."],
            [("Martine L.", "2012-06-03", "Chez moi les limaces mangent tout."),
             ("Réjean", "2012-06-04", "Les coquilles d’œufs vont mieux.")],
        )  # fmt: skip
        build_archive(path, [document], FakeEncoder())
        comment, other = f"{document.doc_id}#c1.p1", f"{document.doc_id}#c2.p1"
        post = f"{document.doc_id}#p1"
        with opened(path) as archive:
            archive.selections.add("a", [comment], note="les limaces mangent tout")
            archive.selections.add("a", [other], note="d’accord avec Martine L.")
            archive.selections.add("a", [post], note="à citer")
            archive.selections.add("b", [comment])
        withdraw(path, parse_selector("auteur:Martine L."), encoder=FakeEncoder())
        for name in ("a", "b"):
            said = selection_path(path, name).read_text(encoding="utf-8")
            assert comment not in said
            assert "mangent" not in said
            assert "Martine" not in said
        with opened(path) as archive:
            assert archive.selections.passage_ids("a") == (post,)
            assert archive.selections.add("a", [comment]).absent == (comment,)
