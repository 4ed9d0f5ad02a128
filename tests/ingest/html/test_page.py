# ruff: noqa: E501  rules are regular expressions: broken lines hide what they match
"""Pages written for each platform give their post and their comments, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingest.decode import decode_page
from ingest.errors import ExtractionError
from ingest.html.page import read_html
from ingest.model import Action, Document, Page, Role

PAGES = Path(__file__).parents[2] / "pages" / "html"
EXPECTED = json.loads((PAGES / "expected.json").read_text(encoding="utf-8"))


def read(name: str) -> Document:
    content = (PAGES / f"{name}.html").read_bytes()
    page = Page(f"{name}.html", content, media_type="text/html")
    return read_html(page, decode_page(page).text)


def described(document: Document) -> dict[str, object]:
    """The document as the expected file writes it."""
    numbers = {c.comment_id: c.number for c in document.comments}
    return {
        "title": document.title,
        "author": document.author,
        "date": document.date.value if document.date else None,
        "declared": document.n_comments_declared,
        "post": [p.text for p in document.passages if p.role is Role.POST],
        "comments": [
            {
                "author": c.author,
                "date": c.date.value if c.date else None,
                "parent": numbers.get(c.parent_id or ""),
                "kind": c.kind.value,
                "state": c.state.value,
                "by_author": c.is_post_author,
                "text": [p.text for p in document.passages if p.comment_id == c.comment_id],
            }
            for c in document.comments
        ],
    }


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_platform(name: str) -> None:
    assert described(read(name)) == EXPECTED[name]


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_ledger_covers_the_page_without_overlaps(name: str) -> None:
    document = read(name)
    ends = 0
    for entry in document.ledger:
        assert entry.start >= ends, entry
        assert entry.end > entry.start
        assert entry.start - ends <= 3  # a line end between blocks, a sign between pieces of one
        ends = entry.end
    kept = [e for e in document.ledger if e.action is Action.KEPT]
    assert {e.passage_id for e in kept} == {p.passage_id for p in document.passages}
    assert {(e.start, e.end, e.text) for e in kept} == {
        (p.start, p.end, p.text) for p in document.passages
    }


def test_every_fixture_is_expected() -> None:
    assert {path.stem for path in PAGES.glob("*.html")} == set(EXPECTED)


def html(body: str, head: str = "<title>Le pain</title>", attributes: str = "") -> Document:
    text = f"<html><head>{head}</head><body {attributes}>{body}</body></html>"
    return read_html(Page("p.html", b"", url="http://b.example/pain"), text)


PROSE = (
    "<p>" + "Le levain demande du temps, de la farine de seigle et une pièce tiède. " * 5 + "</p>"
)


def test_comments_never_leak_into_the_post() -> None:
    long = "Un commentaire bien plus long que le billet lui-même. " * 20
    document = html(
        f"<h1>Le pain</h1><div>{PROSE}</div><ol class='commentlist'><li id='comment-1'>"
        f"<cite class='fn'>Zoé</cite><p>{long}</p></li></ol>"
    )
    assert not any("commentaire bien plus" in p.text for p in document.passages if not p.comment_id)
    assert document.comments[0].author == "Zoé"
    assert document.comments[0].url == "http://b.example/pain#comment-1"


def test_untrusted_markup_stays_text() -> None:
    document = html(
        f"<h1>Le pain</h1><div class='entry-content'>{PROSE}<p>Tapez &lt;script&gt;x&lt;/script&gt; ici, sans crainte.</p></div>"
    )
    assert any("<script>x</script>" in p.text for p in document.passages)


def test_author_reply_is_known_by_class_or_by_name_and_link() -> None:
    document = html(
        f"<h1>Le pain</h1><a rel='author' href='http://b.example/qui'>Jeanne</a>{PROSE}"
        "<ol class='commentlist'>"
        "<li id='comment-1'><cite class='fn'><a href='http://b.example/'>Jeanne</a></cite><p>Oui.</p></li>"
        "<li id='comment-2'><cite class='fn'><a href='http://c.example/'>Jeanne</a></cite><p>Non.</p></li>"
        "<li id='comment-3' class='bypostauthor'><cite class='fn'>J.</cite><p>Peut-être.</p></li></ol>"
    )
    assert [c.is_post_author for c in document.comments] == [True, False, True]
    roles = [p.role for p in document.passages if p.comment_id]
    assert roles == [Role.REPLY, Role.COMMENT, Role.REPLY]


@pytest.mark.parametrize(
    ("body", "attributes", "slug"),
    [
        ("<h1>Page introuvable</h1><p>Désolé.</p>", "class='error404'", "page-introuvable"),
        ("<h1>Erreur 404</h1><p>Rien ici.</p>", "", "page-introuvable"),
        ("<h1>Résultats de recherche pour : pain</h1><p>Rien.</p>", "", "page-de-recherche"),
        (f"<h1>Archives pour mars 2008</h1>{PROSE}", "class='archive date'", "page-de-liste"),
        (f"<h1>Étiquette : pain</h1>{PROSE}", "class='archive tag tag-pain'", "page-de-liste"),
        (
            "".join(
                f"<div class='post hentry'><h2><a href='/b{n}'>Billet {n}</a></h2>{PROSE}</div>"
                for n in range(4)
            ),
            "",
            "page-de-liste",
        ),
        (f"<div id='content'>{PROSE}</div>", "class='dc-archive-month'", "page-de-liste"),
        ("<script>var x = 1;</script>", "", "vide"),
        ("<nav><a href='/'>Accueil</a></nav>", "", "sans-texte"),
    ],
)
def test_pages_that_are_no_posts(body: str, attributes: str, slug: str) -> None:
    with pytest.raises(ExtractionError) as caught:
        html(body, "<title>Carnet</title>", attributes)
    assert caught.value.slug == slug
    assert "p.html" in caught.value.detail


@pytest.mark.parametrize(
    ("title", "body", "attributes"),
    [
        (
            "Résultats de recherche d’un doctorat",
            f"<h1>Résultats de recherche d’un doctorat</h1>{PROSE * 8}",
            "",
        ),
        (
            "Le pain",
            f"<h1>Le pain</h1>{PROSE}<h3><a href='/a'>Autre</a></h3><h3><a href='/b'>Encore</a></h3>",
            "",
        ),
        (
            "Le pain",
            f"<article class='post hentry'><h1>Le pain</h1>{PROSE}</article>",
            "class='single tag-x'",
        ),
    ],
)
def test_posts_are_not_taken_for_listings(title: str, body: str, attributes: str) -> None:
    assert html(body, f"<title>{title}</title>", attributes).passages


LONG = (
    "Le canal a gelé dans la nuit, et les péniches craquaient comme du vieux bois sous la glace. J’ai "
    "marché jusqu’à l’écluse avec le chien, sans croiser personne, et nous sommes rentrés à la nuit."
)
LATER = (
    "À midi la glace avait déjà fondu près du lavoir ; il restait une croûte grise où les canards "
    "glissaient, l’air vexé. Demain, s’il gèle encore, les enfants sortiront leurs patins du grenier."
)


def read_markup(markup: str) -> Document:
    return read_html(Page("page.html", b""), markup)


def entries(document: Document) -> list[tuple[str, str, str]]:
    return [(entry.action.value, entry.rule, entry.text) for entry in document.ledger]


def test_what_stands_over_the_title_is_no_text_of_the_post() -> None:
    document = read_markup(
        "<title>Le gel - Canal libre</title><link rel=stylesheet href='squelettes/habillage.css'>"
        "<table><tr><td><span class=titre1>Ce site est tenu par des bénévoles. Il n’engage qu’eux."
        "</span></td></tr></table><table><tr><td><div>Accueil du site &gt; Hiver &gt; Le gel</div>"
        f"<h1>Le gel</h1><p class=spip>{LONG}</p><p class=spip>{LATER}</p></td></tr></table>"
    )
    assert (document.title, document.platform) == ("Le gel", "spip")
    assert [p.text for p in document.passages] == [LONG, LATER]


def test_a_title_found_under_the_text_drops_nothing_of_it() -> None:
    document = read_markup(
        f"<title>Le gel</title><div class=entry-content><p>{LONG}</p><p>{LATER}</p></div><h2>Le gel</h2>"
    )
    assert len(document.passages) == 2


@pytest.mark.parametrize(
    ("heading", "rule"),
    [("23 août 2014", "date"), ("Eclosion !", "titre"), ("Éclosion !", "titre")],
)
def test_the_date_and_the_title_again_are_no_headings_of_parts(heading: str, rule: str) -> None:
    document = read_markup(
        f"<title>Éclosion ! - Le carnet</title><h1>Éclosion !</h1><div class=entry-content>"
        f"<h2>{heading}</h2><p>{LONG}</p><h2>La suite</h2><p>{LATER}</p></div>"
    )
    assert ("metadata", rule, heading) in entries(document)
    assert [p.heading for p in document.passages] == [None, "La suite"]


def test_the_title_of_the_thread_is_no_heading_of_the_post() -> None:
    document = read_markup(
        "<title>Le gel</title><meta name=generator content=WordPress><h1>Le gel</h1>"
        f"<div class=entry-content><p>{LONG}</p>"
        f"<h2>Trois avis</h2><p>{LATER}</p><h3>2 Commentaires</h3></div>"
        "<ol><li class=comment id=comment-1><cite class=fn>Basile</cite><p>Oui.</p></li>"
        "<li class=comment id=comment-2><cite class=fn>Lise</cite><p>Non.</p></li></ol>"
    )
    assert ("metadata", "compteur-commentaires", "2 Commentaires") in entries(document)
    assert ("context", "intertitre", "Trois avis") in entries(document)


def test_a_theme_that_signs_below_and_names_its_site_in_the_navigation() -> None:
    document = read_markup(
        "<title>Je déménage... - La petite mercerie</title><div class=navlinks>"
        "<div class=title>La petite mercerie</div></div><div id=content><h2><a href='/a.html'>"
        f"Je déménage...</a></h2><div class=itembody><p>{LONG}</p><p>{LATER}</p></div>"
        "<div class=itemfooter>Posté par Lise Roy à 20:58 - Commentaires [0] - Permalien</div></div>"
    )
    assert (document.title, document.author) == ("Je déménage...", "Lise Roy")


@pytest.mark.parametrize(
    ("stated", "title"),
    [
        ("Les cookies | À quoi servent-ils ? | Carnet libre", "Les cookies | À quoi servent-ils ?"),
        ("Les cookies - Carnet libre", "Les cookies"),
        ("Carnet libre | Les cookies", "Les cookies"),
        ("Carnet libre", None),
        ("Les cookies du Carnet libre", "Les cookies du Carnet libre"),
    ],
)
def test_a_title_of_the_head_is_without_the_name_of_the_site(
    stated: str, title: str | None
) -> None:
    document = read_markup(
        f'<title>{stated}</title><meta property="og:site_name" content="Carnet libre">'
        f"<div class=entry-content><p>{LONG}</p><p>{LATER}</p></div>"
    )
    assert document.title == title


def test_a_weak_word_in_a_menu_is_said_to_be_of_the_menu() -> None:
    document = read_markup(
        "<title>Le gel</title><nav><a href=/c>Contact</a><div>blogue</div></nav><h1>Le gel</h1>"
        f"<p>{LONG}</p><form><label>Email</label><textarea></textarea></form>"
    )
    rules = {text: rule for _, rule, text in entries(document)}
    assert (rules["blogue"], rules["Contact"]) == ("navigation", "navigation")
    assert rules["Email"] == "champ-formulaire"


@pytest.mark.parametrize(
    "start",
    [
        "<!DOCTYPE html><html lang=fr><meta charset=utf-8><title>Le gel</title>",
        "<title>Le gel</title>",
        "<html><head><title>Le gel</title></head><body>",
    ],
)
def test_a_page_without_a_body_tag_is_read_whole(start: str) -> None:
    document = read_markup(
        f"{start}<header>Carnet libre</header><main><article><h1>Le gel</h1><p>{LONG}</p>"
        f"<p>{LATER}</p></article></main><footer>Un pied de page</footer>"
    )
    assert [p.text for p in document.passages] == [LONG, LATER]
    texts = [text for _, _, text in entries(document)]
    assert texts == ["Carnet libre", "Le gel", LONG, LATER, "Un pied de page"]
