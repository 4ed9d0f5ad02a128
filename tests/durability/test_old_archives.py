"""Archives of every released schema open, answer and grow; those of a later one are refused."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from index.archive import open_archive
from index.building.build import build_archive
from index.building.publish import current_generation, switch_current
from index.maintenance.generations import verify
from index.model import Mode, Query
from index.storage import manifest
from index.storage.manifest import SCHEMA_VERSION, read_manifest
from index.storage.schema import SCHEMA_VERSION as STORE_VERSION
from index.withdrawals.documents import COMMENT_PLACEHOLDER
from ingest.errors import SchemaError
from tests.durability.corpus import Blog, word
from tests.durability.make_fixture import FOLDER
from tests.fakes import FakeEncoder

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


def test_it_is_whole_and_answers(archive: Path) -> None:
    assert verify(archive) == []
    with open_archive(archive, encoder=ENCODER) as opened:
        for mode in Mode:
            hits = opened.search(Query(f"billet {word(1, 1, 0)}", k=3, mode=mode)).hits
            assert word(1, 1, 0) in hits[0].text
        texts = [hit.text for hit in opened.iter_passages()]
        thread = opened.document(BLOG.post(3).doc_id)
    assert len(texts) == 16
    assert thread.passages[-1].text == COMMENT_PLACEHOLDER
    assert not [text for text in texts if word(3, "c", 2) in text]


def test_it_grows_without_embedding_again_and_obeys_its_register(archive: Path) -> None:
    with open_archive(archive, encoder=ENCODER) as opened:
        before = {row.passage_id: row.key for row in opened.store.iter_passages()}
    summary = build_archive(archive, BLOG.posts(5), ENCODER)
    assert summary.n_embedded == 4
    with open_archive(archive, encoder=ENCODER) as opened:
        after = {row.passage_id: row.key for row in opened.store.iter_passages()}
        assert not [hit for hit in opened.iter_passages() if word(3, "c", 2) in hit.text]
    assert {one: after[one] for one in before} == before


def test_one_of_a_later_schema_is_refused_in_a_sentence(archive: Path) -> None:
    generation = current_generation(archive)
    later = replace(generation.manifest, schema_version=SCHEMA_VERSION + 1)
    (generation.path / "manifest.json").write_bytes(later.to_bytes())
    switch_current(archive, replace(generation, manifest=later))
    with pytest.raises(
        SchemaError, match=rf"format {SCHEMA_VERSION + 1}.*Mettez Archiblogue à jour"
    ):
        open_archive(archive, encoder=ENCODER)
    with pytest.raises(SchemaError):
        build_archive(archive, BLOG.posts(5), ENCODER)
    assert list(archive.glob("gen-*.tmp")) == []


def test_a_later_manifest_may_hold_fields_that_are_not_known_yet() -> None:
    body = {"format": "archiblogue-generation", "schema_version": SCHEMA_VERSION + 1, "new": [1]}
    with pytest.raises(SchemaError):
        read_manifest(manifest._with_checksum(body), where="manifest.json")


def test_a_whole_manifest_that_lacks_a_field_is_of_another_version_not_damaged() -> None:
    body = {"format": "archiblogue-generation", "schema_version": SCHEMA_VERSION}
    with pytest.raises(SchemaError, match=r"version d’essai.*Reconstruisez"):
        read_manifest(manifest._with_checksum(body), where="manifest.json")
