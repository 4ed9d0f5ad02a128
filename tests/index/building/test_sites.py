"""What a site repeats is learned page by page: in one step, or in any number of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from index.building.build import BuildSummary, build_archive
from index.building.publish import current_generation
from index.building.segments import merge_segments
from index.building.sites import ArchivedSites
from index.maintenance.withdraw import Selector, withdraw
from index.storage.reader import Store
from index.storage.rows import DocumentRecord
from ingest.duplicates import unify
from ingest.html.page import read_html
from ingest.model import Document, Page
from tests.fakes import FakeEncoder

ENCODER = FakeEncoder(dimension=16)
THINGS = "tourtière glace érable neige rivière forge moulin laine farine levain".split()  # noqa: SIM905
CLOUD = tuple(f"nuage {n}" for n in range(9))


def post(n: int, *, tags: tuple[str, ...] = ()) -> Document:
    """A post of a blog, as the only page of its source."""
    thing = THINGS[n % len(THINGS)]
    title = f"Billet {n} sur {thing}"
    body = f"<p>Numéro {n} : {thing} {n}, puis {thing[::-1]}{n} au bout du rang, {n} fois.</p>"
    html = (
        f"<html><head><title>{title}</title></head><body><h1>{title}</h1><div class="
        f"'entry-content'><p>Carnet du rang, écrire à moi@exemple.org</p>{body * 2}"
        f"<p>Fin de {thing}{n}.</p><p>Gazouillis{n} Courriers{n}</p></div></body></html>"
    )
    page = read_html(Page(f"s/{n:02}.html", b"", url=f"http://a.example/{n}"), html)
    return replace(page, source=f"s/{n:02}.html", tags=tags)


def build(archive: Path, documents: Iterable[Document], gone: Sequence[str] = ()) -> BuildSummary:
    """Build as `archiblogue build` does: the sources of these pages, and some that hold none."""
    given = list(documents)
    sources = {one.source or "" for one in given} | set(gone)
    known = ArchivedSites(archive, sources)
    return build_archive(archive, unify(given, known), ENCODER, replaces=sources, force=True)


def held(archive: Path) -> dict[str, DocumentRecord]:
    """Every document of the archive, by id."""
    with Store.open(current_generation(archive)) as store:
        records = (store.document(one) for one in store.document_ids())
        return {one.doc_id: one for one in records if one is not None}


def posts() -> list[Document]:
    """The pages of a blog: a block above, counters below, one title, a cloud on some."""
    return [
        replace(
            one,
            site=("Carnet du rang", "Carnet" if n < 2 else "Carnet du rang", None)[n % 3],
            title="Carnet du rang" if n % 3 == 1 else one.title,
        )
        for n, one in enumerate(
            post(n, tags=(*CLOUD, f"propre {n}") if n < 8 else ()) for n in range(10)
        )
    ]


@pytest.mark.parametrize("step", [1, 3, 7])
def test_in_steps_the_documents_are_those_of_one_step(tmp_path: Path, step: int) -> None:
    pages = posts()
    build(tmp_path / "one", pages)
    for start in range(0, len(pages), step):
        build(tmp_path / "many", pages[start : start + step])
    known = held(tmp_path / "one")
    assert held(tmp_path / "many") == known
    texts = {p.text for one in known.values() for p in one.passages}
    assert not any("Gazouillis" in text or "Carnet du rang" in text for text in texts)
    assert {one.site for one in known.values()} == {"Carnet du rang"}
    assert sum(one.tags[:1] == ("propre 1",) for one in known.values()) == 1


def test_backwards_and_over_merged_segments_too(tmp_path: Path) -> None:
    pages = posts()
    build(tmp_path / "one", pages)
    for page in reversed(pages[5:]):
        build(tmp_path / "many", [page])
    merge_segments(tmp_path / "many")
    build(tmp_path / "many", pages[:5])
    assert held(tmp_path / "many") == held(tmp_path / "one")


def test_pages_that_go_take_what_they_taught_with_them(tmp_path: Path) -> None:
    pages = posts()
    build(tmp_path / "one", pages[:2])
    build(tmp_path / "many", pages)
    build(tmp_path / "many", pages[:1], gone=[one.source or "" for one in pages[2:]])
    assert held(tmp_path / "many") == held(tmp_path / "one")


def test_a_page_that_changes_nothing_rewrites_nothing(tmp_path: Path) -> None:
    pages = posts()
    build(tmp_path / "a", pages[:9])
    summary = build(tmp_path / "a", pages[9:])
    assert (summary.tally.n_new, summary.tally.n_changed) == (1, 0)
    assert not build(tmp_path / "a", pages[9:]).is_published


def test_other_sites_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = [replace(one, url=f"http://b.example/{n}") for n, one in enumerate(posts())]
    build(tmp_path / "a", posts()[:4])
    named = [replace(one, doc_id=f"d-{n:016}", source=f"b/{n}") for n, one in enumerate(other)]
    read: list[str] = []

    def none_of(_: ArchivedSites, doc_ids: Sequence[str]) -> Iterator[Document]:
        read.extend(doc_ids)
        return iter(())

    monkeypatch.setattr(ArchivedSites, "documents", none_of)
    build(tmp_path / "a", named)
    assert read == []


def test_what_was_withdrawn_is_in_no_lesson(tmp_path: Path) -> None:
    pages = [replace(one, author="Zoé Vachon") if n == 3 else one for n, one in enumerate(posts())]
    build(tmp_path / "a", pages)
    withdraw(tmp_path / "a", Selector("author", "Zoé Vachon"), encoder=ENCODER)
    held_bytes = b"".join(one.read_bytes() for one in (tmp_path / "a").glob("seg-*/arrays.bin"))
    assert (pages[3].title or "").encode() not in held_bytes
    build(tmp_path / "a", pages[:2])
    assert pages[3].doc_id not in held(tmp_path / "a")
