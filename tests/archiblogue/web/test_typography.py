"""French typography of the page's own words; dates never more precise than known."""

from __future__ import annotations

import pytest

from archiblogue.typography import format_date, format_number, french


@pytest.mark.parametrize(
    ("value", "in_french", "in_english"),
    [
        ("2009", "2009", "2009"),
        ("2009-05", "mai\u00a02009", "May\u00a02009"),
        ("2009-05-01", "1er\u00a0mai 2009", "May\u00a01, 2009"),
        ("2009-09-21", "21\u00a0septembre 2009", "September\u00a021, 2009"),
        (
            "2009-09-21T10:38",
            "21\u00a0septembre 2009, 10\u202fh\u202f38",
            "September\u00a021, 2009, 10:38",
        ),
        (
            "2009-12-31T00:05:59+01:00",
            "31\u00a0décembre 2009, 0\u202fh\u202f05",
            "December\u00a031, 2009, 00:05",
        ),
        ("au printemps", "au printemps", "au printemps"),
        ("2009-13-01", "2009-13-01", "2009-13-01"),
        ("", None, None),
        (None, None, None),
    ],
)
def test_dates(value: str | None, in_french: str | None, in_english: str | None) -> None:
    assert format_date(value, "fr") == in_french
    assert format_date(value, "en") == in_english


@pytest.mark.parametrize(
    ("plain", "typeset"),
    [
        ("Vraiment ?", "Vraiment\u202f?"),
        ("Oui ; non !", "Oui\u202f; non\u202f!"),
        ("Section : « A »", "Section\u00a0: «\u00a0A\u00a0»"),
        ("42 %", "42\u00a0%"),
        ("http://exemple.org:80/?a", "http://exemple.org:80/?a"),
        ("auteur:Martine", "auteur:Martine"),
    ],
)
def test_no_break_spaces_stand_where_french_wants_them(plain: str, typeset: str) -> None:
    assert french(plain) == typeset


def test_numbers() -> None:
    assert format_number(1234567) == "1\u202f234\u202f567"
    assert format_number(1234567, "en") == "1,234,567"
    assert format_number(12) == "12"
