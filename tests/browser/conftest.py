"""The real page, on a real archive of the seeds and of hostile pages, in a real Chromium."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Request,
    sync_playwright,
)

from index.build import build_archive
from index.encoder import load_encoder
from ingest.pipeline import ingest
from tests.browser.watched import WAIT_MS, Watched
from tests.ui.documents import attack

START_S = 60
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
NO_CHROMIUM = (
    "Les tests de la page demandent Chromium\u00a0: « apt-get install chromium » sous Debian et "
    "Ubuntu, ou la variable CHROMIUM avec le chemin d’un Chromium ou d’un Chrome. / The page’s "
    "tests need Chromium: “apt-get install chromium”, or its path in the variable CHROMIUM."
)


@pytest.fixture(scope="session")
def served_archive(seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of the five seeds and of a page that attacks, built with the bundled encoder."""
    folder = tmp_path_factory.mktemp("served")
    build_archive(folder / "archive", [*ingest([str(seeds)]), attack()], load_encoder())
    return folder / "archive"


@pytest.fixture(scope="session")
def base_url(served_archive: Path, repository: Path) -> Iterator[str]:
    """The address of the page, served as a person serves it."""
    port = _free_port()
    command = [sys.executable, "cli.py", "serve", "--archive", str(served_archive)]
    log = served_archive.parent / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [*command, "--port", str(port)], cwd=repository, stdout=output, stderr=output
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(f"{url}/_stcore/health", server, log)
            yield url
        finally:
            server.terminate()
            server.wait(timeout=START_S)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; its absence is a failure with the way to install it, never a skip."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if path is None or not Path(path).exists():
        pytest.fail(NO_CHROMIUM, pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One profile for all tests, so that the page's scripts are read once."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="fr-CA")
    yield context
    context.close()


@pytest.fixture
def tab(context: BrowserContext, base_url: str) -> Iterator[Watched]:
    """A tab at desktop width; the test fails if it complains or talks to another host."""
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    watched = Watched(page, base_url)

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            watched.complaints.append(message.text)

    def see(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and parts.hostname != "127.0.0.1":
            watched.complaints.append(f"request to {request.url}")

    def hear_dialog(dialog: Dialog) -> None:
        watched.dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", hear_dialog)
    page.on("console", hear)
    page.on("pageerror", lambda error: watched.complaints.append(str(error)))
    page.on("request", see)
    yield watched
    page.close()
    assert watched.complaints == []


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if server.poll() is not None:
            pytest.fail(f"the server stopped: {log.read_text('utf-8', 'replace')}")
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    pytest.fail(f"no page after {START_S} s: {log.read_text('utf-8', 'replace')}")
