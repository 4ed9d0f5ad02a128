"""The wheel holds our three packages, whole, and works away from the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

BUILT = ("archiblogue", "index", "ingest")
BESIDE = ("pyproject.toml", "README.md", "LICENSE")
LEFT_BEHIND = shutil.ignore_patterns("__pycache__", "*.pyc")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built offline by the project's own backend from the files of the checkout.

    From a copy: a build leaves `build/` and `*.egg-info` behind, and a stale `build/` would put
    files that are gone into the wheel.
    """
    repository = Path(__file__).resolve().parent.parent.parent
    folder = tmp_path_factory.mktemp("wheel")
    source, built = folder / "source", folder / "built"
    source.mkdir()
    built.mkdir()
    for name in BUILT:
        shutil.copytree(repository / name, source / name, ignore=LEFT_BEHIND)
    for name in BESIDE:
        shutil.copy(repository / name, source / name)
    # What a checkout holds beside them, and the wheel must not.
    for name in ("tests", "training", "bench"):
        (source / name).mkdir()
        (source / name / "__init__.py").touch()
    (source / "app.py").touch()
    code = f"from setuptools import build_meta; build_meta.build_wheel({str(built)!r})"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=source
    )
    assert done.returncode == 0, done.stderr
    (one,) = built.glob("*.whl")
    return one


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder)
    return folder


def test_it_holds_our_packages_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        tops = {name.partition("/")[0] for name in packed.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(BUILT)


def test_every_file_of_the_packages_is_in_it(wheel: Path, repository: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *BUILT],
        capture_output=True,
        text=True,
        check=False,
        cwd=repository,
    )
    if listed.returncode:
        pytest.skip("the checkout is no git repository: its files cannot be listed")
    expected = {name for name in listed.stdout.splitlines() if (repository / name).is_file()}
    with zipfile.ZipFile(wheel) as packed:
        held = set(packed.namelist())
    assert "archiblogue/py.typed" in held
    assert expected <= held, sorted(expected - held)


@pytest.mark.encoder
def test_it_works_away_from_the_checkout(installed: Path, seeds: Path, tmp_path: Path) -> None:
    def run(*arguments: object) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "archiblogue", *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(installed)},
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    where = subprocess.run(
        [sys.executable, "-c", "import index, archiblogue.cli.main as m; print(m.__file__)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
    )
    assert where.stdout.startswith(str(installed))
    assert run("--version").startswith("Archiblogue ")
    run("build", seeds, "--archive", "archive")
    assert '"total"' in run("search", "qui gère les médias sociaux ?", "--json")
