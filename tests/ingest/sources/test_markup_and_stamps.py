"""Bodies that keep their paragraphs as line ends, and dates as exports write them."""

from __future__ import annotations

import pytest

from ingest.sources.markup import paragraphs, plain_title, text_to_html, wordpress_html
from ingest.sources.page import iso_day, provenance
from ingest.sources.stamps import exact_date


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("", ""),
        ("Un.\n\nDeux.", "<p>Un.</p>\n<p>Deux.</p>"),
        ("Un.\r\n\r\nDeux.", "<p>Un.</p>\n<p>Deux.</p>"),
        ("Un.<br /><br/>Deux.", "<p>Un.</p>\n<p>Deux.</p>"),
        ("Vers un,\nvers deux.", "<p>Vers un,<br>\nvers deux.</p>"),
        ("<p>Un.</p>\n\nDeux.", "<p>Un.</p>\n\nDeux."),
        ("Un.\n<h2>Titre</h2>\nDeux.", "<p>Un.</p>\n<h2>Titre</h2>\n<p>Deux.</p>"),
        ("<ul>\n<li>a</li>\n\n<li>b</li>\n</ul>", "<ul>\n<li>a</li>\n\n<li>b</li>\n</ul>"),
        ("Code :\n<pre>a\n\nb</pre>\nfin", "<p>Code :</p>\n<pre>a\n\nb</pre>\n<p>fin</p>"),
    ],
)
def test_paragraphs(body: str, html: str) -> None:
    assert paragraphs(body) == html


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("Un.\n<!--more-->\nDeux.", "<p>Un.</p>\n<p>Deux.</p>"),
        ("<!-- wp:paragraph --><p>Un.</p><!-- /wp:paragraph -->", "<p>Un.</p>"),
        ("[gallery ids=1,2]\n\nUn.", "<p>Un.</p>"),
        (
            '[caption id="x"]<img src="a.jpg"> Au bord du lac[/caption]',
            '<figure><img src="a.jpg"> Au bord du lac</figure>',
        ),
        ("Voir [1] et [sic].", "<p>Voir [1] et [sic].</p>"),
    ],
)
def test_wordpress_bodies(body: str, html: str) -> None:
    assert wordpress_html(body) == html


def test_plain_text_is_escaped() -> None:
    assert text_to_html("a < b\n\n<script>") == "<p>a &lt; b</p>\n<p>&lt;script&gt;</p>"


@pytest.mark.parametrize(
    ("markup", "title"),
    [(None, None), (" ", None), ("L&rsquo;<em>été</em>\n 2009", "L’été 2009"), ("a < b", "a < b")],
)
def test_titles(markup: str | None, title: str | None) -> None:
    assert plain_title(markup) == title


@pytest.mark.parametrize(
    ("raw", "value", "precision"),
    [
        ("2009-05-04 10:38:05", "2009-05-04T10:38:05", "second"),
        ("2009-05-04T10:38:05.120-07:00", "2009-05-04T10:38:05", "second"),
        ("2009-05-04T10:38:05Z", "2009-05-04T10:38:05", "second"),
        ("2009-05-04T10:38", "2009-05-04T10:38", "minute"),
        ("2009-05-04", "2009-05-04", "day"),
        ("05/04/2009 04:28:55 PM", "2009-05-04T16:28:55", "second"),
        ("05/04/2009 12:28:55 AM", "2009-05-04T00:28:55", "second"),
        ("05/04/2009 16:28:55", "2009-05-04T16:28:55", "second"),
        ("Mon, 04 May 2009 10:38:05 +0200", "2009-05-04T10:38:05", "second"),
    ],
)
def test_exact_dates(raw: str, value: str, precision: str) -> None:
    date = exact_date(raw, "essai")
    assert date is not None
    assert (date.value, date.precision, date.source, date.raw) == (value, precision, "essai", raw)


@pytest.mark.parametrize(
    "raw",
    [None, "", "0000-00-00 00:00:00", "hier", "13/45/2009", "1970-01-01", "2009-02-30", "9" * 50],
)
def test_what_is_no_date_stays_unknown(raw: str | None) -> None:
    assert exact_date(raw, "essai") is None


@pytest.mark.parametrize(
    ("mark", "url", "day"),
    [
        (
            "<!--\n Page saved with SingleFile \n url: https://b.example/a \n "
            "saved date: Mon Jan 05 2015 10:00:00 GMT+0100 (heure normale)\n-->",
            "https://b.example/a",
            "2015-01-05",
        ),
        (
            "<!-- Saved from https://b.example/a at 2022-03-01T10:00:00Z using monolith v2 -->",
            "https://b.example/a",
            "2022-03-01",
        ),
        ("<!-- saved from url=(0019)http://b.example/a -->", "http://b.example/a", None),
        (
            "<!-- Mirrored from b.example/a by HTTrack Website Copier/3.x [XR&CO'2014], "
            "Sat, 04 Jul 2015 10:00:00 GMT -->",
            "http://b.example/a",
            "2015-07-04",
        ),
        (
            "<!-- FILE ARCHIVED ON 10:20:30 Jul 4, 2009 AND RETRIEVED FROM THE ARCHIVE -->",
            None,
            "2009-07-04",
        ),
        ("<p>saved from url</p>", None, None),
    ],
)
def test_marks_of_saving_tools(mark: str, url: str | None, day: str | None) -> None:
    assert provenance(f"<html>{mark}<body></body></html>".encode()) == (url, day)


@pytest.mark.parametrize("raw", ["", "bientôt", "Abc 99, 2010", None])
def test_what_is_no_day(raw: str | None) -> None:
    assert iso_day(raw) is None
