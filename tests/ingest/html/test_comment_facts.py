# ruff: noqa: E501  pages are written as themes print them
"""Facts of single comments: notices, titles, authors, dates and parents where themes are careless."""

from __future__ import annotations

import pytest

from ingest.decode import decode_page
from ingest.html.comments.authors import clean_author
from ingest.html.comments.states import is_deletion_notice, is_moderation_notice
from ingest.html.page import read_html
from ingest.model import Action, Document, Page, Role

PROSE = "<p>" + "Le canal a gelé dans la nuit et les péniches craquaient. " * 6 + "</p>"


def read(thread: str) -> Document:
    text = f"<html><head><title>Le canal</title></head><body class='single'><h1>Le canal</h1><div class='entry-content'>{PROSE}</div>{thread}</body></html>"
    page = Page("p.html", text.encode(), media_type="text/html", url="http://b.example/canal")
    return read_html(page, decode_page(page).text)


def texts(document: Document) -> list[str]:
    return [p.text for p in document.passages if p.role is not Role.POST]


@pytest.mark.parametrize(
    "text",
    [
        "Ce commentaire a été supprimé par l’auteur.",
        "Ce commentaire a été supprimé par un administrateur du blog.",
        "Commentaire supprimé",
        "[supprimé]",
        "Message supprimé par son auteur.",
        "Ce message a été retiré car il ne respectait pas la charte.",
        "This comment has been removed by the author.",
        "This post has been removed by a blog administrator.",
        "Comment deleted",
    ],
)
def test_deletion_notices(text: str) -> None:
    assert is_deletion_notice(text)


@pytest.mark.parametrize(
    "text",
    [
        "Votre commentaire est en attente de modération.",
        "Commentaire en attente de modération",
        "Ce commentaire est en attente de validation par l’auteur.",
        "Your comment is awaiting moderation.",
        "Votre commentaire est en attente de modération. Ceci est un aperçu, votre commentaire sera visible une fois approuvé.",
    ],
)
def test_moderation_notices(text: str) -> None:
    assert is_moderation_notice(text)


@pytest.mark.parametrize(
    "text",
    [
        "Commentaire supprimé ? Pourquoi avez-vous censuré mon message d’hier ?",
        "Ce commentaire a été supprimé hier, et je trouve cela lâche. Remettez-le !",
        "Supprimé de ma liste, ce canal.",
        "Mon commentaire est en attente de modération depuis trois jours, que se passe-t-il ?",
    ],
)
def test_words_about_notices_are_written_by_somebody(text: str) -> None:
    assert not is_deletion_notice(text)
    assert not is_moderation_notice(text)
    document = read(
        f"<ol class='commentlist'><li id='comment-1'><cite class='fn'>Zoé</cite><p>{text}</p></li></ol>"
    )
    assert texts(document) == [text]


def test_title_of_a_comment_is_kept_beside_its_text() -> None:
    document = read(
        "<h2>Commentaires</h2><div class='comment' id='comment-4'><h3 class='comment-title'>Les saules</h3>"
        "<p class='comment-meta'>Zoé, le 3 mars 2009 à 11:00</p><div class='comment-content'><p>Ils ont gelé aussi.</p></div></div>"
    )
    (passage,) = [p for p in document.passages if p.comment_id]
    assert (passage.text, passage.heading) == ("Ils ont gelé aussi.", "Les saules")
    noted = [e for e in document.ledger if e.rule == "objet-commentaire"]
    assert [(e.action, e.text) for e in noted] == [(Action.CONTEXT, "Les saules")]


def test_a_title_alone_is_the_text() -> None:
    document = read(
        "<div id='comments'><div class='comment' id='comment-4'><h3>Bravo, et merci pour le canal</h3>"
        "<p class='comment-meta'>Zoé, le 3 mars 2009 à 11:00</p></div></div>"
    )
    assert texts(document) == ["Bravo, et merci pour le canal"]


def test_answers_beside_their_comment_have_it_as_parent() -> None:
    document = read(
        "<div id='comments'><article id='comment-1' class='comment'><b class='fn'>A</b><p>Un.</p></article>"
        "<div class='indented'><article id='comment-2' class='comment'><b class='fn'>B</b><p>Deux.</p></article>"
        "<div class='indented'><article id='comment-3' class='comment'><b class='fn'>C</b><p>Trois.</p></article></div></div>"
        "<article id='comment-4' class='comment'><b class='fn'>D</b><p>Quatre.</p></article></div>"
    )
    numbers = {c.comment_id: c.number for c in document.comments}
    assert [numbers.get(c.parent_id or "") for c in document.comments] == [None, 1, 2, None]
    assert [c.depth for c in document.comments] == [0, 1, 2, 0]


@pytest.mark.parametrize("first", [0, 1])
def test_levels_count_from_zero_or_from_one(first: int) -> None:
    document = read(
        "<div id='comments'>"
        + "".join(
            f"<div class='comment level-{first + depth}' id='comment-{n}'><b class='fn'>Z{n}</b><p>Texte {n}.</p></div>"
            for n, depth in enumerate([0, 1, 2, 0, 1])
        )
        + "</div>"
    )
    numbers = {c.comment_id: c.number for c in document.comments}
    assert [numbers.get(c.parent_id or "") for c in document.comments] == [None, 1, 2, None, 4]


def test_date_of_a_text_is_not_the_date_of_the_comment() -> None:
    document = read(
        "<ol class='commentlist'><li id='comment-1'><div class='comment-author'>Zoé</div>"
        "<p>Le 3 février 1986, Paul a dit : « elle tient ».</p><p class='pied'>Posté le 4 mars 2009</p></li></ol>"
    )
    assert document.comments[0].date is not None
    assert document.comments[0].date.value == "2009-03-04"
    assert texts(document) == ["Le 3 février 1986, Paul a dit : « elle tient »."]


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("Zoé [Visiteur]", "Zoé"),
        ("Zoé (non vérifié)", "Zoé"),
        ("Zoé (not verified)", "Zoé"),
        ("Posté par Zoé (site web)", "Zoé"),
        ("Jean Le Bon", "Jean Le Bon"),
        ("At , Zoé said...", "Zoé"),
        ("#12", "12"),
        ("Le pot de terre", "Le pot de terre"),
        ("De passage", "De passage"),
        ("On the road", "On the road"),
        ("Posté par : Le Chat", "Le Chat"),
        ("le 12 mai 2009 Jean", "Jean"),
        ("Le 12 mai 2009 à 10 h 30, Jean a dit :", "Jean"),
        ("de jeanlouis", "jeanlouis"),
        ("Commentaire de : Basile", "Basile"),
        ("Pingback : Le pain de seigle | Carnet", "Le pain de seigle | Carnet"),
    ],
)
def test_names(raw: str, name: str) -> None:
    assert clean_author(raw) == name
