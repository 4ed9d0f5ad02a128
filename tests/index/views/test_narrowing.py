"""Narrowing takes passages out of an answer: a facet's number is what choosing its value leaves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from index.archive import Archive, open_archive
from index.building.build import build_archive
from index.model import Filters, Query
from tests.archiblogue.web.documents import documents
from tests.fakes import FakeEncoder

QUESTIONS = ("tomates", "pain du dimanche", "arroser les potagers en août", "une attaque", "zzz")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """An archive of three posts: dated and undated, with comments."""
    folder = tmp_path_factory.mktemp("narrowing") / "archive"
    build_archive(folder, documents(), FakeEncoder())
    with open_archive(folder, encoder=FakeEncoder()) as opened:
        yield opened


def ids(archive: Archive, query: Query, within: Filters | None = None) -> list[str]:
    """All the passages of an answer, in order."""
    result = archive.search(query, k=100, within=within)
    return [hit.passage_id for hit in result.hits]


@pytest.mark.parametrize("text", QUESTIONS)
@pytest.mark.parametrize("k", [1, 10])
def test_each_facet_counts_what_choosing_its_value_leaves(
    archive: Archive, text: str, k: int
) -> None:
    query = Query(text, k=k)
    facets = archive.count(query)
    assert archive.search(query).totals.n_answers == facets.n_passages
    choices = [
        *((n, Filters(roles=[value])) for value, n in facets.role.items() if value),
        *((n, Filters(sites=[value])) for value, n in facets.site.items() if value),
        *((n, Filters(authors=[value])) for value, n in facets.author.items() if value),
        *((n, Filters(languages=[value])) for value, n in facets.language.items() if value),
        *(
            (n, Filters(after=year, before=str(int(year) + 1)))
            for year, n in facets.year.items()
            if year
        ),
        (facets.n_undated, Filters(undated=True)),
    ]
    for n, within in choices:
        assert archive.search(query, within=within).totals.n_answers == n, within
        assert archive.count(query, within=within).n_passages == n, within


def test_nothing_comes_in_and_the_order_stays(archive: Archive) -> None:
    query = Query("tomates")
    whole = ids(archive, query)
    kept = ids(archive, query, Filters(roles=["commentaire"]))
    assert kept
    assert kept == [one for one in whole if one in set(kept)]


def test_a_name_is_compared_whole(archive: Archive) -> None:
    query = Query("tomates", k=100)
    assert archive.search(query, within=Filters(authors=["Maud Verdier"])).hits
    assert not archive.search(query, within=Filters(authors=["Maud"])).hits


def test_the_undated_that_years_leave_out_are_counted(archive: Archive) -> None:
    query = Query("pain", k=100)
    n_undated = archive.count(query).n_undated
    narrowed = archive.count(query, within=Filters(after="2009", before="2010"))
    assert narrowed.n_undated_excluded == n_undated > 0
    assert narrowed.n_undated == 0


def test_a_moved_question_is_narrowed_too(archive: Archive) -> None:
    liked = archive.search("tomates").hits[0].passage_id
    within = Filters(roles=["billet"])
    result = archive.refine("tomates", plus=[liked], within=within)
    assert {hit.role.value for hit in result.hits} == {"billet"}
    counted = archive.count("tomates", plus=[liked], within=within)
    assert counted.n_passages == result.totals.n_answers
