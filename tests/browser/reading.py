"""What a person sees on the desk: the passages of the list, the post beside it, a file taken."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page

from tests.browser.watched import Watched

QUESTION = "Combien faut-il payer un gestionnaire de communauté ?"


def passages(page: Page) -> list[str]:
    """The ids of the passages in the list, in order."""
    return [str(one) for one in page.locator(".hit").evaluate_all("e => e.map(x => x.dataset.id)")]


def parameters(page: Page) -> dict[str, list[str]]:
    """The parameters of the address."""
    return parse_qs(urlsplit(page.url).query)


def hit(tab: Watched, rank: int) -> Locator:
    """The hit of that rank."""
    return tab.page.locator(".hit").nth(rank - 1)


def choose(tab: Watched, rank: int, action: str) -> None:
    """Choose an action in the menu of a hit."""
    one = hit(tab, rank)
    one.get_by_role("button", name="Autres actions").click()
    one.locator(".menu").get_by_text(action).click()


def reader(tab: Watched) -> Locator:
    """The post beside the list."""
    return tab.page.locator(".reader")


def take(tab: Watched, subject: str, name: str) -> Path:
    """The file of that format, taken from the panel."""
    tab.page.get_by_role("button", name="Emporter").click()
    panel = tab.page.get_by_role("dialog")
    panel.get_by_label(subject).check()
    with tab.page.expect_download() as waiting:
        panel.locator(".format").filter(has=tab.page.locator(f"strong:text-is('{name}')")).click()
    panel.get_by_role("button", name="Fermer").click()
    download = waiting.value
    assert download.suggested_filename.startswith("archiblogue-")
    return Path(download.path())
