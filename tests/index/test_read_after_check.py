"""No file of an archive is mapped or reaches SQLite before its checksum has been compared."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index.archive import open_archive
from index.building.build import build_archive
from index.model import Query
from index.storage.arrays import map_file
from index.storage.tokens import TokenFile
from ingest.errors import ArchiveError
from tests.durability.corpus import Blog
from tests.fakes import FakeTokenEncoder

ENCODER = FakeTokenEncoder(16)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    build_archive(tmp_path / "archive", Blog().posts(3), ENCODER)
    return tmp_path / "archive"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files mapped or given to SQLite, in order."""
    names: list[str] = []

    def noting(inner: Callable[..., Any]) -> Callable[..., Any]:
        def call(path: object, *args: Any, **kwargs: Any) -> Any:
            names.append(str(path).partition("?")[0].rpartition("/")[2])
            return inner(path, *args, **kwargs)

        return call

    monkeypatch.setattr("index.storage.arrays.map_file", noting(map_file))
    monkeypatch.setattr("index.storage.segment.TokenFile", noting(TokenFile))
    monkeypatch.setattr(sqlite3, "connect", noting(sqlite3.connect))
    return names


def test_a_sound_archive_is_read(archive: Path, read: list[str]) -> None:
    with open_archive(archive, encoder=ENCODER) as opened:
        opened.search(Query("billet", k=1))
        assert set(read) == {"store.sqlite", "arrays.bin", "tokens.bin"}


@pytest.mark.parametrize("damage", ["flip", "replace", "grow", "cut"])
@pytest.mark.parametrize("name", ["arrays.bin", "tokens.bin", "store.sqlite", "manifest.json"])
def test_a_file_that_is_not_what_was_written_is_never_parsed(
    archive: Path, read: list[str], name: str, damage: str
) -> None:
    path = next(archive.glob(f"*-*/{name}"))
    whole = path.read_bytes()
    middle = len(whole) // 2
    path.write_bytes(
        {
            "flip": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
            "replace": b"IxFI" + b"\xff" * 200,
            "grow": whole + b"\0",
            "cut": whole[:middle],
        }[damage]
    )
    with pytest.raises(ArchiveError):
        open_archive(archive, encoder=ENCODER)
    assert read == []


def test_a_schema_calls_no_function_of_ours(archive: Path) -> None:
    with open_archive(archive, encoder=ENCODER) as opened:
        connection = opened.store.segments[0].segment._connection
        assert connection.execute("PRAGMA trusted_schema").fetchone() == (0,)
        assert connection.execute("PRAGMA query_only").fetchone() == (1,)
        with pytest.raises(sqlite3.OperationalError):
            connection.execute("CREATE TABLE t (a)")
