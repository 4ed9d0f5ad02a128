"""What stands before a comment in a list: a number in one of the printed forms, or a bullet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ingest.plaintext.lines import BULLET, Line, strip_marker

__all__ = [
    "BARE_BULLETS",
    "BULLET_FORM",
    "Marker",
    "find_marker",
    "find_nested_marker",
    "without_bullet",
    "without_marker",
]

BULLET_FORM: Final = -1
BARE_BULLETS: Final = frozenset("*•+◦▪·")
# How themes number comments in print; a thread keeps to one of these.
_NUMBERED: Final = tuple(
    re.compile(form + r"(?:\s+|$)(?=\S|$)", re.I)
    for form in (
        r"(?P<number>\d{1,4})[.)]",
        r"#\s?(?P<number>\d{1,4})(?:\s?[-–—:.)])?",
        r"[\[(](?P<number>\d{1,4})[\])](?:\s?[-–—:.])?",
        r"(?P<number>\d{1,4})(?:\s?[-–—]|\s?[°º])",
        r"(?:(?:commentaire|comment|message|réponse|réaction|avis)\s+)?n\s?[°ºo]\s?(?P<number>\d{1,4})"
        r"(?:\s?[-–—:.])?",
        r"(?:commentaire|comment|message|réponse|réaction|avis)\s+#?(?P<number>\d{1,4})(?:\s?[-–—:.])?",
    )
)
_DEEP_BULLET = re.compile(r"[o-]\s+(?=\S)")  # how text browsers draw the third and fourth level


@dataclass(frozen=True, slots=True)
class Marker:
    """`form` is the place of its printed form, `BULLET_FORM` for a bullet, which has no number."""

    form: int
    number: int | None
    n_signs: int


def find_marker(line: Line) -> Marker | None:
    """The number or bullet that the line begins with."""
    for form, pattern in enumerate(_NUMBERED):
        numbered = pattern.match(line.text)
        if numbered:
            return Marker(form, int(numbered["number"]), numbered.end())
    bullet = BULLET.match(line.text)
    return Marker(BULLET_FORM, None, bullet.end()) if bullet else None


def find_nested_marker(line: Line) -> Marker | None:
    """Like `find_marker`; « o » and « - » count too, for lines that stand inside an item."""
    marker = find_marker(line)
    if marker is not None:
        return marker
    bullet = _DEEP_BULLET.match(line.text)
    return Marker(BULLET_FORM, None, bullet.end()) if bullet else None


def without_marker(line: Line) -> Line:
    """The line after its number or bullet."""
    marker = find_nested_marker(line)
    return line if marker is None else strip_marker(line, marker.n_signs)


def without_bullet(line: Line) -> str:
    """The text of the line after a bullet; a number stays, for it may be the text's own."""
    marker = find_marker(line)
    if marker is None or marker.form != BULLET_FORM:
        return line.text
    return line.text[marker.n_signs :]
