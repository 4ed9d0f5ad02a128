"""What a person does on the page: ask, narrow, open, come back, take away."""

from __future__ import annotations

import csv
import io
import itertools
import json
import zipfile
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from tests.archiblogue.web.documents import HOSTILE
from tests.browser.watched import WAIT_MS, Watched

pytestmark = pytest.mark.browser
expect.set_options(timeout=WAIT_MS)

QUESTION = "Combien faut-il payer un gestionnaire de communauté ?"
WIDTHS = (390, 1440)
# What is lower than 44 CSS pixels, half a pixel of rounding allowed.
TOO_SMALL_TO_TOUCH = """() =>
    [...document.querySelectorAll('[data-testid=stMain] :is(a, button, summary)')]
        .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 43.5)
        .map(e => e.innerText || e.ariaLabel)"""
PATHS = (
    *("", f"?q={QUESTION}", "?q=attaque", "concordance?e=médias sociaux", "corpus", "methode"),
    "billet?id=d-3333333333333333&p=d-3333333333333333%23c1.p1",
)


def passages(page: Page) -> list[str]:
    """The passages on the screen, in order, as a reader copies them."""
    return page.locator("blockquote.passage").all_text_contents()


def parameters(page: Page) -> dict[str, list[str]]:
    """The parameters of the address."""
    return parse_qs(urlsplit(page.url).query)


def test_a_french_question_finds_the_right_passage_first_and_keeps_it_in_the_address(
    tab: Watched,
) -> None:
    tab.open()
    expect(tab.page.locator("html")).to_have_attribute("lang", "fr-CA")
    expect(tab.page.get_by_text("Cette archive réunit")).to_be_visible()
    tab.ask(QUESTION)
    found = passages(tab.page)
    assert "quels budgets on devrait investir" in found[0]
    assert len(found) == 10
    assert parameters(tab.page)["q"] == [QUESTION]
    first = tab.page.locator("article.card").first
    expect(first.locator("h3")).to_have_text(
        "Gestionnaire de communauté: un métier en voie d’extinction"
    )
    expect(first.locator("mark").first).to_be_visible()
    assert tab.page.title().startswith("Combien faut-il payer")
    tab.page.reload()
    tab.settle()
    assert passages(tab.page) == found
    assert tab.page.get_by_label("Votre question").input_value() == QUESTION


def test_a_role_narrows_and_stays_in_the_address(tab: Watched) -> None:
    tab.open(f"?q={QUESTION}")
    tab.page.get_by_role("button", name="Commentaires", exact=True).click()
    tab.page.wait_for_url("**role=commentaire**")
    tab.settle()
    badges = tab.page.locator("article.card .badge")
    assert set(badges.all_inner_texts()) == {"Commentaire"}
    found = passages(tab.page)
    assert found
    tab.page.reload()
    tab.settle()
    assert passages(tab.page) == found


def test_a_year_narrows_and_counts_the_undated_out_loud(tab: Watched) -> None:
    tab.open("?q=métier&apres=2009&avant=2009")
    dates = tab.page.locator("article.card time").all_inner_texts()
    assert dates
    assert all("2009" in date for date in dates)
    expect(tab.page.get_by_text("sans date n’entrent pas dans un choix par année")).to_be_visible()


def test_filters_are_chosen_by_hand_and_cleared_at_once(tab: Watched) -> None:
    tab.open(f"?q={QUESTION}&role=commentaire&mode=lexical")
    tab.page.get_by_text("Affiner (1 réglage actif)").click()
    tab.settle()
    year, wanted = tab.page.get_by_label("Depuis l’année"), tab.page.get_by_role("option")
    year.click()
    with suppress(
        PlaywrightTimeoutError
    ):  # a list that opens while the page is redrawn closes again
        wanted.first.wait_for(timeout=5_000)
    if not wanted.count():
        year.click()
    tab.page.get_by_role("option", name="2009").click()
    tab.page.wait_for_url("**apres=2009**")
    tab.settle()
    expect(tab.page.get_by_text("Affiner (2 réglages actifs)")).to_be_visible()
    tab.page.get_by_role("button", name="Tout effacer").click()
    tab.page.wait_for_function("() => !location.search.includes('apres')", timeout=WAIT_MS)
    tab.settle()
    assert set(parameters(tab.page)) == {"q"}
    assert len(passages(tab.page)) == 10


def test_words_added_by_the_lexicon_are_shown_and_can_be_left_out(tab: Watched) -> None:
    tab.open("?q=médias sociaux")
    tab.page.get_by_text("cherche aussi").click()
    tab.page.get_by_role("button", name="✕ réseaux sociaux").click()
    tab.page.wait_for_url("**sans=**")
    tab.settle()
    expect(tab.page.get_by_text("Laissés de côté")).to_be_visible()
    # The fold stays open: words are left out one after the other.
    tab.page.get_by_role("button", name="+ réseaux sociaux").click()
    tab.page.wait_for_function("() => !location.search.includes('sans')", timeout=WAIT_MS)
    tab.settle()
    tab.page.get_by_role("button", name="Chercher seulement mes mots").click()
    tab.page.wait_for_url("**exact=true**")
    tab.settle()
    expect(tab.page.get_by_text("cherche aussi")).to_have_count(0)


def test_neighbours_open_and_close_in_the_card(tab: Watched) -> None:
    tab.open(f"?q={QUESTION}")
    card = tab.page.locator("[class*='st-key-card-1']").first
    card.get_by_role("button", name="Lire autour").click()
    expect(card.get_by_text("Juste avant")).to_be_visible()
    expect(card.get_by_text("Juste après")).to_be_visible()
    assert tab.page.locator(".around").count() == 1
    card.get_by_role("button", name="Refermer").click()
    expect(card.get_by_text("Juste avant")).to_have_count(0)


def test_each_hit_says_why_it_is_there(tab: Watched) -> None:
    tab.open(f"?q={QUESTION}")
    tab.page.get_by_text("Pourquoi ce passage").first.click()
    expect(tab.page.get_by_text("Par le sens").first).to_be_visible()
    expect(tab.page.get_by_text("Mots reconnus").first).to_be_visible()


def test_the_whole_post_opens_at_the_passage_and_leads_back(tab: Watched) -> None:
    tab.open(f"?q={QUESTION}&role=commentaire")
    found = passages(tab.page)
    tab.page.get_by_role("link", name="Le billet entier").first.click()
    tab.page.wait_for_url("**/billet?**")
    tab.settle()
    expect(tab.page.locator("#found")).to_have_text(found[0])
    expect(tab.page.locator(".thread .comment").first).to_be_visible()
    tab.page.get_by_role("link", name="Revenir à la recherche").click()
    tab.page.wait_for_url("**q=**")
    tab.settle()
    assert passages(tab.page) == found
    tab.page.go_back()
    tab.settle()
    expect(tab.page.locator("#found")).to_be_visible()
    tab.page.go_back()
    tab.settle()
    assert passages(tab.page) == found
    assert parameters(tab.page)["role"] == ["commentaire"]


def test_the_thread_and_the_cleaning_ledger_open_on_demand(tab: Watched) -> None:
    tab.open(f"?q={QUESTION}")
    tab.page.get_by_role("link", name="Le billet entier").first.click()
    tab.page.wait_for_url("**/billet?**")
    tab.settle()
    assert tab.page.locator(".comment").count() == 0
    tab.page.get_by_role("button", name="commentaires").click()
    expect(tab.page.locator(".comment").first).to_be_visible()
    tab.page.get_by_text("Ce que le nettoyage a écarté").click()
    expect(tab.page.locator(".ledger li").first).to_be_visible()


def _download(tab: Watched, label: str) -> bytes:
    with tab.page.expect_download() as waiting:
        tab.page.get_by_role("button", name=label).click()
    assert waiting.value.suggested_filename.startswith("archiblogue-combien-faut-il")
    return Path(waiting.value.path()).read_bytes()


def test_downloads_hold_exactly_what_is_on_the_screen(tab: Watched) -> None:
    tab.open(f"?q={QUESTION}&role=billet")
    shown = passages(tab.page)
    jsonl = _download(tab, "Données (JSONL)").decode("utf-8")
    records = [json.loads(line) for line in jsonl.splitlines()]
    assert [record["text"] for record in records] == shown
    assert [record["rank"] for record in records] == list(range(1, len(shown) + 1))
    table = _download(tab, "Tableau (CSV)")
    rows = list(csv.DictReader(io.StringIO(table.decode("utf-8"), newline="")))
    assert [row["passage_id"] for row in rows] == [record["passage_id"] for record in records]
    assert passages(tab.page) == shown


def test_other_formats_are_one_choice_away(tab: Watched) -> None:
    tab.open(f"?q={QUESTION}&role=billet")
    tab.page.get_by_role("button", name="Autres formats").click()
    expect(tab.page.get_by_text("tableau pour Excel en français")).to_be_visible()
    table = _download(tab, "Télécharger")
    assert table.startswith(b"\xef\xbb\xbf")
    text = io.StringIO(table.decode("utf-8-sig"), newline="")
    rows = list(csv.DictReader(text, delimiter=";"))
    assert [row["rank"] for row in rows] == [str(n) for n in range(1, len(rows) + 1)]
    assert all(row["permalink"].startswith(f"{tab.base_url}/billet?") for row in rows)
    tab.page.get_by_role("combobox", name="Format").click()
    tab.page.get_by_role("option", name="bundle").click()
    expect(tab.page.get_by_text("dossier de recherche")).to_be_visible()
    tab.settle()
    package = zipfile.ZipFile(io.BytesIO(_download(tab, "Télécharger")))
    assert "recherche.json" in package.namelist()


def test_more_passages_on_demand(tab: Watched) -> None:
    tab.open("?q=médias sociaux")
    assert len(passages(tab.page)) == 10
    tab.page.get_by_role("button", name="Montrer plus de passages").click()
    tab.page.wait_for_url("**k=20**")
    tab.settle()
    assert len(passages(tab.page)) > 10


@pytest.mark.parametrize("question", ["attaque par le texte", "commentaire d’attaque"])
def test_hostile_text_is_shown_and_never_run(tab: Watched, question: str) -> None:
    tab.open(f"?q={question}")
    assert HOSTILE in tab.page.locator("article.card h3").first.inner_text()
    tab.page.get_by_role("link", name="Le billet entier").first.click()
    tab.page.wait_for_url("**/billet?**")
    tab.settle()
    expect(tab.page.locator("#found")).to_be_visible()
    main = tab.page.locator("[data-testid=stMain]")
    expect(main.locator("h1")).to_have_text(f"Titre {HOSTILE}")
    assert main.inner_text().count("<img src=x onerror=alert(1)>") >= 3
    assert main.locator("img, script, iframe").count() == 0
    assert tab.page.locator("a[href^='javascript']").count() == 0
    assert tab.dialogs == []


def test_a_hostile_question_is_inert(tab: Watched) -> None:
    tab.open()
    tab.ask('"<img src=x onerror=window.pirate=1>" *a* :red[b] $x$')
    expect(tab.page.get_by_text("Aucun passage trouvé")).to_be_visible()
    assert tab.page.evaluate("window.pirate") is None
    assert tab.dialogs == []


def test_an_example_is_one_click_away(tab: Watched) -> None:
    tab.open()
    tab.page.locator(".st-key-examples button").first.click()
    tab.page.wait_for_url("**q=**")
    tab.settle()
    assert passages(tab.page)


def test_the_page_speaks_english_too(tab: Watched) -> None:
    tab.open(f"?q={QUESTION}")
    tab.page.get_by_role("radio", name="EN").click()
    tab.page.wait_for_url("**lang=en**")
    tab.settle()
    expect(tab.page.get_by_text("10 passages")).to_be_visible()
    expect(tab.page.get_by_role("button", name="Read around").first).to_be_visible()
    assert parameters(tab.page)["q"] == [QUESTION]
    tab.page.get_by_role("link", name="The corpus").click()
    tab.page.wait_for_url("**/corpus?lang=en")
    tab.settle()
    expect(tab.page.get_by_role("heading", name="What the archive holds")).to_be_visible()


@pytest.mark.parametrize("path", PATHS)
def test_nothing_scrolls_sideways_and_everything_can_be_touched(tab: Watched, path: str) -> None:
    tab.open(path)
    for width in WIDTHS:
        tab.page.set_viewport_size({"width": width, "height": 844})
        tab.settle()
        widest = tab.page.evaluate(
            "Math.max(document.documentElement.scrollWidth,"
            " ...[...document.querySelectorAll('[data-testid=stMain]')].map(e => e.scrollWidth))"
        )
        assert widest <= width
        assert tab.page.evaluate(TOO_SMALL_TO_TOUCH) == []


def test_headings_descend_without_a_gap(tab: Watched) -> None:
    tab.open(f"?q={QUESTION}")
    levels = tab.page.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4')].map(e => Number(e.tagName[1]))"
    )
    assert levels[:3] == [1, 2, 3]
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))


def test_the_keyboard_reaches_the_question_and_shows_where_it_is(tab: Watched) -> None:
    tab.open()
    box = tab.page.get_by_label("Votre question")
    for _ in range(12):
        tab.page.keyboard.press("Tab")
        if box.evaluate("e => e === document.activeElement"):
            break
    expect(box).to_be_focused()
    tab.page.keyboard.type("budget")
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_url("**q=budget**")
    tab.settle()
    root = tab.page.get_by_test_id("stTextInputRootElement")
    expect(root).to_have_css("outline-style", "solid")
    for _ in range(3):
        tab.page.keyboard.press("Tab")
        outline = tab.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
