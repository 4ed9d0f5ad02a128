"""Someone's own `index.py` beside a notebook is named in a sentence, not in a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from archiblogue.neighbours import find_intruder


def run(folder: Path, path: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "archiblogue", "--version"],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
    )


@pytest.mark.parametrize("name", ["index.py", "ingest.py", "ingest/__init__.py"])
def test_the_file_in_the_way_is_named(repository: Path, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("raise RuntimeError('never run')\n", encoding="utf-8")
    done = run(tmp_path, str(repository))
    assert done.returncode == 1
    place = file if file.parent == tmp_path else file.parent
    assert f"«\u00a0{place.resolve()}\u00a0» porte le même nom" in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_other_files_and_folders_without_code_are_in_no_way(
    repository: Path, tmp_path: Path
) -> None:
    (tmp_path / "settings.py").write_text("raise RuntimeError\n", encoding="utf-8")
    (tmp_path / "index").mkdir()
    done = run(tmp_path, str(repository))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Archiblogue ")


def test_nothing_is_in_the_way_here() -> None:
    assert find_intruder() is None
