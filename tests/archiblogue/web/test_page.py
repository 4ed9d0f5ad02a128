"""The page's views, run by Streamlit's own test harness on a small archive."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from index.archive import open_archive
from index.building.build import build_archive
from ingest.model import Document
from tests.archiblogue.web.conftest import TIMEOUT_S, OpenPage, bodies


def cards(page: AppTest) -> list[str]:
    """The cards in order."""
    return re.findall(r"<article class=\"card.*?</article>", bodies(page), re.DOTALL)


def plain(markup: str) -> str:
    """The text of a piece of HTML."""
    return re.sub(r"<[^>]+>", "", markup)


def test_home_counts_the_archive_and_offers_its_own_questions(open_page: OpenPage) -> None:
    page = open_page()
    assert "3 billets et 3 commentaires. Les dates connues vont de 2009 à 2012." in plain(
        bodies(page)
    )
    assert any("arroser les potagers" in label for label in labels(page))
    assert not cards(page)


def test_an_example_is_asked_by_one_click(open_page: OpenPage) -> None:
    page = open_page()
    example = next(b for b in page.button if "arroser" in b.label)
    example.click().run()
    assert page.text_input(key="q").value == "Qui doit arroser les potagers pendant les vacances ?"
    assert "arroser" in plain(cards(page)[0])


def test_a_question_in_the_address_is_answered_with_the_right_passage_first(
    open_page: OpenPage,
) -> None:
    first = cards(open_page(q="farine de sarrasin"))[0]
    assert "Le pain du dimanche" in first
    assert "<mark>farine</mark>" in first
    assert "Sans date" in first
    assert "Auteur inconnu" in first


def test_the_card_says_who_when_and_where(open_page: OpenPage) -> None:
    page = open_page(q="la voisine arrose les tomates en août")
    first = cards(page)[0]
    assert 'class="badge role-comment">Commentaire' in first
    assert "Basile" in first
    assert '<time datetime="2009-09">septembre\u00a02009</time>' in first
    assert "commentaire nº 1" in plain(first)
    assert 'href="https://toits.example.org/potagers" target="_blank" rel="noopener' in bodies(page)


def test_filters_of_the_address_narrow_the_hits(open_page: OpenPage) -> None:
    page = open_page(q="tomates", role="commentaire")
    assert cards(page)
    assert all("role-comment" in card for card in cards(page))
    page = open_page(q="pain", apres="2012", avant="2012")
    assert all("2012" in card for card in cards(page))
    assert "sans date n’entrent pas dans un choix par année" in plain(bodies(page))


def test_a_wrong_filter_in_the_address_is_ignored(open_page: OpenPage) -> None:
    page = open_page(q="tomates", role="pirate", mode="<b>", k="-4", apres="hier", site="nulle")
    assert cards(page)


def test_exactly_k_passages_are_shown_and_more_on_demand(open_page: OpenPage) -> None:
    page = open_page(q="tomates pain attaque", k="10")
    n_all = len(cards(page))
    assert n_all == 9


def test_neighbours_open_in_the_card(open_page: OpenPage) -> None:
    page = open_page(q="arroser les potagers")
    assert "Juste avant" not in bodies(page)
    button = next(b for b in page.button if b.label == "Lire autour")
    button.click().run()
    opened = plain(bodies(page))
    assert "Juste avantLes tomates mûrissent bien" in opened
    assert "Juste aprèsun seau par jour" in opened


def labels(page: AppTest) -> list[str]:
    """The labels of the buttons, as they are read."""
    return [button.label.replace("\\", "") for button in page.button]


def lexicon(page: AppTest) -> str:
    """What the page says of the lexicon."""
    said = [one.label.replace("\\", "").replace("\u00a0", " ") for one in page.expander]
    return next(label for label in said if "Cherche aussi" in label)


def press(page: AppTest, label: str) -> AppTest:
    """Press the first button of that label."""
    next(b for b in page.button if b.label.replace("\\", "") == label).click().run()
    assert not page.exception
    return page


def test_the_exchange_of_a_comment_opens_in_its_card(open_page: OpenPage) -> None:
    page = open_page(q="la voisine arrose les tomates en août", role="commentaire")
    opened = plain(bodies(press(page, "L’échange")))
    assert "nº 1 (ce commentaire) · Basile" in opened
    assert "Merci, je transmets à la voisine." in opened
    closed = press(page, "Refermer\u00a0: L’échange")
    assert "(ce commentaire)" not in bodies(closed)


def test_similar_passages_open_in_the_card_without_itself(open_page: OpenPage) -> None:
    page = press(open_page(q="farine de sarrasin"), "Passages proches")
    section = bodies(page).split('aria-label="Passages proches par le sens"')[1]
    near = section.split("</section>")[0]
    assert near.count("<blockquote") == 5
    assert "La farine de sarrasin" not in plain(near)


def test_a_passage_that_was_liked_moves_the_question_and_can_be_forgotten(
    open_page: OpenPage,
) -> None:
    page = open_page(q="pain", plus="d-1111111111111111#p1", moins="inconnu")
    assert "Question rapprochée de 1 passage." in plain(bodies(page))
    assert any(b.label == "✓ Plus comme ceci" for b in page.button)
    page = press(page, "Revenir à ma question")
    assert "rapprochée" not in bodies(page)
    assert not any(b.label.startswith("✓") for b in page.button)
    page = press(page, "Moins comme ceci")
    assert "éloignée de 1 passage" in plain(bodies(page))
    page.text_input(key="q").set_value("tomates").run()
    assert "éloignée" not in bodies(page)


def test_the_breakdown_narrows_by_one_click_and_widens_by_another(open_page: OpenPage) -> None:
    page = open_page(q="tomates août")
    assert any("Répartition" in one.label for one in page.expander)
    page = press(page, "Commentaires (1)")
    assert all("role-comment" in card for card in cards(page))
    page = press(page, "✕ Commentaires")
    assert any("role-post" in card for card in cards(page))


def test_a_question_in_other_words_than_the_passages_has_a_breakdown_too(
    open_page: OpenPage,
) -> None:
    page = open_page(q="comment irriguer une terrasse")
    assert cards(page)
    assert any("Répartition" in one.label for one in page.expander)
    assert "Comptés parmi les passages les plus proches" in plain(bodies(page))


def test_words_of_the_lexicon_are_left_out_one_by_one_and_taken_back(open_page: OpenPage) -> None:
    page = open_page(q="courriel")
    assert lexicon(page).startswith("Cherche aussi : e-mail, mél, ")
    page = press(page, "✕ e-mail")
    assert "e-mail" in page.query_params["sans"]
    assert "✕ e-mail" not in labels(page)
    assert lexicon(page).startswith("Cherche aussi : mél, ")
    assert lexicon(page).endswith("Laissés de côté : e-mail.")
    page = press(page, "+ e-mail")
    assert "sans" not in page.query_params
    assert "✕ e-mail" in labels(page)
    page = press(page, "Chercher seulement mes mots")
    assert "Seuls vos mots sont cherchés." in plain(bodies(page))


def test_undated_passages_are_counted_in_the_breakdown(open_page: OpenPage) -> None:
    page = open_page(q="attaque commentaire texte")
    assert "sans date" in plain(bodies(page)).split("Limité à")[-1]


def test_hostile_text_is_inert_everywhere(open_page: OpenPage) -> None:
    for page in (open_page(q="attaque par le texte"), open_page(q="<script>alert(1)</script>")):
        html = bodies(page)
        assert "<script" not in html
        assert "<img" not in html
        assert "javascript:" not in re.sub(r">[^<]*<", "><", html)
        assert "&lt;script&gt;" in html


def test_a_query_that_matches_nothing_says_what_to_do(open_page: OpenPage) -> None:
    page = open_page(q='"introuvable ensemble"', role="commentaire")
    text = plain(bodies(page))
    assert "Aucun passage trouvé" in text
    assert "retirez les guillemets" in text
    assert "retirez le filtre choisi" in text
    assert not cards(page)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("auteur:", "écrivez-la contre le deux-points"),
        ("auteur:Maud", "ne contient que des filtres"),
        ("-tomates", "seulement ce qu’il faut exclure"),
        ('"tomates', "Un guillemet n’est pas refermé"),
        ("tomates " * 90, "seuls les 64 premiers sont lus"),
    ],
)
def test_a_bad_query_is_explained(open_page: OpenPage, question: str, said: str) -> None:
    assert said in plain(bodies(open_page(q=question)))


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("auteur:", "write it right after the colon"),
        ("auteur:Maud", "holds filters only"),
        ("-tomates", "only says what to leave out"),
        ('"tomates', "A quotation mark is not closed"),
        ("tomates " * 90, "only the first 64 are read"),
        ("tomates avant:hier", "is no date"),
        ("tomates role:pirate", "is no role"),
        ("tomates langue:klingon", "is no known language"),
        ("tomates autheur:Maud", "is no field"),
    ],
)
def test_a_bad_query_is_explained_in_the_language_of_the_page(
    open_page: OpenPage, question: str, said: str
) -> None:
    text = plain(bodies(open_page(q=question, lang="en")))
    assert said in text
    assert "laissé de côté" not in text


def test_a_query_without_a_word_is_explained(open_page: OpenPage) -> None:
    page = open_page(q="« »")
    assert "La question ne peut pas être lue" in plain(bodies(page))


def test_the_lanes_explain_each_hit(open_page: OpenPage) -> None:
    text = plain(bodies(open_page(q="farine de sarrasin")))
    assert "Par les mots\u00a0: 1re place" in text
    assert "Mots reconnus\u00a0: farine" in text


def test_english_is_a_switch_kept_in_the_address(open_page: OpenPage) -> None:
    page = open_page(q="farine", lang="en")
    text = plain(bodies(page))
    assert "Unknown author" in text
    assert "lang=en" in bodies(page)
    page = open_page(q="farine", lang="klingon")
    assert "Auteur inconnu" in plain(bodies(page))


def _view(name: str, language: str) -> None:
    """What the harness runs: one view alone (its source is copied, so it imports what it needs)."""
    from importlib import import_module

    from archiblogue.web.texts import Words

    getattr(import_module(f"archiblogue.web.views.{name}"), f"render_{name}")(Words(language))


@pytest.fixture
def open_view(open_page: OpenPage) -> OpenPage:
    """Opens one view: its name, then the parameters of the address."""
    assert open_page  # it names the archive and the encoder

    def open_(name: str, language: str = "fr", **parameters: str) -> AppTest:
        page = AppTest.from_function(
            _view, default_timeout=TIMEOUT_S, kwargs={"name": name, "language": language}
        )
        for key, value in parameters.items():
            page.query_params[key] = value
        page.run()
        assert not page.exception
        return page

    return open_


def test_the_corpus_view_counts_everything(open_view: OpenPage) -> None:
    html = bodies(open_view("corpus"))
    text = plain(html)
    assert "Billets3Passages9Commentaires3Pages refusées0" in text
    assert "2009520121sans date3" in text
    assert '<a href="./billet?id=d-2222222222222222">' in html
    assert "fake" in text
    assert "<script" not in html
    assert "By year" in plain(bodies(open_view("corpus", "en")))


def test_the_method_view_holds_with_and_without_an_archive(
    open_view: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "vecteurs de 64 nombres" in plain(bodies(open_view("method")))
    monkeypatch.setenv("ARCHIBLOGUE_ARCHIVE", str(tmp_path / "rien"))
    text = plain(bodies(open_view("method")))
    assert "Les limites" in text
    assert "vecteurs de" not in text


def test_a_post_is_read_whole_with_its_thread_on_demand(open_view: OpenPage) -> None:
    page = open_view("document", id="d-1111111111111111", p="d-1111111111111111#p2")
    html = bodies(page)
    assert "<h1><bdi>Des potagers sur les toits</bdi></h1>" in html
    assert '<p id="found" class="found" dir="auto">Qui doit arroser' in html
    assert "<h2><bdi>Arroser</bdi></h2>" in html
    assert re.search(r"<ul><li[^>]*>un seau par jour</li><li[^>]*>deux seaux", html)
    assert "Basile" not in html
    assert "formulaire-commentaire" in html
    page.button[0].click().run()
    thread = plain(bodies(page))
    assert "2 commentairesLa page en annonçait 3." in thread
    assert "Réponse de l’auteur" in thread
    assert "en réponse au nº 1" in thread


def test_a_comment_that_was_found_opens_the_thread(open_view: OpenPage) -> None:
    html = bodies(open_view("document", id="d-1111111111111111", p="d-1111111111111111#c1.p1"))
    assert '<p id="found" class="found" dir="auto">Chez nous' in html


def test_the_way_back_keeps_the_search_and_nothing_else(open_view: OpenPage) -> None:
    back = "q=tomates&role=commentaire&role=billet&pirate=1&lang=en"
    html = bodies(open_view("document", id="d-2222222222222222", retour=back))
    assert 'href="./?q=tomates&amp;role=commentaire&amp;role=billet&amp;lang=en"' in html


def test_a_post_that_is_gone_or_not_named_is_said(open_view: OpenPage) -> None:
    assert "n’est plus dans l’archive" in plain(bodies(open_view("document", id="d-0")))
    assert "Aucun billet choisi" in plain(bodies(open_view("document")))


def test_a_hostile_post_is_inert(open_view: OpenPage) -> None:
    html = bodies(open_view("document", id="d-3333333333333333", p="d-3333333333333333#c1.p1"))
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert "&lt;script&gt;" in html
    assert "Rétrolien" in html


def test_no_archive_is_said_with_the_next_step(
    open_page: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARCHIBLOGUE_ARCHIVE", str(tmp_path / "rien"))
    text = plain(bodies(open_page()))
    assert "Aucune archive" in text
    assert "make run" in text


def test_a_damaged_archive_is_said_in_a_sentence(
    open_page: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "CURRENT").write_bytes(b"abc")
    monkeypatch.setenv("ARCHIBLOGUE_ARCHIVE", str(tmp_path))
    text = plain(bodies(open_page()))
    assert "La page ne peut pas répondre" in text
    assert "CURRENT" in text


def test_a_new_generation_is_read_without_a_restart(
    open_page: OpenPage,
    tiny_documents: tuple[Document, ...],
    tmp_path: Path,
    fake_encoder: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "archive"
    monkeypatch.setenv("ARCHIBLOGUE_ARCHIVE", str(folder))
    first, second, _ = tiny_documents
    build_archive(folder, [first], fake_encoder)
    page = open_page(q="farine de sarrasin")
    assert not any("sarrasin" in plain(card) for card in cards(page))
    build_archive(folder, [first, second], fake_encoder)
    with open_archive(folder, encoder=fake_encoder) as archive:
        assert archive.generation.number == 2
    page.run()
    assert "sarrasin" in plain(cards(page)[0])
