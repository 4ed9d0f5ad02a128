"""The one place that makes HTML lets nothing through."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiblogue.web.highlight import highlight
from archiblogue.web.html import Markup, element, escape, external_link, join, local_link, safe_url
from index.model import Span


class _Reader(HTMLParser):
    """The text and the tags that a browser would see."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.tags: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


printable = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Cf", "Cn", "Co")), min_size=0, max_size=80
)


@given(text=printable)
def test_escaped_text_reads_back_as_written_and_makes_no_tag(text: str) -> None:
    read = _Reader(escape(text))
    assert read.text == text
    assert read.tags == []


def test_plain_children_and_attributes_are_escaped_and_markup_is_kept() -> None:
    made = element("p", "<b>", element("em", "&"), None, class_='"><script>')
    assert made == '<p class="&quot;&gt;&lt;script&gt;">&lt;b&gt;<em>&amp;</em></p>'
    assert isinstance(join("a", made), Markup)


@pytest.mark.parametrize(
    "make",
    [
        lambda: element("script", "x"),
        lambda: element("p", "x", onclick="x"),
        lambda: element("a", "x", href="javascript:alert(1)"),
        lambda: element("a", "x", href="//example.org"),
        lambda: element("p", "x", style="background: url(http://example.org)"),
    ],
    ids=["script", "handler", "javascript", "protocol-relative", "style"],
)
def test_what_is_not_allow_listed_is_an_error_of_the_program(make: object) -> None:
    with pytest.raises(ValueError, match="allowed"):
        make()  # type: ignore[operator]


def test_control_and_bidirectional_characters_are_left_out() -> None:
    assert escape("a\x00b\x1b[31m\u202ec\ud800\n\td") == "ab[31mc\n\td"


@pytest.mark.parametrize(
    ("url", "is_kept"),
    [
        ("https://exemple.org/a?b=c#d", True),
        ("http://exemple.org", True),
        ("HTTPS://exemple.org", True),
        ("javascript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("data:text/html,x", False),
        ("file:///etc/passwd", False),
        ("//exemple.org", False),
        ("https://banque.example@pirate.example/", False),
        ("https://", False),
        ("http://[::1", False),
        ("https://exemple.org/\u202egro.elpmexe", False),
        ("", False),
        (None, False),
    ],
)
def test_only_plain_http_addresses_become_links(url: str | None, is_kept: bool) -> None:
    assert (safe_url(url) == url) is is_kept or (url is None and safe_url(url) is None)
    assert (external_link("x", url) is not None) is is_kept


def test_an_external_link_opens_apart_and_tells_nothing() -> None:
    link = external_link("Voir", "https://exemple.org/?a=1&b=2")
    assert link == (
        '<a href="https://exemple.org/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">'
        "Voir</a>"
    )


def test_a_local_link_carries_its_parameters_encoded() -> None:
    link = local_link("Lire", "billet", id="d-1", p='d-1#p1"><b>')
    assert link == '<a href="./billet?id=d-1&amp;p=d-1%23p1%22%3E%3Cb%3E">Lire</a>'


def test_words_and_best_sentence_are_marked_by_offsets_on_escaped_text() -> None:
    text = "Un <b>. L’œuvre & l’été."
    made = highlight(text, [Span(10, 15)], Span(8, len(text)))
    assert made == ('Un &lt;b&gt;. <span class="best">L’<mark>œuvre</mark> &amp; l’été.</span>')


def test_a_word_across_the_sentence_s_edge_is_marked_on_both_sides() -> None:
    made = highlight("abcdef", [Span(1, 5)], Span(3, 6))
    assert made == 'a<mark>bc</mark><span class="best"><mark>de</mark>f</span>'


offsets = st.integers(min_value=-5, max_value=90)
spans = st.builds(Span, offsets, offsets)


@given(text=printable, matches=st.lists(spans, max_size=6), best=st.none() | spans)
def test_no_offset_loses_or_adds_a_letter(
    text: str, matches: list[Span], best: Span | None
) -> None:
    read = _Reader(highlight(text, matches, best))
    assert read.text == text
    assert set(read.tags) <= {"mark", "span"}
