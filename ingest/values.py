"""What a person writes to name a role, a language or a date, read into the archive's own values."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from ingest.errors import UsageError
from ingest.model import Role
from ingest.text import fold

_SHOWN_CHARACTERS: Final = 60
_ROLES: Final = {
    "billet": Role.POST,
    "commentaire": Role.COMMENT,
    "reponse": Role.REPLY,
}
_LANGUAGES: Final = {
    "fr": "fr",
    "francais": "fr",
    "en": "en",
    "anglais": "en",
    "other": "other",
    "autre": "other",
}
_ISO: Final = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{1,2})(?:-(?P<day>[0-9]{1,2}))?)?")
_FRENCH: Final = re.compile(
    r"(?:(?P<day>[0-9]{1,2})[/.-])?(?P<month>[0-9]{1,2})[/.-](?P<year>[0-9]{4})"
)
_DAY_CHARACTERS: Final = len("2012-05-31")


def read_role(value: str) -> Role:
    """The role that a French word names (`commentaire`, `Billets`, `reponse`).

    Raises:
        UsageError: it names no role.
    """
    role = _ROLES.get(fold(value.strip()).removesuffix("s"))
    if role is None:
        raise UsageError(
            f"{_quote(value)} n’est pas un rôle\u202f: écrivez billet, commentaire ou réponse."
        )
    return role


def read_language(value: str) -> str:
    """The language code that `value` names (`fr`, `en` or `other`).

    Raises:
        UsageError: it names no language that the archive tells apart.
    """
    code = _LANGUAGES.get(fold(value.strip()))
    if code is None:
        raise UsageError(
            f"{_quote(value)} n’est pas une langue connue\u202f: écrivez fr, en ou autre."
        )
    return code


def read_date_bound(value: str) -> str:
    """`value` as an ISO date no more precise than it was written (`2009`, `2012-05`).

    Years, months and days are read, in ISO order, in French order (`31/05/2012`, `05/2012`) or in
    words (`mai 2012`, `31 mai 2012`).

    Raises:
        UsageError: `value` is no date of the calendar.
    """
    written = value.strip()
    match = _ISO.fullmatch(written) or _FRENCH.fullmatch(written)
    if match is None:
        return _read_words(value)
    year, month, day = match["year"], match["month"], match["day"]
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError as error:
        raise _not_a_date(value) from error
    return "-".join([year, *(f"{int(part):02d}" for part in (month, day) if part)])


def _read_words(value: str) -> str:
    # Its forms take time to compile, and few people write a bound in words.
    from ingest.dates import parse_french_date

    found = None
    if any(letter.isdigit() for letter in value) and any(letter.isalpha() for letter in value):
        found = parse_french_date(value, source="query")
    if found is None:
        raise _not_a_date(value)
    return found.value[:_DAY_CHARACTERS]


def _not_a_date(value: str) -> UsageError:
    return UsageError(
        f"{_quote(value)} n’est pas une date\u202f: écrivez 2009, 2012-05, 2012-05-31, 05/2012, "
        "31/05/2012, mai 2012 ou 31 mai 2012."
    )


def _quote(value: str) -> str:
    cut = value if len(value) <= _SHOWN_CHARACTERS else value[: _SHOWN_CHARACTERS - 1] + "…"
    return f"«\u00a0{cut}\u00a0»"
