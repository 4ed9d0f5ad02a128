"""No view breaks a rule of axe-core, light or dark, on a phone or a desk; controls have names."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.reading import QUESTION, choose, hit, reader
from tests.browser.watched import WAIT_MS, Watched

pytestmark = pytest.mark.browser
expect.set_options(timeout=WAIT_MS)

RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}
WIDTHS = (390, 1440)


def open_post(tab: Watched) -> None:
    """Read the first passage."""
    hit(tab, 1).locator("a.open").click()
    expect(reader(tab).locator("#found")).to_be_visible()


def press(name: str) -> Callable[[Watched], None]:
    """Press the first button of that name, which opens a panel."""

    def pressing(tab: Watched) -> None:
        tab.page.get_by_role("button", name=name).first.click()
        expect(tab.page.get_by_role("dialog")).to_be_visible()

    return pressing


def keep_and_look(tab: Watched) -> None:
    """Open a basket that holds a passage."""
    if hit(tab, 1).locator(".keep").get_attribute("aria-pressed") == "false":
        hit(tab, 1).locator(".keep").click()
    press("Panier")(tab)


def see_map(tab: Watched) -> None:
    """Wait for the map, and open a region of it."""
    region = tab.page.locator(".map-regions details").first
    region.locator("summary").click()
    expect(region.locator(".passage").first).to_be_visible()


VIEWS: dict[str, tuple[str, Callable[[Watched], None] | None]] = {
    "home": ("", None),
    "answer": (f"?q={QUESTION}", None),
    "narrowed": ("?q=médias sociaux&role=commentaire&apres=2009", None),
    "hostile": ("?q=attaque", None),
    "nothing": ("?q=«introuvable ensemble»", None),
    "error": ("?q=auteur:", None),
    "reading": ("?q=médias sociaux", open_post),
    "menu": ("?q=médias sociaux", lambda tab: choose(tab, 1, "Pourquoi ce passage")),
    "citing": ("?q=médias sociaux", press("Citer")),
    "files": ("?q=médias sociaux", press("Emporter")),
    "basket": ("?q=médias sociaux", keep_and_look),
    "searches": ("?q=médias sociaux", press("Recherches")),
    "concordance": ("concordance?e=médias sociaux", None),
    "corpus": ("corpus", see_map),
    "conditions alone": ("?role=commentaire", None),
    "method": ("methode", None),
}


@pytest.mark.parametrize("name", list(VIEWS))
def test_axe_finds_nothing(tab: Watched, name: str) -> None:
    path, act = VIEWS[name]
    for width in WIDTHS:
        tab.page.set_viewport_size({"width": width, "height": 844})
        tab.open(path)
        if act is not None:
            act(tab)
        for scheme in ("light", "dark"):
            tab.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            tab.settle()
            assert violations(tab) == [], (width, scheme)


@pytest.mark.parametrize("path", ["billet?id=d-3333333333333333&p=d-3333333333333333%23c1.p1"])
def test_axe_finds_nothing_on_a_page_beside(tab: Watched, path: str) -> None:
    for width in WIDTHS:
        tab.page.set_viewport_size({"width": width, "height": 844})
        tab.page.goto(f"{tab.base_url}/{path}")
        expect(tab.page.locator("footer")).to_be_visible()
        for scheme in ("light", "dark"):
            tab.page.emulate_media(color_scheme=scheme)
            assert violations(tab) == [], (width, scheme)


def violations(tab: Watched) -> list[tuple[str, list[str]]]:
    """The rules that the page breaks, each with where."""
    found = Axe().run(tab.page, options=RULES).response["violations"]
    return [(one["id"], [str(node["target"]) for node in one["nodes"]][:3]) for one in found]


def test_the_walk_of_a_screen_reader(tab: Watched) -> None:
    """Names, roles and states from the question to the file, as assistive tools read them."""
    tab.open("?q=médias sociaux")
    page = tab.page
    page.evaluate("localStorage.clear()")  # the basket of other tests
    page.reload()
    tab.settle()
    expect(page.get_by_role("search")).to_be_visible()
    expect(page.get_by_role("searchbox", name="Votre question")).to_be_visible()
    expect(page.get_by_role("complementary", name="Affiner")).to_be_visible()
    expect(page.get_by_role("region", name="Passages trouvés")).to_be_visible()
    expect(page.get_by_role("region", name="Le billet")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="57 passages")).to_be_visible()
    first = page.get_by_role("article", name="Passage 1 : Billet")
    expect(first.get_by_role("button", name="Garder le passage 1")).to_be_visible()
    expect(first.get_by_role("button", name="Citer le passage 1")).to_be_visible()
    more = first.get_by_role("button", name="Autres actions pour le passage 1")
    expect(more).to_have_attribute("aria-expanded", "false")
    more.press("Enter")
    expect(more).to_have_attribute("aria-expanded", "true")
    expect(first.get_by_role("button", name="Passages proches")).to_be_focused()
    page.keyboard.press("Escape")
    expect(more).to_be_focused()
    facet = page.get_by_role("button", name="Commentaires 32")
    expect(facet).to_have_attribute("aria-pressed", "false")
    facet.press("Enter")
    page.wait_for_url("**role=commentaire**")
    tab.settle()
    expect(page.get_by_role("status").filter(has_text="32 passages")).to_be_visible()
    page.get_by_role("link", name="1. ").first.press("Enter")
    expect(page.get_by_role("button", name="Passage suivant du billet")).to_be_visible()
    expect(page.get_by_role("article").first).to_have_attribute("aria-current", "true")
    labels = page.locator(".hit .actions > button").evaluate_all("e => e.map(x => x.textContent)")
    assert len(labels) == len(set(labels)), "no two controls of the list bear one name"
