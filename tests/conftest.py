"""Fixtures shared by the whole suite."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def repository() -> Path:
    """The repository's root folder."""
    return ROOT


@pytest.fixture(scope="session")
def seeds(repository: Path) -> Path:
    """The folder of the five seed pages."""
    return repository / "seeds"


@pytest.fixture(scope="session")
def seed_archive(seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of the seed pages, built once with the bundled encoder. Do not write to it."""
    from index.building.build import build_archive
    from index.encoders.load import load_encoder
    from ingest.pipeline import ingest

    archive = tmp_path_factory.mktemp("seeds") / "archive"
    build_archive(archive, ingest([str(seeds)]), load_encoder())
    return archive
