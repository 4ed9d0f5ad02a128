"""The pages that lead to a file lead to one that is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGES = ["docs/ou-trouver-quoi.md", "docs/architecture.md"]
_PATH = re.compile(r"`((?:archiblogue|ingest|index|training|bench|tests|docs)/[\w./-]*)`")


@pytest.mark.parametrize("page", PAGES)
def test_every_path_exists(repository: Path, page: str) -> None:
    named = _PATH.findall((repository / page).read_text(encoding="utf-8"))
    assert len(named) > 10
    assert [name for name in named if not (repository / name).exists()] == []


def test_every_room_of_index_and_ingest_has_its_line(repository: Path) -> None:
    told = (repository / "docs" / "architecture.md").read_text(encoding="utf-8")
    for package in ("index", "ingest"):
        for place in sorted((repository / package).iterdir()):
            if place.name.startswith("_") or place.suffix not in {"", ".py"}:
                continue
            name = place.stem if place.suffix else f"{place.name}/"
            assert f"`{name}`" in told or f"`{place.name}`" in told, f"{package}/{place.name}"
