"""Frequencies, collocates and comparisons, against counts made by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.archive import Archive, open_archive
from index.building.build import build_archive
from index.model import Filters, Mode, Query
from index.query.parser import parse
from index.query.writing import write_question
from index.views.association import log_dice, specificity
from index.views.collocates import CollocateOptions, Measure
from index.views.comparison import ComparisonOptions
from index.views.concordance import ConcordanceOptions
from index.views.frequency_table import By, Counted, Frequency, FrequencyOptions
from ingest.errors import UsageError
from tests.fakes import FakeEncoder
from tests.index.conftest import MakeDocument

YEARS = ("2008", "2009", "2010")


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory, make_document: MakeDocument) -> Archive:
    """Thirty posts over three years, each with one comment; « limace » is a word of 2009."""
    documents = [
        make_document(
            f"billet{number}",
            [
                f"Le jardin numéro{number} a des limaces grises et des limaces rouges."
                if YEARS[number % 3] == "2009"
                else f"Le jardin numéro{number} reste calme sous la pluie froide.",
            ],
            [("Réjean", f"{YEARS[number % 3]}-06-03", "La cendre chasse la limace du jardin.")]
            if number < 12
            else [(None, None, "Merci du conseil.")],
            title="Potager",
            author="Odile",
            date=YEARS[number % 3],
            site="un.exemple" if number % 2 else "deux.exemple",
        )
        for number in range(30)
    ]
    path = tmp_path_factory.mktemp("counted") / "archive"
    build_archive(path, documents, FakeEncoder())
    return open_archive(path, encoder=FakeEncoder())


def by_value(rows: tuple[Frequency, ...]) -> dict[str | None, Frequency]:
    return {row.value: row for row in rows}


class TestFrequencies:
    def test_a_word_by_year(self, counted: Archive) -> None:
        found = counted.frequencies("limaces")
        rows = by_value(found.rows)
        assert [row.value for row in found.rows] == ["2008", "2009", "2010", None]
        assert {year: row.n_occurrences for year, row in rows.items()} == {
            "2008": 4,
            "2009": 24,
            "2010": 4,
            None: 0,
        }
        assert found.total.n_occurrences == 32
        in_2009 = rows["2009"]
        assert (in_2009.n_passages, in_2009.n_passages_in_part) == (14, 14)
        assert in_2009.per_passage == pytest.approx(24 / 14)
        assert in_2009.n_words == 10 * 6 + 4 * 4
        assert in_2009.per_10000_words == pytest.approx(24 * 10_000 / in_2009.n_words)
        assert in_2009.specificity == pytest.approx(
            specificity(24, 32, in_2009.n_words, found.total.n_words)
        )
        assert in_2009.specificity is not None
        assert in_2009.specificity > 3

    def test_a_small_count_has_no_rate(self, counted: Archive) -> None:
        found = counted.frequencies("limaces")
        in_2008 = by_value(found.rows)["2008"]
        assert (in_2008.n_occurrences, in_2008.is_small) == (4, True)
        assert (in_2008.per_10000_words, in_2008.per_passage) == (None, None)
        undated = by_value(found.rows)[None]
        assert (undated.n_occurrences, undated.is_small) == (0, False)
        assert undated.per_10000_words == 0

    @pytest.mark.parametrize("by", list(By))
    def test_the_parts_add_up_to_the_whole(self, counted: Archive, by: By) -> None:
        found = counted.frequencies("jardin", FrequencyOptions(by=by))
        assert sum(row.n_occurrences for row in found.rows) == found.total.n_occurrences == 42
        if by is not By.AUTHOR:
            assert sum(row.n_words for row in found.rows) == found.total.n_words

    @pytest.mark.parametrize("by", list(By))
    @pytest.mark.parametrize("expression", ["limaces", "jardin", '"des limaces"', "limaces rouges"])
    def test_each_number_leads_to_its_passages(
        self, counted: Archive, by: By, expression: str
    ) -> None:
        found = counted.frequencies(expression, FrequencyOptions(by=by))
        assert any(row.n_occurrences for row in found.rows)
        for row in (*found.rows, found.total):
            if row.question is None:
                assert row.value is None
                continue
            lines = counted.concordance(row.question)
            assert (lines.n_lines, lines.n_passages) == (row.n_occurrences, row.n_passages)

    @pytest.mark.parametrize("expression", ["limaces grises", '"limaces"', "de la", "l’été"])
    def test_an_expression_is_counted_as_in_a_concordance(
        self, archive: Archive, counted: Archive, expression: str
    ) -> None:
        for one in (archive, counted):
            lines = one.concordance(expression, ConcordanceOptions())
            found = one.frequencies(expression).total
            assert (found.n_occurrences, found.n_passages) == (lines.n_lines, lines.n_passages)

    def test_stop_words_have_no_specificity(self, counted: Archive) -> None:
        found = counted.frequencies("le")
        assert found.total.n_occurrences > 10
        assert {row.specificity for row in found.rows} == {None}

    def test_filters_bound_the_whole(self, counted: Archive) -> None:
        options = FrequencyOptions(by=By.ROLE, filters=Filters(after="2009", before="2010"))
        found = counted.frequencies("limaces role:commentaire", options)
        assert [(row.value, row.n_occurrences) for row in found.rows] == [("commentaire", 4)]
        assert found.rows[0].question == "limaces role:commentaire après:2009 avant:2010"

    def test_a_question_is_counted_in_passages(self, counted: Archive) -> None:
        options = FrequencyOptions(counted=Counted.QUESTION)
        found = counted.frequencies("des limaces dans le jardin ?", options)
        question = Query("des limaces dans le jardin ?", k=1, mode=Mode.LEXICAL)
        hits = list(counted.walk(question))
        # A hit stands for the passages with its very text; each of them is an occurrence.
        n_passages = sum(1 + hit.n_copies for hit in hits)
        assert found.total.n_passages == found.total.n_occurrences == n_passages > 0
        years = {r.value for r in found.rows if r.n_passages}
        assert years >= set(counted.count(question).year)
        assert found.total.per_10000_words is None

    def test_the_table_has_the_rows(self, counted: Archive) -> None:
        found = counted.frequencies("limaces", FrequencyOptions(by=By.SITE))
        frame = found.to_dataframe()
        assert list(frame["value"]) == [row.value for row in found.rows]
        assert list(frame.columns) == list(found.table.column_names)
        assert len(counted.frequencies("jardin", FrequencyOptions(By.SITE, limit=1)).rows) == 1
        assert counted.frequencies("jardin", FrequencyOptions(By.SITE, limit=1)).n_parts == 2

    @pytest.mark.parametrize("expression", ["", "role:billet", "?"])
    def test_nothing_to_count_is_said(self, counted: Archive, expression: str) -> None:
        with pytest.raises(UsageError):
            counted.frequencies(expression)

    def test_what_no_passage_holds_counts_zero(self, counted: Archive) -> None:
        found = counted.frequencies("ornithorynque")
        assert found.total.n_occurrences == 0
        assert all(row.n_occurrences == 0 for row in found.rows)


class TestCollocates:
    def test_the_words_near_a_word(self, counted: Archive) -> None:
        found = counted.collocates("limaces", CollocateOptions(window=2, sort=Measure.COUNT))
        counts = {row.word: row.n_near for row in found.rows}
        # « limaces grises et des limaces rouges » ; « La cendre chasse la limace du jardin. »
        assert counts == {"grises": 10, "rouges": 10, "chasse": 12, "jardin": 12}
        assert (found.n_occurrences, found.n_passages) == (32, 22)
        chasse = next(row for row in found.rows if row.word == "chasse")
        assert chasse.n_in_corpus == 12
        assert chasse.is_over
        assert chasse.log_dice == pytest.approx(float(log_dice_of(12, 32, 12)))
        assert counted.concordance("limaces").n_lines == found.n_occurrences

    def test_a_word_between_two_occurrences_counts_once(self, counted: Archive) -> None:
        found = counted.collocates("limaces", CollocateOptions(window=10, sort=Measure.COUNT))
        assert {row.word: row.n_near for row in found.rows}["grises"] == 10

    @pytest.mark.parametrize("expression", ['"des limaces"', "limaces grises", "limaces rouges"])
    def test_an_expression_has_neighbours_too(self, counted: Archive, expression: str) -> None:
        found = counted.collocates(expression, CollocateOptions(window=3))
        assert found.n_occurrences == counted.concordance(expression).n_lines > 0
        assert found.rows

    def test_a_long_passage_is_read_as_if_whole(
        self, tmp_path: Path, make_document: MakeDocument
    ) -> None:
        filler = " ".join(f"mot{n} anticonstitutionnellement{n} A.B.C. 12 000" for n in range(40))
        texts = [f"{filler} avant URSS après {filler} U.R.S.S. loin {n} {filler}" for n in range(6)]
        build_archive(tmp_path / "a", [make_document("long", texts)], FakeEncoder())
        with open_archive(tmp_path / "a", encoder=FakeEncoder()) as archive:
            for width in (1, 5, 40):
                found = archive.collocates("urss", CollocateOptions(width, sort=Measure.COUNT))
                assert found.n_occurrences == 12
                counts = {row.word: row.n_near for row in found.rows}
                assert (counts["avant"], counts["loin"]) == (6, 6) if width > 1 else True
                exact = archive.collocates(
                    '"URSS"', CollocateOptions(width, sort=Measure.COUNT, limit=1000)
                )
                assert exact.n_occurrences == 6

    def test_options_out_of_range_are_refused(self, counted: Archive) -> None:
        for options in (CollocateOptions(window=0), CollocateOptions(limit=0)):
            with pytest.raises(UsageError, match="ne vont pas"):
                counted.collocates("limaces", options)


class TestComparison:
    def test_comments_against_posts(self, counted: Archive) -> None:
        found = counted.compare("role:commentaire", "role:billet")
        assert (found.a.n_passages, found.b.n_passages, found.n_shared) == (30, 30, 0)
        frame = found.to_dataframe().set_index("word")
        assert frame.loc["merci", "side"] == "A"
        assert frame.loc["pluie", "side"] == "B"
        assert (frame.loc["limaces", "n_a"], frame.loc["limaces", "n_b"]) == (12, 20)
        assert frame.loc["merci", "specificity"] > 0 > frame.loc["pluie", "specificity"]
        assert found.a.n_words == 12 * 4 + 18 * 2
        assert found.passages.rows == ()
        years = {row[0]: row[1:] for row in found.years.rows}
        assert years["2009"] == (4, 10, 0)

    def test_two_questions_share_passages(self, counted: Archive) -> None:
        options = ComparisonOptions(k=20, mode=Mode.LEXICAL)
        found = counted.compare("limace", "cendre", options)
        assert found.n_shared > 0
        sides = [row[1] for row in found.passages.rows]
        assert sides == sorted(sides, key=lambda side: side != "A+B")
        assert sides.count("A+B") == found.n_shared
        alone = [hit.passage_id for hit in counted.search("limace", k=20, mode=Mode.LEXICAL)]
        ranked = sorted((r for r in found.passages.rows if r[2]), key=lambda r: int(r[2] or 0))
        assert {row[0] for row in ranked} >= set(alone[:5])

    def test_a_part_against_the_rest(self, counted: Archive) -> None:
        found = counted.compare("après:2009 avant:2010", "site:exemple role:billet")
        whole = counted.compare("après:2009 avant:2010", "avant:2012")
        assert whole.n_shared == whole.a.n_passages
        assert whole.words.rows
        assert found.a.question == "après:2009 avant:2010"

    @pytest.mark.parametrize("side", ["", "role:inconnu", "-seul"])
    def test_a_side_that_asks_for_nothing_is_refused(self, counted: Archive, side: str) -> None:
        with pytest.raises(UsageError):
            counted.compare(side, "limace")

    def test_a_table_that_is_not_there_is_refused(self, counted: Archive) -> None:
        with pytest.raises(UsageError, match="words, passages, years"):
            counted.compare("role:commentaire", "role:billet").table("mots")


@pytest.mark.parametrize(
    "question",
    [
        'limaces "des limaces" -rouge -"sous la pluie"',
        'mot role:billet auteur:"Odile Després" site:"un.exemple" titre:"potager" langue:autre '
        "après:2009 avant:2010-05",
    ],
)
def test_a_question_written_is_read_back(question: str) -> None:
    parsed = parse(question)
    again = parse(write_question(parsed, parsed.filters))
    assert (again.words, again.phrases, again.filters) == (
        parsed.words,
        parsed.phrases,
        parsed.filters,
    )
    assert again.excluded_words == parsed.excluded_words
    assert again.excluded_phrases == parsed.excluded_phrases


def log_dice_of(together: int, first: int, second: int) -> float:
    return float(log_dice(np.array([together], float), first, np.array([second], float))[0])
