"""The real page, on a real archive of the seeds and of hostile pages, in a real Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    sync_playwright,
)

from index.building.build import build_archive
from index.encoders.load import load_encoder
from ingest.pipeline import ingest
from tests.archiblogue.web.documents import attack
from tests.browser.server import serving
from tests.browser.watched import Watched, watching

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
    with serving(served_archive, repository) as url:
        yield url


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
    with watching(context, base_url) as watched:
        yield watched
