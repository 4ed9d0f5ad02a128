"""Dates as exports and feeds state them: exact, in local time, with the string kept."""

from __future__ import annotations

import re
from datetime import datetime
from email.utils import parsedate_to_datetime

from ingest.model import Precision, PublicationDate

_US_FORM = re.compile(
    r"(\d{1,2})/(\d{1,2})/(\d{4})(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AP]M)?)?", re.IGNORECASE
)
_MIN_YEAR = 1990


def exact_date(raw: str | None, source: str) -> PublicationDate | None:
    """The date in `raw` (ISO 8601, SQL, RFC 822 or Movable Type), or None when it is none.

    The value is the time as it is written, without its zone: `raw` keeps the zone.
    """
    text = (raw or "").strip()
    if not text or text.startswith("0000"):
        return None
    found = _iso(text) or _us(text) or _rfc822(text)
    if not found or not _MIN_YEAR <= found[0].year <= 9998:
        return None
    moment, precision = found
    n_signs = {"day": 10, "minute": 16, "second": 19}[precision]
    value = moment.replace(tzinfo=None).isoformat(timespec="seconds")[:n_signs]
    return PublicationDate(value=value, precision=precision, source=source, raw=text)


def _iso(text: str) -> tuple[datetime, Precision] | None:
    try:
        moment = datetime.fromisoformat(text.replace(" ", "T", 1))
    except ValueError:
        return None
    precision: Precision = "second"
    if "T" not in text and " " not in text:
        precision = "day"
    elif text.count(":") == 1:
        precision = "minute"
    return moment, precision


def _us(text: str) -> tuple[datetime, Precision] | None:
    found = _US_FORM.fullmatch(text)
    if not found:
        return None
    month, day, year, hour, minute, second, half = found.groups()
    hours = int(hour or 0)
    if half:
        hours = hours % 12 + (12 if half.upper() == "PM" else 0)
    try:
        moment = datetime(  # noqa: DTZ001  the export states local time without its zone
            int(year), int(month), int(day), hours, int(minute or 0), int(second or 0)
        )
    except ValueError:
        return None
    if hour is None:
        return moment, "day"
    return moment, "second" if second else "minute"


def _rfc822(text: str) -> tuple[datetime, Precision] | None:
    try:
        return parsedate_to_datetime(text), "second"
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
