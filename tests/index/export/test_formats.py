"""The table of formats, and what each family promises beside giving texts back."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import etree

from archiblogue.cli.main import _EXPORT_FORMATS
from archiblogue.web.desk.address import K_CHOICES
from index.export.formats import FORMATS, find_format
from index.export.links import (
    PAGE_COUNTS,
    fragment_url,
    passage_permalink,
    search_permalink,
    wayback_url,
)
from index.export.record import COLUMN_NAMES, COLUMNS, ExportRecord
from index.export.search_record import Asked
from index.export.tally import Tally
from index.export.tei import TEI
from index.export.texts import plain_name
from index.model import Filters, HitRecord, Mode, Query
from index.query.parser import parse
from ingest.errors import UsageError
from ingest.model import Role
from tests.index.export.conftest import make_record, write


def test_each_format_is_under_its_own_name_and_says_what_it_is() -> None:
    for name, one in FORMATS.items():
        assert name == one.name
        assert one.summary
        assert one.columns
        assert all(one.columns.values())


def test_the_help_of_the_command_names_the_formats_of_the_table() -> None:
    assert _EXPORT_FORMATS.replace(" ou ", ", ").split(", ") == list(FORMATS)


def test_an_unknown_format_is_named_with_those_that_exist() -> None:
    with pytest.raises(UsageError, match=r"docx.*csv, csv-excel, xlsx"):
        find_format("docx")


def test_the_columns_are_the_fields_of_a_record_the_contract_first() -> None:
    assert set(COLUMN_NAMES) == set(ExportRecord.__slots__)
    scalars = [name for name in HitRecord.__annotations__ if name in COLUMN_NAMES]
    assert list(COLUMN_NAMES[:17]) == [n for n in scalars if not n.startswith("n_")]
    assert len({column.name for column in COLUMNS}) == len(COLUMNS)


def test_french_excel_gets_its_marks_and_its_decimals() -> None:
    content = write([make_record(score=0.8125)], "csv-excel")
    assert content.startswith(b"\xef\xbb\xbfrank;score;passage_id;")
    (row,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    assert (row["score"], row["confident"], row["heading"]) == ("0,8125", "oui", "")


def test_undated_texts_stay_out_of_gargantext_and_are_counted() -> None:
    tally = Tally()
    records = [make_record(1), make_record(2, date=None), make_record(3, date="2009")]
    content = write(records, "gargantext", tally=tally).decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(content, newline=""), delimiter="\t"))
    days = [[row[f"Publication {part}"] for part in ("Day", "Month", "Year")] for row in rows]
    assert days == [["4", "5", "2012"], ["1", "1", "2009"]]
    assert "1973" not in content
    assert sum(tally.left_out.values()) == 1
    assert tally.changes["jours ou mois inconnus devenus 1"] == 2


def test_a_reply_names_the_comment_that_it_answers_where_the_page_did() -> None:
    records = [
        make_record(1, doc_id="d-1", comment_id=None, role="billet", text="Un"),
        make_record(2, doc_id="d-1", comment_id="d-1#c1", text="Deux"),
        make_record(3, doc_id="d-1", comment_id="d-1#c2", reply_to="d-1#c1", depth=1, text="Trois"),
        make_record(4, doc_id="d-1", comment_id="d-1#c3", reply_to="d-1#c9", text="Quatre"),
        make_record(5, doc_id="d-2", comment_id="d-2#c1", author=None, text="Cinq"),
    ]
    package = zipfile.ZipFile(io.BytesIO(write(records, "tei", is_corpus=True)))
    corpus = etree.fromstring(package.read("corpus.xml"))
    threads = corpus.findall(f".//{{{TEI}}}div[@type='thread']")
    assert [len(thread) for thread in threads] == [4, 1]
    posts = list(corpus.iter(f"{{{TEI}}}post"))
    assert [post.get("replyTo") for post in posts] == [None, None, "#m2", None, None]
    assert [post.get("indentLevel") for post in posts] == [None, "1", "2", "1", "1"]
    assert [post.get("who") for post in posts] == ["personnes.xml#p1"] * 4 + [None]
    ids = [post.get("{http://www.w3.org/XML/1998/namespace}id") for post in posts]
    assert ids == ["m1", "m2", "m3", "m4", "m5"]
    assert b"ns0" not in package.read("corpus.xml")


def test_the_passages_of_a_source_are_one_text_of_a_corpus_and_several_of_an_answer() -> None:
    records = [
        make_record(n, comment_id="d-1#c1", passage_id=f"d-1#c1.p{n}", text=f"Ligne {n}")
        for n in (1, 2)
    ]
    whole = write(records, "iramuteq", is_corpus=True).decode("utf-8")
    assert whole.count("****") == 1
    assert "Ligne 1\nLigne 2\n" in whole
    assert write(records, "iramuteq").decode("utf-8").count("****") == 2


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("Odile Després", "odiledespres"),
        ("Sœur Émilie-Anne", "soeuremilieanne"),
        ("l_autre * 2", "lautre2"),
        (None, "inconnu"),
    ],
)
def test_a_variable_is_made_of_letters_and_digits(value: str | None, name: str) -> None:
    found = plain_name(value)
    assert found.isascii()
    assert found.isalnum()
    assert found == name
    assert plain_name("日本") != plain_name("中国")


@pytest.mark.parametrize(
    ("url", "text", "expected"),
    [
        ("http://a.fr/b", "Un mot", "http://a.fr/b#:~:text=Un%20mot"),
        ("http://a.fr/b#c1", "a-b, c&d", "http://a.fr/b#c1:~:text=a%2Db%2C%20c%26d"),
        ("http://a.fr/b", "mot " * 60, "http://a.fr/b#:~:text={0},{0}"),
        (None, "Un mot", None),
        ("javascript:alert(1)", "Un mot", None),
        ("http://a.fr/b", "   ", None),
    ],
)
def test_a_fragment_opens_the_page_on_the_passage(
    url: str | None, text: str, expected: str | None
) -> None:
    ends = "%20".join(["mot"] * 5)
    assert fragment_url(url, text) == (expected and expected.format(ends))


def test_the_wayback_machine_is_asked_for_the_date() -> None:
    url = "http://a.fr/b"
    assert wayback_url(url, "2009-05-04T10:38") == f"https://web.archive.org/web/200905041038/{url}"
    assert wayback_url(url, None) == f"https://web.archive.org/web/{url}"
    assert wayback_url("ftp://a.fr", "2009") is None


def test_permalinks_hold_every_setting_of_the_page() -> None:
    filters = Filters(
        roles=frozenset({Role.REPLY, Role.COMMENT}),
        authors=("Martine L.", "Paul"),
        sites=("jardin.exemple.org",),
        titles=("le potager",),
        languages=("fr",),
        after="2009",
        before="2012-05",
    )
    query = Query("été ?", k=30, mode=Mode.DENSE, filters=filters, expand=False, without=("forum",))
    asked = Asked("q1", query, ("d#p1",), ("d#p2",))
    link = urlsplit(search_permalink("http://h:1/", asked))
    assert link.netloc == "h:1"
    found = parse_qs(link.query)
    parsed = parse(found.pop("q")[0])
    assert (parsed.text, parsed.filters, parsed.notices) == ("été ?", filters, ())
    assert found == {
        "mode": ["dense"],
        "k": ["50"],
        "exact": ["true"],
        "sans": ["forum"],
        "plus": ["d#p1"],
        "moins": ["d#p2"],
    }
    assert passage_permalink("http://h:1", "d-1", "d-1#p1") == "http://h:1/billet?id=d-1&p=d-1%23p1"


def test_the_page_shows_as_many_passages_as_a_permalink_asks_for() -> None:
    assert PAGE_COUNTS == K_CHOICES


def test_a_lone_surrogate_breaks_no_format() -> None:
    fields: dict[str, Any] = dict.fromkeys(("text", "title", "author", "site", "query"), "a\ud800b")
    for name in FORMATS:
        assert write([make_record(**fields)], name), name
