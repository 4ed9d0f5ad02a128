"""A withdrawal by name finds the name however it is written, in every kind of source."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

from index.archive import open_archive
from index.building.build import build_archive
from index.maintenance.withdraw import parse_selector, withdraw
from index.model import Query
from ingest.pipeline import ingest
from tests.fakes import FakeEncoder
from tests.index.withdrawals.names import document

ENCODER = FakeEncoder(8)
TEXT = "Un long commentaire sur le carnet, où l’on dit ce que l’on pense de la {word}."
HTML = """<!DOCTYPE html><html lang="fr"><head><title>Un billet | Carnet</title></head>
<body class="single single-post"><div id="main"><article class="post">
<h1 class="entry-title">Un billet</h1><div class="entry-content"><p>{body}</p></div></article>
<div id="comments"><h2>1 commentaire</h2><ol class="commentlist">
<li class="comment" id="comment-1"><div class="comment-author vcard">
<cite class="fn">{author}</cite> <span class="says">dit :</span></div>
<div class="comment-meta"><a href="#comment-1">4 mai 2009 à 10:38</a></div>
<p>{comment}</p></li></ol>
</div></div></body></html>"""
WXR = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Carnet</title><link>http://blog.example</link>
<item><title>Un billet</title><link>http://blog.example/1</link><dc:creator>zoe</dc:creator>
<content:encoded><![CDATA[{body}]]></content:encoded><wp:post_id>1</wp:post_id>
<wp:status>publish</wp:status><wp:post_type>post</wp:post_type>
<wp:comment><wp:comment_id>1</wp:comment_id><wp:comment_author><![CDATA[{author}]]></wp:comment_author>
<wp:comment_date>2009-05-04 11:00:00</wp:comment_date><wp:comment_approved>1</wp:comment_approved>
<wp:comment_content><![CDATA[{comment}]]></wp:comment_content></wp:comment></item></channel></rss>"""
FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Carnet</title>
<item><title>Un billet</title><link>http://b.example/a</link><dc:creator>Zoé</dc:creator>
<description>{body}</description></item>
<item><title>Un autre billet</title><link>http://b.example/b</link><dc:creator>{author}</dc:creator>
<description>{comment}</description></item></channel></rss>"""
SOURCES = {"page.html": HTML, "export.xml": WXR, "fil.xml": FEED}
ASKED = {
    "Sœur Émilie": ("Soeur Émilie", "SŒUR EMILIE", "sœur  émilie"),
    "Soeur Emilie": ("Sœur Émilie",),
    unicodedata.normalize("NFD", "Sœur Émilie"): ("soeur emilie",),
    "jean_pierre": ("jean pierre", "Jean-Pierre"),
    "Jean-Pierre": ("jean_pierre", "jean pierre"),
    "Éric\u200d d’Arc": ("eric d'arc",),
    "L. Æsop": ("l aesop",),
}


@pytest.fixture(scope="module", params=SOURCES)
def read(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[object]:
    """The records of one kind of source, signed by the names of `ASKED` in turn."""
    folder = tmp_path_factory.mktemp("sources")
    body = "Un billet qui reste, avec assez de mots pour que l’on sache en quelle langue il est."
    for n, name in enumerate(ASKED):
        comment = TEXT.format(word=f"girouette{n}")
        content = SOURCES[request.param].format(body=body, author=name, comment=comment)
        content = content.replace(".example/", f"{n}.example/")
        (folder / f"{n}-{request.param}").write_text(content, encoding="utf-8")
    return list(ingest([str(folder)]))


@pytest.mark.parametrize(
    ("n", "asked"), [(n, asked) for n, name in enumerate(ASKED) for asked in ASKED[name]]
)
def test_every_spelling_finds_the_name(
    read: list[object], tmp_path: Path, n: int, asked: str
) -> None:
    archive, word = tmp_path / "archive", f"girouette{n}"
    build_archive(archive, read, ENCODER)  # type: ignore[arg-type]
    with open_archive(archive, encoder=ENCODER) as opened:
        filtered = opened.search(Query(f'girouette{n} auteur:"{asked}"', k=20)).hits
        assert [hit for hit in filtered if word in hit.text], "search and withdrawal agree"
    report = withdraw(archive, parse_selector(f"auteur:{asked}"), encoder=ENCODER)
    assert report.n_passages >= 1
    for _ in range(2):
        with open_archive(archive, encoder=ENCODER) as opened:
            texts = " ".join(hit.text for hit in opened.iter_passages())
        assert word not in texts
        assert "billet qui reste" in texts
        build_archive(archive, read, ENCODER)  # type: ignore[arg-type]


def test_another_name_stays(tmp_path: Path) -> None:
    posts = [
        document(f"https://carnet.example/{n}", (name, f"Un mot de girouette{n}."))
        for n, name in enumerate(("Sœur Émilienne", "Émilie", "Jean Pierre Paul", "Jeanpierre"))
    ]
    build_archive(tmp_path, posts, ENCODER)
    for asked in ("auteur:Soeur Émilie", "auteur:jean pierre"):
        assert withdraw(tmp_path, parse_selector(asked), encoder=ENCODER).n_documents == 0


def test_an_address_that_opens_the_ligature_of_the_title_goes_with_the_author(
    tmp_path: Path,
) -> None:
    url = "https://carnet.example/2009/l-oeuvre-d-eric"
    post = document(url, ("Éric", "Un mot de girouette."), ("Zoé", "Et qui reste."), title="Œuvre")
    build_archive(tmp_path, [replace(post, source_path="l-oeuvre-d-eric.html")], ENCODER)
    withdraw(tmp_path, parse_selector("auteur:eric"), encoder=ENCODER)
    with open_archive(tmp_path, encoder=ENCODER) as archive:
        kept = archive.document(post.doc_id)
    assert (kept.url, kept.source_path) == (None, "")
    assert [p.text for p in kept.passages] == ["Et qui reste."]
