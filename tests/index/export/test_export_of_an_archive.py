"""An export is what is on the screen, whole, named as one chose, without what was withdrawn."""

from __future__ import annotations

import csv
import io
import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from index.archive import Archive, open_archive
from index.building.build import build_archive
from index.export import (
    FORMATS,
    Asked,
    Authors,
    Manner,
    Protection,
    Request,
    corpus_key,
    export_bytes,
    parse_authors,
    read_key,
)
from index.export.authors import pseudonym
from index.export.stream import read_selection
from index.maintenance.withdraw import Selector, withdraw
from index.model import Filters, Mode, Query
from index.storage.rows import PassageRow
from index.views.concordance import ConcordanceOptions, Sort
from ingest.errors import ArchiveError, UsageError
from ingest.model import Document, Rejection, Role
from tests.fakes import FakeEncoder
from tests.index.conftest import MakeDocument
from tests.unpacking import unpacked

QUESTION = "que faire contre les limaces ?"


def asked(text: str = QUESTION, **settings: object) -> Request:
    return Request("question", (Asked("q1", Query(text, **settings)),))  # type: ignore[arg-type]


def rows(
    archive: Archive, request: Request, manner: Manner | None = None
) -> list[dict[str, object]]:
    content = export_bytes(archive, request, FORMATS["jsonl"], manner)
    return [json.loads(line) for line in content.splitlines()]


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("k", [1, 3, 50])
def test_an_answer_is_exported_as_it_is_on_the_screen(archive: Archive, mode: Mode, k: int) -> None:
    query = Query(QUESTION, k=k, mode=mode)
    shown = archive.search(query)
    found = rows(archive, asked(k=k, mode=mode))
    assert [row["passage_id"] for row in found] == [hit.passage_id for hit in shown.hits]
    for row, hit in zip(found, shown.hits, strict=True):
        record = hit.as_record()
        for name in ("rank", "score", "role", "text", "title", "author", "date", "n_copies"):
            assert row[name] == record[name], name  # type: ignore[literal-required]
        assert row["confident"] == hit.confident


def test_hits_already_drawn_make_the_same_rows(archive: Archive) -> None:
    query = Query(QUESTION, k=4)
    drawn = replace(asked(k=4), hits=archive.search(query).hits)
    assert rows(archive, drawn) == rows(archive, asked(k=4))


def test_the_facts_of_a_comment_come_with_it(archive: Archive) -> None:
    (row,) = rows(archive, Request("selection", passage_ids=("d-jardin#c1.p1",)))
    assert row["comment_number"] == 1
    assert (row["date"], row["date_precision"], row["date_source"]) == ("2012-06-03", "day", "text")
    assert (row["post_author"], row["post_date"]) == ("Odile Després", "2012-05")
    assert row["kind"] == "paragraph"
    assert row["end"] - row["start"] == len(str(row["text"]))  # type: ignore[operator]


def test_the_corpus_comes_whole_in_its_order_and_narrowed(archive: Archive) -> None:
    everything = [hit.passage_id for hit in archive.iter_passages()]
    assert [row["passage_id"] for row in rows(archive, Request("corpus"))] == everything
    comments = Filters(roles=frozenset({Role.COMMENT}))
    narrowed = rows(archive, Request("corpus", filters=comments))
    assert {row["role"] for row in narrowed} == {"commentaire"}
    dated = rows(archive, Request("corpus", filters=Filters(after="2012")))
    assert dated
    assert all(str(row["date"]) >= "2012" for row in dated)


def test_pages_of_the_store_do_not_show(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = rows(archive, Request("corpus"))
    monkeypatch.setattr("index.export.stream.PAGE_SIZE", 2)
    assert rows(archive, Request("corpus")) == whole


def test_no_more_than_a_page_is_read_at_once(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    read = archive.store.passages
    monkeypatch.setattr("index.export.stream.PAGE_SIZE", 3)
    monkeypatch.setattr(
        archive.store, "passages", lambda keys: (sizes.append(len(keys)), read(keys))[1]
    )
    assert len(rows(archive, Request("corpus"))) == sum(sizes)
    assert max(sizes) == 3


def test_a_selection_keeps_its_order_and_says_what_is_missing(archive: Archive) -> None:
    ids = ["d-velo#p2", "d-absent#p1", "d-jardin#p1"]
    lines = [ids[0], "", json.dumps({"passage_id": ids[1]}), f"\ufeff{ids[2]}"]
    chosen = tuple(read_selection(lines, "liste"))
    assert list(chosen) == ids
    found = rows(archive, Request("selection", passage_ids=chosen))
    assert [row["passage_id"] for row in found] == ["d-velo#p2", "d-jardin#p1"]
    with pytest.raises(UsageError, match="ligne 2"):
        list(read_selection(["d-1", '{"x": 1}'], "liste"))


def test_a_concordance_gives_one_row_an_occurrence(archive: Archive) -> None:
    options = ConcordanceOptions(sort=Sort.DATE)
    found = rows(archive, Request("concordance", expression="limaces", concordance=options))
    lines = archive.concordance("limaces", options).lines
    assert [(r["passage_id"], r["left"], r["keyword"]) for r in found] == [
        (line.passage.passage_id, line.left, line.keyword) for line in lines
    ]
    for row in found:
        text = str(row["text"])
        assert text[int(str(row["match_start"])) : int(str(row["match_end"]))] == row["keyword"]


def test_the_exchange_of_a_comment_comes_on_demand(
    make_document: MakeDocument, tmp_path: Path
) -> None:
    said = [("A", None, "La cendre marche."), ("B", None, "Non."), ("C", None, "Autre chose.")]
    post = make_document("fil", ["Un billet."], said)
    answer = replace(post.comments[1], parent_id=post.comments[0].comment_id)
    post = replace(post, comments=(post.comments[0], answer, post.comments[2]))
    build_archive(tmp_path / "archive", [post], FakeEncoder())
    query = Query("cendre", mode=Mode.LEXICAL)
    with open_archive(tmp_path / "archive", encoder=FakeEncoder()) as archive:
        alone = rows(archive, Request("question", (Asked("q1", query),)))
        asked_ = Asked("q1", query, with_threads=True)
        found = rows(archive, Request("question", (asked_,)))
        run = export_bytes(archive, Request("question", (asked_,)), FORMATS["trec"])
    assert [row["passage_id"] for row in alone] == ["d-fil#c1.p1"]
    assert [(row["passage_id"], row["thread_of"]) for row in found] == [
        ("d-fil#c1.p1", None),
        ("d-fil#c2.p1", "d-fil#c1.p1"),
    ]
    assert (found[1]["rank"], found[1]["score"]) == (1, None)
    assert run.count(b"\n") == 1


def test_a_batch_leaves_out_what_cannot_be_read(archive: Archive) -> None:
    questions = [
        Asked(f"q{n}", Query(text, k=2)) for n, text in enumerate(("cendre", "-x", "vélo"))
    ]
    found = rows(archive, Request("batch", questions))
    assert [row["query_id"] for row in found] == ["q0", "q0", "q2", "q2"]
    assert [row["rank"] for row in found] == [1, 2, 1, 2]


class TestAuthors:
    def test_a_pseudonym_is_stable_in_a_corpus_and_different_in_another(
        self, archive: Archive
    ) -> None:
        protection = Protection(Authors.PSEUDONYMS, b"k" * 32)
        found = rows(archive, Request("corpus"), Manner(protection))
        names = {row["author"] for row in found if row["author"]}
        assert len(names) == 4
        assert not names & {"Martine L.", "Odile Després", "Paul Œrtel", "Réjean"}
        assert pseudonym("Martine L.", b"k" * 32) in names
        assert pseudonym("MARTINE L.", b"k" * 32) == pseudonym("Martine L.", b"k" * 32)
        assert pseudonym("Martine L.", b"l" * 32) not in names
        assert rows(archive, Request("corpus"), Manner(protection)) == found

    @pytest.mark.parametrize("name", FORMATS)
    def test_no_real_name_is_in_any_format(self, archive: Archive, name: str) -> None:
        for authors in (Authors.PSEUDONYMS, Authors.NONE):
            manner = Manner(Protection(authors, b"k" * 32))
            content = export_bytes(archive, Request("corpus"), FORMATS[name], manner)
            for real in ("Odile", "Œrtel", "Réjean"):
                assert real.encode() not in unpacked(content), (name, authors, real)

    def test_the_key_is_outside_the_archive_and_closed_to_others(self, tmp_path: Path) -> None:
        folder = tmp_path / "reglages"
        key = corpus_key(tmp_path / "archive", folder)
        (file,) = folder.iterdir()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert corpus_key(tmp_path / "archive", folder) == key == read_key(file)
        assert corpus_key(tmp_path / "autre", folder) != key
        file.write_text("zz", encoding="ascii")
        with pytest.raises(ArchiveError, match="endommagée"):
            corpus_key(tmp_path / "archive", folder)
        with pytest.raises(ArchiveError, match="absente"):
            read_key(tmp_path / "absente")

    def test_a_choice_that_is_not_there_is_said(self) -> None:
        with pytest.raises(UsageError, match="real, pseudonyms, none"):
            parse_authors("secret")


def test_contact_details_are_masked_in_every_format(
    make_document: MakeDocument, tmp_path: Path
) -> None:
    secrets = ("odile@exemple.org", "514-555-0199", "H2X 1Y4", "192.168.1.77")
    text = "Écrivez à {} ou au {}, {} Montréal, depuis {}, sans faute.".format(*secrets)
    build_archive(
        tmp_path / "archive",
        [make_document("a", [text], [(secrets[0], None, text)], title=f"Joindre {secrets[1]}")],
        FakeEncoder(),
    )
    with open_archive(tmp_path / "archive", encoder=FakeEncoder()) as archive:
        for request in (Request("corpus"), Request("concordance", expression="écrivez")):
            for name, chosen in FORMATS.items():
                content = unpacked(export_bytes(archive, request, chosen))
                for secret in secrets:
                    assert secret.encode() not in content, (name, secret)
        found = rows(archive, Request("corpus"))
    assert [row["n_masked"] for row in found] == [5, 6]


def test_what_was_withdrawn_is_in_no_export_made_after(
    records: list[Document | Rejection], tmp_path: Path
) -> None:
    path = tmp_path / "archive"
    build_archive(path, records, FakeEncoder())
    everything = Request("corpus"), asked(k=50), Request("concordance", expression="limaces")
    withdraw(path, Selector("author", "Réjean"), encoder=FakeEncoder())
    withdraw(path, Selector("id", "d-velo"), encoder=FakeEncoder())
    with open_archive(path, encoder=FakeEncoder()) as archive:
        _assert_forgotten(archive, everything)
        ids = ("d-jardin#c2.p1", "d-velo#p1", "d-jardin#p1")
        found = rows(archive, Request("selection", passage_ids=ids))
        assert [row["passage_id"] for row in found] == ["d-jardin#p1"]


def _assert_forgotten(archive: Archive, requests: tuple[Request, ...]) -> None:
    for request in requests:
        for name, chosen in FORMATS.items():
            content = unpacked(export_bytes(archive, request, chosen))
            for word in ("Réjean", "coquilles", "déneigée", "Œrtel", "Pédaler"):
                assert word.encode() not in content, (name, request.subject, word)


def test_rows_and_details_are_of_the_same_passages(archive: Archive) -> None:
    keys = [int(key) for key in archive.searcher.columns.keys]
    passages, details = archive.store.passages(keys), archive.store.details(keys)
    assert passages.keys() == details.keys() == set(keys)
    row: PassageRow = passages[keys[0]]
    assert details[keys[0]].post_author == archive.document(row.doc_id).author
    assert archive.store.keys_in_order().tolist() == [
        row.key for row in archive.store.iter_passages()
    ]


def test_the_table_of_a_question_names_it(archive: Archive) -> None:
    content = export_bytes(archive, asked(k=3), FORMATS["csv"]).decode("utf-8")
    found = list(csv.DictReader(io.StringIO(content, newline="")))
    assert [row["rank"] for row in found] == ["1", "2", "3"]
    assert {row["query"] for row in found} == {QUESTION}
    assert all(row["permalink"].startswith("http://127.0.0.1:8501/billet?id=d-") for row in found)
