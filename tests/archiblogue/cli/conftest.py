"""The command line as a person calls it, in this process."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from archiblogue.cli import main as cli


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one command left behind."""

    code: int
    out: str
    err: str

    @property
    def value(self) -> Any:
        """The JSON value on stdout."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """The JSON lines on stdout."""
        return [json.loads(line) for line in self.out.splitlines()]


Archiblogue = Callable[..., Outcome]


@pytest.fixture
def archiblogue(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Archiblogue:
    """Run `archiblogue ARGUMENTS…` and return its exit code, stdout and stderr."""
    monkeypatch.delenv("ARCHIBLOGUE_ARCHIVE", raising=False)

    def run(*arguments: object) -> Outcome:
        code = cli.run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return run
