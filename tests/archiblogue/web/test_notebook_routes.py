"""Saved searches from the page: kept on one's own computer, never on a shared page."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.applications import Starlette

from archiblogue.web.desk.routes import desk_routes
from index.building.build import build_archive
from tests.archiblogue.web.asking import Answer, ask
from tests.archiblogue.web.documents import documents
from tests.fakes import FakeEncoder


@pytest.fixture
def archive(tiny_archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An archive of one's own: searches are kept beside it."""
    folder = Path(shutil.copytree(tiny_archive, tmp_path / "archive"))
    monkeypatch.setenv("ARCHIBLOGUE_ARCHIVE", str(folder))
    return folder


@pytest.fixture
def app(archive: Path, fake_encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch) -> Starlette:
    """The desk's addresses over it."""
    assert archive.exists()
    monkeypatch.setattr("index.archive.find_encoder", lambda *_, **__: fake_encoder)
    return Starlette(routes=desk_routes())


def listed(app: Starlette) -> dict[str, Any]:
    """What the panel is given."""
    found: dict[str, Any] = json.loads(ask(app, "/bureau/recherches").body)
    return found


def post(app: Starlette, **fields: str) -> Answer:
    """The answer to the panel's form."""
    return ask(app, "/bureau/recherches", form=urlencode(fields).encode())


def test_a_search_is_kept_and_says_what_is_new_once(
    app: Starlette, archive: Path, fake_encoder: FakeEncoder
) -> None:
    gardens, bread, attack = documents()
    build_archive(archive, [gardens, attack], fake_encoder, force=True)
    kept = post(app, action="garder", nom="farine", q="farine de sarrasin", role="billet")
    assert kept.status == 200, kept.body
    (one,) = listed(app)["saved"]
    assert (one["name"], one["question"], one["n"]) == ("farine", "farine de sarrasin", 0)
    assert one["address"].startswith("/?q=farine+de+sarrasin+role%3Abillet")
    build_archive(archive, [gardens, bread, attack], fake_encoder)
    (one,) = listed(app)["saved"]
    assert [hit["title"] for hit in one["hits"]] == ["Le pain du dimanche"]
    assert listed(app)["saved"][0]["n"] == 1, "looking is not having seen"
    assert post(app, action="vu", nom="farine").status == 200
    assert listed(app)["saved"][0]["n"] == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"action": "garder", "nom": "x"},
        {"action": "garder", "nom": "../x", "q": "pain"},
        {"action": "garder", "nom": "", "q": "pain"},
        {"action": "vu", "nom": "inconnue"},
        {"action": "effacer", "nom": "x"},
        {},
    ],
)
def test_what_cannot_be_kept_is_explained(app: Starlette, fields: dict[str, str]) -> None:
    answer = post(app, **fields)
    assert answer.status == 400
    assert json.loads(answer.body)["error"]
    assert listed(app)["saved"] == []


@pytest.mark.parametrize(
    ("name", "value"), [("EXTERNAL_GUARD", "true"), ("PASSWORD_HASH", "scrypt:2:8:1:AA:AA")]
)
def test_a_shared_page_keeps_and_shows_nothing(
    app: Starlette, name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert post(app, action="garder", nom="a-moi", q="pain").status == 200
    monkeypatch.setenv(f"ARCHIBLOGUE_{name}", value)
    assert listed(app) == {"personal": False, "saved": []}
    assert post(app, action="garder", nom="a-tous", q="pain").status == 400
