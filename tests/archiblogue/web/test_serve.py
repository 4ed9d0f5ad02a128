"""Starting the page: hardened settings, sentences where it cannot start."""

from __future__ import annotations

import os
import socket
import tomllib
from pathlib import Path

import pytest

from archiblogue.settings import Settings
from archiblogue.web import serve as module
from archiblogue.web.guard.password import hash_password
from archiblogue.web.serve import HARDENING, serve
from ingest.errors import ArchiveError, UsageError


def test_the_settings_file_says_the_same_as_the_command(repository: Path) -> None:
    settings = tomllib.loads((repository / ".streamlit" / "config.toml").read_text("utf-8"))
    for name, value in HARDENING.items():
        section, key = name.split(".")
        written = settings[section][key]
        shown = str(written).lower() if isinstance(written, bool) else str(written)
        assert shown == value, name
    assert settings["server"]["address"] == "127.0.0.1"


def test_no_setting_names_another_host(repository: Path) -> None:
    text = (repository / ".streamlit" / "config.toml").read_text("utf-8")
    style = (repository / "archiblogue" / "web" / "style.css").read_text("utf-8")
    for forbidden in ("http:", "https:", "url(", "@import"):
        assert forbidden not in text + style


def test_a_port_that_is_taken_is_said_in_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ArchiveError, match=rf"port {port} est déjà pris.*--port {port + 1}"):
            serve(Settings(tmp_path, port=port))


@pytest.mark.parametrize(("host", "port"), [("pas une adresse", 8501), ("127.0.0.1", 99999)])
def test_an_address_that_cannot_be_listened_on_is_a_usage_error(
    tmp_path: Path, host: str, port: int
) -> None:
    with pytest.raises(UsageError, match="Impossible d’écouter"):
        serve(Settings(tmp_path, host=host, port=port, external_guard=True))


def test_the_server_gets_the_archive_and_every_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: list[list[str]] = []
    monkeypatch.setattr("streamlit.web.cli.main", lambda arguments, **_: seen.append(arguments))
    monkeypatch.setenv("ARCHIBLOGUE_ARCHIVE", "ailleurs")
    monkeypatch.setenv("ARCHIBLOGUE_EXTERNAL_GUARD", "true")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert serve(Settings(tmp_path, port=port)) == 0
    arguments = seen[0]
    assert arguments[0] == "run"
    assert Path(arguments[1]).name == "archiblogue_page.py"
    options = dict(zip(arguments[2::2], arguments[3::2], strict=True))
    assert options["--server.address"] == "127.0.0.1"
    assert options["--client.showErrorDetails"] == "none"
    assert options["--browser.gatherUsageStats"] == "false"
    assert options["--server.port"] == str(port)
    assert os.environ["ARCHIBLOGUE_ARCHIVE"] == str(tmp_path.resolve())
    printed = capsys.readouterr()
    assert f"http://127.0.0.1:{port}" in printed.out
    assert printed.err == ""


@pytest.mark.parametrize(
    ("password", "guarded", "said"),
    [(True, False, "circule en clair"), (False, True, "ne demande rien")],
)
def test_an_open_address_is_warned_about(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    password: bool,
    guarded: bool,
    said: str,
) -> None:
    monkeypatch.setattr("streamlit.web.cli.main", lambda *_, **__: None)
    monkeypatch.setattr(module, "_check_address", lambda *_: None)
    for name in ("ARCHIVE", "EXTERNAL_GUARD"):
        monkeypatch.setenv(f"ARCHIBLOGUE_{name}", "")
    hashed = str(hash_password("quatre mots au hasard")) if password else None
    settings = Settings(tmp_path, host="0.0.0.0", password_hash=hashed, external_guard=guarded)
    assert serve(settings) == 0
    assert said in capsys.readouterr().err
    assert os.environ["ARCHIBLOGUE_EXTERNAL_GUARD"] == str(guarded).lower()


def test_an_open_address_without_a_guard_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="il faut un mot de passe"):
        serve(Settings(tmp_path, host="0.0.0.0"))
