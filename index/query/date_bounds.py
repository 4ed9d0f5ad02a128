"""Dates that a person writes to narrow a search: `2009`, `2012-05`, `31/05/2012`."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from ingest.errors import UsageError

_SHOWN_CHARACTERS: Final = 60
_ISO: Final = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{1,2})(?:-(?P<day>[0-9]{1,2}))?)?")
_FRENCH: Final = re.compile(
    r"(?:(?P<day>[0-9]{1,2})[/.-])?(?P<month>[0-9]{1,2})[/.-](?P<year>[0-9]{4})"
)


def read_date_bound(value: str) -> str:
    """`value` as an ISO date no more precise than it was written (`2009`, `2012-05`).

    Years, months and days are read, in ISO order or in French order (`31/05/2012`, `05/2012`).

    Raises:
        UsageError: `value` is no date of the calendar.
    """
    written = value.strip()
    match = _ISO.fullmatch(written) or _FRENCH.fullmatch(written)
    if match is None:
        raise _not_a_date(value)
    year, month, day = match["year"], match["month"], match["day"]
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError as error:
        raise _not_a_date(value) from error
    return "-".join([year, *(f"{int(part):02d}" for part in (month, day) if part)])


def _not_a_date(value: str) -> UsageError:
    shown = value if len(value) <= _SHOWN_CHARACTERS else value[: _SHOWN_CHARACTERS - 1] + "…"
    return UsageError(
        f"«\u00a0{shown}\u00a0» n’est pas une date\u202f: écrivez 2009, 2012-05 ou 2012-05-31."
    )
