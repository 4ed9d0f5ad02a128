"""French dates of blog pages, with their source and a precision that the page really gives.

Regular expressions read the forms that blogs print; dateparser is asked only for what they do
not know, and only when day, month and year are all in the string. What the page does not say
stays unknown: a month is never turned into its first day, a year never into 1 January.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

from ingest.model import Precision, PublicationDate
from ingest.text import fold_in_place

__all__ = ["FoundDate", "find_dates", "is_partial_date", "parse_french_date"]

_MIN_YEAR: Final = 1980
_MAX_YEAR: Final = 2099
_MAX_RAW_CHARS: Final = 120
_CENTURY_TURN: Final = 70  # two-digit years: 70-99 are 19xx, 00-69 are 20xx

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "janvier january janv jan",
            "fevrier february fevr fev feb",
            "mars march mar",
            "avril april avr apr",
            "mai may",
            "juin june jun",
            "juillet july juill juil jul jui",
            "aout august aou aug",
            "septembre september sept sep",
            "octobre october oct",
            "novembre november nov",
            "decembre december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_FULL_WEEKDAY = (
    r"lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
)
# An abbreviation without its point may be a name: « Sam 19/05/2014 ».
_WEEKDAY = (
    rf"(?:(?:(?:{_FULL_WEEKDAY})\b\.?,?|(?:lun|mar|mer|jeu|ven|sam|dim|mon|tue|wed|thu|fri|sat|sun)"
    r"\b[.,]+)\s+)"
)
_HOUR = (
    r"(?P<hour{n}>[01]?\d|2[0-3])\s?(?:[h:]\s?(?P<minute{n}>[0-5]\d)(?!\d)"
    r"(?:\s?(?:min\b|mn\b)|:(?P<second{n}>[0-5]\d)\b)?"
    r"|h(?:eures?)?\b)(?:\.\d+)?(?:\s?h\b)?\s?(?P<half{n}>[ap]\.?m\b\.?)?"
    r"|(?P<hour12{n}>1[0-2]|[1-9])\s?(?P<half12{n}>[ap]\.?m\b\.?)"
)
_JOIN = r"(?:\s*,)?\s*(?:-|–|—|\||·|/)?\s*(?:(?:a|at|vers|vers les|@|le|on)\s+)?\(?"
_AFTER = rf"(?:(?:{_JOIN}|\s*t)(?:{_HOUR.format(n='')})\)?)?"
_ZONE = r"(?:(?<=\d)\s?(?:z\b|[+-]\d\d:?\d\d(?!\d)))?"
_BEFORE = rf"(?:(?:{_HOUR.format(n='0')})(?:\s*,|\s+(?:le|on|the|du))?\s+)?"
_FORMS: Final = tuple(
    re.compile(
        rf"(?<![\w/.-])(?<!\d:){_BEFORE}{_WEEKDAY}?(?:le\s+)?{form}{_AFTER}{_ZONE}(?![\w/])(?!-\d)"
    )
    for form in (
        rf"(?P<day>[0-3]?\d)(?:\s?er|st|nd|rd|th)?(?:\s+of)?[\s-]+(?P<name>{_MONTH})(?:\s*,|-)?\s*"
        r"(?P<year>\d{4})\b",
        rf"(?P<name>{_MONTH})\s+(?P<day>[0-3]?\d)(?:er|st|nd|rd|th)?\s*,?\s+(?P<year>\d{{4}})\b",
        r"(?P<year>\d{4})(?P<sep>[-/.])(?P<month>[01]?\d)(?P=sep)(?P<day>[0-3]?\d)(?=\b|t)",
        r"(?P<day>[0-3]?\d)\s?(?P<sep>[-/.])\s?(?P<month>[0-3]?\d)\s?(?P=sep)\s?"
        r"(?P<year>\d{4}|\d{2})\b(?!\.\d)",
        # two figures after a month may be an hour or a number: only where the line says no more
        rf"(?P<day>[0-3]?\d)(?:er)?[\s-]+(?P<name>{_MONTH})[\s-]+'?(?P<year>\d{{2}})\b"
        r"(?=\s*(?:$|[|·,@)\]]|(?:a|at)\s+\d|-\s+\d))",
    )
)
_MONTH_YEAR = re.compile(rf"(?:en\s+|in\s+)?(?P<name>{_MONTH})\s*,?\s+(?P<year>\d{{4}})")
_ISO_MONTH = re.compile(r"(?P<year>\d{4})-(?P<month>0[1-9]|1[0-2])")
_YEAR_ONLY = re.compile(r"(?:en\s+|in\s+)?(?P<year>\d{4})")
_PARTIAL = re.compile(
    rf"(?:(?:posted|publie|poste|le|on|at|a)\s+)*(?:{_HOUR.format(n='')})?"
    rf"[\s,]*{_WEEKDAY}?(?:[0-3]?\d(?:er|st|nd|rd|th)?\s+{_MONTH}|{_MONTH}\s+[0-3]?\d)"
    rf"(?:{_JOIN}(?:{_HOUR.format(n='0')}))?"
)
_PREFIX = re.compile(
    r"(?:(?:publie|poste|ecrit|redige|mis en ligne|ajoute|cree|date|envoye|posted|published|written"
    r"|by|le|la|the|on|du|par)\b\s*:?\s*)+"
)
_AGO = re.compile(
    r"(?:il y a\s+(?:environ\s+|plus de\s+)?(?P<count>\d{1,3}|une?|deux|trois|quatre|cinq|six|sept"
    r"|huit|neuf|dix)\s+(?P<unit>minute|heure|jour|semaine|mois|an|annee)s?"
    r"|(?:about\s+)?(?P<count_en>\d{1,3}|an?)\s+(?P<unit_en>minute|hour|day|week|month|year)s?\s+ago)"
)
_NUMBERS: Final = {
    word: number
    for number, words in enumerate(
        ("un une a an", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix"),
        start=1,
    )
    for word in words.split()
}
_NAMED_DAYS: Final = {
    "aujourd'hui": 0, "today": 0, "hier": 1, "yesterday": 1, "avant-hier": 2,
}  # fmt: skip
_UNITS: Final = {
    "heure": "hour", "jour": "day", "semaine": "week", "mois": "month", "an": "year",
    "annee": "year",
}  # fmt: skip
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date and the span of the string that it was read from."""

    date: PublicationDate
    start: int
    end: int


def parse_french_date(
    raw: str, *, source: str, captured_at: str | None = None
) -> PublicationDate | None:
    """The date that `raw` states, as a whole, or None when it states none for certain.

    `raw` may hold a weekday, a time, and words such as « publié le ». Numbers are read day
    first (04/05/2009 is 4 May); month first only where day first is impossible. Relative
    dates (« il y a 3 jours ») need `captured_at`, an ISO date, and keep the precision of
    their unit. The value is local time, without a zone: `raw` keeps it.
    """
    if not raw or len(raw) > _MAX_RAW_CHARS or not raw.strip():
        return None
    return _parse(raw.strip(), source, captured_at)


def find_dates(text: str, *, source: str) -> list[FoundDate]:
    """Every full date (day, month, year) in `text`, in order, without overlaps."""
    folded = fold_in_place(text)
    if _DIGIT.search(folded) is None:
        return []
    found: list[FoundDate] = []
    for form in _FORMS:
        for match in form.finditer(folded):
            if any(match.start() < other.end and other.start < match.end() for other in found):
                continue
            raw = text[match.start() : match.end()].strip()
            read = _from_match(match, source, raw)
            if read:
                start = match.start() + len(match[0]) - len(match[0].lstrip())
                found.append(FoundDate(read, start, match.start() + len(match[0].rstrip())))
    return sorted(found, key=lambda each: each.start)


def is_partial_date(text: str) -> bool:
    """Whether `text` is only a day and a month, perhaps with a time: a date without its year."""
    return bool(_PARTIAL.fullmatch(fold_in_place(text).strip(" .,#·|")))


@lru_cache(maxsize=4096)
def _parse(raw: str, source: str, captured_at: str | None) -> PublicationDate | None:
    folded = fold_in_place(raw)
    prefix = _PREFIX.match(folded)
    core = folded[prefix.end() if prefix else 0 :].strip(" .,;:#·|-–—()[]")
    for form in _FORMS:
        match = form.match(core)
        if match and not core[match.end() :].strip(" .,;:#·|-–—()[]z+") and _is_whole(match, core):
            return _from_match(match, source, raw)
    return (
        _iso_moment(core, source, raw)
        or _month_or_year(core, source, raw)
        or _relative(core, source, raw, captured_at)
        or _ask_dateparser(core, source, raw)
    )


def _is_whole(match: re.Match[str], core: str) -> bool:
    return match.end() == len(core) or not core[match.end()].isdigit()


def _from_match(match: re.Match[str], source: str, raw: str) -> PublicationDate | None:
    groups = match.groupdict()
    day, year = int(groups["day"]), int(groups["year"])
    name = groups.get("name")
    month = _MONTHS[name.rstrip(".")] if name else int(groups["month"])
    if (
        not name
        and month > 12
        and day <= 12
        and len(groups["year"]) == 4
        and match.start("day") < match.start("month")
    ):
        day, month = month, day
    if len(groups["year"]) == 2:
        year += 1900 if year >= _CENTURY_TURN else 2000
    return _publication((year, month, day), _time(groups), source, raw)


def _time(groups: dict[str, str | None]) -> str:
    """`T10:38`, `T10:38:05`, or nothing: an hour alone (« 21 h ») is no minute."""
    for n in ("", "0"):
        hour, minute, half = (groups.get(f"{key}{n}") for key in ("hour", "minute", "half"))
        if hour is None or minute is None:
            continue
        hours = int(hour)
        if half and hours <= 12:
            hours = hours % 12 + (12 if half.startswith("p") else 0)
        second = groups.get(f"second{n}")
        return f"T{hours:02d}:{minute}" + (f":{second}" if second else "")
    return ""


def _publication(
    day: tuple[int, int, int], time: str, source: str, raw: str
) -> PublicationDate | None:
    """The date of a year, month and day, or None when there is no such day."""
    if not _MIN_YEAR <= day[0] <= _MAX_YEAR:
        return None
    try:
        value = date(*day).isoformat()
    except ValueError:  # 31 February
        return None
    precision: Precision = "day"
    if time:
        precision = "second" if time.count(":") == 2 else "minute"
    return PublicationDate(value + time, precision, source, raw)


_ISO_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d[t ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?\s?(?:z|[+-]\d\d:?\d\d)?"
)


def _iso_moment(core: str, source: str, raw: str) -> PublicationDate | None:
    if not _ISO_MOMENT.fullmatch(core):
        return None
    try:
        moment = datetime.fromisoformat(core.replace(" ", "").replace("t", "T").upper())
    except ValueError:
        return None
    seconds = core[16:17] == ":"
    time = moment.strftime("T%H:%M:%S" if seconds else "T%H:%M")
    return _publication((moment.year, moment.month, moment.day), time, source, raw)


def _month_or_year(core: str, source: str, raw: str) -> PublicationDate | None:
    for pattern in (_MONTH_YEAR, _ISO_MONTH, _YEAR_ONLY):
        match = pattern.fullmatch(core)
        if not match or not _MIN_YEAR <= int(match["year"]) <= _MAX_YEAR:
            continue
        groups = match.groupdict()
        if "name" in groups:
            return PublicationDate(
                f"{match['year']}-{_MONTHS[match['name'].rstrip('.')]:02d}", "month", source, raw
            )
        if "month" in groups:
            return PublicationDate(f"{match['year']}-{match['month']}", "month", source, raw)
        return PublicationDate(match["year"], "year", source, raw)
    return None


def _relative(core: str, source: str, raw: str, captured_at: str | None) -> PublicationDate | None:
    if not captured_at:
        return None
    try:
        captured = date.fromisoformat(captured_at[:10])
    except ValueError:
        return None
    if core in _NAMED_DAYS:
        day = captured - timedelta(days=_NAMED_DAYS[core])
        return PublicationDate(day.isoformat(), "day", source, raw)
    match = _AGO.fullmatch(core)
    if not match:
        return None
    word = match["count"] or match["count_en"]
    count = int(word) if word.isdigit() else _NUMBERS[word]
    unit = _UNITS.get(match["unit"] or "", match["unit_en"] or "")
    return _before(captured, count, unit, source, raw)


def _before(captured: date, count: int, unit: str, source: str, raw: str) -> PublicationDate | None:
    """`count` units before: no finer than the unit, and minutes and hours may cross midnight."""
    if unit == "day":
        return PublicationDate((captured - timedelta(days=count)).isoformat(), "day", source, raw)
    if unit == "week":
        moment = captured - timedelta(weeks=count)
        return PublicationDate(moment.isoformat()[:7], "month", source, raw)
    if unit == "month":
        months = captured.year * 12 + captured.month - 1 - count
        value = f"{months // 12:04d}-{months % 12 + 1:02d}"
        return PublicationDate(value, "month", source, raw)
    if unit == "year":
        return PublicationDate(f"{captured.year - count:04d}", "year", source, raw)
    return None


def _ask_dateparser(core: str, source: str, raw: str) -> PublicationDate | None:
    """What dateparser reads, when the string holds a year and a word, and every part is there."""
    if len(core) > 40 or not re.search(r"\b(?:19|20)\d\d\b", core):
        return None
    if not re.search(rf"\b{_MONTH}", core) or len(re.findall(r"\d+", core)) < 2:
        return None
    import dateparser  # slow to import, seldom asked

    moment = dateparser.parse(
        core,
        languages=["fr", "en"],
        settings={"DATE_ORDER": "DMY", "REQUIRE_PARTS": ["day", "month", "year"]},
    )
    if moment is None:
        return None
    has_time = bool(re.search(r"\d[:h]\d\d", core))
    time = moment.strftime("T%H:%M") if has_time else ""
    return _publication((moment.year, moment.month, moment.day), time, source, raw)
