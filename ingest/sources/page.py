"""Single pages: HTML or text, with the address and the day that a saving tool left in them."""

from __future__ import annotations

import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final

from ingest.errors import ExtractionError
from ingest.limits import read_limited
from ingest.mirror import mirrored_address, mirrored_day
from ingest.model import Page, Rejection
from ingest.sources.blob import Blob

_MARK_BYTES: Final = 8_192
"""Saving tools write their mark at the very start or (Wayback) at the very end."""

_MARKS: Final = (
    # SingleFile, on three lines of one comment.
    re.compile(
        r"Page saved with SingleFile\s+url:\s*(?P<url>\S+)(?:\s+saved date:\s*(?P<day>[^\n(]+))?"
    ),
    # monolith.
    re.compile(r"Saved from (?P<url>https?://\S+) at (?P<day>\S+) using monolith"),
    # Internet Explorer, Edge and Chrome.
    re.compile(r"saved from url=\(\d+\)(?P<url>https?://[^\s>]+)"),
    # HTTrack names the address without its scheme.
    re.compile(r"Mirrored from (?P<host>[^\s<>]+) by HTTrack[^,>]*(?:, (?P<day>[^>]+?))? -->"),
    # Wayback Machine's closing comment.
    re.compile(r"FILE ARCHIVED ON (?P<day>\d{1,2}:\d\d:\d\d \w{3} \d{1,2}, \d{4})"),
)


def read_single_page(blob: Blob, media_type: str) -> Page | Rejection:
    """The content as one page; over the limit of size, a rejection."""
    try:
        with blob.open() as stream:
            content = read_limited(stream)
    except ExtractionError as error:
        return Rejection(blob.name, "limits", error.slug, error.detail)
    url, captured_at = provenance(content) if media_type == "text/html" else (None, None)
    told = blob.url or url
    return Page(
        source_path=blob.name,
        content=content,
        media_type=media_type,
        charset=blob.charset,
        url=told or mirrored_address(blob.name),
        captured_at=blob.captured_at or captured_at or mirrored_day(blob.name),
        url_source=None if told else "chemin-du-miroir",
    )


def provenance(content: bytes) -> tuple[str | None, str | None]:
    """Address and ISO date of capture that a saving tool wrote into the page, or None."""
    marks = (content[:_MARK_BYTES] + b"\n" + content[-_MARK_BYTES:]).decode("latin-1")
    for pattern in _MARKS:
        found = pattern.search(marks)
        if not found:
            continue
        named = found.groupdict()
        host = named.get("host")
        url = named.get("url") or (f"http://{host}" if host else None)
        return url, iso_day(named.get("day"))
    return None, None


def iso_day(raw: str | None) -> str | None:
    """The ISO 8601 date of a machine's stamp (HTTP, ISO, JavaScript, Wayback), or None."""
    text = (raw or "").strip()
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).date().isoformat()
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(text).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        pass
    # `Mon Jan 05 2015 10:00:00 GMT+0100` of JavaScript, `10:00:00 Jan 5, 2015` of Wayback.
    found = re.search(r"([A-Z][a-z]{2}) (\d{1,2}),? (\d{4})", text)
    if not found:
        return None
    try:
        stamp = " ".join(found.groups())
        return datetime.strptime(stamp, "%b %d %Y").date().isoformat()  # noqa: DTZ007
    except ValueError:
        return None
