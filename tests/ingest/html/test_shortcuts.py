"""What is looked up in an index instead of asked element by element, and signs not looked at twice.

A shortcut must say what the long way says: on each page of the tests, for each sign.
"""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path

import pytest

from ingest.decode import decode_page
from ingest.html import author as page_author
from ingest.html import body as page_body
from ingest.html import date as page_date
from ingest.html import kind as page_kind
from ingest.html import title as page_title
from ingest.html.comments import counts, signs
from ingest.html.linear import LinearPage, linearise
from ingest.html.parse import parse_html
from ingest.model import Page

OWN_SIGNS = (
    signs.AREA, signs.FORM, signs.ITEM, signs.SIDE, page_author._AUTHOR_CLASS,
    page_body._CONTAINER, page_date._DATE_CLASS, page_kind._ENTRY, page_title._HEADLINE_CLASS,
)  # fmt: skip
HTML = Path(__file__).parents[2] / "pages" / "html"


def linear(path: Path) -> LinearPage:
    page = Page(path.name, path.read_bytes(), media_type="text/html")
    tree = parse_html(decode_page(page).text)
    assert tree is not None
    return linearise(tree)


@pytest.mark.parametrize("path", sorted(HTML.glob("*.html")), ids=lambda path: path.stem)
def test_the_index_of_a_page_says_what_its_elements_say(path: Path) -> None:
    page = linear(path)
    elements = list(enumerate(page.order))
    for sign in OWN_SIGNS:
        one_by_one = [n for n, e in elements if any(map(sign.names, signs.tokens(e)))]
        assert signs.places_named(page, sign) == one_by_one
        assert [n for n, e in elements if signs.has(e, sign)] == one_by_one
    assert page.tagged("a", "h2") == [n for n, e in elements if e.tag in ("a", "h2")]
    assert page.properties == [
        n for n, e in elements if {"itemprop", "itemtype", "typeof", "rel"} & set(e.keys())
    ]
    assert page.starts == [page.spans[element][0] for element in page.order]
    assert page.starts == sorted(page.starts)


def test_a_name_is_read_in_any_case_and_as_a_whole() -> None:
    assert signs.AREA.names("Comments")
    assert not signs.AREA.names("comments-are-here-no-more")
    assert not signs.AREA.names("")


@pytest.mark.parametrize(
    "text",
    ["12 commentaires", "3 RÉFLEXIONS au sujet de « X »", "One Comment", "5 Réponses à X",
     "Commentaires (12)", "2 avis", "Réactions : 4", "7 thoughts on X", "1 reply", "Messages [8]"],
)  # fmt: skip
def test_every_count_has_a_counted_word(text: str) -> None:
    assert counts.parse_count(text) is not None
    assert counts.noun_offsets(text)


def test_offsets_of_counted_words_survive_signs_that_grow_in_lower_case() -> None:
    assert counts.noun_offsets("İİ 3 commentaires") == [5]


def test_signs_that_are_not_normalised_again_are_normal() -> None:
    from ingest.text import may_compose

    plain = (
        chr(code)
        for code in range(sys.maxunicode + 1)
        if not 0xD800 <= code < 0xE000 and not may_compose(chr(code))
    )
    for sign in plain:
        assert unicodedata.normalize("NFC", sign) == sign
        assert unicodedata.combining(sign) == 0


@pytest.mark.parametrize(
    ("raw", "text"),
    [("cafe\u0301", "café"), ("l’e\u0301te\u0301 n’est", "l’été n’est"), ("\u212b", "\u00c5"),
     ("déjà — vu…", "déjà — vu…"), ("x\u0301", "x\u0301")],
)  # fmt: skip
def test_text_is_composed_wherever_it_may_be(raw: str, text: str) -> None:
    assert decode_page(Page("p", raw.encode())).text == text
