"""The map of an archive: like beside like, kept, rid of what was withdrawn."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from index.archive import open_archive
from index.building.build import build_archive
from index.maintenance.withdraw import Selector, withdraw
from index.storage.places import PLACES_NAME, read_places
from index.views.map.archive_map import ArchiveMap
from ingest.model import Document
from tests.fakes import FakeEncoder
from tests.index.conftest import MakeDocument

SUBJECTS = {
    "potager": "tomate arrosoir semis courgette compost limace terreau bêche",
    "vélo": "guidon pédale freins rayon selle chaîne dérailleur pignon",
    "pain": "levain farine pétrin croûte fournil mie cuisson boulanger",
}
N_POSTS = 12
N_PASSAGES = 5


def posts(
    make_document: MakeDocument, subject: str, first: int = 0, n: int = N_POSTS
) -> list[Document]:
    """Posts of one subject, each of several passages made of its own words."""
    words = SUBJECTS[subject].split()
    rng = np.random.default_rng(len(subject))
    texts = [
        [" ".join([subject, *rng.permutation(words)[:6]]) for _ in range(N_PASSAGES)]
        for _ in range(first + n)
    ]
    return [
        make_document(f"{subject}{number}", texts[number], [], title=f"{subject} {number}")
        for number in range(first, first + n)
    ]


@pytest.fixture
def corpus(make_document: MakeDocument) -> list[Document]:
    """Posts of three subjects that share no word."""
    return [one for subject in SUBJECTS for one in posts(make_document, subject)]


def drawn(folder: Path) -> ArchiveMap:
    """The map of the archive in that folder, drawn by a new reader."""
    with open_archive(folder, encoder=FakeEncoder()) as archive:
        return archive.map()


def built(folder: Path, documents: Sequence[Document]) -> Path:
    """An archive of these posts."""
    build_archive(folder, list(documents), FakeEncoder())
    return folder


def test_passages_lie_among_those_of_their_subject(tmp_path: Path, corpus: list[Document]) -> None:
    folder = built(tmp_path / "a", corpus)
    with open_archive(folder, encoder=FakeEncoder()) as archive:
        map_ = archive.map()
        assert archive.map() is map_
        passages = archive.store.passages(map_.keys.tolist())
    assert len(map_) == len(SUBJECTS) * N_POSTS * N_PASSAGES
    assert map_.xy.min() >= 0
    assert map_.xy.max() <= 1
    subjects = np.array([passages[key].title.split()[0] for key in map_.keys.tolist()])
    far = np.hypot(*(map_.xy[:, None, :] - map_.xy[None, :, :]).transpose(2, 0, 1))
    np.fill_diagonal(far, np.inf)
    nearest = np.argsort(far, axis=1)[:, :5]
    assert (subjects[nearest] == subjects[:, None]).mean() > 0.95
    assert sum(one.n_passages for one in map_.named) == len(map_)


def test_regions_are_named_by_their_own_words_as_they_are_spelt(
    tmp_path: Path, corpus: list[Document]
) -> None:
    map_ = drawn(built(tmp_path / "a", corpus))
    known = {word for words in SUBJECTS.values() for word in words.split()} | set(SUBJECTS)
    for region in map_.named:
        assert region.words
        assert set(region.words) <= known
        subjects = [
            one for one, words in SUBJECTS.items() if {one, *words.split()} & set(region.words)
        ]
        assert len(subjects) == 1, region.words
    accented = {word for region in map_.named for word in region.words if not word.isascii()}
    assert accented, "words keep their accents"


def test_the_passages_of_a_region_come_from_its_middle(
    tmp_path: Path, corpus: list[Document]
) -> None:
    map_ = drawn(built(tmp_path / "a", corpus))
    for number, region in enumerate(map_.named):
        keys = map_.keys_of(number)
        assert len(keys) == region.n_passages
        places = map_.xy[np.searchsorted(map_.keys, keys)]
        far = np.hypot(*(places - places.mean(axis=0)).T)
        assert (np.diff(far) >= 0).all()


def test_the_map_is_kept_and_is_the_same_when_it_is_made_again(
    tmp_path: Path, corpus: list[Document]
) -> None:
    folder = built(tmp_path / "a", corpus)
    first = drawn(folder)
    kept = (folder / PLACES_NAME).stat()
    assert np.array_equal(drawn(folder).xy, first.xy)
    assert (folder / PLACES_NAME).stat().st_mtime_ns == kept.st_mtime_ns
    (folder / PLACES_NAME).unlink()
    assert np.array_equal(drawn(folder).xy, first.xy)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nothing", b"\x93NUMPY", b"0" * 4096])
def test_a_damaged_file_is_made_again(
    tmp_path: Path, corpus: list[Document], content: bytes
) -> None:
    folder = built(tmp_path / "a", corpus)
    first = drawn(folder)
    (folder / PLACES_NAME).write_bytes(content)
    assert read_places(folder) is None
    assert np.array_equal(drawn(folder).xy, first.xy)
    assert read_places(folder) is not None


def test_a_new_post_lies_beside_its_like_and_nothing_else_moves(
    tmp_path: Path, corpus: list[Document], make_document: MakeDocument
) -> None:
    folder = built(tmp_path / "a", corpus)
    before = drawn(folder)
    added = posts(make_document, "vélo", first=N_POSTS, n=1)
    built(folder, [*corpus, *added])
    with open_archive(folder, encoder=FakeEncoder()) as archive:
        after = archive.map()
        passages = archive.store.passages(after.keys.tolist())
    assert len(after) == len(before) + N_PASSAGES
    old = np.isin(after.keys, before.keys)
    assert np.array_equal(after.xy[old], before.xy)
    bikes = np.array([passages[key].title.startswith("vélo") for key in after.keys.tolist()])
    for place in after.xy[~old]:
        others = np.flatnonzero(old)
        nearest = others[np.hypot(*(after.xy[others] - place).T).argsort()[:5]]
        assert bikes[nearest].all()


def test_the_map_is_laid_out_anew_once_a_tenth_is_new(
    tmp_path: Path, corpus: list[Document]
) -> None:
    folder = built(tmp_path / "a", corpus[:N_POSTS])
    drawn(folder)
    built(folder, corpus)
    kept = drawn(folder)
    found = read_places(folder)
    assert found is not None
    assert found.n_laid_out == len(kept)


def test_what_is_withdrawn_is_on_no_map(tmp_path: Path, corpus: list[Document]) -> None:
    folder = built(tmp_path / "a", corpus)
    before = drawn(folder)
    with open_archive(folder, encoder=FakeEncoder()) as archive:
        gone = [row.key for row in archive.store.passages_of(corpus[0].doc_id)]
    assert set(gone) <= set(before.keys.tolist())
    withdraw(folder, Selector("id", corpus[0].doc_id), encoder=FakeEncoder())
    after = drawn(folder)
    assert not set(gone) & set(after.keys.tolist())
    assert len(after) == len(before) - N_PASSAGES
    kept = read_places(folder)
    assert kept is not None
    assert not set(gone) & set(kept.keys.tolist()), "nor in the file, once it was read"


def test_a_folder_filled_again_does_not_take_the_places_of_what_was_there(
    tmp_path: Path, corpus: list[Document]
) -> None:
    folder = built(tmp_path / "a", corpus)
    drawn(folder)
    places = (folder / PLACES_NAME).read_bytes()
    shutil.rmtree(folder)
    built(folder, corpus[::-1])
    (folder / PLACES_NAME).write_bytes(places)
    kept = drawn(folder)
    (folder / PLACES_NAME).unlink()
    assert np.array_equal(drawn(folder).xy, kept.xy)


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_the_smallest_archives_have_a_map(
    tmp_path: Path, make_document: MakeDocument, n: int
) -> None:
    texts = [f"passage numéro {'abcde'[place]} seulement" for place in range(n)]
    map_ = drawn(built(tmp_path / "a", [make_document("seul", texts, [], title="Un seul")]))
    assert len(map_) == n
    assert np.isfinite(map_.xy).all()
    assert sum(one.n_passages for one in map_.named) == n


def test_passages_all_alike_have_a_map(tmp_path: Path, make_document: MakeDocument) -> None:
    texts = ["toujours le même texte"] * 30
    documents = [make_document("copies", texts, [], title="Copies")]
    map_ = drawn(built(tmp_path / "a", documents))
    assert len(map_) == 30
    assert np.isfinite(map_.xy).all()


def test_a_folder_that_cannot_be_written_has_its_map_all_the_same(
    tmp_path: Path, corpus: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = built(tmp_path / "a", corpus)

    def refuse(*_: object) -> None:
        raise PermissionError("read-only")

    monkeypatch.setattr("index.views.map.archive_map.write_places", refuse)
    assert len(drawn(folder)) == len(SUBJECTS) * N_POSTS * N_PASSAGES
    assert not (folder / PLACES_NAME).exists()
