"""The image's promises, as far as they can be held without building it."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from index.archive import open_archive
from index.building.build import build_archive
from index.model import Query
from tests.durability.corpus import Blog, word
from tests.fakes import FakeEncoder

ENCODER = FakeEncoder(16)


@pytest.fixture(scope="module")
def instructions(repository: Path) -> list[str]:
    text = (repository / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    return [line.strip() for line in text.splitlines() if line.strip() and line[0] != "#"]


def test_it_does_not_run_as_root_and_says_how_it_is(instructions: list[str]) -> None:
    final = instructions[max(i for i, one in enumerate(instructions) if one.startswith("FROM")) :]
    users = [one.split()[1] for one in final if one.startswith("USER")]
    assert users == ["10001:10001"], "by number: an orchestrator sees that it is not root"
    assert any("--uid 10001 --gid 10001" in one for one in final)
    assert final.index(f"USER {users[0]}") < next(
        i for i, one in enumerate(final) if one.startswith("ENTRYPOINT")
    )
    assert any(one.startswith("HEALTHCHECK") and "_stcore/health" in one for one in final)
    assert not any("pip install" in one for one in final), "the last stage installs nothing"


def test_versions_are_pinned_the_index_is_chosen_and_the_page_has_a_guard(
    instructions: list[str],
) -> None:
    installs = [one for one in instructions if "pip install" in one]
    assert all("-c constraints.txt" in one or "--no-deps" in one for one in installs)
    (index,) = [one for one in instructions if one.startswith("ARG PIP_EXTRA_INDEX_URL")]
    assert index.endswith('=""'), "no registry is named: whoever builds the image chooses"
    (command,) = [one for one in instructions if one.startswith("CMD")]
    assert "--external-guard" not in command, "whoever opens the page says so"
    assert not any(one.startswith(("ADD", "ENV")) and "HASH" in one for one in instructions)


def test_what_is_copied_is_there_and_nothing_private_is(
    repository: Path, instructions: list[str]
) -> None:
    ignore = (repository / ".dockerignore").read_text(encoding="utf-8").split("\n")
    assert "*" in ignore
    kept = {line[1:].rstrip("/") for line in ignore if line.startswith("!")}
    assert not kept & {".git", ".venv", "archive", "tests", "training"}
    project = (repository / "pyproject.toml").read_text(encoding="utf-8")
    packages = re.search(r"include = \[(.*)\]", project)
    assert packages is not None
    for name in re.findall(r'"(\w+)\*"', packages[1]):
        assert name in kept
    for line in instructions:
        if line.startswith("COPY") and "--from" not in line:
            for name in line.split()[1:-1]:
                assert name == "." or name.rstrip("/") in kept


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are of Unix")
def test_an_archive_that_may_not_be_written_can_be_read(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    build_archive(archive, Blog().posts(3), ENCODER)
    before = found(archive)  # loads what only the installing user may read
    assert word(1, 1, 0) in before
    for path in [*archive.rglob("*"), archive]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    for parent in [tmp_path, *tmp_path.parents[:3]]:
        parent.chmod(parent.stat().st_mode | 0o055)
    user = os.geteuid()
    try:
        if user == 0:
            os.seteuid(65_534)
        assert found(archive) == before
    finally:
        os.seteuid(user)
        archive.chmod(0o755)


def found(archive: Path) -> str:
    with open_archive(archive, encoder=ENCODER) as opened:
        return opened.search(Query(word(1, 1, 0), k=1)).hits[0].text
