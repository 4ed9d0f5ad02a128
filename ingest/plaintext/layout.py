"""What each line of a page may be in a thread: a marker, a head, a button, the end of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from ingest.clean import Rule, match_line
from ingest.plaintext.attribution import (
    Attribution,
    is_bare_name,
    read_attribution,
    read_says_over_date,
)
from ingest.plaintext.counters import is_section, read_counter
from ingest.plaintext.lines import BULLET, Line
from ingest.plaintext.markers import (
    BARE_BULLETS,
    Marker,
    find_marker,
    find_nested_marker,
    without_marker,
)
from ingest.text import fold_line

__all__ = ["DATED", "Head", "Item", "Layout", "Shape", "is_moderation", "match_button"]

_MAX_HEAD_CHARS: Final = 160
_MAX_SUBJECT_CHARS: Final = 80
_NEAR: Final = 4
_WITH_SUBJECT: Final = 2  # lines: a subject over who and when
_MAX_BUTTON_CHARS: Final = 60
_FURNITURE: Final = frozenset({"boutons-partage", "fil-commentaires"})
_MODERATION = re.compile(
    r"\W*(?:votre |ce |your |this )?(?:commentaire|comment) (?:est |is )?"
    r"(?:en attente de modération|awaiting moderation|en cours de modération)\W*",
    re.I,
)
_REPLIES: Final = frozenset({"reponses", "replies", "reponse", "reply", "repondre"})


class Shape(StrEnum):
    """How the head of a comment stands on its lines."""

    BOTH = "name and date on a line"
    SAYS = "« X dit : », the date under it or nowhere"
    NAME_DATE = "the name over the date"
    DATE_NAME = "the date over the name"
    DATE = "the date alone"
    NAME = "the name alone"


DATED: Final = frozenset({Shape.BOTH, Shape.SAYS, Shape.NAME_DATE})
"""Shapes that say by themselves who speaks."""


def is_moderation(text: str) -> bool:
    """Whether the line says that the comment waits for its moderator."""
    return len(text) <= _MAX_HEAD_CHARS and bool(_MODERATION.fullmatch(text))


def match_button(line: Line) -> Rule | None:
    """The rule of a line that is a button under a comment, perhaps in a list of buttons."""
    text = without_marker(line).text.lstrip("| ")
    rule = match_line(text)
    if rule is None or len(text) > _MAX_BUTTON_CHARS:
        return None
    return rule if rule.comment_button or rule.name in _FURNITURE else None


@dataclass(frozen=True, slots=True)
class Head:
    """Lines that say who speaks or when: the first `n_lines` of a comment."""

    shape: Shape
    n_lines: int
    has_date: bool


@dataclass(slots=True)
class Item:
    """The lines of one comment. `marker` is the span of « 3. » or « • » before its first line.

    `is_placed` is false for text of the thread that no head, marker or signature places.
    """

    lines: list[Line]
    marker: tuple[int, int] | None = None
    depth: int = 0
    parent: int | None = None  # place of the enclosing item in the thread, from 0
    is_placed: bool = True


@dataclass(slots=True)
class Layout:
    """The lines of a page with what is known of each; read once, asked often."""

    lines: Sequence[Line]
    _markers: dict[int, Marker | None] = field(default_factory=dict)
    _heads: dict[int, tuple[Head, ...]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.lines)

    def marker(self, i: int) -> Marker | None:
        """The marker before line `i`."""
        if i not in self._markers:
            self._markers[i] = find_marker(self.lines[i])
        return self._markers[i]

    def rule(self, i: int) -> Rule | None:
        """The rule of boilerplate that line `i` matches for certain."""
        text = self.lines[i].text
        rule = match_line(text, allow_weak=False)
        bullet = BULLET.match(text) if rule is None else None
        if bullet is None:
            return rule
        listed = match_line(text[bullet.end() :], allow_weak=False)
        return listed if listed is not None and listed.form_field else None  # a list of the form's

    def is_button(self, i: int) -> bool:
        """Whether line `i` is a button of a comment, perhaps in a list of buttons."""
        return match_button(self.lines[i]) is not None

    def opens_replies(self, i: int) -> bool:
        """Whether what stands under line `i`, deeper, answers: « Réponses », « Répondre »."""
        folded = fold_line(self.lines[i].text)
        return folded in _REPLIES or self.is_button(i)

    def is_heading(self, i: int) -> bool:
        """Whether line `i` announces a part of the thread: a counter or « 2 rétroliens »."""
        text = self.lines[i].text
        return is_section(text) or read_counter(text) is not None

    def is_site_part(self, i: int) -> bool:
        """Whether line `i` is a title of the site's own lists: « Commentaires récents »."""
        rule = match_line(self.lines[i].text)
        return rule is not None and (rule.section or rule.name == "navigation-theme")

    def ends_thread(self, i: int) -> bool:
        """Whether line `i` is the form, the notice of closure or the title of a widget."""
        rule = self.rule(i)
        if rule is None or is_moderation(self.lines[i].text):
            return False
        if rule.opens_form or rule.closes_comments or rule.section:
            return True
        return rule.form_field and self._stands_in_form(i)

    def _stands_in_form(self, i: int) -> bool:
        """A lone « * » may be a commenter's; under another line of a form it is the form's."""
        if self.lines[i].text in BARE_BULLETS:
            above = (self.lines[j].text for j in range(i - 1, -1, -1))
            return self._is_form(next((text for text in above if text not in BARE_BULLETS), ""))
        near = range(max(0, i - 2), min(len(self.lines), i + _NEAR))
        return i + 1 == len(self.lines) or any(
            self._is_form(self.lines[j].text) for j in near if j != i
        )

    @staticmethod
    def _is_form(text: str) -> bool:
        rule = match_line(text)
        return rule is not None and (rule.form_field or rule.opens_form)

    def heads(self, i: int) -> tuple[Head, ...]:
        """The heads that may begin at line `i`, after its marker."""
        if i not in self._heads:
            self._heads[i] = tuple(self._find_heads(i))
        return self._heads[i]

    def says_who(self, i: int) -> bool:
        """Whether a comment whose author is named begins at line `i`."""
        return any(head.shape in DATED for head in self.heads(i))

    def _find_heads(self, i: int) -> list[Head]:
        text = without_marker(self.lines[i]).text
        if not text or len(text) > _MAX_HEAD_CHARS:
            return []
        found = read_attribution(text)
        below = self._below(i)
        is_over_date = below is not None and below.author is None
        if found is None and is_over_date and read_says_over_date(text, self.lines[i + 1].text):
            return [Head(Shape.SAYS, 2, has_date=True)]
        if found is None:
            return self._subject_heads(i, text, below) or self._name_heads(i, text, below)
        if found.author:
            if found.date:
                return [Head(Shape.BOTH, 1, has_date=True)]
            has_date = below is not None and below.author is None and below.date is not None
            shape = Shape.SAYS
            return [Head(shape, 2 if has_date else 1, has_date=has_date)]
        heads = [Head(Shape.DATE, 1, has_date=found.date is not None)]
        if i + 1 < len(self.lines) and is_bare_name(self.lines[i + 1].text):
            heads.append(Head(Shape.DATE_NAME, 2, has_date=found.date is not None))
        return heads

    def _name_heads(self, i: int, text: str, below: Attribution | None) -> list[Head]:
        if not is_bare_name(text) or self.is_button(i):
            return []
        is_first = (
            i == 0 or self.lines[i].n_blank > 0 or match_line(self.lines[i - 1].text) is not None
        )
        is_first = is_first or find_nested_marker(self.lines[i]) is not None
        if below is not None and below.author is None and is_first:
            return [Head(Shape.NAME_DATE, 2, has_date=below.date is not None)]
        return [Head(Shape.NAME, 1, has_date=False)] if is_first else []

    def _subject_heads(self, i: int, text: str, below: Attribution | None) -> list[Head]:
        """A subject over « Posté par X le … », under the buttons of the comment before."""
        if text != self.lines[i].text or not self.may_be_subject(i):
            return []
        if below is None or not (below.author and below.date):
            return []
        is_first = i > 0 and (self.is_button(i - 1) or self.is_heading(i - 1))
        return [Head(Shape.BOTH, _WITH_SUBJECT, has_date=True)] if is_first else []

    def may_be_subject(self, i: int) -> bool:
        """Whether line `i` is short and stands under a blank line, as the subject of a comment."""
        line = self.lines[i]
        return line.n_blank > 0 and len(line.text) <= _MAX_SUBJECT_CHARS and not self.is_button(i)

    def has_subject(self, i: int) -> bool:
        """Whether the head at line `i` begins with the subject of the comment."""
        return any(h.shape is Shape.BOTH and h.n_lines == _WITH_SUBJECT for h in self.heads(i))

    def _below(self, i: int) -> Attribution | None:
        """What the next line says, when it can belong to the head at line `i`."""
        if i + 1 >= len(self.lines) or find_marker(self.lines[i + 1]) is not None:
            return None
        return read_attribution(self.lines[i + 1].text)
