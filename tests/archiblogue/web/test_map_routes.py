"""The addresses of the map: points, and passages by point or by region."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
import pytest
from starlette.applications import Starlette

from archiblogue.web.desk.routes import desk_routes
from tests.archiblogue.web.asking import ask
from tests.archiblogue.web.documents import HOSTILE
from tests.archiblogue.web.test_desk_routes import read
from tests.fakes import FakeEncoder


@pytest.fixture
def app(
    tiny_archive: Path, fake_encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch
) -> Starlette:
    """Our own addresses, over the tiny archive."""
    monkeypatch.setattr("index.archive.find_encoder", lambda *_, **__: fake_encoder)
    monkeypatch.setenv("ARCHIBLOGUE_ARCHIVE", str(tiny_archive))
    return Starlette(routes=desk_routes())


def unpacked(points: dict[str, str], name: str, dtype: str) -> np.ndarray:
    """The values of an array of the map."""
    return np.frombuffer(base64.b64decode(points[name]), dtype=dtype)


def test_every_passage_is_a_point_with_its_colours(app: Starlette) -> None:
    found = read(app, "/bureau/carte")
    points = found["points"]
    keys = unpacked(points, "key", "<u4")
    assert len(keys) == found["n"] == sum(one["n"] for one in found["regions"])
    for name, dtype in (("x", "<u2"), ("y", "<u2"), ("role", "u1"), ("site", "u1"), ("year", "u1")):
        assert len(unpacked(points, name, dtype)) == found["n"]
    year = found["colours"]["year"]
    assert year["first"] == 2009
    assert unpacked(points, "role", "u1").max() < len(found["colours"]["role"])
    assert unpacked(points, "site", "u1").max() < len(found["colours"]["site"])
    for key in keys.tolist():
        (passage,) = read(app, "/bureau/carte/passages", cle=str(key))["passages"]
        assert passage["text"]


def test_the_regions_give_every_passage_once_as_it_is_written(app: Starlette) -> None:
    found = read(app, "/bureau/carte")
    ids, texts = [], []
    for number, region in enumerate(found["regions"]):
        start = 0
        while start < region["n"]:
            part = read(app, "/bureau/carte/passages", region=str(number), debut=str(start))
            assert part["n"] == region["n"]
            ids += [one["id"] for one in part["passages"]]
            texts += [one["text"] for one in part["passages"]]
            start += len(part["passages"])
    assert len(ids) == len(set(ids)) == found["n"]
    assert any(HOSTILE in text for text in texts)


@pytest.mark.parametrize(
    "query",
    ["cle=999999", "cle=-1", "cle=x", "region=99", "region=0&debut=9999", "cle=" + "9" * 40],
)
def test_what_is_not_there_is_a_sentence(app: Starlette, query: str) -> None:
    answer = ask(app, f"/bureau/carte/passages?{query}")
    assert answer.status == 404
    assert "error" in answer.body.decode()
