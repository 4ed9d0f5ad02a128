# ruff: noqa: E501  pages in one line each read better
"""A title and an author are stated by the page or left out: nothing is made up."""

from __future__ import annotations

import pytest

from ingest.html.names import is_label, may_be_name, may_be_signed_name
from ingest.html.page import read_html
from ingest.model import Action, Document, Page

LONG = "Le levain demande du temps, de la farine de seigle et une pièce tiède. " * 4
PROSE = f"<div class=entry-content><p>{LONG}</p><p>{LONG}</p></div>"


def read(body: str, head: str = "<title>Le pain de seigle</title>") -> Document:
    return read_html(Page("p.html", b""), f"<html><head>{head}</head><body>{body}</body></html>")


@pytest.mark.parametrize(
    "line",
    [
        "Par rapport à l’année dernière, 12 degrés de moins",
        "Par contre, en 2009 il faisait froid",
        "Par quelles techniques ? 3 réponses",
        "Le 3 mai, par la fenêtre de la cuisine",
        "Deux fois par jour, 20 minutes",
        "2 verres, par défaut",
        "Rédigé par des enfants de 8 ans",
    ],
)
def test_a_sentence_with_par_names_nobody(line: str) -> None:
    document = read(f"<h1>Le pain de seigle</h1><p>{line}</p>{PROSE}")
    assert document.author is None


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("Publié par Jeanne Roy le 3 mai 2009", "Jeanne Roy"),
        ("Par jeanlouis, le 3 mai 2009 à 12 h 30", "jeanlouis"),
        ("3 mai 2009 | par Marie de la Tour | 3 commentaires", "Marie de la Tour"),
        ("Posted on 3 mai 2009 by Le Chat", "Le Chat"),
        ("août 3, 2010 de jeanlouis / Catégorie : Divers, Cuisine", "jeanlouis"),
        ("Le 3 mai 2009 à 20h30 par Lise dans Potager", "Lise"),
        ("14:30:00, par Ninon, 120 mots", "Ninon"),
    ],
)
def test_a_byline_names_the_author(line: str, author: str) -> None:
    document = read(f"<h1>Le pain de seigle</h1><p>{line}</p>{PROSE}")
    assert document.author == author


def test_a_byline_in_the_text_of_the_post_is_no_passage() -> None:
    line = "août 3, 2010 de jeanlouis / Catégorie : Divers"
    document = read(
        f"<h1>Le pain de seigle</h1><div class=entry-content><p>{line}</p><p>{LONG}</p><p>Puis {LONG}</p></div>"
    )
    assert [p.text for p in document.passages] == [LONG.strip(), f"Puis {LONG.strip()}"]
    entry = next(e for e in document.ledger if e.text == line)
    assert (entry.action, entry.rule) == (Action.METADATA, "signature")
    assert document.author == "jeanlouis"
    assert document.date is not None
    assert document.date.value == "2010-08-03"


@pytest.mark.parametrize(
    "label", ["All My Articles", "Voir tous les billets", "View all posts", "https://a.example/"]
)
def test_a_label_with_the_relation_of_an_author_is_no_name(label: str) -> None:
    document = read(f"<h1>Le pain de seigle</h1><a rel=author href=/a>{label}</a>{PROSE}")
    assert document.author is None
    refused = next(one for one in document.evidence if one.fact == "author")
    assert (refused.value, refused.is_taken) == (label, False)


def test_the_author_says_where_it_was_read() -> None:
    document = read(f"<h1>Le pain de seigle</h1><a rel=author href=/a>Jeanne</a>{PROSE}")
    (taken,) = (one for one in document.evidence if one.fact == "author" and one.is_taken)
    assert (taken.value, taken.source) == ("Jeanne", "balise-auteur")
    assert 0.6 <= taken.confidence <= 1


def test_an_author_of_a_graph_is_found_by_reference() -> None:
    graph = (
        '{"@graph":[{"@type":"Article","author":{"@id":"#p"}},'
        '{"@type":"Person","@id":"#p","name":"Lise Roy"}]}'
    )
    head = f'<title>Le pain</title><script type="application/ld+json">{graph}</script>'
    assert read(f"<h1>Le pain</h1>{PROSE}", head).author == "Lise Roy"


def test_the_name_of_the_site_in_its_home_link_is_no_title() -> None:
    document = read(
        "<header itemscope itemtype='https://schema.org/WPHeader'><a rel=home href='http://a.example/blogue/'>"
        f"<span itemprop=name>Carnet libre</span></a></header><h3>Le pain de seigle</h3>{PROSE}",
        "<title>Carnet libre : Le pain de seigle</title>",
    )
    assert document.title == "Le pain de seigle"


def test_a_page_that_only_names_its_site_has_no_title() -> None:
    document = read(f"<h1><a href='/'>Carnet libre</a></h1>{PROSE}", "<title>Carnet libre</title>")
    assert document.title is None
    (refused,) = {(one.value, one.source) for one in document.evidence if one.fact == "title"}
    assert refused == ("Carnet libre", "nom-du-site")


def test_the_title_of_a_post_is_no_site() -> None:
    head = "<title>Le pain &amp; le sel | Carnet libre</title>"
    assert read(f"<h1>Le pain &amp; le sel</h1>{PROSE}", head).site == "Carnet libre"


@pytest.mark.parametrize(
    "name", ["Jeanne", "Le pot de terre", "Marie-Ève Roy", "jlouis_42", "L’équipe du Carnet"]
)
def test_names(name: str) -> None:
    assert may_be_name(name)


@pytest.mark.parametrize(
    "label", ["Tous mes articles", "Voir le profil", "3 commentaires", "Auteur", "www.a.example"]
)
def test_labels(label: str) -> None:
    assert is_label(label)
    assert not may_be_name(label)


@pytest.mark.parametrize(
    "words",
    ["rapport à l’année dernière", "contre", "quelles techniques ?", "hasard", "la main gauche"],
)
def test_words_after_par_that_are_no_name(words: str) -> None:
    assert not may_be_signed_name(words)


def test_code_keeps_its_lines_whatever_holds_them() -> None:
    lines = "for n in range(3):\n    print(n)\nprint('fini')"
    divs = "".join(f"<div class=line>{line}</div>" for line in lines.split("\n"))
    document = read(
        f"<h1>Le pain de seigle</h1><div class=entry-content><p>{LONG}</p><p><code>{lines}</code></p>"
        f"<p>Puis {LONG}</p><pre>{divs}</pre><p>Enfin {LONG}</p></div>"
    )
    texts = [p.text for p in document.passages]
    assert texts.count(lines) == 2


def test_a_line_end_in_short_code_is_a_space() -> None:
    document = read(
        f"<h1>Le pain de seigle</h1><div class=entry-content><p>Tapez <code>git\nlog</code> ici. {LONG}</p></div>"
    )
    assert document.passages[0].text.startswith("Tapez git log ici.")


def test_an_error_that_the_author_quotes_stays() -> None:
    error = "Internal Server Error"
    document = read(
        f"<h1>Le pain de seigle</h1><div class=entry-content><p>{LONG}</p><blockquote>{error}</blockquote>"
        f"<p>Puis {LONG}</p></div><ol class=commentlist><li id=comment-1><b class=fn>Zoé</b><p>{error}</p></li></ol>"
    )
    assert [p.text for p in document.passages].count(error) == 2
