"""Hostile and broken markup: an answer or an `ExtractionError`, quickly, and never a lost text.

Scaled down for the suite; `ARCHIBLOGUE_HOSTILE` multiplies the number of generated pages: 50, as
`make torture` asks, makes 3,000 of hypothesis, 10,800 of the pages of the tests and 3,000 of real
pages, where `shared/data/pages` (or `ARCHIBLOGUE_SHARED`) has them.
"""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.decode import decode_page
from ingest.errors import ExtractionError
from ingest.html.linear import linearise
from ingest.html.page import read_html
from ingest.html.parse import parse_html
from ingest.model import Document, Page

SCALE = int(os.environ.get("ARCHIBLOGUE_HOSTILE", "1"))
PAGES = Path(__file__).parents[2] / "pages" / "html"
MAX_SECONDS = 20.0  # of processor time for a page below; most take milliseconds

TAGS = st.sampled_from(
    [
        "p",
        "div",
        "li",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "table",
        "tr",
        "td",
        "pre",
        "blockquote",
        "a",
        "span",
        "b",
        "h1",
        "h3",
        "form",
        "textarea",
        "article",
        "section",
        "time",
        "cite",
        "abbr",
        "script",
        "style",
        "svg",
        "select",
        "option",
        "br",
        "img",
        "p/",
        "!--",
        "![CDATA[",
        "?php",
    ]
)
NAMES = st.sampled_from(
    [
        "", 'id="comment-1"', 'id="c1"', 'class="comment"', 'class="commentlist"', 'id="comments"',
        'class="comment-content"', 'class="fn"', 'class="entry-content"', 'itemprop="comment"',
        'datetime="2009-13-45"', 'href="#comment-1"', 'id="respond"', 'class="' + "x " * 60 + '"',
        "id=\"\u202e\"", "id=comment-99999999999999999999", 'style="display:none"',
    ]
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["12 mars 2009", "3 commentaires", "a dit :", "&#0;&#xD800;&#150;", "\x00", "<<>>"]
    ),
)
PIECES = st.one_of(
    st.builds(lambda tag, name, text: f"<{tag} {name}>{text}", TAGS, NAMES, TEXTS),
    st.builds(lambda tag: f"</{tag}>", TAGS),
    TEXTS,
)


def attempt(text: str) -> Document | None:
    """The document, None where the page is refused; anything else fails the test."""
    started = time.process_time()
    try:
        decoded = decode_page(Page("hostile.html", text.encode("utf-8", "replace"), "text/html"))
        return read_html(Page("hostile.html", b""), decoded.text)
    except ExtractionError:
        return None
    finally:
        assert time.process_time() - started < MAX_SECONDS


@settings(
    max_examples=60 * SCALE,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)
@given(st.lists(PIECES, max_size=40))
def test_generated_markup(pieces: list[str]) -> None:
    document = attempt("<html><body>" + "".join(pieces))
    if document is not None:
        ids = [passage.passage_id for passage in document.passages]
        assert len(ids) == len(set(ids))
        assert all(passage.text.strip() for passage in document.passages)


def mutate(source: bytes, dice: random.Random) -> str:
    """The page with 1 to 40 accidents: wrong bytes, cuts, repeats, foreign tags."""
    page = bytearray(source)
    for _ in range(dice.randint(1, 40)):
        at = dice.randrange(max(1, len(page)))
        choice = dice.randrange(4)
        if choice == 0:
            page[at : at + 1] = bytes([dice.randrange(256)])
        elif choice == 1:
            del page[at : at + dice.randrange(1, 60)]
        elif choice == 2:
            page[at:at] = page[dice.randrange(max(1, len(page))) :][: dice.randrange(1, 200)]
        else:
            page[at:at] = dice.choice([b"</div>", b"<li>", b"<!--", b'"', b"<table>", b"\xe9"])
    return page.decode("utf-8", "surrogateescape").encode("utf-8", "replace").decode()


@pytest.mark.parametrize("name", sorted(path.stem for path in PAGES.glob("*.html")))
def test_mutated_pages(name: str) -> None:
    source = (PAGES / f"{name}.html").read_bytes()
    dice = random.Random(name)
    for _ in range(3 * SCALE):
        attempt(mutate(source, dice))


def test_mutated_real_pages(repository: Path) -> None:
    shared = Path(os.environ.get("ARCHIBLOGUE_SHARED", repository.parent / "shared"))
    real = sorted((shared / "data" / "pages").glob("*/*/*.html"))
    if not real:
        pytest.skip(f"pages réelles absentes : {shared} (ARCHIBLOGUE_SHARED les désigne)")
    dice = random.Random("real")
    for _ in range(60 * SCALE):
        attempt(mutate(dice.choice(real).read_bytes(), dice))


@pytest.mark.parametrize(
    "text",
    [
        "<div>" * 20_000 + "fond",
        "<b>" * 20_000 + "fond",
        "<ul><li>" * 5_000 + "fond",
        "<div id='comment-1'>" * 3_000 + "fond",
        "".join(f"<div id='comment-{n}' class='comment'>" for n in range(600)) + "fond",
        "<blockquote>" * 3_000 + "fond" + "</blockquote>" * 3_000,
        "<table><tr><td>" * 2_000 + "fond",
    ],
    ids=["div", "b", "li", "same-id", "nested-comments", "quotes", "tables"],
)
def test_deep_nesting_keeps_the_text(text: str) -> None:
    started = time.process_time()
    tree = parse_html(f"<html><body><p>haut</p>{text}")
    assert tree is not None
    assert "fond" in linearise(tree).text
    attempt(f"<html><body><p>haut</p>{text}")
    assert time.process_time() - started < MAX_SECONDS


def test_tags_that_never_nest_are_not_taken_for_depth() -> None:
    tree = parse_html("<div class='x'><p>haut</p>" + "<area href='a'>" * 400 + "<p>bas</p></div>")
    assert tree is not None
    assert tree.find(".//div[@class='x']") is not None


@pytest.mark.parametrize(
    "text",
    [
        "<p>Bonjour.</p>" * 4_000,
        "<li class='comment'><cite>A</cite> 12/03/2009 <p>Oui.</p></li>" * 800,
        "".join(f"<li id='comment-{n}'><cite>A</cite><p>Oui {n}.</p></li>" for n in range(1_000)),
        "<a name='c1'></a>" * 10_000,
        "<span class='date'>12 mars 2009</span>" * 1_500,
        "<p>" + "mot " * 200_000 + "</p>",
        "<p " + "a" * 500_000 + ">x</p>",
        "<h2>3 commentaires</h2>" * 1_500,
        "&amp;" * 200_000 + "<p></p>",
        "<p>" + "<!--" * 50_000 + "</p>",
        "<article>" + "<b>Un mot.</b> Une ligne écrite.<br><br>" * 6_000 + "</article>",
    ],
    ids=["paragraphs", "classes", "thread", "anchors", "dates", "words", "attribute", "counts",
         "references", "comments", "lines"],
)  # fmt: skip
def test_huge_pages_end_in_time(text: str) -> None:
    attempt(f"<html><head><title>t</title></head><body>{text}</body></html>")
