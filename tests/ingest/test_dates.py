"""French dates: every form, its precision, and what stays unknown."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.dates import find_dates, is_partial_date, parse_french_date

READ = (
    ("4 mai 2009", "2009-05-04", "day"),
    ("1er mars 2008", "2008-03-01", "day"),
    ("1er janvier 2010", "2010-01-01", "day"),
    ("12 août 2008", "2008-08-12", "day"),
    ("12 aout 2008", "2008-08-12", "day"),
    ("12 AOÛT 2008", "2008-08-12", "day"),
    ("5 févr. 2009", "2009-02-05", "day"),
    ("5 fév 2009", "2009-02-05", "day"),
    ("3 déc. 2006", "2006-12-03", "day"),
    ("22 Juil 2016", "2016-07-22", "day"),
    ("9 sept. 2011", "2011-09-09", "day"),
    ("lundi 4 mai 2009", "2009-05-04", "day"),
    ("dim. 3 déc. 2006", "2006-12-03", "day"),
    ("le lundi 4 mai 2009", "2009-05-04", "day"),
    ("Publié le 4 mai 2009", "2009-05-04", "day"),
    ("Posté le : 4 mai 2009", "2009-05-04", "day"),
    ("14 févr. 2009 à 21 h 30", "2009-02-14T21:30", "minute"),
    ("le 3 mai 2010 à 14 h 30", "2010-05-03T14:30", "minute"),
    ("3 mai 2010, 14h30", "2010-05-03T14:30", "minute"),
    ("21 juillet 2013 à 18 h 12 min", "2013-07-21T18:12", "minute"),
    ("25 décembre 2010 à 9 h 05 min", "2010-12-25T09:05", "minute"),
    ("3 mai 2010 à 21 h", "2010-05-03", "day"),
    ("vendredi 01 mai 2009 (10h30)", "2009-05-01T10:30", "minute"),
    ("Le mercredi 4 mars 2009, 10:21", "2009-03-04T10:21", "minute"),
    ("21h30 le 4 mai 2009", "2009-05-04T21:30", "minute"),
    ("le 04/05/2009 à 10:38", "2009-05-04T10:38", "minute"),
    ("04/05/2009", "2009-05-04", "day"),
    ("04-05-2009", "2009-05-04", "day"),
    ("12.05.2009 | 14h22", "2009-05-12T14:22", "minute"),
    ("04/05/09", "2009-05-04", "day"),
    ("04/05/98", "1998-05-04", "day"),
    ("05/13/2013", "2013-05-13", "day"),
    ("2009/05/04", "2009-05-04", "day"),
    ("2009-05-04", "2009-05-04", "day"),
    ("2009-05-04 10:38", "2009-05-04T10:38", "minute"),
    ("2009-05-04T10:38:05", "2009-05-04T10:38:05", "second"),
    ("2009-05-04T10:38:05+02:00", "2009-05-04T10:38:05", "second"),
    ("2009-05-04T10:38Z", "2009-05-04T10:38", "minute"),
    ("September 21, 2009 at 10:38", "2009-09-21T10:38", "minute"),
    ("septembre 21, 2009", "2009-09-21", "day"),
    ("août 25th, 2009 at 14:04", "2009-08-25T14:04", "minute"),
    ("Mardi, juillet 1st, 2008 at 19:20", "2008-07-01T19:20", "minute"),
    ("3 May 2010 2:30 pm", "2010-05-03T14:30", "minute"),
    ("3 May 2010 12:05 am", "2010-05-03T00:05", "minute"),
    ("23 Jul 2012", "2012-07-23", "day"),
    ("12 juill. 2010", "2010-07-12", "day"),
    ("1 er mars 2006 à 9:05", "2006-03-01T09:05", "minute"),
    ("12 fév. 09", "2009-02-12", "day"),
    ("12 fév. 09 à 17:08", "2009-02-12T17:08", "minute"),
    ("12 Feb '09", "2009-02-12", "day"),
    ("mai 2009", "2009-05", "month"),
    ("en mai 2009", "2009-05", "month"),
    ("2009-05", "2009-05", "month"),
    ("2009", "2009", "year"),
    ("29 février 2008", "2008-02-29", "day"),
)

UNKNOWN = (
    "", "  ", "4 mai", "mai", "lundi", "31 février 2009", "29 février 2009", "32 mai 2009",
    "13/13/2009", "00/00/0000", "0000-00-00 00:00:00", "192.168.10.12", "version 1.2.2009",
    "12 h 30", "12", "1009", "3009", "il y a 3 jours", "hier", "aujourd’hui", "PUBLIÉ LE :",
    "je suis né le 4 mai 1982 à Montréal", "4 mai 2009 et 5 mai 2009", "x" * 500,
)  # fmt: skip


@pytest.mark.parametrize(("raw", "value", "precision"), READ)
def test_a_date_is_read(raw: str, value: str, precision: str) -> None:
    date = parse_french_date(raw, source="text")
    assert date is not None
    assert (date.value, date.precision, date.source, date.raw) == (value, precision, "text", raw)


@pytest.mark.parametrize("raw", UNKNOWN)
def test_what_is_no_date_stays_unknown(raw: str) -> None:
    assert parse_french_date(raw, source="text") is None


@pytest.mark.parametrize(
    ("raw", "value", "precision"),
    [
        ("il y a 3 jours", "2010-05-07", "day"),
        ("il y a un jour", "2010-05-09", "day"),
        ("hier", "2010-05-09", "day"),
        ("aujourd’hui", "2010-05-10", "day"),
        ("avant-hier", "2010-05-08", "day"),
        ("il y a 2 semaines", "2010-04", "month"),
        ("il y a 5 mois", "2009-12", "month"),
        ("il y a 2 ans", "2008", "year"),
        ("3 days ago", "2010-05-07", "day"),
    ],
)
def test_relative_dates_need_the_day_of_capture(raw: str, value: str, precision: str) -> None:
    date = parse_french_date(raw, source="relative", captured_at="2010-05-10T08:00:00")
    assert date is not None
    assert (date.value, date.precision) == (value, precision)
    assert parse_french_date(raw, source="relative") is None
    assert parse_french_date(raw, source="relative", captured_at="pas une date") is None


def test_hours_ago_may_be_another_day() -> None:
    assert parse_french_date("il y a 5 heures", source="relative", captured_at="2010-05-10") is None


def test_dates_are_found_inside_a_line() -> None:
    line = "lafleurdesmath September 21, 2009 at 10:38 #"
    (found,) = find_dates(line, source="text")
    assert line[found.start : found.end] == "September 21, 2009 at 10:38"
    assert found.date.value == "2009-09-21T10:38"
    assert [f.date.value for f in find_dates("du 4 mai 2009 au 6 mai 2009", source="text")] == [
        "2009-05-04",
        "2009-05-06",
    ]


def test_a_name_is_no_weekday() -> None:
    (found,) = find_dates("Sam 19/05/2014 at 12:44", source="text")
    assert found.start == 4


def test_partial_dates_are_told() -> None:
    assert is_partial_date("Posted at 10:06h, 12 November")
    assert is_partial_date("le 4 mai")
    assert not is_partial_date("4 mai 2009")
    assert not is_partial_date("demain matin")


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="0123456789 /-.:hàléû jfmasond", max_size=60))
def test_no_string_breaks_it_and_no_first_of_january_is_made_up(raw: str) -> None:
    date = parse_french_date(raw, source="text")
    if date is not None and date.value.startswith(tuple("12")) and date.value[4:10] == "-01-01":
        assert "1" in raw
    for found in find_dates(raw, source="text"):
        assert 0 <= found.start < found.end <= len(raw)


@pytest.mark.parametrize("year", range(1999, 2021))
def test_a_year_alone_is_only_a_year(year: int) -> None:
    date = parse_french_date(str(year), source="text")
    assert date is not None
    assert date.value == str(year)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Par Ninon|2018-03-01T10:00:00+00:00|12 mai", "2018-03-01T10:00:00"),
        ("Publication publiée :12 février 2020", "2020-02-12"),
        ("mer 12/02/2020 - 17:08", "2020-02-12T17:08"),
        ("At 12 février, 2005 17:08, Basile", "2005-02-12T17:08"),
        ("le 12 mars 14 h 30", None),  # an hour, not 2014
        ("le 12 mai 20 personnes sont venues", None),
    ],
)
def test_dates_inside_lines(text: str, value: str | None) -> None:
    found = find_dates(text, source="text")
    assert (found[0].date.value if found else None) == value
