"""A small archive of our own writing, hostile text included, built with the fake encoder."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from index.building.build import build_archive
from ingest.model import Document
from tests.archiblogue.web.documents import documents
from tests.fakes import FakeEncoder

TIMEOUT_S = 30
OpenPage = Callable[..., AppTest]


def bodies(page: AppTest) -> str:
    """All the HTML that the page made."""
    return "\n".join(str(one.proto.body) for one in page.get("html"))


def desk(page: AppTest) -> dict[str, Any]:
    """What the desk of the page was fed with."""
    (one,) = page.get("bidi_component")
    found: dict[str, Any] = json.loads(one.proto.json)
    return found


def text_of(hit: dict[str, Any]) -> str:
    """The text of a hit, its marks left out."""
    return "".join(piece for piece, _ in hit["pieces"])


@pytest.fixture(autouse=True)
def main_module() -> Iterator[None]:
    """Puts back `__main__`, which AppTest replaces: processes spawned later would run it."""
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before


@pytest.fixture(scope="session")
def fake_encoder() -> FakeEncoder:
    """The fake encoder of the suite."""
    return FakeEncoder()


@pytest.fixture(scope="session")
def tiny_documents() -> tuple[Document, ...]:
    """What the tiny archive is made of."""
    return documents()


@pytest.fixture(scope="session")
def tiny_archive(tmp_path_factory: pytest.TempPathFactory, fake_encoder: FakeEncoder) -> Path:
    """The folder of an archive of `documents()`."""
    folder = tmp_path_factory.mktemp("page") / "archive"
    build_archive(folder, documents(), fake_encoder)
    return folder


@pytest.fixture
def page_archive(tiny_archive: Path) -> Path:
    """The archive that `open_page` opens; a module may have its own."""
    return tiny_archive


@pytest.fixture
def open_page(
    page_archive: Path, fake_encoder: FakeEncoder, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> OpenPage:
    """Opens a view of `page_archive`: path, then the parameters of the address."""
    monkeypatch.setattr("index.archive.find_encoder", lambda *_, **__: fake_encoder)
    monkeypatch.setenv("ARCHIBLOGUE_ARCHIVE", str(page_archive))

    def open_(**parameters: str | list[str]) -> AppTest:
        page = AppTest.from_file(repository / "app.py", default_timeout=TIMEOUT_S)
        for name, value in parameters.items():
            page.query_params[name] = value
        page.run()
        assert not page.exception
        return page

    return open_
