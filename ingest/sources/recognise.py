"""What a content is, told from its first bytes; a name is only asked about code and styles."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Final

from ingest.sources.blob import GZIP_MAGIC

_SNIFF_BYTES: Final = 16_384


class Format(StrEnum):
    """What `iter_source` knows how to read, or why it does not."""

    EMPTY = "vide"
    BINARY = "binaire"
    ASSET = "habillage"
    ZIP = "zip"
    GZIP = "gzip"
    WARC = "warc"
    MHTML = "mhtml"
    WXR = "wxr"
    DISQUS = "disqus"
    BLOGGER = "blogger"
    OVER_BLOG = "over-blog"
    FEED = "fil"
    SITEMAP = "plan-de-site"
    XML = "xml-inconnu"
    JSON = "json"
    DOTCLEAR = "dotclear"
    MOVABLE_TYPE = "movable-type"
    MEDIUM = "medium"
    HTML = "html"
    TEXT = "texte"


_ASSET_SUFFIXES: Final = frozenset(
    [
        ".css",
        ".js",
        ".mjs",
        ".map",
        ".scss",
        ".less",
        ".svg",
        ".woff",
        ".woff2",
        ".ttf",
        ".eot",
        ".otf",
        ".swf",
        ".php",
        ".py",
        ".rb",
        ".sh",
        ".sql",
        ".ini",
        ".conf",
        ".lock",
        ".log",
        ".htaccess",
    ]
)
"""Text that is never a page: the dressing that browsers save beside one, and code."""

_BINARY_MAGIC: Final = (
    b"%PDF-",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"RIFF",
    b"OggS",
    b"ID3",
    b"\x7fELF",
    b"MZ",
    b"SQLite format 3\0",
    b"7z\xbc\xaf",
    b"Rar!",
    b"BZh",
    b"\xfd7zXZ",
    b"\x28\xb5\x2f\xfd",
    b"\xd0\xcf\x11\xe0",
    b"wOFF",
    b"wOF2",
)
_MOVABLE_TYPE_FIELD = re.compile(
    r"(AUTHOR|TITLE|BASENAME|UNIQUE URL|STATUS|ALLOW COMMENTS|CONVERT BREAKS|ALLOW PINGS|"
    r"PRIMARY CATEGORY|CATEGORY|DATE|TAGS|NO ENTRY|IMAGE): ?"
)
_HTML_OPENING = re.compile(
    r"<(!doctype\s+html|html|head|body|title|meta|div|article|section|table|p|h[1-6]|span|a|ul|"
    r"ol|br|b|i|em|strong|font|center|frameset|img|link|style|script|blockquote)\b",
    re.IGNORECASE,
)
_HTML_FRAME = re.compile(r"<(!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_PREAMBLE_SIGNS: Final = 600
"""How far the notices of a server may push the page's own opening."""

_SIGNS_PER_CLOSING: Final = 100
"""459 text dumps of blog pages have over 200 signs a closing tag, fragments of HTML under 60."""

_ROOT = re.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_PROLOG = re.compile(r"\s*(<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(\[.*?\]\s*)?>)", re.DOTALL)
_CONTROLS: Final = bytes(code for code in range(32) if code not in b"\t\n\r\f\x0b\x1a\x1b\x08")


def recognise(head: bytes, name: str = "") -> Format:
    """The format of a content from its first bytes (64 kB are enough) and its name."""
    if not head.strip(b"\0 \t\r\n"):
        return Format.BINARY if b"\0" in head else Format.EMPTY
    by_magic = _by_magic(head)
    if by_magic:
        return by_magic
    if PurePosixPath(name).suffix.lower() in _ASSET_SUFFIXES:
        return Format.ASSET
    text = sniff_text(head[:_SNIFF_BYTES])
    if text is None:
        return Format.BINARY
    return _by_text(text, head)


def _by_magic(head: bytes) -> Format | None:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Format.ZIP
    if head.startswith(GZIP_MAGIC):
        return Format.GZIP
    if head.startswith((b"WARC/", b"filedesc://")):
        return Format.WARC
    if head.startswith(_BINARY_MAGIC):
        return Format.BINARY
    return None


def sniff_text(head: bytes) -> str | None:
    """The head as text good enough to recognise it, or None when it is not text."""
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            return head[2:].decode(encoding, "replace")
    if head[1:4:2] == b"\0\0" and head[:1].isascii():
        return head.decode("utf-16-le", "replace")
    if head[0:3:2] == b"\0\0" and head[1:2].isascii():
        return head.decode("utf-16-be", "replace")
    text = head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    n_controls = len(head) - len(head.translate(None, _CONTROLS))
    # A page damaged by a few control bytes is still a page; 2 in 100 is no text.
    return None if n_controls * 50 > len(text) else text


def _by_text(text: str, head: bytes) -> Format:
    body = text.lstrip("\ufeff \t\r\n")
    if body.startswith("///DOTCLEAR|"):
        return Format.DOTCLEAR
    if body.startswith(("{", "[")) and _looks_like_json(body):
        return Format.JSON
    if _looks_like_mhtml(body):
        return Format.MHTML
    if _looks_like_movable_type(body):
        return Format.MOVABLE_TYPE
    markup = body.find("<")
    # Notices of the server may stand before the markup: a few hundred characters of them.
    if 0 <= markup < _PREAMBLE_SIGNS:
        by_root = _by_root(body[markup:], head)
        if by_root:
            return by_root
    return Format.HTML if _looks_like_html(body) else Format.TEXT


def _looks_like_json(body: str) -> bool:
    rest = body[1:].lstrip()
    return rest.startswith(('"', "{", "}", "]", "["))


def _looks_like_mhtml(body: str) -> bool:
    headers = re.split(r"\r?\n\r?\n", body, maxsplit=1)[0].lower()
    if "mime-version:" not in headers[:4_000]:
        return False
    return "content-type: multipart/" in headers or "content-type: text/html" in headers


def _looks_like_movable_type(body: str) -> bool:
    return bool(_MOVABLE_TYPE_FIELD.match(body)) and bool(
        re.search(r"\n-----\r?\n(EXTENDED )?BODY:", body)
    )


def _by_root(markup: str, head: bytes) -> Format | None:
    declared = markup.startswith("<?xml")
    while prolog := _PROLOG.match(markup):
        if re.match(r"\s*<!DOCTYPE\s+html", markup, re.IGNORECASE):
            return _html_kind(head)
        declared = declared or "<!DOCTYPE" in prolog[0]
        markup = markup[prolog.end() :]
    if re.match(r"\s*<!DOCTYPE", markup):
        return Format.XML  # a declaration longer than the head: no export has one
    root = _ROOT.match(markup.lstrip())
    if not root:
        return Format.XML if declared else None
    tag = root[2].lower()
    if tag == "rss" or (tag == "channel" and declared):
        return _rss_kind(markup)
    if tag == "feed":
        blogger = "schemas.google.com/blogger/" in markup or "#kind'" in markup
        return Format.BLOGGER if blogger and _is_blogger_archive(markup) else Format.FEED
    by_tag = {
        "root": Format.OVER_BLOG if _is_over_blog(markup) else None,
        "rdf": Format.FEED,
        "disqus": Format.DISQUS,
        "urlset": Format.SITEMAP,
        "sitemapindex": Format.SITEMAP,
        "html": _html_kind(head),
    }.get(tag)
    return by_tag or (Format.XML if declared and not _HTML_OPENING.match(markup.lstrip()) else None)


def _rss_kind(markup: str) -> Format:
    return Format.WXR if "wordpress.org/export/" in markup else Format.FEED


def _is_blogger_archive(markup: str) -> bool:
    """An export has kinds on its entries or the `.archive` identifier; a feed has neither."""
    return (
        ".archive" in markup
        or "2008/kind#" in markup
        or "schemas.google.com/blogger/2018" in markup
    )


def _is_over_blog(markup: str) -> bool:
    return bool(re.search(r"<(posts|pages)\b", markup)) and "<slug" in markup


def _html_kind(head: bytes) -> Format:
    return Format.MEDIUM if b'<article class="h-entry">' in head else Format.HTML


def _looks_like_html(body: str) -> bool:
    if _HTML_OPENING.match(body):
        return True
    # A text dump may quote tags (the form's list of allowed ones, code); a page closes its own.
    n_closings = len(re.findall(r"</[a-z][a-z0-9]*>", body, re.IGNORECASE))
    has_frame = _HTML_FRAME.search(body[:_PREAMBLE_SIGNS]) is not None
    signs_per_closing = 4 * _SIGNS_PER_CLOSING if has_frame else _SIGNS_PER_CLOSING
    return bool(_HTML_OPENING.search(body)) and n_closings * signs_per_closing > len(body)
