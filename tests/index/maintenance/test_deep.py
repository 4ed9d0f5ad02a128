"""`verify --deep`: files that are whole, and do not agree with each other."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from archiblogue.cli.main import run
from index.building.build import build_archive
from index.building.publish import current_generation, switch_current
from index.maintenance.deep import disagreements
from index.maintenance.generations import verify
from index.storage.arrays import ArrayFile, write_arrays
from index.storage.durability import stamp_file
from index.storage.vectors import open_vectors, write_vectors
from tests.durability.corpus import Blog
from tests.fakes import FakeEncoder

ENCODER, BLOG = FakeEncoder(8), Blog()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    build_archive(tmp_path, BLOG.posts(4), ENCODER)
    build_archive(tmp_path, BLOG.posts(6), ENCODER)
    return tmp_path


def change_arrays(name: str, change: Callable[[np.ndarray], np.ndarray]) -> Callable[[Path], None]:
    def act(segment: Path) -> None:
        path = segment / "arrays.bin"
        file = ArrayFile(path)
        arrays = {one: np.array(file[one]) for one in file.names()}
        write_arrays(path, arrays | {name: change(arrays[name])})

    return act


def change_rows(sql: str) -> Callable[[Path], None]:
    def act(segment: Path) -> None:
        with closing(sqlite3.connect(segment / "store.sqlite")) as rows:
            rows.execute(sql)
            rows.commit()

    return act


def shorten_vectors(segment: Path) -> None:
    halves = np.array(open_vectors(segment / "vectors.faiss").halves())
    halves[1] /= 2
    write_vectors(segment / "vectors.faiss", halves)


def lengthen_tokens(segment: Path) -> None:
    path = segment / "tokens.bin"
    path.write_bytes(path.read_bytes() + b"x")


def reseal(archive: Path) -> None:
    """Makes the manifest say of every file what it is now."""
    generation = current_generation(archive)
    for name in generation.manifest.files:
        generation.manifest.files[name] = stamp_file(archive / name)  # type: ignore[index]
    (generation.path / "manifest.json").write_bytes(generation.manifest.to_bytes())
    switch_current(archive, generation)


def test_a_sound_archive_agrees_with_itself(archive: Path) -> None:
    assert list(disagreements(archive)) == []
    assert verify(archive, is_deep=True) == []


@pytest.mark.parametrize(
    ("change", "file"),
    [
        (change_rows("UPDATE passages SET text = text || ' ajouté' WHERE id = 2"), "arrays.bin"),
        (change_rows("UPDATE passages SET passage_id = 'autre' WHERE id = 2"), "arrays.bin"),
        (change_rows("DELETE FROM passages WHERE id = 2"), "arrays.bin"),
        (change_rows("UPDATE documents SET doc_id = 'd-x' WHERE number = 0"), "arrays.bin"),
        (change_rows("DELETE FROM comments"), "store.sqlite"),
        (change_arrays("postings.rows", lambda rows: rows[::-1].copy()), "arrays.bin"),
        (change_arrays("text_lengths", lambda lengths: lengths + 1), "arrays.bin"),
        (change_arrays("noise", np.logical_not), "arrays.bin"),
        (shorten_vectors, "vectors.faiss"),
        (lengthen_tokens, "tokens.bin"),
    ],
)
def test_what_does_not_agree_is_named(
    archive: Path, change: Callable[[Path], None], file: str
) -> None:
    change(archive / "seg-0001")
    reseal(archive)
    assert verify(archive) == [], "its checksums are right"
    found = verify(archive, is_deep=True)
    assert f"seg-0001/{file}" in {one.path for one in found}
    assert all("rollback" in one.detail and one.is_current for one in found)


def test_the_command_says_so_and_names_what_it_does_not_look_at(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (archive / "lexique.toml").write_text("", encoding="utf-8")
    assert run(["verify", "--archive", str(archive), "--deep"]) == 0
    said = capsys.readouterr().out
    assert "intacts" in said
    assert "lexique.toml" in said
    lengthen_tokens(archive / "seg-0002")
    reseal(archive)
    assert run(["verify", "--archive", str(archive)]) == 0
    assert run(["verify", "--archive", str(archive), "--deep"]) == 4
    assert "seg-0002/tokens.bin" in capsys.readouterr().out
