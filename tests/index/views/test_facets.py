"""Counts of what matches a question."""

from __future__ import annotations

import json

import pytest

from index.archive import Archive
from index.model import Mode, Query
from ingest.errors import UsageError


def test_counts_of_the_matching_passages(archive: Archive) -> None:
    facets = archive.count(Query("limaces"))
    assert facets.n_passages == 4
    assert facets.n_documents == 2
    assert dict(facets.role) == {"billet": 2, "commentaire": 2}
    assert dict(facets.year) == {"2012": 2, None: 2}
    assert facets.n_undated == 2
    assert facets.author["Martine L."] == 1
    assert "4 passages" in facets.basis
    assert facets.notices == ("2 passages sans date, hors des années.",)


def test_years_are_in_order_and_the_rest_by_count(archive: Archive) -> None:
    facets = archive.count(Query("limaces hiver cendre œufs", mode=Mode.DENSE))
    years = [year for year in facets.year if year]
    assert years == sorted(years)
    assert list(facets.year)[-1] is None
    counts = list(facets.role.values())
    assert counts == sorted(counts, reverse=True)


def test_undated_passages_left_out_are_counted_out_loud(archive: Archive) -> None:
    facets = archive.count(Query("limaces avant:2013"))
    assert facets.n_passages == 2
    assert facets.n_undated == 0
    assert facets.n_undated_excluded >= 2
    assert any("sans date exclus" in notice for notice in facets.notices)


def test_filters_and_phrases_narrow(archive: Archive) -> None:
    assert archive.count(Query("limaces role:commentaire")).n_passages == 2
    assert archive.count(Query('"coquilles d’œufs"')).n_passages == 1
    assert archive.count(Query("limaces -cendre")).n_passages == 1


def test_another_name_counts_too(archive: Archive) -> None:
    assert archive.count(Query("xylophone")).n_passages == 0
    assert archive.count(Query("xylophone")).basis.startswith("Aucun passage")
    assert archive.count(Query("bicyclette", expand=False)).n_passages == 0


def test_what_a_search_gives_can_be_counted_whatever_its_words(archive: Archive) -> None:
    query = Query("xylophone", k=4)
    facets = archive.count_found(query)
    hits = archive.search(query).hits
    assert facets.is_nearest
    assert facets.n_passages == len(hits) == 4
    assert facets.n_documents == len({hit.doc_id for hit in hits})
    assert sum(facets.role.values()) == 4
    assert "4 passages les plus proches" in facets.basis
    assert not archive.count(query).is_nearest


def test_the_record_is_json(archive: Archive) -> None:
    record = archive.count(Query("limaces")).as_record()
    assert json.loads(json.dumps(record))["year"] == {"2012": 2, "": 2}


def test_an_empty_question_is_refused(archive: Archive) -> None:
    with pytest.raises(UsageError):
        archive.count(Query(" "))
