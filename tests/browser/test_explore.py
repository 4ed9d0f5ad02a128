"""What a person does from a hit: see what is near, steer the question, keep, cite, look up."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.reading import QUESTION, choose, hit, parameters, passages, reader, take
from tests.browser.server import serving
from tests.browser.watched import WAIT_MS, Watched

pytestmark = pytest.mark.browser
expect.set_options(timeout=WAIT_MS)


def test_the_other_passages_of_the_post_that_answer_are_a_step_away(tab: Watched) -> None:
    tab.open(f"?q={QUESTION}")
    hit(tab, 1).locator("a.open").click()
    found = reader(tab).locator("#found")
    expect(found).to_be_visible()
    first = found.get_attribute("data-id")
    assert reader(tab).locator(".match").count() > 1
    reader(tab).get_by_role("button", name="Passage suivant du billet").click()
    expect(found).to_be_focused()
    expect(found).to_be_in_viewport()
    assert found.get_attribute("data-id") != first
    reader(tab).get_by_role("button", name="Passage précédent du billet").click()
    assert found.get_attribute("data-id") == first


def test_similar_passages_open_in_their_post(tab: Watched) -> None:
    tab.open(f"?q={QUESTION}")
    choose(tab, 1, "Passages proches")
    near = hit(tab, 1).locator(".near li")
    expect(near).to_have_count(8)
    near.get_by_role("link").first.click()
    expect(reader(tab).locator("#found")).to_be_in_viewport()


def test_more_like_this_moves_the_question_stays_in_the_address_and_is_forgotten(
    tab: Watched,
) -> None:
    tab.open(f"?q={QUESTION}")
    before = passages(tab.page)
    choose(tab, len(before), "Plus comme ceci")
    tab.page.wait_for_url("**plus=**")
    expect(tab.page.get_by_text("Question rapprochée de 1 passage.")).to_be_visible()
    tab.settle()
    moved = passages(tab.page)
    assert moved != before
    assert moved.index(before[-1]) < len(before) - 1
    tab.page.reload()
    tab.settle()
    assert passages(tab.page) == moved
    lines = take(tab, "à l’écran", "jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["passage_id"] for line in lines] == moved
    tab.page.get_by_role("button", name="Revenir à ma question").click()
    tab.page.wait_for_function("() => !location.search.includes('plus')", timeout=WAIT_MS)
    tab.settle()
    assert passages(tab.page) == before


def test_another_question_forgets_what_was_said_of_the_former_in_one_step_back(
    tab: Watched,
) -> None:
    tab.open("?q=médias sociaux")
    choose(tab, 3, "Moins comme ceci")
    tab.page.wait_for_url("**moins=**")
    tab.settle()
    moved = passages(tab.page)
    tab.page.get_by_label("Votre question").fill("budget")
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_url("**q=budget**")
    tab.settle()
    assert "moins" not in parameters(tab.page)
    tab.page.go_back()
    tab.settle()
    assert passages(tab.page) == moved


def test_a_facet_narrows_and_a_chip_widens_again(tab: Watched) -> None:
    tab.open("?q=médias sociaux")
    tab.page.locator(".narrow").get_by_role("button", name="Commentaires").click()
    tab.page.wait_for_url("**role=commentaire**")
    tab.settle()
    assert set(tab.page.locator(".hit .badge").all_inner_texts()) == {"Commentaire"}
    tab.page.get_by_role("button", name="Retirer Commentaires").click()
    tab.page.wait_for_function("() => !location.search.includes('role')", timeout=WAIT_MS)
    # The button is gone: the keyboard goes on from the results, not from the top of the page.
    expect(tab.page.locator(".count p")).to_be_focused()


def test_passages_are_kept_with_a_note_across_questions_and_reloads_and_taken_away(
    tab: Watched,
) -> None:
    tab.open(f"?q={QUESTION}")
    kept = passages(tab.page)[0]
    keep = hit(tab, 1).get_by_role("button", name="Garder")
    keep.click()
    expect(hit(tab, 1).locator(".keep")).to_have_attribute("aria-pressed", "true")
    tab.ask("médias sociaux")
    hit(tab, 2).get_by_role("button", name="Garder").click()
    second = passages(tab.page)[1]
    tab.page.get_by_role("button", name="Panier").click()
    panel = tab.page.get_by_role("dialog")
    panel.locator("textarea").last.fill("à citer")
    panel.get_by_role("button", name="Fermer").click()
    tab.page.reload()
    tab.settle()
    expect(tab.page.get_by_role("button", name="Panier 2")).to_be_visible()
    rows = take(tab, "Le panier", "csv").read_text("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(rows, newline="")))
    assert [row["passage_id"] for row in table] == [kept, second]
    tab.page.get_by_role("button", name="Panier").click()
    expect(panel.locator("textarea").last).to_have_value("à citer")
    panel.get_by_role("button", name="Vider le panier").click()
    expect(panel.get_by_text("Le panier est vide")).to_be_visible()


def test_a_search_is_saved_and_the_last_questions_are_asked_again(tab: Watched) -> None:
    tab.open("?q=budget")
    tab.ask("médias sociaux")
    tab.page.get_by_role("button", name="Recherches").click()
    panel = tab.page.get_by_role("dialog")
    panel.get_by_label("Garder cette recherche sous le nom").fill("medias")
    panel.get_by_role("button", name="Garder la recherche").click()
    expect(panel.get_by_role("link", name="medias")).to_be_visible()
    expect(panel.get_by_text("Rien de nouveau.")).to_be_visible()
    panel.get_by_role("button", name="budget", exact=True).click()
    tab.page.wait_for_url("**q=budget**")
    tab.settle()
    expect(panel).to_have_count(0)
    assert tab.page.get_by_label("Votre question").input_value() == "budget"


def test_a_passage_is_cited_in_several_styles_with_its_addresses(tab: Watched) -> None:
    tab.open(f"?q={QUESTION}")
    hit(tab, 1).get_by_role("button", name="Citer").click()
    panel = tab.page.get_by_role("dialog")
    expect(panel.get_by_role("heading", name="ISO 690, auteur et date")).to_be_visible()
    expect(panel.get_by_text(f"{tab.base_url}/billet?id=")).to_be_visible()
    tab.page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(hit(tab, 1).get_by_role("button", name="Citer")).to_be_focused()


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
    expect(tab.page.locator("#found")).to_be_in_viewport()
    tab.page.go_back()
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
    tab.open(f"?q={QUESTION}&lang=en")
    expect(tab.page.locator("html")).to_have_attribute("lang", "en")


def test_an_unknown_address_is_said_in_french(tab: Watched) -> None:
    answer = tab.page.request.get(
        f"{tab.base_url}/nulle-part", headers={"accept": "text/html"}, fail_on_status_code=False
    )
    assert answer.status == 404
    assert "Cette adresse ne mène nulle part" in answer.text()


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


def _concordance(tab: Watched) -> str:
    with tab.page.expect_download() as waiting:
        tab.page.get_by_role("button", name="Tableau (CSV)").click()
    return Path(waiting.value.path()).read_text("utf-8")
