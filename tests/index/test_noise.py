"""What carries nothing to search for: kept, shown in its post, and never ranked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.archive import Archive, open_archive
from index.building.build import build_archive
from index.model import Filters, Mode, Query
from ingest.model import Document, Passage, PassageKind, Role
from tests.fakes import FakeEncoder

ENCODER = FakeEncoder(32)
TEXTS = ("Facebook", "Le réseau Facebook a fermé la page du jardin.", "12 mars 2012", "Twitter")


def post(texts: tuple[str, ...] = TEXTS, doc_id: str = "d-1") -> Document:
    passages = tuple(
        Passage(f"{doc_id}#p{n}", doc_id, n, Role.POST, PassageKind.PARAGRAPH, text, 0, len(text))
        for n, text in enumerate(texts)
    )
    return Document(
        doc_id, f"{doc_id}.html", passages, title="Un jardin", url="https://www.Potager.example/a"
    )


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    others = [
        replace(
            post((f"La rue numéro {n} est fermée.",), f"d-{n}"), site="Carnet", url="https://b.org"
        )
        for n in range(2, 30)
    ]
    assert build_archive(tmp_path, [post(), *others], ENCODER).n_embedded == 29, "noise is not read"
    with open_archive(tmp_path, encoder=ENCODER) as opened:
        yield opened


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("filters", [Filters(), Filters(doc_ids=("d-1",))])
def test_it_is_never_ranked(archive: Archive, mode: Mode, filters: Filters) -> None:
    found = archive.search(Query("facebook", k=50, mode=mode, filters=filters)).hits
    assert found[0].passage_id == "d-1#p1"
    assert {hit.passage_id for hit in found}.isdisjoint({"d-1#p0", "d-1#p2", "d-1#p3"})
    assert archive.count(Query('"Facebook"', mode=mode)).n_passages == 1


def test_it_is_kept_and_shown_in_its_post(archive: Archive) -> None:
    assert tuple(one.text for one in archive.document("d-1").passages) == TEXTS
    assert archive.info().counts["n_passages"] == 32


def test_concordances_and_counts_of_words_keep_it(archive: Archive) -> None:
    assert archive.concordance("facebook").n_lines == 2
    assert archive.frequencies("facebook").total.n_occurrences == 2


def test_it_has_no_part_in_what_an_ordinary_passage_is_like(archive: Archive) -> None:
    sample = archive.searcher.vectors
    asked = ENCODER.encode_queries(["la rue est fermée"])[0]
    every = sample.reconstruct(sample.ids)
    cosines = (every @ asked)[np.abs(every).sum(axis=1) > 0]
    assert len(cosines) == 29
    assert sample.level(asked)[0] == pytest.approx(float(cosines.mean()), abs=1e-6)


@pytest.mark.parametrize("asked", ["potager.example", "Potager.example"])
def test_a_site_is_found_by_the_host_of_its_address_too(archive: Archive, asked: str) -> None:
    found = archive.search(Query("jardin", filters=Filters(sites=(asked,)))).hits
    assert {hit.doc_id for hit in found} == {"d-1"}
    typed = archive.search(Query(f"jardin site:{asked}")).hits
    assert [hit.passage_id for hit in typed] == [hit.passage_id for hit in found]


def test_a_site_is_still_found_by_its_name(archive: Archive) -> None:
    assert len(archive.search(Query("rue site:carnet", k=50)).hits) == 28
    assert archive.search(Query("rue site:ailleurs.org")).hits == ()
