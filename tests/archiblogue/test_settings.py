"""Flag > environment > project file > user file > default, and clear errors."""

from __future__ import annotations

from pathlib import Path

import pytest

from archiblogue.settings import Settings, load_settings
from ingest.errors import UsageError


@pytest.fixture
def user_file(tmp_path: Path) -> Path:
    return tmp_path / "user" / "archiblogue.toml"


def load(tmp_path: Path, user_file: Path, **environ: str) -> Settings:
    return load_settings(environ=environ, directory=tmp_path, user_file=user_file)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_without_anything_the_defaults_hold(tmp_path: Path, user_file: Path) -> None:
    assert load(tmp_path, user_file) == Settings()


def test_the_project_file_beats_the_user_file(tmp_path: Path, user_file: Path) -> None:
    write(user_file, 'encoder = "a"\nport = 9000\n')
    write(tmp_path / "archiblogue.toml", 'encoder = "b"\n')
    settings = load(tmp_path, user_file)
    assert (settings.encoder, settings.port) == ("b", 9000)


def test_the_environment_beats_the_files(tmp_path: Path, user_file: Path) -> None:
    write(tmp_path / "archiblogue.toml", 'archive = "x"\ntimeout_s = 3\n')
    settings = load(tmp_path, user_file, ARCHIBLOGUE_ARCHIVE="/y", ARCHIBLOGUE_PORT="81")
    assert settings.archive == Path("/y")
    assert (settings.port, settings.timeout_s) == (81, 3.0)


@pytest.mark.parametrize(("written", "is_true"), [("1", True), ("oui", True), ("False", False)])
def test_yes_and_no_are_read_from_the_environment(
    tmp_path: Path, user_file: Path, written: str, *, is_true: bool
) -> None:
    write(tmp_path / "archiblogue.toml", "external_guard = true\n")
    settings = load(tmp_path, user_file, ARCHIBLOGUE_EXTERNAL_GUARD=written)
    assert settings.external_guard is is_true
    assert load(tmp_path, user_file).external_guard is True


def test_a_relative_archive_is_relative_to_its_file(tmp_path: Path, user_file: Path) -> None:
    write(user_file, 'archive = "blogues"\n')
    assert load(tmp_path, user_file).archive == user_file.parent / "blogues"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("archive = ", "n’est pas du TOML valide"),
        ("archives = 'x'", "Réglage inconnu"),
        ("port = 'x'", "une valeur de type int"),
        ("port = [1]", "une valeur de type int"),
        ("port = true", "une valeur de type int"),
        ("external_guard = 'peut-être'", "une valeur de type bool"),
    ],
)
def test_a_file_that_cannot_be_read_is_explained(
    tmp_path: Path, user_file: Path, text: str, said: str
) -> None:
    write(tmp_path / "archiblogue.toml", text)
    with pytest.raises(UsageError, match=said):
        load(tmp_path, user_file)
