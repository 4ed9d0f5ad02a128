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
from tests.archiblogue.web.conftest import TIMEOUT_S, OpenPage, bodies, desk, text_of


def plain(markup: str) -> str:
    """The text of a piece of HTML."""
    return re.sub(r"<[^>]+>", "", markup)


def texts(page: AppTest) -> list[str]:
    """What each hit of the list shows, in order."""
    return [text_of(hit) for hit in desk(page)["hits"]]


def test_home_counts_the_archive_and_offers_its_own_questions(open_page: OpenPage) -> None:
    home = desk(open_page())
    assert home["kind"] == "home"
    assert "3 billets et 3 commentaires. Les dates connues vont de 2009 à 2012." in home["census"]
    assert any("arroser les potagers" in text for text in home["examples"]["texts"])


def test_the_question_of_the_address_stands_in_streamlit_s_box(open_page: OpenPage) -> None:
    assert open_page(q="tomates").text_input(key="q").value == "tomates"


def test_a_question_typed_goes_into_the_address_and_is_answered(open_page: OpenPage) -> None:
    page = open_page(role="billet", plus="d-1111111111111111#p1", debut="10")
    page.text_input(key="q").set_value("farine de sarrasin").run()
    assert page.query_params["q"] in ("farine de sarrasin", ["farine de sarrasin"])
    assert page.query_params["role"] in ("billet", ["billet"])
    assert "plus" not in page.query_params, "what was said of another question is forgotten"
    assert "debut" not in page.query_params
    assert "farine" in texts(page)[0]
    page.text_input(key="q").set_value("  ").run()
    assert "q" not in page.query_params
    assert desk(page)["walk"] is True, "the conditions that are left are answered alone"
    assert {one["role"] for one in desk(page)["hits"]} == {"billet"}


def test_a_question_in_the_address_is_answered_with_the_right_passage_first(
    open_page: OpenPage,
) -> None:
    first = desk(open_page(q="farine de sarrasin"))["hits"][0]
    assert first["title"] == "Le pain du dimanche"
    assert ["farine", 3] in first["pieces"]
    assert (first["date"], first["author"]) == ("Sans date", "Auteur inconnu")


def test_a_hit_says_who_when_and_where(open_page: OpenPage) -> None:
    first = desk(open_page(q="la voisine arrose les tomates en août"))["hits"][0]
    assert first["role"] == "commentaire"
    assert (first["author"], first["number"]) == ("Basile", 1)
    assert (first["iso"], first["date"]) == ("2009-09", "septembre\u00a02009")
    assert first["url"] == "https://toits.example.org/potagers"
    assert first["site"] == "toits.example.org"


def test_filters_of_the_address_narrow_the_hits(open_page: OpenPage) -> None:
    hits = desk(open_page(q="tomates", role="commentaire"))["hits"]
    assert hits
    assert {hit["role"] for hit in hits} == {"commentaire"}
    found = desk(open_page(q="pain", apres="2012", avant="2012"))
    assert {hit["iso"][:4] for hit in found["hits"]} == {"2012"}
    assert any("sans date n’entrent pas" in one for one in found["remarks"]["notices"])


def test_a_wrong_filter_in_the_address_is_ignored(open_page: OpenPage) -> None:
    page = open_page(q="tomates", role="pirate", mode="<b>", k="-4", apres="hier", site="nulle")
    assert texts(page)


def test_the_count_the_list_and_each_facet_agree(open_page: OpenPage) -> None:
    names = {"role": "role", "site": "site", "auteur": "auteur", "langue": "langue"}
    for question in ("tomates pain attaque", "comment irriguer une terrasse", "farine"):
        found = desk(open_page(q=question))
        n = found["totals"]["n"]
        assert n == found["facets"]["n"] >= len(found["hits"])
        for group in found["facets"]["groups"]:
            for one in group["values"]:
                narrowed = desk(open_page(q=question, **{names[group["name"]]: one["value"]}))
                assert narrowed["totals"]["n"] == one["n"], (question, one)
        years = found["facets"]["years"]
        assert sum(years["counts"].values()) + years["undated"] == n


def test_undated_passages_can_be_chosen(open_page: OpenPage) -> None:
    found = desk(open_page(q="tomates pain attaque", sansdate="true"))
    assert found["hits"]
    assert {hit["iso"] for hit in found["hits"]} == {None}
    assert found["facets"]["years"]["only_undated"] is True


def test_hits_come_by_date_on_demand(open_page: OpenPage) -> None:
    dates = [hit["iso"] for hit in desk(open_page(q="tomates attaque", tri="anciens"))["hits"]]
    known = [date for date in dates if date]
    assert known == sorted(known)
    assert dates[: len(known)] == known, "the undated come last"
    latest = [hit["iso"] for hit in desk(open_page(q="tomates attaque", tri="recents"))["hits"]]
    assert latest[0] == max(known)


def test_passages_that_were_liked_move_the_question_and_unknown_ones_do_not(
    open_page: OpenPage,
) -> None:
    found = desk(open_page(q="pain", plus="d-1111111111111111#p1", moins="inconnu"))
    assert found["remarks"]["moved"] == "Question rapprochée de 1 passage."
    assert found["plus"] == ["d-1111111111111111#p1"]
    assert found["minus"] == []


def test_moving_a_question_does_not_make_it_answered(open_page: OpenPage) -> None:
    asked = desk(open_page(q="comment irriguer une terrasse"))
    moved = desk(open_page(q="comment irriguer une terrasse", plus=asked["hits"][-1]["id"]))
    assert moved["confident"] == asked["confident"]


def test_words_of_the_lexicon_are_named_and_can_be_left_out(open_page: OpenPage) -> None:
    added = desk(open_page(q="courriel"))["remarks"]["added"]
    assert added[0] == "e-mail"
    said = desk(open_page(q="courriel", sans="e-mail"))["remarks"]
    assert "e-mail" not in said["added"]
    assert said["removed"] == ["e-mail"]
    assert desk(open_page(q="courriel", exact="true"))["remarks"]["exact"] is True


def test_hostile_text_is_only_ever_text(open_page: OpenPage) -> None:
    for page in (open_page(q="attaque par le texte"), open_page(q="<script>alert(1)</script>")):
        html = bodies(page)
        assert "<script" not in html
        assert "<img" not in html
    found = desk(open_page(q="attaque par le texte"))
    assert any("<script>alert('x')</script>" in text_of(hit) for hit in found["hits"])
    assert {hit["url"] for hit in found["hits"] if hit["doc"].endswith("3")} == {None}


def test_a_query_that_matches_nothing_says_what_to_do(open_page: OpenPage) -> None:
    found = desk(open_page(q='"introuvable ensemble"', role="commentaire"))
    assert found["hits"] == []
    advice = " ".join(found["advice"])
    assert "retirez les guillemets" in advice
    assert "retirez le filtre choisi" in advice


def said(found: dict[str, Any]) -> str:
    """All that the desk says of how a question was read."""
    if found["kind"] == "error":
        return str(found["error"]["text"])
    return " ".join(found["remarks"]["notices"])


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("auteur:", "écrivez-la contre le deux-points"),
        ("-tomates", "seulement ce qu’il faut exclure"),
        ('"tomates', "Un guillemet n’est pas refermé"),
        ("tomates " * 90, "seuls les 64 premiers sont lus"),
    ],
)
def test_a_bad_query_is_explained(open_page: OpenPage, question: str, told: str) -> None:
    assert told in said(desk(open_page(q=question)))


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("auteur:", "write it right after the colon"),
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
    open_page: OpenPage, question: str, told: str
) -> None:
    found = desk(open_page(q=question, lang="en"))
    assert told in said(found)
    assert "laissé de côté" not in said(found)


def test_a_query_without_a_word_is_explained(open_page: OpenPage) -> None:
    assert desk(open_page(q="« »"))["kind"] == "error"


def test_each_hit_says_why_it_is_there(open_page: OpenPage) -> None:
    lines = " ".join(desk(open_page(q="farine de sarrasin"))["hits"][0]["why"])
    assert "Par les mots\u00a0: 1re place" in lines
    assert "Mots reconnus\u00a0: farine" in lines


def test_english_is_a_link_kept_in_the_address(open_page: OpenPage) -> None:
    page = open_page(q="farine", lang="en")
    assert desk(page)["hits"][0]["author"] == "Unknown author"
    assert desk(page)["language"] == "en"
    assert 'href="?q=farine" hreflang="fr"' in bodies(page)
    page = open_page(q="farine", lang="klingon")
    assert desk(page)["hits"][0]["author"] == "Auteur inconnu"
    assert 'href="?q=farine&amp;lang=en" hreflang="en"' in bodies(page)


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
    assert not any("sarrasin" in text for text in texts(page))
    build_archive(folder, [first, second], fake_encoder)
    with open_archive(folder, encoder=fake_encoder) as archive:
        assert archive.generation.number == 2
    page.run()
    assert "sarrasin" in texts(page)[0]


def test_a_misspelt_question_is_corrected_said_and_undone(open_page: OpenPage) -> None:
    found = desk(open_page(q="tomattes"))
    assert found["remarks"]["corrected"] == "tomates"
    assert "tomates" in text_of(found["hits"][0]).lower()
    undone = desk(open_page(q="tomattes", telquel="true"))
    assert undone["remarks"]["corrected"] is None


def test_an_expression_is_counted_and_each_number_leads_to_hits(open_view: OpenPage) -> None:
    html = bodies(open_view("concordance", e="tomates"))
    text = plain(html)
    assert "En nombres" in text
    assert "Par année" in text
    assert "Billets et commentaires" in text
    assert 'href="./?q=tomates' in html
    assert "By year" in plain(bodies(open_view("concordance", "en", e="tomates")))
