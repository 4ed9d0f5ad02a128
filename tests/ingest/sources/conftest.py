"""Fixtures of the sources: writing a file, reading it as a source, a probe in a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.model import Page, Rejection, StructuredPost
from ingest.sources import iter_source

Read = Callable[[str, bytes | str], list[Page | StructuredPost | Rejection]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Writes a content under a name and gives everything that the source gives."""

    def read_content(name: str, content: bytes | str) -> list[Page | StructuredPost | Rejection]:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return list(iter_source(str(path)))

    return read_content


@pytest.fixture(scope="session")
def probe() -> Callable[[list[Path]], list[dict[str, Any]]]:
    """Reads sources in a fresh process: seconds, peak memory and outcome of each."""

    def run(paths: list[Path]) -> list[dict[str, Any]]:
        script = Path(__file__).with_name("probe.py")
        done = subprocess.run(
            [sys.executable, str(script), *map(str, paths)],
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2_000:]
        return [json.loads(line) for line in done.stdout.splitlines()]

    return run


@pytest.fixture(scope="session")
def shared_formats(repository: Path) -> Path:
    """The folder of real exports, kept beside the repository."""
    root = Path(os.environ.get("ARCHIBLOGUE_SHARED", repository.parent / "shared"))
    folder = root / "data" / "pages" / "formats"
    if not folder.is_dir():
        pytest.skip(f"the real exports are not here: {folder} (set ARCHIBLOGUE_SHARED)")
    return folder
