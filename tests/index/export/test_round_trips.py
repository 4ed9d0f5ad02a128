"""Every exporter read back by somebody else's reader: nothing lost but what the record says."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bibtexparser
import ir_measures
import openpyxl
import pyarrow.parquet as pq
import pytest
import rispy
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from index.export.csv_table import guard, unguard
from index.export.format import LINE_ENDS, NOT_XML
from index.export.formats import FORMATS
from index.export.record import COLUMN_NAMES, ExportRecord, values_of
from index.export.references import reference_id, reference_title
from index.export.tally import Tally
from index.export.tei import TEI
from tests.index.export.conftest import make_record, make_search, write

Texts = list[str]
csv.field_size_limit(1 << 24)


def flat(text: str) -> str:
    """The text on one line, as the formats of lines say that they give it."""
    return LINE_ENDS.sub(" ", text)


def in_xml(text: str) -> str:
    """The text as an XML file can hold it."""
    return NOT_XML.sub("\ufffd", text)


def plain(record: ExportRecord) -> dict[str, Any]:
    return dict(zip(COLUMN_NAMES, values_of(record), strict=True))


def read_table(content: bytes, delimiter: str) -> list[dict[str, str]]:
    text = content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


@pytest.mark.parametrize(("name", "delimiter"), [("csv", ","), ("csv-excel", ";")])
def test_tables_give_every_text_back(
    unicode_records: list[ExportRecord], name: str, delimiter: str
) -> None:
    rows = read_table(write(unicode_records, name), delimiter)
    assert len(rows) == len(unicode_records)
    for row, record in zip(rows, unicode_records, strict=True):
        for field in ("text", "title", "author", "query", "passage_id", "url"):
            value = plain(record)[field]
            assert unguard(row[field]) == value.replace("\x00", ""), field
        n_changed = sum(
            guard(v.replace("\x00", ""))[1] + v.count("\x00")
            for v in values_of(record)
            if isinstance(v, str)
        )
        assert int(row["n_altered"]) == n_changed


def test_json_lines_give_everything_back(unicode_records: list[ExportRecord]) -> None:
    lines = write(unicode_records, "jsonl").decode("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [plain(one) for one in unicode_records]


def test_parquet_gives_everything_back(unicode_records: list[ExportRecord]) -> None:
    table = pq.read_table(io.BytesIO(write(unicode_records, "parquet")))
    assert table.to_pylist() == [plain(one) for one in unicode_records]
    assert json.loads(table.schema.metadata[b"archiblogue"])["generation"] == 3


def test_sqlite_gives_everything_back(unicode_records: list[ExportRecord], tmp_path: Path) -> None:
    path = tmp_path / "export.sqlite"
    path.write_bytes(write(unicode_records, "sqlite"))
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT * FROM passages ORDER BY rank").fetchall()
    assert rows == [values_of(one) for one in unicode_records]
    assert connection.execute("SELECT count(*) FROM colonnes").fetchone()[0] == len(COLUMN_NAMES)
    assert ("question", "que planter ?") in connection.execute("SELECT * FROM recherche")
    connection.close()


def test_a_workbook_gives_back_what_xml_can_hold(unicode_records: list[ExportRecord]) -> None:
    tally = Tally()
    content = write(unicode_records, "xlsx", tally=tally)
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    assert book.sheetnames == ["Résultats", "Recherche", "Colonnes"]
    rows = book["Résultats"].iter_rows(values_only=True)
    head = next(rows)
    place = {str(name): n for n, name in enumerate(head)}
    for row, record in zip(rows, unicode_records, strict=True):
        for name in ("text", "title", "author"):
            value = plain(record)[name]
            clean = in_xml(value.replace("\r\n", "\n").replace("\r", "\n"))
            assert row[place[name]] == clean, (name, record.rank)
        assert row[place["n_cut"]] == 0
    assert tally.changes


def test_ris_gives_back_one_line_a_field(unicode_records: list[ExportRecord]) -> None:
    entries = rispy.loads(write(unicode_records, "ris").decode("utf-8"))
    assert len(entries) == len(unicode_records)
    for entry, record in zip(entries, unicode_records, strict=True):
        assert entry["type_of_reference"] == "BLOG"
        assert entry["id"] == reference_id(record)
        assert entry["abstract"].strip() == flat(record.text).strip()
        assert entry["title"].strip() == flat(reference_title(record)).strip()
        assert (entry["year"], entry["date"]) == ("2012", "2012/05/04")


def test_bibtex_gives_back_one_line_a_field(unicode_records: list[ExportRecord]) -> None:
    library = bibtexparser.parse_string(write(unicode_records, "bibtex").decode("utf-8"))
    assert library.failed_blocks == []
    assert len(library.entries) == len(unicode_records)
    for entry, record in zip(library.entries, unicode_records, strict=True):
        assert entry.entry_type == "online"
        assert unescape(entry["abstract"]).strip() == flat(record.text).strip()
        author = entry["author"]
        assert author.startswith("{")
        assert unescape(author[1:-1]) == flat(record.author or "")
        assert entry["date"] == "2012-05-04"


_COMMANDS = {
    r"\textbackslash{}": "\\",
    r"\textbraceleft{}": "{",
    r"\textbraceright{}": "}",
    r"\textasciicircum{}": "^",
    r"\textasciitilde{}": "~",
    **{"\\" + sign: sign for sign in "#$%&_"},
}
_COMMAND = re.compile("|".join(re.escape(command) for command in _COMMANDS))


def unescape(text: str) -> str:
    """What TeX sets."""
    return _COMMAND.sub(lambda found: _COMMANDS[found[0]], text)


def test_csl_json_gives_everything_back(unicode_records: list[ExportRecord]) -> None:
    items = json.loads(write(unicode_records, "csl-json"))
    for item, record in zip(items, unicode_records, strict=True):
        assert item["type"] == "post-weblog"
        assert item["abstract"] == record.text
        assert item["author"] == [{"literal": record.author}]
        assert item["issued"] == {"date-parts": [[2012, 5, 4]]}


def read_iramuteq(content: bytes) -> list[tuple[dict[str, str], Texts]]:
    """A corpus as IRaMuTeQ's own importer reads it: line by line, a text at each starred line."""
    assert not content.startswith(b"\xef\xbb\xbf")
    texts: list[tuple[dict[str, str], Texts]] = []
    for line in content.decode("utf-8").splitlines():
        if line.startswith("****"):
            words = line.split()[1:]
            assert all(re.fullmatch(r"\*[a-z]+_[A-Za-z0-9]+", word) for word in words), line
            texts.append((dict(word[1:].split("_", 1) for word in words), []))
        elif line.strip():
            assert "*" not in line
            texts[-1][1].append(line)
    return texts


def test_iramuteq_gives_back_one_line_a_text(unicode_records: list[ExportRecord]) -> None:
    texts = read_iramuteq(write(unicode_records, "iramuteq"))
    assert len(texts) == len(unicode_records)
    for (variables, lines), record in zip(texts, unicode_records, strict=True):
        expected = flat(record.text).replace("*", "∗")  # noqa: RUF001
        assert "".join(lines) == (expected if expected.strip() else "")
        assert variables["rang"] == str(record.rank)
        assert (variables["annee"], variables["mois"]) == ("2012", "201205")
        assert variables["role"] == "reponse"


def members(content: bytes) -> zipfile.ZipFile:
    package = zipfile.ZipFile(io.BytesIO(content))
    assert package.testzip() is None
    return package


def test_txm_has_one_text_a_file_and_a_row_for_each(unicode_records: list[ExportRecord]) -> None:
    package = members(write(unicode_records, "txm"))
    rows = read_table(package.read("metadata.csv"), ",")
    assert next(iter(rows[0])) == "id"
    assert all(re.fullmatch("[a-z]+", name) for name in rows[0])
    assert {f"{row['id']}.xml" for row in rows} == set(package.namelist()) - {"metadata.csv"}
    for row, record in zip(rows, unicode_records, strict=True):
        text = etree.fromstring(package.read(f"{row['id']}.xml"))
        assert text.tag == "text"
        assert [p.text for p in text] == [in_xml(record.text)]
        assert unguard(row["auteur"]) == (record.author or "").replace("\x00", "")


def test_tei_has_a_post_for_each(unicode_records: list[ExportRecord]) -> None:
    package = members(write(unicode_records, "tei"))
    corpus = etree.fromstring(package.read("corpus.xml"))
    people = etree.fromstring(package.read("personnes.xml"))
    names = {
        p.get("{http://www.w3.org/XML/1998/namespace}id"): p[0].text
        for p in people.iter(f"{{{TEI}}}person")
    }
    posts = list(corpus.iter(f"{{{TEI}}}post"))
    for post, record in zip(posts, unicode_records, strict=True):
        assert [p.text for p in post.iter(f"{{{TEI}}}p")] == [in_xml(record.text)]
        assert post.get("when") == "2012-05-04"
        assert names[(post.get("who") or "").removeprefix("personnes.xml#")] == in_xml(
            record.author or ""
        )
    assert "Odile" not in package.read("corpus.xml").decode("utf-8")


@pytest.mark.parametrize(
    ("name", "member", "column"),
    [("gargantext", None, "Abstract"), ("cortext", "corpus.csv", "text")],
)
def test_tab_separated_tables_give_back_one_line_a_text(
    unicode_records: list[ExportRecord], name: str, member: str | None, column: str
) -> None:
    content = write(unicode_records, name)
    rows = read_table(members(content).read(member) if member else content, "\t")
    assert [row[column] for row in rows] == [flat(one.text) for one in unicode_records]


def test_voyant_gives_back_one_line_a_text(unicode_records: list[ExportRecord]) -> None:
    package = members(write(unicode_records, "voyant"))
    names = package.namelist()
    assert names == sorted(names)
    texts = [package.read(name).decode("utf-8") for name in names]
    assert texts == [flat(one.text) + "\n" for one in unicode_records]


def test_a_run_is_read_by_ir_measures(unicode_records: list[ExportRecord]) -> None:
    content = write(unicode_records, "trec").decode("utf-8")
    found = list(ir_measures.read_trec_run(content))
    assert [one.doc_id for one in found] == [one.passage_id for one in unicode_records]
    assert {one.query_id for one in found} == {"q1"}
    qrels = [ir_measures.Qrel("q1", unicode_records[0].passage_id, 1)]
    assert ir_measures.calc_aggregate([ir_measures.RR], qrels, found) == {ir_measures.RR: 1.0}


def test_a_bundle_is_valid_for_frictionless_and_for_rocrate(
    unicode_records: list[ExportRecord], tmp_path: Path
) -> None:
    from frictionless import Package
    from rocrate.rocrate import ROCrate

    folder = tmp_path / "bundle"
    members(write(unicode_records, "bundle")).extractall(folder)
    report = Package(str(folder / "datapackage.json")).validate()
    assert report.valid, report.flatten(["type", "message"])[:3]
    assert report.tasks[0].stats["rows"] == len(unicode_records)
    crate = ROCrate(str(folder))
    assert crate.root_dataset["datePublished"] == make_search().asked_at
    files = {entity.id for entity in crate.get_entities() if entity.type == "File"}
    on_disk = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert files == on_disk - {"ro-crate-metadata.json"}
    rows = read_table((folder / "data" / "passages.csv").read_bytes(), ",")
    assert [unguard(row["text"]) for row in rows] == [
        one.text.replace("\x00", "") for one in unicode_records
    ]


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_makes_a_file_that_opens(name: str) -> None:
    content = write([], name)
    readers: dict[str, Callable[[bytes], object]] = {
        "xlsx": lambda it: openpyxl.load_workbook(io.BytesIO(it)),
        "parquet": lambda it: pq.read_table(io.BytesIO(it)),
        "sqlite": lambda it: sqlite3.connect(":memory:").deserialize(it),
        "csl-json": json.loads,
        **dict.fromkeys(("txm", "tei", "cortext", "voyant", "bundle"), members),
    }
    readers.get(name, lambda it: it.decode("utf-8"))(content)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(), max_size=60), min_size=1, max_size=4))
def test_any_texts_are_written_by_every_format_and_never_lost_in_number(texts: list[str]) -> None:
    records = [make_record(n, text=t, title=t, author=t) for n, t in enumerate(texts, start=1)]
    for name in FORMATS:
        if name != "citations":
            assert write(records, name), name
    assert len(read_table(write(records, "csv"), ",")) == len(records)
    assert len(rispy.loads(write(records, "ris").decode("utf-8"))) == len(records)
    assert len(write(records, "jsonl").decode("utf-8").splitlines()) == len(records)


def test_what_excel_writes_for_a_control_character_stays_as_typed() -> None:
    content = write([make_record(text="_x0041_ et _x000D_", title="_x0041_")], "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(content))
    head, row = list(book["Résultats"].iter_rows(values_only=True))
    escaped = str(row[[str(name) for name in head].index("text")])
    # Excel reads `_x005F_` as an underscore; openpyxl leaves it.
    assert escaped.replace("_x005F_", "_") == "_x0041_ et _x000D_"


def test_a_long_cell_is_cut_and_says_by_how_much() -> None:
    content = write([make_record(text="é" * 40_000), make_record(2, text="😀" * 20_000)], "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(content))
    head, first, second = list(book["Résultats"].iter_rows(values_only=True))
    place = {str(name): n for n, name in enumerate(head)}
    assert (len(str(first[place["text"]])), first[place["n_cut"]]) == (32_767, 7_233)
    assert (len(str(second[place["text"]])), second[place["n_cut"]]) == (16_383, 3_617)
