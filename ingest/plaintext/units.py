"""Lines -> paragraphs, list items, code: the parts that become passages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ingest.model import Action, PassageKind
from ingest.plaintext.lines import Claim, Ledger, Line, join_lines, strip_marker
from ingest.text import fold_line

__all__ = [
    "Unit",
    "group_lines",
    "is_heading",
    "is_prose",
    "looks_like_code",
    "may_be_heading",
    "strip_bullets",
]

_LONG_LINE: Final = 200
"""Two neighbouring lines over it are two paragraphs; shorter ones are lines of one paragraph.
Pages that break lines inside a paragraph (poems, hard wraps) stay under it; dumps that put
paragraphs on neighbouring lines have them above."""

_MAX_HEADING: Final = 100
_MAX_HEADING_WORDS: Final = 14
_LIST_START = re.compile(r"[•◦▪‣●○■□♦–—-]\s|\*\s|\d{1,2}[.)]\s|[a-z]\)\s")
_RENDERED_BULLET = re.compile(r"[•◦▪‣●○■□♦]\s*(?=\S)")
_BULLET = Claim(Action.CONTEXT, "puce", "Puce d’une liste")
_INTERROGATIVE = re.compile(
    r"(?:quel(?:le)?s?|comment|pourquoi|ou|quand|combien|qui|que|qu'est-ce|qu'est|faut-il|doit-on"
    r"|peut-on|est-ce|a quoi|en quoi|de quoi)\b"
)
_CODE = re.compile(
    r"[{};=<>|\\$]|^(?:>>>|#|//|/\*|\$ |In \[|Out\[|def |import |from \w+ import)|\(\)"
)
_QUOTE_START = re.compile(r"^>\s")


@dataclass(frozen=True, slots=True)
class Unit:
    """Neighbouring lines that are one passage."""

    lines: tuple[Line, ...]
    kind: PassageKind

    def text(self, page: str) -> str:
        """The page's own text of the unit."""
        return join_lines(page, self.lines)


def looks_like_code(text: str) -> bool:
    """Whether a line looks like a program's rather than like a sentence."""
    return bool(_CODE.search(text))


def strip_bullets(lines: Sequence[Line], ledger: Ledger) -> list[Line]:
    """The lines without the bullets that a browser draws; typed dashes and numbers stay."""
    stripped = []
    for line in lines:
        bullet = _RENDERED_BULLET.match(line.text)
        if bullet:
            ledger.add(_BULLET, line.start, line.start + 1)
            rest = strip_marker(line, bullet.end())
            stripped.append(Line(rest.text, rest.start, rest.end, -1 - line.indent, line.n_blank))
        else:
            stripped.append(line)
    return stripped


def group_lines(lines: Sequence[Line], page: str) -> list[Unit]:
    """The lines as units: cut at blank lines, at list items, and between two long lines.

    A line without any letter or digit (a smiley, a row of stars) stays with the unit above it.
    A negative indent marks a line whose bullet was taken off (see `strip_bullets`).
    """
    units: list[Unit] = []
    for block in _blocks(lines, page):
        if _is_code(block):
            units.append(Unit(tuple(block), PassageKind.PREFORMATTED))
            continue
        for group in _split_block(block):
            has_text = any(sign.isalnum() for line in group for sign in line.text)
            if units and not has_text and _touch(units[-1].lines[-1], group[0], page):
                last = units.pop()
                units.append(Unit((*last.lines, *group), last.kind))
            else:
                units.append(Unit(tuple(group), _kind(group)))
    return units


def _touch(above: Line, below: Line, page: str) -> bool:
    """Whether nothing stands between the lines: no line that was dropped, no bullet."""
    between = page[above.end : below.start]
    return not between.strip()


def _blocks(lines: Sequence[Line], page: str) -> list[list[Line]]:
    blocks: list[list[Line]] = []
    for line in lines:
        if blocks and not line.n_blank and (line.indent < 0 or _touch(blocks[-1][-1], line, page)):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return blocks


def _is_code(block: Sequence[Line]) -> bool:
    n_code = sum(looks_like_code(line.text) for line in block)
    return len(block) >= 2 and n_code * 5 >= len(block) * 3


def _split_block(block: Sequence[Line]) -> list[list[Line]]:
    groups: list[list[Line]] = []
    for line in block:
        if not groups or _starts_unit(groups[-1], line):
            groups.append([line])
        else:
            groups[-1].append(line)
    return groups


def _starts_unit(group: Sequence[Line], line: Line) -> bool:
    if line.indent < 0 or _LIST_START.match(line.text):
        return True
    last = group[-1]
    if last.indent < 0 or _LIST_START.match(group[0].text):
        return line.indent <= abs(group[0].indent) - (1 if group[0].indent < 0 else 0)
    return len(last.text) >= _LONG_LINE and len(line.text) >= _LONG_LINE


def _kind(group: Sequence[Line]) -> PassageKind:
    if group[0].indent < 0 or _LIST_START.match(group[0].text):
        return PassageKind.LIST_ITEM
    if all(_QUOTE_START.match(line.text) for line in group):
        return PassageKind.QUOTE
    return PassageKind.PARAGRAPH


def is_prose(text: str) -> bool:
    """Whether a line is written as sentences rather than as a title or a label."""
    if len(text) >= 140:
        return True
    return len(text) >= 60 and text[-1] in ".!?…:»)" and len(text.split()) >= 9


def may_be_heading(text: str) -> bool:
    """Whether a line can be a heading: short, capitalised, no sentence.

    A question is one when it is in capitals or begins with an interrogative: « Êtes-vous
    d’accord ? » after a paragraph is a sentence of the author.
    """
    if len(text) > _MAX_HEADING or text[-1] in ".,;:…" or not any(sign.isalpha() for sign in text):
        return False
    if not (text[0].isupper() or text[0].isdigit() or text[0] in '«“"'):
        return False
    if all(sign.isupper() for sign in text if sign.isalpha()):
        return True
    if text[-1] == "?":
        return bool(_INTERROGATIVE.match(fold_line(text)))
    return text[-1].isalnum() and len(text.split()) <= _MAX_HEADING_WORDS


def is_heading(unit: Unit, following: Unit | None) -> bool:
    """Whether the unit is a heading of what follows: one line that may be one, then prose."""
    if len(unit.lines) != 1 or unit.kind is not PassageKind.PARAGRAPH or following is None:
        return False
    if following.kind is PassageKind.PARAGRAPH and not is_prose(following.lines[0].text):
        return False
    return may_be_heading(unit.lines[0].text)
