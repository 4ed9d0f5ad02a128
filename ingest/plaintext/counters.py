"""Lines that count or announce the comments of a page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from ingest.text import fold_line

__all__ = ["Counter", "is_section", "read_counter"]

_MAX_LINE_CHARS: Final = 240
_NUMBERS: Final = {
    "un": 1, "une": 1, "one": 1, "deux": 2, "two": 2, "trois": 3, "three": 3, "quatre": 4,
    "four": 4, "cinq": 5, "five": 5, "aucun": 0, "aucune": 0, "no": 0, "zero": 0,
}  # fmt: skip
_COUNT = r"(?P<n>\d{1,5}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + r")"
_NOUN = (
    r"(?:commentaires?|comments?|reponses?|responses?|reply|replies|reflexions?|thoughts?|reactions?"
    r"|avis|interventions?|pensees?|opinions?|discussions?|messages?(?: de forum)?)"
)
_COUNTERS: Final = (
    re.compile(
        rf"(?:il y a |deja |voir les |lire les |afficher les )?{_COUNT}\s?{_NOUN}"
        r"(?: (?:a|au|aux|to|on|sur|for|pour|dans|about|de) .{1,200}| ?[«\"].{1,200}| ?[:.!»])?"
    ),
    re.compile(rf"(?:les |vos |the )?{_NOUN} ?[(:\[] ?(?P<n>\d{{1,5}}) ?[)\]]?(?: .{{0,100}})?"),
    re.compile(
        r"(?:les |vos |your |the )?(?P<word>commentaires?|comments?|reactions?|responses?|reponses?"
        r"|discussion|avis des lecteurs|derniers commentaires de ce billet) ?:?"
    ),
    re.compile(rf"{_NOUN} (?:sur|on|for|to|a propos de) (?P<about>.{{1,200}})"),
    re.compile(
        rf"(?:cet article|ce billet|cette note|this (?:post|entry)) (?:a|has) {_COUNT} {_NOUN}"
    ),
    re.compile(rf"\{{ ?{_COUNT} {_NOUN}.{{0,80}}\}}"),
    re.compile(
        rf"{_NOUN} ?\((?P<n>\d{{1,5}})\) ?"
        r"(?:trackbacks?|pings?|retroliens?) ?\(\d{1,4}\).{0,60}"
    ),
    re.compile(rf"{_NOUN} ?: ?suivre le flux des {_NOUN}"),
)
_TITLE = re.compile(r"(?:à|to|on|sur|for|pour)\s+(?:[“”\"«‘]\s*)?(?P<title>.+?)\s*[“”\"»’]?\s*$")
_SECTION = re.compile(
    r"(?:\d{1,3} )?(?:trackbacks?|pingbacks?|retroliens?|pings?)"
    r"(?: ?(?:/|&|et|and) ?(?:trackbacks?|pingbacks?|retroliens?|pings?))?"
    r"(?: ?[:(]? ?\d{0,4} ?\)?)?(?: (?:pour|to|for|sur) .{1,120})?"
)


@dataclass(frozen=True, slots=True)
class Counter:
    """A line that counts or announces the comments: the number and the post's title if stated."""

    n_comments: int | None
    title: str | None


@lru_cache(maxsize=4096)
def read_counter(line: str) -> Counter | None:
    """What a line such as « 5 réponses à “Titre” » or « Commentaires » says; None for others."""
    if len(line) > _MAX_LINE_CHARS:
        return None
    folded = fold_line(line)
    for pattern in _COUNTERS:
        match = pattern.fullmatch(folded)
        if not match:
            continue
        number = match.groupdict().get("n")
        n_comments = None
        if number is not None:
            n_comments = _NUMBERS[number] if number in _NUMBERS else int(number)
        title = _TITLE.search(line)
        return Counter(n_comments, title["title"].strip() if title else None)
    return None


def is_section(line: str) -> bool:
    """Whether the line announces the pings: « 2 rétroliens », « Trackbacks »."""
    return len(line) <= _MAX_LINE_CHARS and bool(_SECTION.fullmatch(fold_line(line)))
