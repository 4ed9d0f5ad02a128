"""One post under several addresses is one document; repeated posts are marked, never removed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.captures import merge_captures
from ingest.duplicates import mark_near_duplicates, unify
from ingest.html.page import read_html
from ingest.html.post import read_post
from ingest.identity import base_address
from ingest.model import Document, Page, PublicationDate, Rejection, StructuredPost

TEXT = " ".join(f"Phrase numéro {n} sur la tourtière du Lac et son bouillon." for n in range(12))


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("http://b.example/2008/pate/comment-page-2/#comments", "http://b.example/2008/pate/"),
        ("http://b.example/2008/pate/feed/", "http://b.example/2008/pate/"),
        ("http://b.example/2008/pate/?print=1", "http://b.example/2008/pate/"),
        ("http://b.example/?p=12&cpage=3", "http://b.example/?p=12"),
        ("http://b.example/pate.html?m=1", "http://b.example/pate.html"),
        ("http://b.example/feed/me", "http://b.example/feed/me"),
    ],
)
def test_addresses_of_one_post(url: str, base: str) -> None:
    assert base_address(url) == base


def page(url: str, comments: list[tuple[int, str]], body: str = TEXT) -> Document:
    items = "".join(
        f'<li class="comment" id="comment-{n}"><cite class="fn">A{n}</cite>'
        f'<div class="comment-content"><p>{text}</p></div></li>'
        for n, text in comments
    )
    html = (
        f'<html><head><title>La tourtière</title></head><body class="single"><h1>La tourtière</h1>'
        f'<div class="entry-content"><p>{body}</p></div><div id="comments">'
        f"<ol class='commentlist'>{items}</ol></div></body></html>"
    )
    return read_html(Page(url, b"", url=url), html)


def saved(text: str, source: str) -> Document:
    html = f"<title>Accueil</title><h1>Accueil</h1><p>{text}</p>"
    return replace(read_html(Page("site/index.html", b""), html), source=source)


def test_two_pages_without_address_that_have_one_name_are_not_mixed() -> None:
    first, other = saved(TEXT, "/avant/site"), saved(TEXT[::-1], "/apres/site")
    rejection, kept = unify([first, other])
    assert isinstance(kept, Document)
    assert replace(kept, stated=None) == first
    assert isinstance(rejection, Rejection)
    assert (rejection.slug, rejection.source) == ("nom-en-double", "/apres/site")
    assert "/avant/site" in rejection.detail


def test_the_same_page_given_twice_is_one_document() -> None:
    first = saved(TEXT, "/avant/site")
    (kept,) = unify([first, saved(TEXT, "/avant/site/index.html")])
    assert isinstance(kept, Document)
    assert replace(kept, stated=None) == first


def test_pages_of_a_thread_become_one_document() -> None:
    first = page("http://b.example/t/", [(1, "Le premier mot."), (2, "Le deuxième mot.")])
    second = page(
        "http://b.example/t/comment-page-2/", [(2, "Le deuxième mot."), (3, "Le dernier.")]
    )
    (merged,), rejections = merge_captures([second, first])
    assert not rejections
    assert merged.doc_id == first.doc_id
    assert sorted(c.author or "" for c in merged.comments) == ["A1", "A2", "A3"]
    assert [c.number for c in merged.comments] == [1, 2, 3]
    assert len({p.passage_id for p in merged.passages}) == len(merged.passages)
    assert [p.ordinal for p in merged.passages] == list(range(len(merged.passages)))
    kept = {e.passage_id: (e.start, e.end) for e in merged.ledger if e.passage_id}
    assert all(kept[p.passage_id] == (p.start, p.end) for p in merged.passages)
    assert len(set(kept.values())) == len(kept)


def post(name: str, html: str, day: str | None) -> Document:
    date = PublicationDate(day, "day", "feed", day) if day else None
    return read_post(StructuredPost("x.xml", name, html, url=f"http://b.example/{name}", date=date))


def test_near_duplicates_are_marked_with_the_earliest() -> None:
    repost = post("repost", f"<p>{TEXT} Mise à jour.</p>", "2010-01-02")
    original = post("original", f"<p>{TEXT}</p>", "2008-01-02")
    other = post(
        "other", "<p>" + TEXT.replace("tourtière du Lac", "poutine").upper()[:300] + "</p>", None
    )
    marked = mark_near_duplicates([repost, original, other])
    assert [d.duplicate_of for d in marked] == [original.doc_id, None, None]
    assert mark_near_duplicates([repost, original, other]) == marked


def test_short_posts_are_not_compared() -> None:
    greetings = [post(name, "<p>Bonne année à tous !</p>", None) for name in "ab"]
    assert all(d.duplicate_of is None for d in mark_near_duplicates(greetings))
