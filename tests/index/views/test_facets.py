"""Counts of what matches a question."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from index.archive import Archive, open_archive
from index.building.build import build_archive
from index.model import Mode, Query
from ingest.errors import UsageError
from tests.fakes import FakeEncoder
from tests.index.conftest import MakeDocument


def test_counts_of_the_passages_found(archive: Archive) -> None:
    facets = archive.count(Query("limaces", k=1))
    # Two of the four passages that hold the word have the very same text: one hit.
    assert facets.n_passages == 3
    assert facets.n_documents == 2
    assert dict(facets.role) == {"billet": 1, "commentaire": 2}
    assert dict(facets.year) == {"2012": 1, None: 2}
    assert facets.n_undated == 2
    assert facets.author["Martine L."] == 1
    assert "3 passages trouvés\u202f: 3 contiennent l’essentiel des mots" in facets.basis
    assert facets.notices == ("2 passages sans date, hors des années.",)


def test_years_are_in_order_and_the_rest_by_count(archive: Archive) -> None:
    facets = archive.count(Query("limaces hiver cendre œufs", mode=Mode.DENSE))
    years = [year for year in facets.year if year]
    assert years == sorted(years)
    assert list(facets.year)[-1] is None
    counts = list(facets.role.values())
    assert counts == sorted(counts, reverse=True)


def test_undated_passages_left_out_are_counted_out_loud(archive: Archive) -> None:
    facets = archive.count(Query("limaces avant:2013", k=1))
    assert facets.n_passages == 2
    assert facets.n_undated == 0
    assert facets.n_undated_excluded >= 2
    assert any("sans date exclus" in notice for notice in facets.notices)


def test_filters_and_phrases_narrow(archive: Archive) -> None:
    assert archive.count(Query("limaces role:commentaire", k=1)).n_passages == 2
    assert archive.count(Query('"coquilles d’œufs"')).n_passages == 1
    assert archive.count(Query("limaces -cendre", k=1)).n_passages == 1


def test_another_name_counts_too(make_document: MakeDocument, tmp_path: Path) -> None:
    texts = ["Le vélo d’hiver roule bien.", "Un pneu à clous coûte cher."]
    build_archive(tmp_path, [make_document("velo", texts)], FakeEncoder())
    with open_archive(tmp_path, encoder=FakeEncoder()) as archive:
        query = Query("bicyclette", mode=Mode.LEXICAL)
        assert archive.count(query).n_passages == archive.search(query).totals.n_with_words == 1
        assert archive.count(replace(query, expand=False)).n_passages == 0
        assert archive.count(replace(query, expand=False)).basis.startswith("Aucun passage")


def test_the_nearest_are_counted_as_they_are_shown(archive: Archive) -> None:
    query = Query("xylophone", k=4)
    facets = archive.count(query)
    result = archive.search(query)
    assert facets.n_passages == len(result) == result.totals.n_answers == 4
    assert facets.n_documents == len({hit.doc_id for hit in result})
    assert sum(facets.role.values()) == 4
    assert "aucun ne contient" in facets.basis


def test_the_record_is_json(archive: Archive) -> None:
    record = archive.count(Query("limaces", k=1)).as_record()
    assert json.loads(json.dumps(record))["year"] == {"2012": 1, "": 2}


def test_an_empty_question_is_refused(archive: Archive) -> None:
    with pytest.raises(UsageError):
        archive.count(Query(" "))
