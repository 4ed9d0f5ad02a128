"""Real exports: everything that they hold is found (counts by text search in the same file)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ingest.model import Page, Rejection, StructuredPost
from ingest.sources import iter_source

pytestmark = pytest.mark.gate

# file: public posts, comments read, comments with a parent
POSTS = {
    "wxr/alienlebarge-fr-ch.xml": (567, 401, 5),
    "wxr/alexandrerio-fr.xml": (31, 32, 11),
    "wxr/heyitsalex-qc-en.xml": (10, 5, 1),
    "wxr/charleso-en.xml": (20, 33, 0),
    "wxr/theme-unit-test.xml": (68, 28, 9),
    "wxr/pelican-wordpressexport.xml": (11, 3, 2),
    "blogger/charleso-en.xml": (8, 8, 0),
    "blogger/pelican-bloggerexport.xml": (2, 1, 0),
    "blogger/mg-blogger-response.json": (3, 0, 0),
    "disqus/hippo-jessy.xml": (4, 12, 4),
    "disqus/tl3shi.xml": (340, 2693, 439),
    "movabletype/leftsider-en-trimmed.txt": (1, 2, 0),
    "ghost_json/posts.json": (1, 0, 0),
    "ghost_json/multi-post-only.json": (3, 0, 0),
    "medium_html/advanced-post.html": (1, 0, 0),
    "medium_html/comment.html": (1, 0, 0),
    "wp_rest_json/binbinloin-qc-post-293.json": (1, 0, 0),
    "wp_rest_json/mairie19-post-415.json": (1, 0, 0),
}
PAGES = {
    "warc/aut-example.warc.gz": 94,
    "warc/solidaritenum-fr.warc.gz": 3,
    "warc/warcio-example.warc": 1,
    "warc/warcio-example.arc.gz": 1,
    "warc/warcio-example-iana.org-chunked.warc": 1,
    "warc/warcio-example-wrong-chunks.warc.gz": 1,
    "warc/warcio-example-bad-non-chunked.warc.gz": 1,
    "wacz/valid_example_1.wacz": 1,
    "wacz/valid_example_2.wacz": 1,
    "mhtml/quiltdata-sample.mhtml": 1,
    "mhtml/schmmd-test.mhtml": 1,
    "mhtml/svenbolte-sample.mht": 1,
}
TOLD_COMMENTS = {
    "wxr/alienlebarge-fr-ch.xml": 4,  # awaiting moderation
    "wxr/theme-unit-test.xml": 3,
}


def read(path: Path) -> list[Any]:
    return list(iter_source(str(path)))


@pytest.mark.parametrize("name", POSTS)
def test_posts_and_comments(name: str, shared_formats: Path) -> None:
    found = read(shared_formats / name)
    posts = [one for one in found if isinstance(one, StructuredPost)]
    comments = [one for post in posts for one in post.comments]
    n_answers = sum(1 for one in comments if one.parent)
    assert (len(posts), len(comments), n_answers) == POSTS[name]
    assert all(one.date is not None for one in comments)
    assert all(post.html or post.comments for post in posts)


@pytest.mark.parametrize("name", [name for name in POSTS if name.startswith("wxr/")])
def test_no_item_of_an_export_is_lost(name: str, shared_formats: Path) -> None:
    """Posts, refused posts and counted technical items add up to the items of the file."""
    found = read(shared_formats / name)
    n_items = (shared_formats / name).read_bytes().count(b"<item>")
    n_posts = sum(1 for one in found if isinstance(one, StructuredPost))
    refused = [one for one in found if isinstance(one, Rejection)]
    n_refused = sum(1 for one in refused if one.slug in ("non-publie", "protege"))
    n_counted = sum(
        int(one.detail.split(" ", 1)[0])
        for one in refused
        if one.source_path.endswith(("#techniques", "#vides"))
    )
    assert n_posts + n_refused + n_counted == n_items


@pytest.mark.parametrize("name", TOLD_COMMENTS)
def test_comments_left_aside_are_counted(name: str, shared_formats: Path) -> None:
    told = [one.detail for one in read(shared_formats / name) if isinstance(one, Rejection)]
    assert any(detail.startswith(f"{TOLD_COMMENTS[name]} × commentaire") for detail in told)


@pytest.mark.parametrize("name", PAGES)
def test_pages_of_archives(name: str, shared_formats: Path) -> None:
    pages = [one for one in read(shared_formats / name) if isinstance(one, Page)]
    assert len(pages) == PAGES[name]
    assert all(b"<" in page.content for page in pages)


def test_every_file_gives_something_or_says_why(shared_formats: Path) -> None:
    for path in sorted(shared_formats.rglob("*")):
        if path.is_file():
            assert read(path), path


def test_hostile_files_give_pages_or_rejections(shared_formats: Path) -> None:
    folder = shared_formats.parent / "nasty"
    for path in sorted(folder.iterdir()):
        found = read(path)
        assert found, path
        if path.name.startswith("defusedxml_"):
            assert {one.slug for one in found} <= {"xml-inconnu", "xml-entites"}, path
