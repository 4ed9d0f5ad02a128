"""The public API: what `archiblogue` declares, how it forgives, how results show themselves."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import pytest

import archiblogue
from archiblogue import (
    Archive,
    Filters,
    Mode,
    Query,
    Role,
    SearchResult,
    UsageError,
    build_archive,
    open_archive,
)
from index.building.build import build_archive as build_from_records
from tests.archiblogue.web.documents import HOSTILE, documents
from tests.fakes import FakeEncoder

ENCODER = FakeEncoder()


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp("api") / "archive"
    build_from_records(folder, documents(), ENCODER)
    with open_archive(folder, encoder=ENCODER) as opened:
        yield opened


def test_every_declared_name_is_there_and_no_other() -> None:
    for name in archiblogue.__all__:
        assert getattr(archiblogue, name) is not None, name
    assert dir(archiblogue) == sorted(archiblogue.__all__)
    with pytest.raises(AttributeError, match="no public name 'MemoryIndex'"):
        _ = archiblogue.MemoryIndex


def test_importing_it_costs_nothing(repository: Path) -> None:
    code = (
        "import sys, archiblogue;"
        "print(sorted({'numpy','faiss','torch','lxml','trafilatura'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=repository
    )
    assert done.stdout.strip() == "[]"


def test_it_is_typed(repository: Path, tmp_path: Path) -> None:
    assert (repository / "archiblogue" / "py.typed").is_file()
    program = tmp_path / "program.py"
    program.write_text(
        "from archiblogue import Filters, Hit, SearchResult, open_archive\n"
        "with open_archive('archive') as archive:\n"
        "    result: SearchResult = archive.search(\n"
        "        'texte', k=3, mode='dense', filters=Filters(roles={'billet'}, after='mai 2012')\n"
        "    )\n"
        "    first: Hit = result[0]\n"
        "    scores: list[float] = [hit.score for hit in result]\n"
        "    reveal_type(first.author)\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file", "/dev/null", str(program)],
        capture_output=True,
        text=True,
        check=False,
        cwd=repository,
        env={"MYPYPATH": str(repository), "PATH": "/usr/bin:/bin"},
    )
    # By its name: what mypy remembers of the same text has the path of an earlier run.
    errors = [line for line in done.stdout.splitlines() if f"{program.name}:" in line]
    assert [line for line in errors if ": error:" in line] == [], done.stdout
    assert any("str | None" in line for line in errors), done.stdout


def test_a_text_is_a_question(archive: Archive) -> None:
    told = archive.search(Query("médias sociaux", k=3, mode=Mode.LEXICAL))
    assert archive.search("médias sociaux", k=3, mode="lexical") == told
    assert archive.count("médias sociaux").n_passages >= len(told)


@pytest.mark.parametrize(
    "roles", ["commentaire", {"commentaire"}, ["Commentaires"], {Role.COMMENT}]
)
def test_roles_are_read_as_they_are_written(archive: Archive, roles: str | list[str]) -> None:
    found = archive.search("médias sociaux", filters=Filters(roles=roles))
    assert found.hits
    assert {hit.role for hit in found} == {Role.COMMENT}


def test_dates_and_languages_are_read_too() -> None:
    filters = Filters(languages="français", after="mai 2012", before=2015, authors="Zoé")
    assert (filters.languages, filters.after, filters.before) == (("fr",), "2012-05", "2015")
    assert filters.authors == ("Zoé",)


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda archive: archive.search("texte", mode="sémantique"), "hybrid, dense, lexical"),
        (lambda archive: archive.search("texte", k=0), "demandez-en au moins un"),
        (lambda archive: archive.search(""), "La question est vide"),
        (lambda _: Filters(roles={"lecteur"}), "billet, commentaire ou réponse"),
        (lambda _: Filters(after="un jour"), "n’est pas une date"),
        (lambda _: Filters(languages=["de"]), "fr, en ou autre"),
        (lambda archive: archive.passage("rien"), "Aucun passage"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(
    archive: Archive, ask: Callable[[Archive], object], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        ask(archive)


def test_a_result_is_a_sequence_with_a_short_repr(archive: Archive) -> None:
    result = archive.search("médias sociaux", k=4)
    assert [hit.rank for hit in result] == list(range(1, len(result) + 1))
    assert result[0] is result.hits[0]
    assert len(repr(result)) < 200
    assert repr(result).startswith("SearchResult('médias sociaux', hits=")
    assert repr(archive).startswith("Archive(generation=1, ")


def test_a_notebook_shows_what_blogs_wrote_as_text() -> None:
    hit = archiblogue.Hit(1, 0.5, "p", "d", Role.COMMENT, HOSTILE, "s", author="<b>x</b>")
    shown = SearchResult(Query("x"), (hit,))._repr_html_()
    assert "<b>x</b>" not in shown
    assert "&lt;b&gt;x&lt;/b&gt;" in shown
    assert "<script" not in shown


def test_a_result_is_a_table(archive: Archive) -> None:
    result = archive.search("médias sociaux", k=3)
    table = result.to_dataframe()
    assert list(table["passage_id"]) == [hit.passage_id for hit in result]
    assert list(SearchResult(Query("x"), ()).to_dataframe().columns) == list(table.columns)


@pytest.mark.encoder
def test_an_archive_is_built_from_a_path(seeds: Path, tmp_path: Path) -> None:
    tally = archiblogue.Tally()
    summary = build_archive(
        seeds / "001_7d40a90564b5f6b4.txt", tmp_path / "a", encoder=ENCODER, tally=tally
    )
    assert (summary.n_documents, tally.n_documents) == (1, 1)
    with pytest.raises(archiblogue.SourceError, match="vide"):
        build_archive([tmp_path / "vide"], tmp_path / "b", encoder=ENCODER)


def test_bounds_that_cross_are_said(archive: Archive) -> None:
    with pytest.raises(UsageError, match="inversez"):
        archive.search("texte", filters=Filters(after=2013, before=2010))
    with pytest.raises(UsageError, match="inversez"):
        archive.concordance("après:2013 avant:2010 texte")


def test_a_search_passes_few_files(archive: Archive, repository: Path) -> None:
    """What a newcomer must read to follow a question to its hits."""
    passed: set[str] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        file = frame.f_code.co_filename
        if event == "call" and file.startswith(str(repository)) and "/.venv/" not in file:
            passed.add(file)

    archive.search("qui répond aux lecteurs ?")
    sys.setprofile(note)
    try:
        archive.search("qui écoute les lecteurs ?")
    finally:
        sys.setprofile(None)
    passed = {file for file in passed if "/tests/" not in file}
    assert 5 < len(passed) <= 34, sorted(passed)
