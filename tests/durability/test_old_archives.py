"""Archives of every released schema open, answer and grow; those of a later one are refused."""

from __future__ import annotations

import sqlite3
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from index.archive import open_archive
from index.building.build import build_archive
from index.building.publish import current_generation, switch_current
from index.maintenance.generations import verify
from index.maintenance.withdraw import Selector, withdraw
from index.model import Mode, Query
from index.storage import manifest
from index.storage.manifest import SCHEMA_VERSION, read_manifest
from index.storage.schema import SCHEMA_VERSION as STORE_VERSION
from index.storage.schema import open_read_only
from index.withdrawals.documents import COMMENT_PLACEHOLDER
from ingest.errors import IntegrityError, SchemaError
from tests.durability.corpus import Blog, word
from tests.durability.make_fixture import FOLDER
from tests.fakes import FakeEncoder


def is_present(archive: Path) -> bool:
    """Whether it is of the present form."""
    return any(archive.glob("seg-*"))


def verify_or_none(archive: Path) -> object:
    """What `verify` finds, None where it refuses the form."""
    try:
        return verify(archive)
    except SchemaError:
        return None


BUNDLES = sorted(FOLDER.glob("v*.zip"))
ENCODER = FakeEncoder(8)
BLOG = Blog()


@pytest.fixture(params=BUNDLES, ids=[path.stem for path in BUNDLES])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    with zipfile.ZipFile(request.param) as bundle:
        bundle.extractall(tmp_path / "archive")
    return tmp_path / "archive"


def test_there_is_one_for_every_schema() -> None:
    assert [path.stem for path in BUNDLES] == [f"v{n}" for n in range(1, SCHEMA_VERSION + 1)]
    assert STORE_VERSION == SCHEMA_VERSION, "the two numbers go together"


def test_the_former_form_is_refused_in_a_sentence_that_says_what_to_do(archive: Path) -> None:
    if is_present(archive):
        return
    with pytest.raises(SchemaError, match=r"ancien format.*archiblogue build"):
        open_archive(archive, encoder=ENCODER)
    assert verify_or_none(archive) is None, "the tools say the same"


def test_a_build_converts_it_without_embedding_again_and_obeys_its_register(archive: Path) -> None:
    was_present = is_present(archive)
    summary = build_archive(archive, [], ENCODER, replaces=[])
    assert (summary.n_embedded, summary.n_documents, summary.n_passages) == (0, 4, 16)
    assert summary.is_published or was_present
    with open_archive(archive, encoder=ENCODER) as opened:
        for mode in Mode:
            hits = opened.search(Query(f"billet {word(1, 1, 0)}", k=3, mode=mode)).hits
            assert word(1, 1, 0) in hits[0].text
        texts = [hit.text for hit in opened.iter_passages()]
        thread = opened.document(BLOG.post(3).doc_id)
    assert len(texts) == 16
    assert thread.passages[-1].text == COMMENT_PLACEHOLDER
    assert not [text for text in texts if word(3, "c", 2) in text]
    assert verify(archive) == []


def test_it_grows_without_embedding_again_and_obeys_its_register(archive: Path) -> None:
    summary = build_archive(archive, BLOG.posts(5), ENCODER)
    assert summary.n_embedded == 4
    with open_archive(archive, encoder=ENCODER) as opened:
        assert not [hit for hit in opened.iter_passages() if word(3, "c", 2) in hit.text]
        assert len(list(opened.iter_passages())) == 20


def test_what_a_conversion_left_behind_goes_with_the_next_withdrawal(archive: Path) -> None:
    build_archive(archive, BLOG.posts(5), ENCODER)
    withdraw(archive, Selector("url", BLOG.post(1).url or ""), encoder=ENCODER)
    held = [
        p for p in archive.rglob("*") if p.is_file() and word(1, 1, 0).encode() in p.read_bytes()
    ]
    assert held == []


def test_a_damaged_one_is_not_converted(archive: Path) -> None:
    store = next(archive.glob("*-*/store.sqlite"))
    content = bytearray(store.read_bytes())
    content[len(content) // 2] ^= 1
    store.write_bytes(content)
    with pytest.raises(IntegrityError):
        build_archive(archive, BLOG.posts(5), ENCODER)


def test_one_of_a_later_schema_is_refused_in_a_sentence(tmp_path: Path) -> None:
    build_archive(tmp_path, BLOG.posts(2), ENCODER)
    generation = current_generation(tmp_path)
    for version, match in (
        (SCHEMA_VERSION + 1, "Mettez Archiblogue à jour"),
        (0, "essai"),
        (-1, "essai"),
    ):
        other = replace(generation.manifest, schema_version=version)
        (generation.path / "manifest.json").write_bytes(other.to_bytes())
        switch_current(tmp_path, replace(generation, manifest=other))
        with pytest.raises(SchemaError, match=match):
            open_archive(tmp_path, encoder=ENCODER)
        with pytest.raises(SchemaError):
            build_archive(tmp_path, BLOG.posts(5), ENCODER)
        assert list(tmp_path.glob("*.tmp")) == []


@pytest.mark.parametrize("version", [-1, 0, STORE_VERSION + 1])
def test_a_store_of_another_schema_is_refused(tmp_path: Path, version: int) -> None:
    build_archive(tmp_path, BLOG.posts(2), ENCODER)
    store = tmp_path / "seg-0001" / "store.sqlite"
    with closing(sqlite3.connect(store)) as connection:
        connection.execute(f"PRAGMA user_version = {version}")
    with pytest.raises(SchemaError, match="schéma"):
        open_read_only(store)


def test_a_later_manifest_may_hold_fields_that_are_not_known_yet() -> None:
    body = {"format": "archiblogue-generation", "schema_version": SCHEMA_VERSION + 1, "new": [1]}
    with pytest.raises(SchemaError):
        read_manifest(manifest._with_checksum(body), where="manifest.json")


def test_a_whole_manifest_that_lacks_a_field_is_of_another_version_not_damaged() -> None:
    body = {"format": "archiblogue-generation", "schema_version": SCHEMA_VERSION}
    with pytest.raises(SchemaError, match=r"version d’essai.*Reconstruisez"):
        read_manifest(manifest._with_checksum(body), where="manifest.json")
