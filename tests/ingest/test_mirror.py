"""Paths of mirrors as addresses."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import UsageError
from ingest.mirror import mirrored_address, mirrored_day, web_path
from ingest.model import Document
from ingest.pipeline import IngestOptions, ingest


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("miroir/www.exemple.org/2010/05/pain/index.html", "http://www.exemple.org/2010/05/pain/"),
        ("www.exemple.org/index.html?p=12.html", "http://www.exemple.org/?p=12"),
        ("m/exemple.org/index.html@p=12.html", "http://exemple.org/?p=12"),
        ("m/exemple.org/index.html%3Fp=12", "http://exemple.org/?p=12"),
        ("m/exemple.org+8080/pain.html", "http://exemple.org:8080/pain.html"),
        (
            "site.zip/jean.over-blog.com/article-12.html",
            "http://jean.over-blog.com/article-12.html",
        ),
        ("w/web.archive.org/web/20100503120000/http:/a.qc.ca/pain/", "http://a.qc.ca/pain/"),
        ("w/web.archive.org/web/20100503id_/http://a.qc.ca/x?b=2", "http://a.qc.ca/x?b=2"),
        ("blogs/sametmax-2012/01.html", None),
        ("projet.js/page.html", None),
        ("copie-2.0/page.html", None),
        ("www.exemple.org.html", None),
    ],
)
def test_address_of_a_path(path: str, address: str | None) -> None:
    assert mirrored_address(path) == address


def test_day_of_a_path() -> None:
    path = "w/web.archive.org/web/20100503120000/http:/a.qc.ca/pain/"
    assert mirrored_day(path) == "2010-05-03"
    assert mirrored_day("www.exemple.org/pain/index.html") is None


def test_web_path_keeps_what_is_no_page_of_a_folder() -> None:
    assert web_path("pain/index.html") == "pain/"
    assert web_path("mon-index.html") == "mon-index.html"
    assert web_path("100%.html") == "100%.html"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / "copie" / "2010" / "le pain"
    folder.mkdir(parents=True)
    text = "Le levain demande du temps et une pièce tiède, puis de la farine de seigle. " * 4
    page = f"<html><title>Le pain</title><body><h1>Le pain</h1><p>{text}</p></body></html>"
    (folder / "index.html").write_text(page, encoding="utf-8")
    return tmp_path / "copie"


def test_base_url_gives_pages_their_address(copy: Path) -> None:
    options = IngestOptions(base_url="https://exemple.org/blogue/")
    (document,) = ingest([str(copy)], options)
    assert isinstance(document, Document)
    assert document.url == "https://exemple.org/blogue/2010/le%20pain/"
    assert [one.source for one in document.evidence if one.fact == "url"] == ["base-url"]


@pytest.mark.parametrize("base", ["exemple.org", "ftp://exemple.org/", "https://", "http://[oups/"])
def test_base_url_has_to_be_an_address(copy: Path, base: str) -> None:
    with pytest.raises(UsageError) as caught:
        list(ingest([str(copy)], IngestOptions(base_url=base)))
    assert base in str(caught.value)
