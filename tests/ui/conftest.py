"""A small archive of our own writing, hostile text included, built with the fake encoder."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.build import build_archive
from ingest.model import Document
from tests.fakes import FakeEncoder
from tests.ui.documents import documents


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
