"""What a person does on the desk: ask, narrow, read, come back, take away."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
import zipfile

import pytest
from playwright.sync_api import expect

from tests.archiblogue.web.documents import HOSTILE
from tests.browser.reading import (
    QUESTION,
    choose,
    hit,
    parameters,
    passages,
    reader,
    take,
)
from tests.browser.watched import WAIT_MS, Watched

pytestmark = pytest.mark.browser
expect.set_options(timeout=WAIT_MS)

WIDTHS = (320, 390, 1440)
# What is lower than 44 CSS pixels on a narrow screen, half a pixel of rounding allowed.
TOO_SMALL_TO_TOUCH = """() =>
    [...document.querySelectorAll('[data-testid=stMain] :is(a, button, summary, select)')]
        .filter(e => e.checkVisibility() && !e.closest('p, .facts, h3, li.comment')
            && e.getBoundingClientRect().height < 43.5)
        .map(e => e.innerText || e.ariaLabel)"""
PATHS = ("", f"?q={QUESTION}", "?q=attaque", "concordance?e=médias sociaux", "corpus", "methode")


def test_a_french_question_finds_the_right_passage_first_and_keeps_it_in_the_address(
    tab: Watched,
) -> None:
    tab.open()
    expect(tab.page.locator("html")).to_have_attribute("lang", "fr-CA")
    expect(tab.page.get_by_text("Cette archive réunit")).to_be_visible()
    tab.ask(QUESTION)
    hit(tab, 1).locator("a.open").click()
    expect(reader(tab).locator("#found")).to_contain_text("quels budgets on devrait investir")
    tab.page.go_back()
    found = passages(tab.page)
    assert len(found) == 10
    assert parameters(tab.page)["q"] == [QUESTION]
    expect(hit(tab, 1).locator("h3")).to_contain_text(
        "Gestionnaire de communauté: un métier en voie d’extinction"
    )
    expect(hit(tab, 1).locator("mark").first).to_be_visible()
    # The page's title comes a little after what it shows.
    expect(tab.page).to_have_title(re.compile("^Combien faut-il payer"))
    tab.page.reload()
    tab.settle()
    assert passages(tab.page) == found
    assert tab.page.get_by_label("Votre question").input_value() == QUESTION


def test_a_facet_gives_its_number_stays_in_the_address_and_is_one_step_back(tab: Watched) -> None:
    tab.open("?q=médias sociaux")
    before = passages(tab.page)
    facet = tab.page.locator(".narrow").get_by_role("button", name="Commentaires")
    n = facet.locator(".n").inner_text()
    facet.click()
    tab.page.wait_for_url("**role=commentaire**")
    tab.settle()
    expect(tab.page.locator(".count strong")).to_have_text(f"{n} passages")
    assert set(tab.page.locator(".hit .badge").all_inner_texts()) == {"Commentaire"}
    found = passages(tab.page)
    assert found
    expect(facet).to_have_attribute("aria-pressed", "true")
    tab.page.reload()
    tab.settle()
    assert passages(tab.page) == found
    tab.page.go_back()
    tab.settle()
    assert passages(tab.page) == before


def test_a_year_narrows_and_counts_the_undated_out_loud(tab: Watched) -> None:
    tab.open("?q=métier&apres=2009&avant=2009")
    dates = tab.page.locator(".hit time").all_inner_texts()
    assert dates
    assert all("2009" in date for date in dates)
    expect(
        tab.page.get_by_text("sans date n’entrent pas dans un choix par année").first
    ).to_be_visible()


def test_the_histogram_and_its_lists_choose_years_and_all_is_cleared_at_once(
    tab: Watched,
) -> None:
    tab.open(f"?q={QUESTION}&role=commentaire&mode=lexical")
    tab.page.get_by_label("Depuis l’année").select_option("2009")
    tab.page.wait_for_url("**apres=2009**")
    tab.settle()
    expect(tab.page.locator(".chips").get_by_text("Depuis 2009")).to_be_visible()
    tab.page.get_by_role("button", name="Tout effacer").click()
    tab.page.wait_for_function("() => !location.search.includes('apres')", timeout=WAIT_MS)
    tab.settle()
    assert set(parameters(tab.page)) == {"q"}
    assert len(passages(tab.page)) == 10
    tab.page.locator("[data-year='2009']").click()
    tab.page.wait_for_url("**avant=2009**")
    tab.settle()
    assert parameters(tab.page)["apres"] == ["2009"]


def test_the_undated_are_counted_and_reached(tab: Watched) -> None:
    tab.open("?q=médias sociaux")
    undated = tab.page.locator(".years").get_by_role("button", name="Sans date")
    n = undated.locator(".n").inner_text()
    undated.click()
    tab.page.wait_for_url("**sansdate=true**")
    tab.settle()
    expect(tab.page.locator(".count strong")).to_have_text(f"{n} passages")


def test_words_added_by_the_lexicon_are_shown_and_can_be_left_out(tab: Watched) -> None:
    tab.open("?q=médias sociaux")
    tab.page.get_by_text("Cherche aussi").click()
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
    expect(tab.page.get_by_text("Cherche aussi")).to_have_count(0)


def test_each_hit_says_why_it_is_there(tab: Watched) -> None:
    tab.open(f"?q={QUESTION}")
    choose(tab, 1, "Pourquoi ce passage")
    expect(tab.page.get_by_text("Par le sens").first).to_be_visible()
    expect(tab.page.get_by_text("Mots reconnus").first).to_be_visible()


def test_a_post_opens_beside_the_list_at_the_passage_and_back_leads_to_the_same_place(
    tab: Watched,
) -> None:
    tab.open(f"?q={QUESTION}&role=commentaire")
    found = passages(tab.page)
    last = hit(tab, len(found))
    last.locator("a.open").click()
    expect(reader(tab).locator("#found")).to_be_in_viewport()
    assert reader(tab).locator("#found").get_attribute("data-id") == found[-1]
    expect(reader(tab).locator(".thread .comment").first).to_be_attached()
    expect(last).to_have_attribute("aria-current", "true")
    tab.page.go_back()
    expect(reader(tab).locator("#found")).to_have_count(0)
    expect(last).to_be_in_viewport()
    assert passages(tab.page) == found
    tab.page.go_forward()
    expect(reader(tab).locator("#found")).to_be_in_viewport()
    tab.page.reload()
    expect(reader(tab).locator("#found")).to_be_in_viewport()
    assert parameters(tab.page)["role"] == ["commentaire"]


def test_the_ledger_is_at_the_foot_of_the_post(tab: Watched) -> None:
    tab.open(f"?q={QUESTION}")
    hit(tab, 1).locator("a.open").click()
    reader(tab).get_by_text("Ce que le nettoyage a écarté").click()
    expect(reader(tab).locator(".ledger li").first).to_be_visible()


def test_the_address_of_a_post_opens_at_the_passage_without_a_script(tab: Watched) -> None:
    tab.open("?q=médias sociaux")
    hit(tab, 8).locator("a.open").click()
    expect(reader(tab).locator("#found")).to_be_visible()
    shown = reader(tab).locator("#found").inner_text()
    reader(tab).get_by_role("link", name="À son adresse").click()
    tab.page.wait_for_url("**/billet?**")
    expect(tab.page.locator("#found")).to_have_text(shown)
    expect(tab.page.locator("#found")).to_be_in_viewport()
    assert tab.page.locator("script").count() == 0
    assert not tab.page.title().startswith("Billet")
    tab.page.go_back()
    tab.settle()
    expect(reader(tab).locator("#found")).to_be_in_viewport()


def test_files_hold_exactly_what_is_on_the_screen(tab: Watched) -> None:
    tab.open(f"?q={QUESTION}&role=billet")
    shown = passages(tab.page)
    lines = take(tab, "à l’écran", "jsonl").read_text("utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    assert [record["passage_id"] for record in records] == shown
    assert [record["rank"] for record in records] == list(range(1, len(shown) + 1))
    table = take(tab, "à l’écran", "csv-excel").read_bytes()
    assert table.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert [row["passage_id"] for row in rows] == shown
    assert all(row["permalink"].startswith(f"{tab.base_url}/billet?") for row in rows)
    package = zipfile.ZipFile(take(tab, "à l’écran", "bundle"))
    assert "recherche.json" in package.namelist()
    assert passages(tab.page) == shown


def test_all_that_answers_has_as_many_rows_as_the_count_says(tab: Watched) -> None:
    tab.open("?q=médias sociaux")
    n = int(tab.page.locator(".count strong").inner_text().split()[0])
    rows = take(tab, "Tout ce qui répond", "jsonl").read_text("utf-8").splitlines()
    assert len(rows) == n > 10


def test_the_list_goes_on_page_by_page(tab: Watched) -> None:
    tab.open("?q=médias sociaux")
    first = passages(tab.page)
    tab.page.get_by_role("button", name="Suivants").click()
    tab.page.wait_for_url("**debut=10**")
    tab.settle()
    second = passages(tab.page)
    assert not set(first) & set(second)
    expect(tab.page.locator(".hit .rank").first).to_have_text("11")
    tab.page.go_back()
    tab.settle()
    assert passages(tab.page) == first


def test_hits_are_sorted_by_date(tab: Watched) -> None:
    tab.open("?q=métier")
    tab.page.get_by_label("Trier").select_option("anciens")
    tab.page.wait_for_url("**tri=anciens**")
    tab.settle()
    dates = tab.page.locator(".hit time").evaluate_all("e => e.map(x => x.dateTime)")
    assert dates == sorted(dates)


@pytest.mark.parametrize("question", ["attaque par le texte", "commentaire d’attaque"])
def test_hostile_text_is_shown_and_never_run(tab: Watched, question: str) -> None:
    tab.open(f"?q={question}")
    assert HOSTILE in hit(tab, 1).locator("h3").inner_text()
    hit(tab, 1).locator("a.open").click()
    expect(reader(tab).locator("#found")).to_be_visible()
    expect(reader(tab).locator("h2")).to_have_text(f"Titre {HOSTILE}")
    main = tab.page.locator("[data-testid=stMain]")
    assert main.inner_text().count("<img src=x onerror=alert(1)>") >= 3
    assert main.locator("img, iframe").count() == 0
    assert tab.page.locator("a[href^='javascript']").count() == 0
    reader(tab).get_by_role("button", name="Citer").click()
    expect(tab.page.get_by_role("dialog")).to_contain_text("attaque")
    tab.page.keyboard.press("Escape")
    reader(tab).get_by_role("link", name="À son adresse").click()
    tab.page.wait_for_url("**/billet?**")
    expect(tab.page.locator("h1")).to_have_text(f"Titre {HOSTILE}")
    assert tab.page.locator("img, script, iframe").count() == 0
    assert tab.dialogs == []


def test_a_hostile_question_is_inert(tab: Watched) -> None:
    tab.open()
    tab.ask('"<img src=x onerror=window.pirate=1>" *a* :red[b] $x$')
    expect(tab.page.get_by_text("Aucun passage trouvé")).to_be_visible()
    assert tab.page.evaluate("window.pirate") is None
    assert tab.dialogs == []


def test_an_example_is_one_click_away_and_comes_back_as_a_recent_question(tab: Watched) -> None:
    tab.open()
    tab.page.locator(".examples button").first.click()
    tab.page.wait_for_url("**q=**")
    tab.settle()
    assert passages(tab.page)
    asked = tab.page.get_by_label("Votre question").input_value()
    tab.page.get_by_role("link", name="Chercher").click()
    tab.page.wait_for_function("() => !location.search.includes('q=')", timeout=WAIT_MS)
    tab.settle()
    recent = tab.page.get_by_role("heading", name="Vos dernières questions").locator("..")
    expect(recent.get_by_role("button", name=asked)).to_be_visible()


def test_the_page_speaks_english_too(tab: Watched) -> None:
    tab.open(f"?q={QUESTION}")
    tab.page.get_by_role("link", name="This page in English").click()
    tab.page.wait_for_url("**lang=en**")
    tab.settle()
    expect(tab.page.locator("html")).to_have_attribute("lang", "en")
    expect(hit(tab, 1).get_by_role("button", name="Keep")).to_be_visible()
    assert parameters(tab.page)["q"] == [QUESTION]
    hit(tab, 1).locator("a.open").click()
    expect(reader(tab).get_by_role("link", name="At its address")).to_be_visible()
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
        if width <= 390:
            assert tab.page.evaluate(TOO_SMALL_TO_TOUCH) == []


def test_the_screen_holds_as_many_hits_as_it_can(tab: Watched) -> None:
    """8 at 1440 x 900, 3 at 390 x 844, whole; two actions a hit, the rest in a menu."""
    tab.open("?q=médias sociaux")
    for width, height, least in ((1440, 900, 8), (390, 844, 3)):
        tab.page.set_viewport_size({"width": width, "height": height})
        tab.settle()
        n_visible = tab.page.evaluate(
            "[...document.querySelectorAll('.hit')].filter(e => {"
            " const r = e.getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight + 1"
            " }).length"
        )
        assert n_visible >= least, (width, n_visible)
        actions = hit(tab, 1).locator(".actions > button:visible").all_inner_texts()
        assert [text.split()[0] for text in actions] == ["Garder", "Citer", "⋯"]


def test_headings_descend_without_a_gap(tab: Watched) -> None:
    tab.open(f"?q={QUESTION}")
    hit(tab, 1).locator("a.open").click()
    expect(reader(tab).locator("#found")).to_be_visible()
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


def test_the_list_is_walked_and_read_with_the_keyboard_alone(tab: Watched) -> None:
    tab.open("?q=médias sociaux")
    tab.page.get_by_label("Votre question").focus()
    tab.page.keyboard.press("ArrowDown")
    first, second = (hit(tab, rank).locator("a.open") for rank in (1, 2))
    expect(first).to_be_focused()
    tab.page.keyboard.press("j")
    expect(second).to_be_focused()
    tab.page.keyboard.press("Enter")
    found = reader(tab).locator("#found")
    expect(found).to_be_in_viewport()
    ids = passages(tab.page)
    assert found.get_attribute("data-id") == ids[1]
    tab.page.keyboard.press("j")
    expect(reader(tab).locator(f"[id='found'][data-id='{ids[2]}']")).to_be_in_viewport()
    tab.page.keyboard.press("Escape")
    expect(reader(tab).locator("#found")).to_have_count(0)
    expect(hit(tab, 3).locator("a.open")).to_be_focused()
    tab.page.keyboard.press("k")
    expect(second).to_be_focused()
