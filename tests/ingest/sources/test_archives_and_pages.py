"""Folders, pages, ZIP, MHTML, WARC and WACZ: recognised by content, nothing lost in silence."""

from __future__ import annotations

import base64
import gzip
import io
import quopri
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.errors import SourceError
from ingest.model import Page, Rejection
from ingest.sources import iter_source
from ingest.sources.recognise import Format, recognise

Read = Callable[[str, bytes | str], list[Any]]
HTML = "<!DOCTYPE html><html><head><title>Été</title></head><body><p>Bonjour.</p></body></html>"


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        ("", "a", Format.EMPTY),
        (" \r\n\t", "a.html", Format.EMPTY),
        (b"\0\0\0\0", "a", Format.BINARY),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "photo.html", Format.BINARY),
        (b"%PDF-1.4 ...", "a.txt", Format.BINARY),
        (bytes(range(256)), "a", Format.BINARY),
        ("body { color: red }", "style.css", Format.ASSET),
        ("body { color: red }", "notes", Format.TEXT),
        (HTML, "a", Format.HTML),
        (HTML, "a.txt", Format.HTML),
        (HTML.encode("utf-16"), "a", Format.HTML),
        ("\ufeff\n\n" + HTML, "a", Format.HTML),
        ("<?xml version='1.0'?>\n" + HTML, "a.xml", Format.HTML),
        ("<br />\n<b>Notice</b>: x in <b>y</b><br />\n" + HTML, "a", Format.HTML),
        ("<p>Un fragment.</p><p>Un autre.</p>", "a", Format.HTML),
        ("Un texte avec <em>une</em> balise au milieu. " * 40, "a.html", Format.HTML),
        ("Un long texte sans rien. " * 40 + "<em>une</em> balise", "a.html", Format.TEXT),
        ("Un texte sans balise.\n\n3 < 4 et 5 > 2.", "a.html", Format.TEXT),
        (
            "Laisser un commentaire\n" * 20 + 'Balises : <a href="" title=""> <b> <cite>',
            "page.txt",
            Format.TEXT,
        ),
        ("<rss version='2.0'><channel></channel></rss>", "a.html", Format.FEED),
        ("<?xml version='1.0'?><foo/>", "a", Format.XML),
        ("<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>", "a", Format.SITEMAP),
        ('{"posts": []}', "a.txt", Format.JSON),
        ('{"a": 1}\n{"a": 2}\n', "a.jsonl", Format.JSON),
        ("Commentaires\n\nBalises permises : <a href=''> <b> <i> <code>\n" * 9, "a", Format.TEXT),
        ("[1] Note de bas de page.", "a.txt", Format.TEXT),
        ("{une accolade au début}", "a.txt", Format.TEXT),
        ("///DOTCLEAR|2.0|single", "a", Format.DOTCLEAR),
        ("TITLE: Un\n-----\nBODY:\nTexte", "a", Format.MOVABLE_TYPE),
        ("TITLE: Un titre, dans un texte ordinaire", "a", Format.TEXT),
        ("WARC/1.0\r\nWARC-Type: warcinfo", "a", Format.WARC),
        (b"\x1f\x8b\x08\0", "a", Format.GZIP),
        (b"PK\x03\x04", "a.html", Format.ZIP),
    ],
)
def test_recognised_by_content(head: bytes | str, name: str, kind: Format) -> None:
    assert recognise(head.encode() if isinstance(head, str) else head, name) is kind


def test_a_folder_in_the_order_of_its_paths(tmp_path: Path) -> None:
    blog = tmp_path / "blog"
    (blog / "b").mkdir(parents=True)
    for name in ("c.html", "b/2.html", "b/10.html", "a.txt"):
        (blog / name).write_text(HTML if name.endswith("html") else "Un texte.", encoding="utf-8")
    (blog / "vide.html").touch()
    (blog / "style.css").write_text("p { }", encoding="utf-8")
    (blog / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    found = list(iter_source(str(blog)))
    assert [one.source_path for one in found] == [
        "blog/a.txt",
        "blog/b/10.html",
        "blog/b/2.html",
        "blog/c.html",
        "blog/vide.html",
        "blog#fichiers-joints",
    ]
    assert isinstance(found[4], Rejection)
    assert found[4].slug == "vide"
    assert isinstance(found[5], Rejection)
    assert "1 × .css, 1 × .png" in found[5].detail
    assert list(iter_source(str(blog))) == found


@pytest.mark.parametrize("name", ["absent", "vide", "cache"])
def test_a_source_that_gives_nothing_is_an_error(name: str, tmp_path: Path) -> None:
    (tmp_path / "vide").mkdir()
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / ".a.html").write_text(HTML, encoding="utf-8")
    with pytest.raises(SourceError, match=name):
        list(iter_source(str(tmp_path / name)))


def test_an_unreadable_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blog = tmp_path / "blog"
    blog.mkdir()
    (blog / "a.html").write_text(HTML, encoding="utf-8")
    (blog / "b.html").write_text(HTML, encoding="utf-8")
    usual = Path.open

    def refuse(self: Path, *args: Any, **kwargs: Any) -> Any:
        if self.name == "a.html":
            raise PermissionError(13, "Permission denied")
        return usual(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refuse)
    found = list(iter_source(str(blog)))
    assert [getattr(one, "slug", "lu") for one in found] == ["illisible", "lu"]


def test_a_page_over_the_limit_is_told(read: Read) -> None:
    (found,) = read("long.html", HTML + " " * 20_000_000)
    assert (found.stage, found.slug) == ("limits", "trop-gros")


def test_a_pressed_page(read: Read) -> None:
    (page,) = read("page.html.gz", gzip.compress(HTML.encode()))
    assert (page.content, page.media_type) == (HTML.encode(), "text/html")


@pytest.mark.parametrize(
    "content", [b"\x1f\x8b\x08rubbish", gzip.compress(HTML.encode(), mtime=0)[:-20]]
)
def test_a_damaged_gzip_is_told(content: bytes, read: Read) -> None:
    (found,) = read("page.html.gz", content)
    assert found.slug == "compression-illisible"


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_a_zip_of_pages(read: Read, method: int) -> None:
    members = {
        "blog/b.html": HTML.encode(),
        "blog/a.txt": "Un été.".encode(),
        "blog/photo.png": b"\x89PNG\r\n",
        "blog/sous/": b"",
    }
    first, second, beside = read("blog.zip", zipped(members, method))
    assert (first.source_path, first.content) == ("blog.zip/blog/a.txt", "Un été.".encode())
    assert (second.source_path, second.content) == ("blog.zip/blog/b.html", HTML.encode())
    assert "1 × .png" in beside.detail


def test_an_export_inside_a_zip(read: Read) -> None:
    export = (
        '<rss xmlns:wp="http://wordpress.org/export/1.2/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><item>'
        "<title>T</title><content:encoded>Texte</content:encoded><wp:post_id>1</wp:post_id>"
        "</item></channel></rss>"
    )
    nested = zipped({"export.xml": export.encode()})
    (post,) = read("sauvegarde.zip", zipped({"site.zip": nested}))
    assert post.source_path == "sauvegarde.zip/site.zip/export.xml#post-1"


def test_damaged_and_locked_zips_are_told(read: Read) -> None:
    whole = zipped({"a.html": HTML.encode()})
    assert [one.slug for one in read("a.zip", whole[:60])] == ["zip-illisible"]
    locked = bytearray(whole)
    for magic in (b"PK\x03\x04", b"PK\x01\x02"):
        at = whole.index(magic) + (6 if magic.endswith(b"\x04") else 8)
        locked[at] |= 1
    assert [one.slug for one in read("a.zip", bytes(locked))] == ["chiffre"]


def mhtml(encoding: str, location: str = "https://b.example/a") -> bytes:
    raw = HTML.encode()
    body = quopri.encodestring(raw) if encoding == "quoted-printable" else base64.encodebytes(raw)
    return (
        (
            "From: <Saved by Blink>\r\n"
            f"Snapshot-Content-Location: {location}\r\n"
            "Date: Fri, 16 Jun 2023 22:29:39 -0000\r\nMIME-Version: 1.0\r\n"
            'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="----B"\r\n\r\n'
            '------B\r\nContent-Type: text/html; charset="utf-8"\r\n'
            f"Content-Transfer-Encoding: {encoding}\r\nContent-Location: {location}\r\n\r\n"
        ).encode()
        + body
        + b"\r\n------B\r\nContent-Type: image/png\r\n\r\nxxx\r\n------B--\r\n"
    )


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64"])
def test_a_page_saved_as_mhtml(read: Read, encoding: str) -> None:
    (page,) = read("page.mhtml", mhtml(encoding))
    assert isinstance(page, Page)
    assert page.content.strip() == HTML.encode()
    assert (page.url, page.charset) == ("https://b.example/a", "utf-8")
    assert page.captured_at == "2023-06-16"
    assert page.source_path.endswith("/page.mhtml")


def test_mhtml_without_a_page_is_told(read: Read) -> None:
    content = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b--\r\n"
    (found,) = read("page.mhtml", content)
    assert found.slug == "mhtml-sans-page"


def test_mhtml_nested_without_end_is_survived(read: Read) -> None:
    part = "Content-Type: multipart/related; boundary=b{0}\r\n\r\n--b{0}\r\n"
    content = "MIME-Version: 1.0\r\n" + "".join(part.format(level) for level in range(3_000))
    (found,) = read("page.mhtml", content)
    assert found.slug == "mhtml-sans-page"


def record(url: str, http: bytes, kind: str = "response", day: str = "2012-05-04") -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{abs(hash(url))}>\r\n"
        f"WARC-Target-URI: {url}\r\nWARC-Date: {day}T10:00:00Z\r\n"
        f"Content-Type: application/http; msgtype={kind}\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


def answer(body: bytes, status: str = "200 OK", media: str = "text/html", more: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Type: {media}\r\n{more}\r\n".encode() + body


def warc() -> list[bytes]:
    raw = HTML.encode()
    chunked = f"{len(raw):x}\r\n".encode() + raw + b"\r\n0\r\n\r\n"
    pressed = gzip.compress(raw)
    both = f"{len(pressed):x}\r\n".encode() + pressed + b"\r\n0\r\n\r\n"
    return [
        record("http://b.example/plain", answer(raw, media="text/html; charset=ISO-8859-1")),
        record("http://b.example/chunked", answer(chunked, more="Transfer-Encoding: chunked\r\n")),
        record("http://b.example/gzip", answer(pressed, more="Content-Encoding: gzip\r\n")),
        record(
            "http://b.example/both",
            answer(both, more="Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"),
        ),
        record("http://b.example/lie", answer(raw, more="Content-Encoding: gzip\r\n")),
        record("http://b.example/plain", answer(raw), day="2013-01-01"),
        record("http://b.example/plain", b"GET / HTTP/1.1\r\n\r\n", "request"),
        record("http://b.example/gone", answer(raw, "404 Not Found")),
        record("http://b.example/a.png", answer(b"\x89PNG", media="image/png")),
        record("http://b.example/brotli", answer(b"xx", more="Content-Encoding: br\r\n")),
    ]


@pytest.mark.parametrize("is_pressed", [False, True])
def test_a_web_archive(read: Read, *, is_pressed: bool) -> None:
    records = [gzip.compress(one) if is_pressed else one for one in warc()]
    name = "crawl.warc.gz" if is_pressed else "crawl.warc"
    found = read(name, b"".join(records))
    pages = [one for one in found if isinstance(one, Page)]
    assert [page.url for page in pages] == [
        f"http://b.example/{name}" for name in ("plain", "chunked", "gzip", "both", "lie")
    ]
    assert {page.content for page in pages} == {HTML.encode()}
    assert (pages[0].charset, pages[0].captured_at) == ("iso-8859-1", "2012-05-04")
    assert pages[0].source_path == "crawl.warc#http://b.example/plain"
    told = {one.slug: one.detail for one in found if isinstance(one, Rejection)}
    assert set(told) == {"compression-inconnue", "hors-pages"}
    for part in ("1 × capture identique", "1 × réponse 404", "1 × fichier d’un autre type"):
        assert part in told["hors-pages"]


def test_a_cut_web_archive_keeps_what_it_holds(read: Read) -> None:
    records = [gzip.compress(one) for one in warc()[:2]]
    found = read("crawl.warc.gz", records[0] + records[1][:-30])
    assert [one.url for one in found if isinstance(one, Page)] == ["http://b.example/plain"]
    assert {one.slug for one in found if isinstance(one, Rejection)} == {"compression-illisible"}


def test_a_wacz(read: Read) -> None:
    members = {
        "archive/data.warc.gz": b"".join(gzip.compress(one) for one in warc()[:2]),
        "datapackage.json": b'{"profile": "data-package"}',
        "pages/pages.jsonl": b'{"format": "json-pages-1.0"}\n',
        "indexes/index.cdx": b"example)/ 2012 {}",
    }
    found = read("crawl.wacz", zipped(members, zipfile.ZIP_STORED))
    assert [one.url for one in found] == ["http://b.example/plain", "http://b.example/chunked"]


@pytest.mark.parametrize("stated", [0, 3, 60, 1_000, 100_000, 10**17])
@pytest.mark.parametrize("is_pressed", [False, True])
def test_a_record_with_a_wrong_length_loses_only_itself(
    read: Read, stated: int, *, is_pressed: bool
) -> None:
    records = warc()[:4]
    length = len(records[1].partition(b"\r\n\r\n")[2]) - len(b"\r\n\r\n")
    records[1] = records[1].replace(
        f"Content-Length: {length}".encode(), b"Content-Length: %d" % stated
    )
    content = b"".join(gzip.compress(one) if is_pressed else one for one in records)
    found = read("crawl.warc.gz" if is_pressed else "crawl.warc", content)
    urls = [one.url for one in found if isinstance(one, Page)]
    if stated < 10**17:  # a film of this length would go by unchecked
        assert {f"http://b.example/{name}" for name in ("plain", "gzip", "both")} <= set(urls)
        told = next(one for one in found if isinstance(one, Rejection))
        assert told.slug == "longueur-fausse"
    assert urls[0] == "http://b.example/plain"


@pytest.mark.parametrize(
    ("spec", "proposed"),
    [
        ("exemple.org", "https://exemple.org"),
        ("www.exemple.fr/blogue", "https://www.exemple.fr/blogue"),
    ],
)
def test_an_address_without_its_scheme_is_proposed_whole(spec: str, proposed: str) -> None:
    with pytest.raises(SourceError) as caught:
        list(iter_source(spec))
    assert proposed in str(caught.value)


def test_a_path_that_is_not_there_is_no_address() -> None:
    with pytest.raises(SourceError) as caught:
        list(iter_source("pages/absentes.html"))
    assert "https://" not in str(caught.value)
