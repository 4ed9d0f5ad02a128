"""A shared page: refused without the password, whole with it, closed again on leaving."""

from __future__ import annotations

import hashlib
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from archiblogue.web.guard.access import COOKIE
from archiblogue.web.guard.password import PasswordHash
from index.building.build import build_archive
from index.encoders.load import load_encoder
from tests.archiblogue.web.documents import documents
from tests.browser.reading import take
from tests.browser.server import serving
from tests.browser.watched import WAIT_MS, Watched

pytestmark = pytest.mark.browser

PASSWORD = "érable pont citron vélo"
ASKED = "farine de sarrasin"


@pytest.fixture(scope="module")
def closed_url(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a page with a password (its hash costs little)."""
    salt = bytes(16)
    digest = hashlib.scrypt(PASSWORD.encode(), salt=salt, n=2, r=8, p=1, dklen=32)
    archive = tmp_path_factory.mktemp("closed") / "archive"
    build_archive(archive, documents(), load_encoder())
    hashed = str(PasswordHash(2, 8, 1, salt, digest))
    with serving(archive, repository, password_hash=hashed) as url:
        yield url


@pytest.fixture
def visitor(browser: Browser, closed_url: str) -> Iterator[Watched]:
    """A visitor whose browser knows nothing of the page yet."""
    context = browser.new_context(locale="fr-CA")
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    yield Watched(page, closed_url)
    context.close()


def give(page: Page, password: str) -> None:
    page.get_by_label("Mot de passe").fill(password)
    page.get_by_role("button", name="Entrer").click()


def test_refused_accepted_used_and_left(visitor: Watched) -> None:
    page = visitor.page
    page.goto(f"{visitor.base_url}/?q={ASKED}")
    expect(page.get_by_label("Mot de passe")).to_be_focused()
    assert page.title() == "Connexion · Archiblogue"
    assert page.locator("script").count() == 0
    assert "sarrasin" not in page.locator("main").inner_text()
    give(page, "pas le bon mot")
    expect(page.get_by_role("alert")).to_have_text("Ce n’est pas le bon mot de passe.")
    assert page.context.cookies() == []
    give(page, PASSWORD)
    visitor.settle()
    expect(page.get_by_text("La farine de sarrasin").first).to_be_visible()
    assert page.url.endswith("/?q=farine%20de%20sarrasin")
    cookie = next(one for one in page.context.cookies() if one["name"] == COOKIE)
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["secure"]) == (True, "Strict", False)
    visitor.ask("arroser les potagers")  # through the web socket
    expect(page.locator(".hit").first).to_be_visible()
    page.locator(".hit a.open").first.click()  # through an address of our own
    expect(page.locator(".reader #found")).to_be_visible()
    assert take(visitor, "à l’écran", "jsonl").read_bytes()
    page.get_by_role("link", name="Se déconnecter").click()
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_label("Mot de passe")).to_be_visible()
    assert not [one for one in page.context.cookies() if one["name"] == COOKIE]
    page.goto(f"{visitor.base_url}/corpus")
    expect(page.get_by_label("Mot de passe")).to_be_visible()


def test_a_link_on_another_site_opens_the_page_of_who_is_logged_in(visitor: Watched) -> None:
    page = visitor.page
    page.goto(f"{visitor.base_url}/corpus")
    give(page, PASSWORD)
    visitor.settle()
    page.goto("about:blank")
    page.set_content(f'<a href="{visitor.base_url}/?q={ASKED}">lien</a>')
    page.get_by_text("lien").click()
    visitor.settle()
    expect(page.get_by_text("La farine de sarrasin").first).to_be_visible()


def test_an_open_page_stops_answering_when_the_session_ends(visitor: Watched) -> None:
    page = visitor.page
    page.goto(f"{visitor.base_url}/")
    give(page, PASSWORD)
    visitor.settle()
    other = page.context.new_page()
    other.goto(f"{visitor.base_url}/deconnexion")
    other.get_by_role("button", name="Se déconnecter").click()
    expect(other.get_by_label("Mot de passe")).to_be_visible()
    box = page.get_by_label("Votre question")
    box.fill(ASKED)
    box.press("Enter")
    page.wait_for_timeout(3_000)
    assert page.get_by_text("La farine de sarrasin").count() == 0
    page.reload()
    expect(page.get_by_label("Mot de passe")).to_be_visible()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 401),
        ("/static/js/index.js", 401),
        ("/_stcore/host-config", 401),
        ("/_stcore/stream", 401),
        ("/media/a.csv", 401),
        ("/billet?id=d-1111111111111111", 401),
        ("/bureau/billet?id=d-1111111111111111", 401),
        ("/bureau/fichier?q=farine&format=csv", 401),
        ("/_stcore/health", 200),
    ],
)
def test_a_program_without_the_password_gets_nothing(
    closed_url: str, path: str, status: int
) -> None:
    if status == 200:
        with urllib.request.urlopen(closed_url + path, timeout=30) as answer:
            assert answer.status == 200
        return
    with pytest.raises(urllib.error.HTTPError, match=str(status)) as raised:
        urllib.request.urlopen(closed_url + path, timeout=30)
    assert "Connexion requise" in raised.value.read().decode()
