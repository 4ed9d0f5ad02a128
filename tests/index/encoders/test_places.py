"""The folder of an archive's model is found again, wherever both went."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from index.archive import open_archive
from index.building.build import build_archive
from index.encoders.directory import content_revision
from index.encoders.load import BUNDLED_NAME, load_encoder
from index.encoders.places import PLACES_NAME, find_encoder, remember_place
from index.model import Mode, Query
from ingest.errors import EncoderError
from tests.fakes import FakeEncoder
from tests.index.conftest import MakeDocument

BUNDLED = Path(__file__).resolve().parents[3] / "index" / "encoders" / BUNDLED_NAME


class _Local(FakeEncoder):
    """An encoder of a folder."""

    def __init__(self, directory: Path) -> None:
        super().__init__(name=directory.name, revision=content_revision(directory))
        self.directory = directory


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """The bundled model under another name, as a person would bring one."""
    folder = tmp_path / "modeles" / "le-mien"
    shutil.copytree(BUNDLED, folder)
    return folder


@pytest.fixture
def archive(tmp_path: Path, model: Path) -> Path:
    folder = tmp_path / "archives" / "a"
    folder.mkdir(parents=True)
    remember_place(folder, _Local(model))
    return folder


@pytest.fixture(autouse=True)
def loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loads a folder without torch; a name would go to a hub, and there is none."""

    def load(name: str, *, revision: str | None = None) -> _Local:
        assert Path(name).is_dir(), f"{name} would be looked for on a hub"
        found = _Local(Path(name))
        assert found.revision == revision
        return found

    monkeypatch.setattr("index.encoders.places.load_encoder", load)


def found_in(archive: Path, model: Path, hint: str | None = None) -> Path:
    revision = _known_revision(archive)
    encoder = find_encoder(archive, model.name, revision, hint)
    assert isinstance(encoder, _Local)
    return encoder.directory


def _known_revision(archive: Path) -> str:
    (revision,) = json.loads((archive / PLACES_NAME).read_text(encoding="utf-8"))
    return str(revision)


def test_it_is_where_it_was(archive: Path, model: Path) -> None:
    assert found_in(archive, model) == model


def test_it_is_found_when_the_archive_moved(archive: Path, model: Path, tmp_path: Path) -> None:
    moved = tmp_path / "ailleurs" / "b"
    moved.parent.mkdir()
    shutil.move(archive, moved)
    assert found_in(moved, model) == model


def test_it_is_found_when_both_moved_together(archive: Path, model: Path, tmp_path: Path) -> None:
    whole = tmp_path / "disque"
    for folder in (archive.parent, model.parent):
        shutil.move(folder, whole / folder.name)
    found = found_in(whole / "archives" / "a", model)
    assert found.resolve() == (whole / "modeles" / "le-mien").resolve()


def test_it_is_found_beside_the_archive(archive: Path, model: Path) -> None:
    moved = archive.parent / model.name
    shutil.move(model, moved)
    assert found_in(archive, model).resolve() == moved.resolve()


def test_another_model_at_its_place_is_not_taken(archive: Path, model: Path) -> None:
    config = model / "config_sentence_transformers.json"
    config.write_text('{"prompts": {"query": "autre "}}', encoding="utf-8")
    with pytest.raises(EncoderError, match=r"le-mien.*--encoder"):
        found_in(archive, model)


def test_it_is_where_it_is_said_to_be(archive: Path, model: Path, tmp_path: Path) -> None:
    moved = tmp_path / "loin" / "renomme"
    moved.parent.mkdir()
    revision = _known_revision(archive)
    shutil.move(model, moved)
    with pytest.raises(EncoderError, match="--encoder DOSSIER") as caught:
        find_encoder(archive, "le-mien", revision)
    assert str(model) in str(caught.value)
    found = find_encoder(archive, "le-mien", revision, str(moved))
    assert isinstance(found, _Local)
    assert found.directory == moved
    with pytest.raises(EncoderError, match="en contient un autre"):
        find_encoder(archive, "le-mien", "0" * 40, str(moved))


def test_an_archive_that_never_said_where_asks_for_the_folder(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"le-mien.*--encoder DOSSIER"):
        find_encoder(tmp_path, "le-mien", "0" * 40)


def test_an_archive_is_asked_with_the_model_found(
    archive: Path, model: Path, make_document: MakeDocument
) -> None:
    build_archive(archive, [make_document("vélo", ["Le vélo d’hiver roule."])], _Local(model))
    with open_archive(archive) as opened:
        assert len(opened.search(Query("vélo", mode=Mode.DENSE))) == 1
    shutil.move(model, model.parent / "autre-nom")
    with open_archive(archive, encoder=str(model.parent / "autre-nom")) as opened:
        assert len(opened.search(Query("vélo", mode=Mode.DENSE))) == 1


def test_the_bundled_model_needs_no_place(tmp_path: Path) -> None:
    remember_place(tmp_path, load_encoder())
    assert not (tmp_path / PLACES_NAME).exists()
