"""MHTML (`.mht`, `.mhtml`): the page that a browser saved as one MIME message."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from email.message import Message

from ingest.errors import ExtractionError
from ingest.limits import MAX_PAGE_BYTES, MAX_WHOLE_BYTES, megabytes, read_limited
from ingest.model import Page, Rejection
from ingest.sources.blob import Blob
from ingest.sources.page import iso_day


def iter_mhtml(blob: Blob) -> Iterator[Page | Rejection]:
    """The saved page; its frames too when it is a frameset. Pictures and styles stay unread."""
    try:
        with blob.open() as stream:
            content = read_limited(stream, MAX_WHOLE_BYTES)
    except ExtractionError as error:
        yield Rejection(blob.name, "limits", error.slug, error.detail)
        return
    # Some savers put a byte order mark or blank lines before the headers.
    content = content.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    try:
        message = email.message_from_bytes(content, policy=email.policy.compat32)
        parts = [part for part in message.walk() if part.get_content_type() == "text/html"]
    except (RecursionError, ValueError, LookupError):
        parts = []
    if not parts:
        yield Rejection(
            blob.name,
            "source",
            "mhtml-sans-page",
            "Fichier MHTML sans page HTML lisible\u00a0: enregistrez de nouveau la page.",
        )
        return
    main = _main_part(message, parts)
    html = _payload(main)
    captured_at = iso_day(_header(message, "Date"))
    if b"<frameset" in html[:65_536].lower():
        for number, part in enumerate(parts):
            if part is not main:
                yield _page(part, f"{blob.name}#{number}", captured_at, None)
        return
    snapshot = _header(message, "Snapshot-Content-Location")
    yield _page(main, blob.name, captured_at, snapshot or blob.url)


def _main_part(message: Message, parts: list[Message]) -> Message:
    """The part that `start` names (RFC 2387), else the first HTML part."""
    start = message.get_param("start")
    if isinstance(start, str):
        for part in parts:
            if _header(part, "Content-ID") == start:
                return part
    return parts[0]


def _header(message: Message, name: str) -> str | None:
    value = message.get(name)
    return " ".join(str(value).split()) or None if value is not None else None


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _page(part: Message, name: str, captured_at: str | None, url: str | None) -> Page | Rejection:
    content = _payload(part)
    if len(content) > MAX_PAGE_BYTES:
        size = megabytes(len(content))
        return Rejection(
            name, "limits", "trop-gros", f"Page de {size} dans un MHTML\u00a0: refusée."
        )
    location = url or _header(part, "Content-Location")
    is_address = location is not None and location.startswith(("http://", "https://"))
    charset = part.get_param("charset")
    return Page(
        source_path=name,
        content=content,
        media_type="text/html",
        charset=charset if isinstance(charset, str) else None,
        url=location if is_address else None,
        captured_at=captured_at,
    )
