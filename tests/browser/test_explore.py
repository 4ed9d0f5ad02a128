"""What a person does from a hit: open what is around it, steer the question, narrow, look up."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.server import serving
from tests.browser.test_search_page import QUESTION, parameters, passages
from tests.browser.watched import WAIT_MS, Watched

pytestmark = pytest.mark.browser
expect.set_options(timeout=WAIT_MS)


def test_the_other_passages_of_the_post_open_and_are_not_those_on_the_screen(tab: Watched) -> None:
    tab.open(f"?q={QUESTION}")
    shown = passages(tab.page)
    tab.page.get_by_role("button", name="du billet").first.click()
    others = tab.page.locator("section[aria-label='Autres passages du billet'] blockquote")
    expect(others.first).to_be_visible()
    assert not set(others.all_text_contents()) & set(shown)


def test_similar_passages_lead_to_their_post_and_back(tab: Watched) -> None:
    tab.open(f"?q={QUESTION}")
    tab.page.get_by_role("button", name="Passages proches").first.click()
    near = tab.page.locator("section[aria-label='Passages proches par le sens']")
    expect(near.locator("blockquote")).to_have_count(5)
    near.get_by_role("link", name="Le billet entier").first.click()
    tab.page.wait_for_url("**/billet?**")
    tab.settle()
    expect(tab.page.locator("#found")).to_be_visible()


def test_more_like_this_moves_the_question_stays_in_the_address_and_is_forgotten(
    tab: Watched,
) -> None:
    tab.open(f"?q={QUESTION}")
    before = passages(tab.page)
    tab.page.get_by_role("button", name="Plus comme ceci").last.click()
    tab.page.wait_for_url("**plus=**")
    expect(tab.page.get_by_text("Question rapprochée de 1 passage.")).to_be_visible()
    tab.settle()
    moved = passages(tab.page)
    assert moved != before
    assert moved.index(before[-1]) < len(before) - 1
    tab.page.reload()
    tab.settle()
    assert passages(tab.page) == moved
    jsonl = _download(tab, "Données (JSONL)").decode("utf-8")
    assert [json.loads(line)["text"] for line in jsonl.splitlines()] == moved
    tab.page.get_by_role("button", name="Revenir à ma question").click()
    tab.page.wait_for_function("() => !location.search.includes('plus')", timeout=WAIT_MS)
    tab.settle()
    assert passages(tab.page) == before


def test_the_breakdown_narrows_and_a_chip_widens_again(tab: Watched) -> None:
    tab.open("?q=médias sociaux")
    tab.page.get_by_text("Répartition").first.click()
    tab.page.get_by_role("button", name="Commentaires (").click()
    tab.page.wait_for_url("**role=commentaire**")
    tab.settle()
    assert set(tab.page.locator("article.card .badge").all_inner_texts()) == {"Commentaire"}
    tab.page.get_by_role("button", name="✕ Commentaires").click()
    tab.page.wait_for_function("() => !location.search.includes('role')", timeout=WAIT_MS)
    tab.settle()
    # The button is gone: the keyboard goes on from the results, not from the top of the page.
    expect(tab.page.locator(".count p")).to_be_focused()


def test_a_concordance_is_sorted_taken_away_and_read_in_its_post(tab: Watched) -> None:
    tab.open("concordance?e=médias sociaux")
    lines = tab.page.locator(".kwic tbody tr")
    words = tab.page.locator(".kwic .right").all_text_contents()
    assert len(words) > 20
    rows = list(csv.DictReader(io.StringIO(_concordance(tab), newline="")))
    assert [row["right"] for row in rows] == words
    tab.page.get_by_role("radio", name="gauche").click()
    tab.page.wait_for_url("**tri=left**")
    tab.settle()
    assert tab.page.locator(".kwic .right").all_text_contents() != words
    lines.first.get_by_role("link").click()
    tab.page.wait_for_url("**/billet?**")
    tab.settle()
    tab.page.get_by_role("link", name="Revenir à la recherche").click()
    tab.page.wait_for_url("**/concordance?**")
    tab.settle()
    assert parameters(tab.page)["tri"] == ["left"]


def test_a_long_paste_is_read_as_far_as_it_goes_and_said(tab: Watched) -> None:
    tab.open()
    tab.ask("médias sociaux " * 330)
    expect(tab.page.get_by_text("seuls les 2000 premiers sont lus")).to_be_visible()
    assert passages(tab.page)


def test_widgets_speak_french_and_the_page_says_its_language(tab: Watched) -> None:
    tab.open(f"?q={QUESTION}")
    expect(tab.page.get_by_label("Effacer la question")).to_be_visible()
    tab.page.get_by_text("Affiner").first.click()
    box = tab.page.get_by_label("Depuis l’année")
    box.click()
    box.fill("zzz")
    expect(tab.page.get_by_text("Aucune valeur").first).to_be_visible()
    tab.page.keyboard.press("Escape")
    tab.open(f"?q={QUESTION}&lang=en")
    expect(tab.page.locator("html")).to_have_attribute("lang", "en")


def test_a_server_that_is_gone_is_said(
    context: BrowserContext, repository: Path, served_archive: Path
) -> None:
    page = context.new_page()
    with serving(served_archive, repository) as url:
        page.goto(url)
        page.locator("footer").wait_for(timeout=WAIT_MS)
    # A run that the server's end cut short may leave alerts of its own.
    expect(page.get_by_role("alert").filter(has_text="ne répond plus")).to_be_visible()
    page.close()


def _download(tab: Watched, label: str) -> bytes:
    with tab.page.expect_download() as waiting:
        tab.page.get_by_role("button", name=label).click()
    return Path(waiting.value.path()).read_bytes()


def _concordance(tab: Watched) -> str:
    return _download(tab, "Tableau (CSV)").decode("utf-8")
