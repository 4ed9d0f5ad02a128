"""Making the line of the settings that closes a shared page, and the page that refuses without."""

from __future__ import annotations

import io
import sys
import tomllib

import pytest

from archiblogue.web.guard.password import parse_hash
from tests.archiblogue.cli.conftest import Archiblogue

PASSWORD = "érable pont citron vélo"


def test_the_command_reads_a_password_and_writes_a_line_of_settings(
    archiblogue: Archiblogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSWORD}\nautre ligne\n"))
    outcome = archiblogue("password")
    assert outcome.code == 0, outcome.err
    assert PASSWORD not in outcome.out + outcome.err
    assert parse_hash(tomllib.loads(outcome.out)["password_hash"]).accepts(PASSWORD)


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_command_asks_twice_on_a_terminal(
    archiblogue: Archiblogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = iter([PASSWORD, PASSWORD, PASSWORD, "autre"])
    monkeypatch.setattr(sys, "stdin", _Terminal())
    monkeypatch.setattr("getpass.getpass", lambda *_, **__: next(typed))
    assert archiblogue("password").code == 0
    refused = archiblogue("password")
    assert refused.code == 2
    assert "pas les mêmes" in refused.err


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "archive.example"])
def test_a_shared_page_needs_a_password_or_a_guard(archiblogue: Archiblogue, host: str) -> None:
    outcome = archiblogue("serve", "--host", host)
    assert outcome.code == 2
    assert "il faut un mot de passe" in outcome.err
    assert "--external-guard" in outcome.err


def test_a_clear_password_in_the_settings_is_refused_and_not_repeated(
    archiblogue: Archiblogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARCHIBLOGUE_PASSWORD_HASH", PASSWORD)
    outcome = archiblogue("serve", "--host", "0.0.0.0")
    assert outcome.code == 2
    assert "n’est pas une empreinte" in outcome.err
    assert PASSWORD not in outcome.err
