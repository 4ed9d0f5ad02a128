# ruff: noqa: E501  pages in one line each read better
"""The address of a post is found wherever its page says it, and its source is told."""

from __future__ import annotations

import pytest

from ingest.html.page import read_html
from ingest.model import Document, Page

LONG = "Le levain demande du temps, de la farine de seigle et une pièce tiède. " * 4
POST = f"<h1>Le pain</h1><div class=entry-content><p>{LONG}</p><p>{LONG}</p></div>"


def read(body: str, head: str = "", page: Page | None = None) -> Document:
    text = f"<html><head><title>Le pain</title>{head}</head><body>{body}</body></html>"
    return read_html(page or Page("p.html", b""), text)


def taken(document: Document) -> tuple[str | None, str | None]:
    sources = [one.source for one in document.evidence if one.fact == "url" and one.is_taken]
    return document.url, sources[0] if sources else None


COMMENT = "<ol class=commentlist><li id=comment-7><b class=fn>Zoé</b><a href='{href}'>#</a><p>Oui, du seigle.</p></li></ol>"
FORM = "<form action='{action}'><textarea name=comment></textarea><input type=hidden name=comment_post_ID value='{id}'></form>"


@pytest.mark.parametrize(
    ("head", "body", "url", "source"),
    [
        ("<link rel=canonical href='https://a.example/pain/'>", "", "https://a.example/pain/", "lien-canonique"),
        ("<link rel=canonical href='index.html'><meta property=og:url content='https://a.example/pain/'>", "", "https://a.example/pain/", "og:url"),
        ("<meta property=og:url content='https://web.archive.org/web/20100503120000/http://a.example/pain/'>", "", "http://a.example/pain/", "og:url"),
        ("<link rel=canonical href='/pain/'><link rel=EditURI href='https://a.example/xmlrpc.php?rsd'>", "", "https://a.example/pain/", "lien-canonique"),
        ("<link rel=alternate type=application/rss+xml href='https://a.example/feed/'><link rel=alternate type=application/rss+xml href='https://a.example/comments/feed/'><link rel=alternate type=application/rss+xml href='https://a.example/2010/pain/feed/'>", "", "https://a.example/2010/pain/", "fil-des-commentaires"),
        ("<link rel=shortlink href='https://a.example/?p=12'>", "", "https://a.example/?p=12", "lien-court"),
        ("", COMMENT.format(href="https://a.example/2010/pain/#comment-7"), "https://a.example/2010/pain/", "permalien-commentaire"),
        ("", COMMENT.format(href="https://a.example/2010/pain/?replytocom=7#respond"), "https://a.example/2010/pain/", "permalien-commentaire"),
        ("", FORM.format(action="http://a.example/blog/wp-comments-post.php", id="12"), "http://a.example/blog/?p=12", "formulaire"),
        ("", FORM.format(action="http://a.example/post/2010/pain#pr", id=""), "http://a.example/post/2010/pain", "formulaire"),
        ('<script type="application/ld+json">{"@type":"BlogPosting","mainEntityOfPage":{"@id":"https://a.example/pain/"}}</script>', "", "https://a.example/pain/", "jsonld"),
    ],
)  # fmt: skip
def test_where_a_page_says_its_address(head: str, body: str, url: str, source: str) -> None:
    assert taken(read(POST + body, head)) == (url, source)


def test_the_link_of_the_title_is_the_address() -> None:
    body = POST.replace("Le pain", "<a href='https://a.example/pain/'>Le pain</a>", 1)
    assert taken(read(body)) == ("https://a.example/pain/", "lien-du-titre")


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("<link rel=canonical href='https://a.example/'>", ""),  # all its posts would be one
        ("<link rel=canonical href='index.html'>", ""),
        ("<link rel=canonical href='http://[oups/'>", ""),
        ("<link rel=alternate type=application/rss+xml href='https://a.example/feed/'>", ""),
        ("", "<form action='https://a.example/recherche'><input name=q></form>"),
        ("", "<a href='https://a.example/un#comment-1'>x</a><a href='https://a.example/deux#comment-2'>y</a>"),
    ],
)  # fmt: skip
def test_what_is_no_address_of_the_post(head: str, body: str) -> None:
    document = read(POST + body, head)
    assert document.url is None
    assert not any(one.is_taken for one in document.evidence if one.fact == "url")


def test_a_mirror_gives_the_addresses_of_its_relative_links() -> None:
    page = Page(
        "m/a.example/pain/index.html",
        b"",
        url="http://a.example/pain/",
        url_source="chemin-du-miroir",
    )
    assert taken(read(POST, page=page)) == ("http://a.example/pain/", "chemin-du-miroir")
    numbered = read(POST, "<link rel=canonical href='../index.html%3Fp=12.html'>", page)
    assert taken(numbered) == ("http://a.example/?p=12", "lien-canonique")


def test_the_home_page_of_a_site_keeps_the_address_it_was_read_from() -> None:
    document = read(POST, page=Page("p.html", b"", url="https://a.example/"))
    assert taken(document) == ("https://a.example/", "capture")


@pytest.mark.parametrize(
    "link", ["../index8bcd.html?p=646", "../../index.html%3Fp=646.html", "index.html@p=646.html"]
)
def test_the_number_of_a_post_at_the_home_that_scripts_name(link: str) -> None:
    script = r'<script>var x = {"u":"http:\/\/a.example\/blog\/wp-admin\/admin-ajax.php"}</script>'
    document = read(POST, f"<link rel=shortlink href='{link}'>{script}")
    assert taken(document) == ("http://a.example/blog/?p=646", "numero-du-billet")
