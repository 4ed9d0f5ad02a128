"""Stable public names of documents, comments and passages."""

from __future__ import annotations

import hashlib
import re
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

__all__ = [
    "base_address",
    "canonical_url",
    "comment_id",
    "comment_passage_id",
    "document_id",
    "host_of",
    "post_passage_id",
    "text_hash",
]

_HEX_DIGITS: Final = 16
"""64 bits: two of a million documents meet with a probability under 3e-8."""

_DEFAULT_PORT = re.compile(r":(?:80|443)$")
_TRACKING = re.compile(
    r"^(?:utm_\w+|fbclid|gclid|mc_[ce]id|xtor|phpsessid|jsessionid|replytocom)$", re.I
)
_VARIANT_PATH = re.compile(r"/(?:comment-page-\d+|print|feed|amp|trackback|email)/?$", re.I)
_VARIANT_PARAMETERS: Final = frozenset(
    ["cpage", "print", "printable", "m", "amp", "replytocom", "showcomment", "format", "output"]
)


def text_hash(text: str) -> str:
    """SHA-256 of a text, hexadecimal; lone surrogates have one too."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def base_address(url: str) -> str:
    """`url` without what leads to another view of the same post: print, feed, comment page."""
    parts = urlsplit(url)
    path = parts.path
    while (shorter := _VARIANT_PATH.sub("/", path)) != path:
        path = shorter
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    query = urlencode([pair for pair in pairs if pair[0].lower() not in _VARIANT_PARAMETERS])
    return urlunsplit((parts.scheme, parts.netloc, path, query, ""))


def host_of(url: str | None) -> str | None:
    """The host of an address in small letters, without `www.`; None where it has none."""
    try:
        host = urlsplit(url.strip()).hostname if url else None
    except ValueError:  # urlsplit refuses some malformed hosts
        return None
    return host.removeprefix("www.") if host else None


def canonical_url(url: str) -> str:
    """The address without what does not change the page: scheme, fragment, port, tracking.

    `http` and `https` are one page; a final `/` is not told from its absence.
    """
    parts = urlsplit(url.strip())
    host = _DEFAULT_PORT.sub("", parts.netloc.rpartition("@")[2].lower())
    path = parts.path.rstrip("/")
    kept = [
        pair
        for pair in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.match(pair[0])
    ]
    return f"{host}{path}" + (f"?{urlencode(kept)}" if kept else "")


def document_id(url: str | None, source_path: str) -> str:
    """`d-` and 16 hexadecimal digits of SHA-256: of the canonical URL, else of the path.

    The content is no part of it: a corrected page keeps its name.
    """
    name = f"url:{_canonical_or_raw(url)}" if url else f"path:{source_path}"
    digest = text_hash(name)
    return f"d-{digest[:_HEX_DIGITS]}"


def comment_id(doc_id: str, number: int) -> str:
    """The name of the comment that stands at place `number`, from 1."""
    return f"{doc_id}#c{number}"


def post_passage_id(doc_id: str, n: int) -> str:
    """The name of the n-th passage of the post, from 1."""
    return f"{doc_id}#p{n}"


def comment_passage_id(doc_id: str, number: int, n: int) -> str:
    """The name of the n-th passage, from 1, of the comment that stands at place `number`."""
    return f"{comment_id(doc_id, number)}.p{n}"


def _canonical_or_raw(url: str) -> str:
    try:
        return canonical_url(url)
    except ValueError:  # urlsplit refuses some malformed hosts; the string itself still names it
        return url.strip()
