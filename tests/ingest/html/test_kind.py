# ruff: noqa: E501  pages are written as themes print them
"""Home, archive, tag, search and error pages of each platform are no posts; posts are."""

from __future__ import annotations

import pytest

from ingest.errors import ExtractionError
from ingest.html.page import read_html
from ingest.model import Page

PROSE = (
    "<p>"
    + "Le canal a gelé dans la nuit et les péniches craquaient comme du vieux bois. " * 4
    + "</p>"
)


def entry(n: int, outer: str = "post hentry", head: str = "h2") -> str:
    return f"<div class='{outer}' id='post-{n}'><{head}><a href='/billet-{n}'>Billet numéro {n}</a></{head}>{PROSE}<p><a href='/billet-{n}#comments'>{n} commentaires</a></p></div>"


ENTRIES = "".join(entry(n) for n in range(1, 5))

LISTINGS: dict[str, tuple[str, str, str, str]] = {
    "kubrick-category": (
        "Carnet » Archive du blog » Hiver",
        "",
        f"<h2 class='pagetitle'>Archive pour la catégorie ‘Hiver’</h2>{ENTRIES}",
        "page-de-liste",
    ),
    "kubrick-month": (
        "Carnet » 2009 » février",
        "",
        f"<h2 class='pagetitle'>Archive pour février, 2009</h2>{entry(1)}{entry(2)}",
        "page-de-liste",
    ),
    "kubrick-one-tag": ("glace | Carnet", "", entry(1).replace("#comments", ""), "page-de-liste"),
    "wp-home": ("Carnet du canal | Notes du bord de l’eau", "home blog", ENTRIES, "page-de-liste"),
    "wp-search": (
        "glace | Résultats de recherche | Carnet",
        "search search-results",
        f"<h1 class='page-title'>Résultats de recherche pour : <span>glace</span></h1>{ENTRIES}",
        "page-de-recherche",
    ),
    "wp-search-empty": (
        "rien | Carnet",
        "search search-no-results",
        "<h1>Rien trouvé</h1><p>Désolé, rien ne correspond à votre recherche. Réessayez avec d’autres mots.</p>",
        "page-de-recherche",
    ),
    "wp-author": (
        "Ninon | Carnet",
        "archive author author-ninon",
        f"<h1>Archives de l’auteur : Ninon</h1>{ENTRIES}",
        "page-de-liste",
    ),
    "wp-day": (
        "12 | février | 2009 | Carnet",
        "archive date",
        f"<h1>Archives quotidiennes : <span>12 février 2009</span></h1>{entry(1)}",
        "page-de-liste",
    ),
    "wp-404": (
        "Page non trouvée | Carnet",
        "error404",
        "<h1>Oups ! Cette page est introuvable.</h1><p>Il semble que rien n’ait été trouvé à cet endroit.</p>",
        "page-introuvable",
    ),
    "wp-blocks-home": (
        "Carnet",
        "home blog wp-embed-responsive",
        "<ul class='wp-block-post-template'>"
        + "".join(
            f"<li class='wp-block-post post-{n} post type-post'><h2 class='wp-block-post-title'><a href='/billet-{n}'>Billet {n}</a></h2>{PROSE}</li>"
            for n in range(4)
        )
        + "</ul>",
        "page-de-liste",
    ),
    "wp-titles-without-links": (
        "Hiver – Page 14 – Carnet",
        "loading",
        "".join(
            f"<article class='item post-{n} type-post hentry'><h2 class='entry-title'>Billet {n}</h2><p>{n} mai 2009</p><a class='cover' href='/billet-{n}'></a></article>"
            for n in range(4)
        ),
        "page-de-liste",
    ),
    "dotclear-home": (
        "Carnet du canal",
        "dc-home",
        "".join(
            f"<div id='p{n}' class='post'><h2 class='post-title'><a href='/post/{n}'>Billet {n}</a></h2><div class='post-content'>{PROSE}</div></div>"
            for n in range(3)
        ),
        "page-de-liste",
    ),
    "dotclear-tag": (
        "Mot-clé - glace - Carnet du canal",
        "dc-tag",
        f"<h2>Mot-clé - glace</h2>{entry(1, 'post')}",
        "page-de-liste",
    ),
    "dotclear1-archive": (
        "Archives : février 2006 - Carnet",
        "",
        f"<h2>Archives : février 2006</h2>{entry(1, 'post')}{entry(2, 'post')}",
        "page-de-liste",
    ),
    "dotclear-404": (
        "Document non trouvé - Carnet",
        "dc-404",
        "<h2>Document non trouvé</h2><p>Le document que vous cherchez n’existe pas.</p>",
        "page-introuvable",
    ),
    "dotclear1-404": (
        "Document non trouvé - Carnet",
        "",
        "<h2>Document non trouvé</h2><p>Le document que vous cherchez n’existe pas.</p>",
        "page-introuvable",
    ),
    "blogger-label": (
        "Carnet: glace",
        "",
        "<div class='status-msg-wrap'><div class='status-msg-body'>Affichage des articles dont le libellé est <b>glace</b>. <a href='/'>Afficher tous les articles</a></div></div><div class='post hentry'><h3 class='post-title entry-title'><a href='/2009/02/canal.html'>Le canal</a></h3><div class='post-body entry-content'>"
        + PROSE
        + "</div></div>",
        "page-de-liste",
    ),
    "blogger-home": (
        "Carnet du canal",
        "",
        "<div class='blog-posts hfeed'>"
        + "".join(
            f"<div class='post hentry'><h3 class='post-title entry-title'><a href='/2009/02/b{n}.html'>Billet {n}</a></h3><div class='post-body'>{PROSE}</div></div>"
            for n in range(3)
        )
        + "</div>",
        "page-de-liste",
    ),
    "blogger-404": (
        "Carnet du canal",
        "error_page",
        "<div class='status-msg-body'>Désolé, la page que vous recherchez dans ce blog n’existe pas.</div>",
        "page-introuvable",
    ),
    "typepad-category": (
        "Carnet: Hiver",
        "",
        "".join(
            f"<div class='entry'><h3 class='entry-header'><a href='/carnet/b{n}.html'>Billet {n}</a></h3><div class='entry-body'>{PROSE}</div></div>"
            for n in range(3)
        ),
        "page-de-liste",
    ),
    "movabletype-index": (
        "Carnet: Archives",
        "mt-archive-index",
        "<h2>Archives</h2><ul><li><a href='/2009/02/canal.html'>Le canal gelé</a></li><li><a href='/2009/02/crue.html'>La crue</a></li></ul>",
        "page-de-liste",
    ),
    "canalblog-month": (
        "Archives février 2009 - Carnet - Canalblog",
        "",
        "".join(
            f"<div class='blogbody'><h3><a href='/archives/2009/02/1{n}/1{n}.html'>Billet {n}</a></h3><div class='articlebody'>{PROSE}</div></div>"
            for n in range(3)
        ),
        "page-de-liste",
    ),
    "overblog-category": (
        "Articles avec #hiver catégorie - Carnet",
        "",
        "".join(
            f"<div class='article'><h2 class='post-title'><a href='/article-{n}.html'>Billet {n}</a></h2><div class='ob-section'>{PROSE}</div></div>"
            for n in range(3)
        ),
        "page-de-liste",
    ),
    "overblog-404": (
        "Carnet",
        "",
        "<h1>Oups, cette page n’existe pas</h1><p>Retour à l’accueil</p>",
        "page-introuvable",
    ),
    "spip-rubrique": (
        "Paris - Carnet",
        "page_rubrique",
        "<h1>Paris</h1><ul class='liste-items'>"
        + "".join(
            f"<li class='item'><h3 class='titre'><a href='article{n}.html'>Billet {n}</a></h3><p>{n} mai 2009</p></li>"
            for n in range(1, 5)
        )
        + "</ul>",
        "page-de-liste",
    ),
    "spip-table": (
        "Paris - Carnet",
        "",
        "<h1 class='titre'>Collectif de Paris</h1><table>"
        + "".join(
            f"<tr><td>{n} juin 2009</td><td><a href='article{n}.html'>Une affaire du canal, la suite n° {n}</a></td></tr>"
            for n in range(1, 9)
        )
        + "</table>",
        "page-de-liste",
    ),
    "drupal-term": (
        "Hiver | Carnet",
        "page-taxonomy page-taxonomy-term",
        "<h1>Hiver</h1>"
        + "".join(
            f"<div class='node node-blog node-teaser'><h2><a href='/blog/{n}'>Billet {n}</a></h2>{PROSE}<ul class='links'><li><a href='/blog/{n}'>Lire la suite</a></li></ul></div>"
            for n in range(3)
        ),
        "page-de-liste",
    ),
    "drupal8-front": (
        "Carnet",
        "path-frontpage",
        "".join(
            f"<article class='node node--type-blog node--view-mode-teaser'><h2 class='node__title'><a href='/blog/{n}'>Billet {n}</a></h2>{PROSE}</article>"
            for n in range(3)
        ),
        "page-de-liste",
    ),
    "ghost-tag": (
        "Hiver - Carnet",
        "tag-template tag-hiver",
        "".join(
            f"<article class='post-card post'><a href='/b{n}/'><h2 class='post-card-title'>Billet {n}</h2></a><div>{PROSE}</div></article>"
            for n in range(3)
        ),
        "page-de-liste",
    ),
    "hautetfort-tag": (
        "glace : Carnet du canal",
        "",
        "<h2>Toutes les notes avec le tag glace</h2>"
        + "".join(
            f"<h3><a href='/archive/2009/02/{n}.html'>Billet {n}</a></h3><div class='posttext'>{PROSE}</div>"
            for n in range(3)
        ),
        "page-de-liste",
    ),
    "h-feed": (
        "Carnet du canal",
        "",
        "<div class='h-feed'>"
        + "".join(
            f"<article class='h-entry'><h2 class='p-name'><a class='u-url' href='/b{n}'>Billet {n}</a></h2>{PROSE}</article>"
            for n in range(3)
        )
        + "</div>",
        "page-de-liste",
    ),
    "pluxml-static-404": (
        "404 - Carnet",
        "",
        "<h1>Erreur 404</h1><p>La page que vous cherchez n’existe pas</p>",
        "page-introuvable",
    ),
    "english-404": (
        "Page not found – Carnet",
        "",
        "<h1>Page not found</h1><p>Sorry, the page you were looking for could not be found.</p>",
        "page-introuvable",
    ),
}


def read(name: str, title: str, names: str, body: str) -> None:
    text = f"<html lang='fr'><head><title>{title}</title></head><body class='{names}'><div id='content'>{body}</div></body></html>"
    read_html(Page(f"{name}.html", b"", url="http://b.example/x"), text)


@pytest.mark.parametrize("name", sorted(LISTINGS))
def test_listings(name: str) -> None:
    title, names, body, slug = LISTINGS[name]
    with pytest.raises(ExtractionError) as caught:
        read(name, title, names, body)
    assert caught.value.slug == slug


FORM = "<div id='respond'><form><textarea></textarea></form></div>"
POSTS: dict[str, tuple[str, str, str]] = {
    "headline-links-to-itself": (
        "Carnet » Le canal",
        "",
        f"<div class='post'><h2><a href='/le-canal'>Le canal</a></h2>{PROSE}</div>",
    ),
    "blog-name-as-title": (
        "Carnet du canal",
        "",
        f"<div class='post'><h2><a href='/le-canal'>Le canal</a></h2>{PROSE}</div>{FORM}",
    ),
    "dated-diary": (
        "Journal de février",
        "single",
        "<h1>Journal de février</h1>"
        + "".join(f"<p>{n} février 2009 — La glace tient, on y marche.</p>" for n in range(1, 9)),
    ),
    "links-of-the-week": (
        "Liens de la semaine",
        "",
        f"<h1>Liens de la semaine</h1><div class='entry-content'>{PROSE}<ul>"
        + "".join(
            f"<li>{n} mai 2009 <a href='http://x.example/{n}'>Un billet à lire sur le canal</a></li>"
            for n in range(1, 9)
        )
        + "</ul></div>",
    ),
    "related-posts": (
        "Le canal | Carnet",
        "single-post",
        f"<article class='hentry'><h1>Le canal</h1>{PROSE}</article>"
        + "".join(
            f"<article class='post'><h3><a href='/b{n}'>Billet {n}</a></h3></article>"
            for n in range(4)
        ),
    ),
    "page-about": (
        "À propos | Carnet",
        "page page-id-2",
        f"<div class='hentry'><h1>À propos</h1>{PROSE}</div>",
    ),
    "post-on-404": (
        "Erreur 404, mon amour | Carnet",
        "single",
        f"<h1>Erreur 404, mon amour</h1>{PROSE * 8}",
    ),
}


@pytest.mark.parametrize("name", sorted(POSTS))
def test_posts(name: str) -> None:
    read(name, *POSTS[name])


TEASER = (
    "<h2><a href='/{n}'>Un autre billet, numéro {n}</a></h2><p>Un chapeau de quelques mots.</p>"
)
LONG_PARAGRAPH = (
    "La forge du rang donnait sur la rivière, où les hommes passaient le fer et l’eau. "
)


def test_an_article_over_the_headlines_of_others_is_no_list() -> None:
    article = "".join(f"<p>{n}. {LONG_PARAGRAPH * 4}</p>" for n in range(5))
    others = "".join(TEASER.format(n=n) for n in range(4))
    page = f"<title>Carnet</title><div class=corps>{article}</div><div>{others}</div>"
    document = read_html(Page("p.html", b""), f"<html><body>{page}</body></html>")
    assert sum(LONG_PARAGRAPH.strip() in p.text for p in document.passages) == 5


def test_long_teasers_between_headlines_stay_a_list() -> None:
    teaser = f"<h2><a href='/{{n}}'>Un autre billet, numéro {{n}}</a></h2><p>{LONG_PARAGRAPH * 4}{{n}}</p>"
    page = "".join(teaser.format(n=n) for n in range(6))
    with pytest.raises(ExtractionError) as caught:
        read_html(Page("p.html", b""), f"<html><title>Carnet</title><body>{page}</body></html>")
    assert caught.value.slug == "page-de-liste"


def test_a_page_of_which_every_block_is_refused_is_read_as_it_is() -> None:
    text = "".join(f"<p>{n}. {LONG_PARAGRAPH * 3}</p>" for n in range(4))
    page = f"<html><title>La forge</title><body><div class=wrap>{text}</div></body></html>"
    assert len(read_html(Page("p.html", b""), page).passages) == 4
