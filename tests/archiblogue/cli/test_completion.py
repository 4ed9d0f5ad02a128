"""A shell completes commands and options, by their present names."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from archiblogue.cli.completion import SHELLS
from tests.archiblogue.cli.conftest import Archiblogue


def complete(repository: Path, line: str) -> list[str]:
    """What is offered at the end of a line."""
    words = line.split(" ")
    asked = {
        "_ARCHIBLOGUE_COMPLETE": "complete_bash",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
    }
    done = subprocess.run(
        [sys.executable, "-m", "archiblogue"],
        capture_output=True,
        text=True,
        check=True,
        cwd=repository,
        env={**os.environ, **asked},
    )
    return done.stdout.split()


def test_commands_and_options_are_offered_by_their_present_names(repository: Path) -> None:
    assert complete(repository, "archiblogue w") == ["watch", "withdraw"]
    assert set(complete(repository, "archiblogue search --a")) == {
        "--archive",
        "--as-typed",
        "--author",
        "--after",
    }
    assert complete(repository, "archiblogue ret") == []


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_has_its_script(archiblogue: Archiblogue, shell: str) -> None:
    outcome = archiblogue("completion", shell)
    assert outcome.code == 0
    assert "_ARCHIBLOGUE_COMPLETE" in outcome.out


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_the_script_of_bash_is_sound(archiblogue: Archiblogue) -> None:
    script = archiblogue("completion", "bash").out
    done = subprocess.run(
        ["bash", "-c", f"{script}\ncomplete -p archiblogue"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "_archiblogue_completion" in done.stdout
