"""Names that climb out of an archive: nothing is written anywhere, hostile members are told."""

from __future__ import annotations

import base64
import io
import os
import stat
import zipfile
from pathlib import Path

import pytest

from ingest.model import Page, Rejection
from ingest.sources import iter_source

HTML = b"<html><body><p>Une page ordinaire, avec un peu de texte.</p></body></html>"

CLIMBING = [
    "../evil.html",
    "../../evil.html",
    "a/../../evil.html",
    "a/b/../../../evil.html",
    "/evil.html",
    "//evil.html",
    "//server/share/evil.html",
    "/etc/cron.d/evil",
    "/tmp/evil.html",
    "..\\evil.html",
    "..\\..\\evil.html",
    "a\\..\\..\\evil.html",
    "\\evil.html",
    "\\\\server\\share\\evil.html",
    "C:\\evil.html",
    "C:evil.html",
    "c:/evil.html",
    "C:/Windows/evil.html",
    "\\\\?\\C:\\evil.html",
    "..",
    "../",
    "a/..",
    "a/../..",
    "../~/evil.html",
    "./../evil.html",
    ".//..//evil.html",
    "a/./../../evil.html",
    "evil.html/../../evil.html",
    "..\\../evil.html",
    "../..\\evil.html",
    "page\n.html",
    "page\x1b[2J.html",
    "page\x07.html",
    "page\x7f.html",
]
"""Names that must be refused (a trailing slash makes a folder, which holds nothing)."""

HARMLESS_LOOKING = [
    "%2e%2e%2fevil.html",
    "..%2fevil.html",
    "%2fetc%2fpasswd.html",
    "....//evil.html",
    "~root/evil.html",
    "$HOME/evil.html",
    "..evil.html",
    "con.html",
]
"""Names that only an interpreter would follow: the pages are read, still nothing is written."""

LOCATIONS = [*CLIMBING[:12], "file:///etc/passwd", "file:../evil.html", "cid:../../evil"]


@pytest.fixture
def guarded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder three levels deep, from which any file that appears elsewhere is seen."""
    deep = tmp_path / "un" / "deux" / "trois"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    return deep


def files_of(root: Path) -> set[Path]:
    return {path for path in root.rglob("*") if path.is_file()}


def zip_of(path: Path, name: str) -> None:
    info = zipfile.ZipInfo("x")
    info.filename = name  # set afterwards: the constructor cleans names
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(info, HTML)


def test_there_are_enough_names() -> None:
    assert len(CLIMBING) + len(HARMLESS_LOOKING) >= 40


@pytest.mark.parametrize("suffix", [".zip", ".wacz"])
def test_climbing_names_are_refused(guarded: Path, tmp_path: Path, suffix: str) -> None:
    for number, name in enumerate(CLIMBING):
        archive = guarded / f"{number}{suffix}"
        zip_of(archive, name)
        before = files_of(tmp_path)
        found = list(iter_source(str(archive)))
        assert all(isinstance(one, Rejection) for one in found), name
        assert not any("\n" in one.source_path or "\x1b" in one.source_path for one in found)
        slugs = {one.slug for one in found if isinstance(one, Rejection)}
        assert slugs <= {"nom-interdit", "sans-contenu"}, (name, slugs)
        assert files_of(tmp_path) == before, name


def test_odd_names_are_read_and_nothing_is_written(guarded: Path, tmp_path: Path) -> None:
    for number, name in enumerate(HARMLESS_LOOKING):
        archive = guarded / f"{number}.zip"
        zip_of(archive, name)
        before = files_of(tmp_path)
        found = list(iter_source(str(archive)))
        assert [type(one) for one in found] == [Page], name
        assert files_of(tmp_path) == before, name


def test_mhtml_locations_are_no_paths(guarded: Path, tmp_path: Path) -> None:
    for number, name in enumerate(LOCATIONS):
        message = (
            'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n'
            "--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n"
            f"Content-Location: {name}\r\n"
            f'Content-Disposition: attachment; filename="{name}"\r\n\r\n'
            f"{base64.b64encode(HTML).decode()}\r\n--b--\r\n"
        )
        path = guarded / f"{number}.mhtml"
        path.write_text(message, encoding="utf-8", newline="")
        before = files_of(tmp_path)
        (page,) = iter_source(str(path))
        assert isinstance(page, Page), name
        assert (page.url, page.source_path) == (None, f"{guarded.name}/{path.name}")
        assert files_of(tmp_path) == before, name


def test_a_link_inside_a_zip_is_not_followed(guarded: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("lien.html")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
        archive.writestr("page.html", HTML)
    (guarded / "a.zip").write_bytes(buffer.getvalue())
    found = list(iter_source("a.zip"))
    assert [getattr(one, "slug", "page") for one in found] == ["lien-symbolique", "page"]


def test_links_of_a_folder_are_not_followed(guarded: Path, tmp_path: Path) -> None:
    outside = tmp_path / "dehors"
    outside.mkdir()
    (outside / "secret.html").write_bytes(HTML)
    blog = guarded / "blog"
    blog.mkdir()
    (blog / "page.html").write_bytes(HTML)
    (blog / "fichier.html").symlink_to(outside / "secret.html")
    (blog / "dossier").symlink_to(outside, target_is_directory=True)
    (blog / "boucle").symlink_to(blog, target_is_directory=True)
    os.mkfifo(blog / "tube")
    (blog / ".cache").mkdir()
    (blog / ".cache" / "page.html").write_bytes(HTML)
    found = list(iter_source(str(blog)))
    assert [one.source_path for one in found if isinstance(one, Page)] == ["blog/page.html"]
    told = {one.source_path: one.detail for one in found if isinstance(one, Rejection)}
    assert told["blog#liens"].startswith("3 ×")
    assert told["blog#speciaux"].startswith("1 ×")
    assert told["blog#caches"].startswith("1 ×")
