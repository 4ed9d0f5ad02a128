"""Words in context."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

from index.archive import Archive
from index.export import write_concordance_csv
from index.query.parser import parse
from index.views.concordance import ConcordanceOptions, Sort, find_expression
from ingest.errors import UsageError


def _keywords(text: str, expression: str) -> list[str]:
    return [text[s.start : s.end] for s in find_expression(text, parse(expression))]


@pytest.mark.parametrize(
    ("text", "expression", "found"),
    [
        ("Les limaces et la limace.", "limace", ["limaces", "limace"]),
        ("L’œuf, des oeufs, un Œuf", "oeuf", ["œuf", "oeufs", "Œuf"]),
        (
            "les médias sociaux, un média social",
            "médias sociaux",
            ["médias sociaux", "média social"],
        ),
        ("des médias très sociaux", "médias sociaux", []),
        ("les médias-sociaux", "médias sociaux", ["médias-sociaux"]),
        ("un média-social, des médias-sociaux", "média-social", ["média-social", "médias-sociaux"]),
        ("la fin de la semaine, la fin de semaine", "fin de semaine", ["fin de semaine"]),
        ("La cendre et la cendre", '"La cendre"', ["La cendre"]),
        ("il n’en est que plus fort", "que plus", ["que plus"]),
        ("rien", "tout", []),
    ],
)
def test_what_is_found(text: str, expression: str, found: list[str]) -> None:
    assert _keywords(text, expression) == found


def test_lines_have_context_source_and_date(archive: Archive) -> None:
    result = archive.concordance("limaces", ConcordanceOptions(width=12))
    assert result.n_lines == 4
    assert result.n_passages == 4
    line = next(one for one in result.lines if one.passage.comment_number == 1)
    assert (line.left, line.keyword, line.right) == ("Chez moi les", "limaces", "mangent tout")
    assert (line.passage.author, line.passage.date) == ("Martine L.", "2012-06-03")
    assert line.passage.text[line.span.start : line.span.end] == "limaces"
    assert all(len(one.left) <= 12 and len(one.right) <= 12 for one in result.lines)


@pytest.mark.parametrize("width", [9, 12, 20, 60])
def test_no_word_of_the_context_is_cut(archive: Archive, width: int) -> None:
    for line in archive.concordance("limaces", ConcordanceOptions(width=width)).lines:
        words = set(re.findall(r"\w+", line.passage.text))
        assert set(re.findall(r"\w+", f"{line.left} {line.right}")) <= words
        assert max(len(line.left), len(line.right)) <= width


def test_a_word_longer_than_the_context_is_cut(archive: Archive) -> None:
    lines = archive.concordance("limaces", ConcordanceOptions(width=2)).lines
    assert "es" in [line.left for line in lines]
    assert all(len(line.left) <= 2 and len(line.right) <= 2 for line in lines)


def test_corpus_order_is_that_of_the_pages(archive: Archive) -> None:
    found = [line.passage.passage_id for line in archive.concordance("limaces").lines]
    assert found == ["d-copie#p1", "d-jardin#p4", "d-jardin#c1.p1", "d-jardin#c2.p1"]


def test_sorts(archive: Archive) -> None:
    def lines(sort: Sort) -> list[tuple[str, str, str | None]]:
        found = archive.concordance("limaces", ConcordanceOptions(sort=sort)).lines
        return [(one.left, one.right, one.passage.date) for one in found]

    lefts = [left.split()[::-1] for left, _, _ in lines(Sort.LEFT)]
    assert [left[1] for left in lefts] == ["contre", "éloigne", "éloigne", "moi"]
    assert [right[:2] for _, right, _ in lines(Sort.RIGHT)] == [".", "du", "du", "ma"]
    assert [date for _, _, date in lines(Sort.DATE)] == ["2012-05", "2012-06-03", None, None]


def test_fields_narrow(archive: Archive) -> None:
    assert archive.concordance("limaces role:commentaire").n_lines == 2
    dated = archive.concordance("limaces avant:2012-06")
    assert dated.n_lines == 1
    assert dated.n_undated_excluded > 0


def test_stop_words_are_found_too(archive: Archive) -> None:
    assert [one.keyword for one in archive.concordance("dans").lines] == []
    assert archive.concordance("il tient").n_lines == 1
    assert archive.concordance("la").n_lines >= 4


def test_the_limit_is_said(archive: Archive) -> None:
    result = archive.concordance("limaces", ConcordanceOptions(limit=2))
    assert len(result.lines) == 2
    assert result.n_lines == 4
    assert any("4 occurrences" in str(notice) for notice in result.notices)


def test_export(archive: Archive) -> None:
    result = archive.concordance("limaces")
    table = b"".join(write_concordance_csv(result)).decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(table, newline="")))
    assert [row["passage_id"] for row in rows] == [one.passage.passage_id for one in result.lines]
    assert json.loads(json.dumps(result.lines[0].as_record()))["keyword"] == "limaces"


@pytest.mark.parametrize(
    ("expression", "options"),
    [
        ("", ConcordanceOptions()),
        ("-mot", ConcordanceOptions()),
        ("mot", ConcordanceOptions(width=0)),
        ("mot", ConcordanceOptions(width=5000)),
        ("mot", ConcordanceOptions(limit=0)),
    ],
)
def test_what_cannot_be_read_is_explained(
    archive: Archive, expression: str, options: ConcordanceOptions
) -> None:
    with pytest.raises(UsageError):
        archive.concordance(expression, options)
