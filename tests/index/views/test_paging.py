"""Every hit of a question has one place, is counted once, and can be walked to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from index.archive import Archive, open_archive
from index.building.build import build_archive
from index.model import Filters, Mode, Order, Query, read_order
from ingest.errors import UsageError
from tests.fakes import FakeTokenEncoder
from tests.index.conftest import MakeDocument

N_DOCUMENTS = 120
# More than the ranker compares closely for a page of ten.
N_WITH_WORD = 5 * N_DOCUMENTS


@pytest.fixture(scope="module")
def large(
    make_document: MakeDocument, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Archive]:
    """720 passages, of which 600 hold « limace »; a fifth of the posts have no date."""
    folder = tmp_path_factory.mktemp("paging")
    documents = [
        make_document(
            f"n{number}",
            [
                *(f"La limace numéro {number} du rang {place}." for place in range(5)),
                f"Autre chose encore, {number} fois.",
            ],
            date=None if number % 5 == 0 else f"{2001 + number % 7}-0{1 + number % 9}",
        )
        for number in range(N_DOCUMENTS)
    ]
    build_archive(folder, documents, FakeTokenEncoder())
    with open_archive(folder, encoder=FakeTokenEncoder()) as archive:
        yield archive


def walk(archive: Archive, query: Query) -> list[str]:
    return [hit.passage_id for hit in archive.walk(query)]


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("order", list(Order))
@pytest.mark.parametrize("k", [10, 37])
def test_pages_walk_through_every_hit_once(
    large: Archive, mode: Mode, order: Order, k: int
) -> None:
    query = Query("la limace", k=k, mode=mode, order=order)
    result = large.search(query)
    walked = walk(large, query)
    assert len(walked) == len(set(walked)) == result.totals.n_answers
    assert large.count(query).n_passages == result.totals.n_answers
    if mode is not Mode.DENSE:
        assert result.totals.n_with_words == N_WITH_WORD
    third = large.search(replace(query, offset=2 * k))
    assert [hit.passage_id for hit in third] == walked[2 * k : 3 * k]
    assert [hit.rank for hit in third] == list(range(2 * k + 1, 2 * k + 1 + len(third)))


def test_the_first_page_is_that_of_a_search_without_pages(large: Archive) -> None:
    query = Query("limace numéro 7", k=10)
    searcher = large.searcher
    plan = searcher.plan(query)
    shown = searcher.columns.rows(searcher.keys_found(plan))
    ids = [hit.passage_id for hit in large.search(query)]
    rows = searcher.rows_of(ids)
    assert sorted(shown.tolist()) == sorted(rows.tolist())
    assert walk(large, query)[:10] == ids


def test_there_is_no_ceiling(large: Archive) -> None:
    result = large.search(Query("limace", k=50_000, mode=Mode.LEXICAL))
    assert len(result) == N_WITH_WORD
    assert result.next_query is None


def test_dates_go_up_and_down_with_the_undated_last(large: Archive) -> None:
    up = list(large.walk(Query("limace", k=100, order=Order.OLDEST)))
    down = list(large.walk(Query("limace", k=100, order=read_order("récents"))))
    assert {hit.passage_id for hit in up} == {hit.passage_id for hit in down}
    for hits, is_falling in ((up, False), (down, True)):
        dated = [hit.date for hit in hits if hit.date]
        assert dated == sorted(dated, reverse=is_falling)
        assert all(hit.date is None for hit in hits[len(dated) :])
        assert len(dated) < len(hits)


def test_an_unknown_order_is_refused() -> None:
    with pytest.raises(UsageError, match="relevance"):
        read_order("hasard")


def test_beyond_the_last_hit_there_is_nothing(large: Archive) -> None:
    result = large.search(Query("limace", offset=100_000))
    assert result.hits == ()
    assert result.totals.n_answers >= N_WITH_WORD
    assert result.next_query is None
    with pytest.raises(UsageError, match="-1"):
        large.search(Query("limace", offset=-1))


def test_the_undated_can_be_chosen(large: Archive) -> None:
    query = Query("limace", mode=Mode.LEXICAL)
    n_undated = large.count(query).year[None]
    for chosen in (replace(query, filters=Filters(undated=True)), Query("limace date:inconnue")):
        assert large.count(replace(chosen, mode=Mode.LEXICAL)).year == {None: n_undated}
    bounded = replace(query, filters=Filters(after="2003", before="2004"))
    dated = large.count(bounded)
    assert dated.n_undated_excluded >= n_undated
    both = large.count(replace(bounded, filters=Filters(after=2003, before=2004, undated=True)))
    assert both.year == {"2003": dated.n_passages, None: n_undated}
    assert both.n_undated_excluded == 0


def test_what_moves_a_question_moves_its_counts(large: Archive) -> None:
    query = Query("limace numéro 3", k=5)
    liked = large.search(query)[0].passage_id
    result = large.refine(query, plus=[liked])
    counted = large.count(query, plus=[liked])
    assert counted.n_passages == result.totals.n_answers


def test_copies_are_one_hit_wherever_they_stand(
    make_document: MakeDocument, tmp_path: Path
) -> None:
    texts = [f"La limace rayée, variante {number % 300}." for number in range(600)]
    documents = [make_document(f"c{at}", texts[at : at + 6]) for at in range(0, 600, 6)]
    build_archive(tmp_path, documents, FakeTokenEncoder())
    with open_archive(tmp_path, encoder=FakeTokenEncoder()) as archive:
        walked = list(archive.walk(Query("limace")))
        assert len(walked) == len({hit.text for hit in walked}) == 300
