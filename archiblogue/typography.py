"""French and English typography: spaces, quotation marks, dates and numbers."""

from __future__ import annotations

import re
from typing import Final

NARROW: Final = "\u202f"
NO_BREAK: Final = "\u00a0"

_MONTHS: Final = {
    "fr": (
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}
_ISO_DATE: Final = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>0[1-9]|[12]\d|3[01])"
    r"(?:[T ](?P<hour>[01]\d|2[0-3]):(?P<minute>[0-5]\d)(?::\d{2}(?:\.\d+)?)?"
    r"(?:Z|[+-]\d{2}:?\d{2})?)?)?)?"
)


def french(text: str) -> str:
    """Our own French text with no-break spaces where a plain space stands before ; : ! ? or in « ».

    Only for the texts of the page: blog text stays as it was written.
    """
    text = re.sub(r" (?=[;!?])", NARROW, text)
    text = re.sub(r" (?=[:%])", NO_BREAK, text)
    text = re.sub(r"(?<=«) ", NO_BREAK, text)
    return re.sub(r" (?=»)", NO_BREAK, text)


def format_date(value: str | None, language: str = "fr") -> str | None:
    """The date in words, exactly as precise as it is known; None when it is unknown.

    `2009` gives « 2009 », `2009-05` « mai 2009 », `2009-05-01` « 1er mai 2009 »,
    `2009-09-21T10:38` « 21 septembre 2009, 10 h 38 ». What is not an ISO date comes back as is.
    """
    if not value:
        return None
    found = _ISO_DATE.fullmatch(value.strip())
    if found is None:
        return value
    year, month, day = found["year"], found["month"], found["day"]
    if month is None:
        return year
    name = _MONTHS[language][int(month) - 1]
    if day is None:
        return f"{name}{NO_BREAK}{year}"
    if language == "en":
        words = f"{name}{NO_BREAK}{int(day)}, {year}"
        return f"{words}, {found['hour']}:{found['minute']}" if found["hour"] else words
    ordinal = "1er" if day == "01" else str(int(day))
    words = f"{ordinal}{NO_BREAK}{name} {year}"
    if found["hour"]:
        words += f", {int(found['hour'])}{NARROW}h{NARROW}{found['minute']}"
    return words


def format_number(number: int, language: str = "fr") -> str:
    """The integer with its thousands apart: narrow no-break spaces in French, commas in English."""
    return f"{number:,}".replace(",", NARROW if language == "fr" else ",")
