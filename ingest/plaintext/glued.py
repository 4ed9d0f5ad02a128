"""Lines on which an extractor put several elements of a thread, cut where a head begins or ends.

« … une fausse note ! Posté par Celoweb, 23 août 2014 à 18:29 | Répondre » is a text, who wrote it
and a button; « 4 mars 2008 à 11:02Supprimer Anonyme a dit… » ends one comment and begins the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from ingest.clean import match_line
from ingest.dates import find_dates
from ingest.plaintext.attribution import ends_with_says, read_attribution
from ingest.plaintext.counters import read_counter
from ingest.plaintext.lines import Line
from ingest.plaintext.markers import find_nested_marker
from ingest.plaintext.units import is_prose

__all__ = ["split_glued"]

_MAX_HEAD_CHARS: Final = 120
_MAX_BOUNDARIES: Final = 4
# Where a head may begin: after a sentence, but not after an initial, after a button, at its verb.
_BOUNDARY = re.compile(
    r"(?<![\s.][A-ZÀÂÇÉÈÊ])[.!?…»)]\s+"
    r"|\b(?:citer|répondre|supprimer|effacer|signaler|modifier|reply|quote)\s+"
    r"|\s+(?=(?:posté|écrit|rédigé|publié|envoyé|posted|written)e?\s)"
    r"|\s+(?=comment(?:aire)? (?:n\s?°|posté|posted))",
    re.I,
)
_CODE = re.compile(r"[(){};=<>'\"\\]")
_CLOCK = re.compile(r"(?:\s*(?:à|at|,))?\s*\d{1,2}\s?[:h]\s?\d\d")
_BUTTON = re.compile(r"(?:supprimer|répondre|effacer|citer|modifier)\s+(?=\S)", re.I)


def split_glued(lines: Sequence[Line]) -> list[Line]:
    """The lines, those under the title of the comments cut at the heads that stand inside them.

    The same lines where no title stands under the first sentence of the page.
    """
    parts: list[Line] = []
    has_prose = is_thread = False
    for line in lines:
        cuts = _thread_cuts(line.text) if is_thread else _title_cuts(line.text) if has_prose else []
        own = list(_cut(line, cuts))
        parts += own
        is_thread = is_thread or (has_prose and read_counter(own[-1].text) is not None)
        has_prose = has_prose or is_prose(line.text)
    return parts


def _cut(line: Line, places: Sequence[int]) -> Iterator[Line]:
    """The line cut at these places of its text; what follows a marker stands deeper."""
    depth = 2 if find_nested_marker(line) is not None else 0
    first = 0
    for place in [*sorted(set(places)), len(line.text)]:
        text = line.text[first:place]
        stripped = text.strip()
        if stripped:
            start = line.start + first + len(text) - len(text.lstrip())
            part = replace(line, text=stripped, start=start, end=start + len(stripped))
            yield part if first == 0 else replace(part, indent=line.indent + depth, n_blank=1)
        first = place


def _title_cuts(text: str) -> list[int]:
    """« Écrit par X le 4 mars 2008 à 10:12 Commentaires »: before what announces the thread."""
    for found in find_dates(text, source="text")[:1]:
        rest = text[found.end :].strip()
        if rest[:1].isalpha() and read_counter(rest) is not None:
            return [found.end]
    return []


def _thread_cuts(text: str) -> list[int]:
    moments = list(_moments(text))
    if not moments:
        return []
    if len(text) <= _MAX_HEAD_CHARS and (cuts := _says_cuts(text, moments)) is not None:
        return cuts
    places: list[int] = []
    for start, end in moments:
        head = _head_start(text, max([0, *places]), (start, end))
        if head is not None:
            places += [head, end]
    return places if any(0 < place < len(text) for place in places) else []


def _moments(text: str) -> Iterator[tuple[int, int]]:
    """The spans of dates with a time of day: a day alone may stand in anybody's sentence."""
    for found in find_dates(text, source="text"):
        clock = _CLOCK.match(text, found.end)  # also before a button that touches it
        if found.date.precision in {"minute", "second"}:
            yield found.start, found.end
        elif clock is not None:
            yield found.start, clock.end()


def _says_cuts(text: str, moments: Sequence[tuple[int, int]]) -> list[int] | None:
    """The date of one comment before « X a dit… » of the next; none in another head alone."""
    start, end = moments[0]
    if len(moments) == 1 and not text[:start].strip() and ends_with_says(text):
        button = _BUTTON.match(text, end + len(text[end:]) - len(text[end:].lstrip()))
        return [end, button.end()] if button else [end]
    found = read_attribution(text)
    return [] if found is not None and (found.author or found.date) else None


def _head_start(text: str, after: int, moment: tuple[int, int]) -> int | None:
    """Where the head that ends with this moment begins; None where it is a sentence's."""
    start, end = moment
    near = max(after, start - _MAX_HEAD_CHARS)
    places = [m.end() for m in _BOUNDARY.finditer(text, near, start + 1) if m.end() <= start]
    if near == after:
        places.insert(0, after)
    best: tuple[int, str] | None = None
    for place in places[: -_MAX_BOUNDARIES - 1 : -1]:
        head = read_attribution(text[place:end].strip())
        if head is None or not head.author or not head.date or _CODE.search(head.author):
            continue
        if best is None or head.author == best[1]:
            best = place, head.author  # « Commentaire n° 2 posté par X »: from its first word
    if best is not None:
        return best[0]
    rest = text[end:].strip(" |.")
    is_last = not rest or match_line(rest) is not None
    is_alone = any(not text[place:start].strip() for place in places)
    return start if is_last and is_alone and start else None
