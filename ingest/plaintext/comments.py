"""The lines of one comment -> its header, its text, and what is dropped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from ingest.clean import match_line
from ingest.model import Action, CommentKind, CommentState
from ingest.plaintext.attribution import (
    Attribution,
    is_bare_name,
    is_signature,
    read_attribution,
    read_says_over_date,
    without_aside,
)
from ingest.plaintext.layout import Item, is_moderation, match_button
from ingest.plaintext.lines import Claim, Line
from ingest.text import fold_line

__all__ = ["CommentLines", "read_comment"]

_HEADER = Claim(Action.METADATA, "entete-commentaire", "Auteur ou date du commentaire")
_SIGNATURE = Claim(Action.METADATA, "signature", "Signature de l’auteur, reprise comme son nom")
_PING_START = re.compile(r"^[\[(](?:…|\.\.\.)[\])]")
_PING_END = re.compile(r"[\[(](?:…|\.\.\.)[\])]\s*$")
_DELETED = re.compile(
    r"\W*(?:ce |this )?(?:commentaire|comment|message|post) (?:a été|has been|was) "
    r"(?:supprimé|effacé|retiré|removed|deleted)(?: par .{1,60}| by .{1,60})?\W*",
    re.I,
)
_MAX_HEADER_LINES: Final = 5
_MAX_TITLE_CHARS: Final = 80
_MAX_BUTTON_CHARS: Final = 60
_SERVER_FILE = re.compile(r"\.php\b.{0,40} (?:on line|à la ligne|line) \d+")
_INDEX = re.compile(r"#?\d{1,4}\.?")
_ROLE = re.compile(r"(?:auteure?|autrice|invitée?|membre|visiteur|visiteuse)\s*:?", re.I)
_VOTES = re.compile(r"[+-]?\d{1,3}")
_IN_REPLY = re.compile(r"(?:en réponse à|in reply to) .{1,120}$", re.I)
_VOTE = Claim(Action.DROPPED, "repondre", "Nombre de votes d’un commentaire")
_LABEL = Claim(Action.DROPPED, "repondre", "Qualité de qui écrit le commentaire suivant")
_MODERATION = Claim(
    Action.METADATA, "commentaire-modere", "Mention de modération ou de suppression"
)


@dataclass(slots=True)
class CommentLines:
    """A comment as read: who, when, what kind, its text lines, and claims on its other lines."""

    head: Attribution
    body: list[Line]
    claims: list[tuple[Claim, Line]] = field(default_factory=list)
    state: CommentState = CommentState.PUBLISHED


def read_comment(item: Item) -> CommentLines:
    """What the lines of one comment say; a line that is not header, button or error is its text."""
    claims: list[tuple[Claim, Line]] = []
    lines = _drop_buttons(list(item.lines), claims)
    lines = _drop_errors(lines, claims)
    head, lines = _read_who(lines, claims) if item.is_placed else (Attribution(), lines)
    state = _state(lines)
    if state is CommentState.MODERATED:
        claims += [(_MODERATION, line) for line in lines if is_moderation(line.text)]
        lines = [line for line in lines if not is_moderation(line.text)]
    elif state is CommentState.DELETED and len(lines) == 1:
        claims.append((_MODERATION, lines.pop()))
    return CommentLines(_with_kind(head, lines), lines, claims, state)


def _read_who(
    lines: list[Line], claims: list[tuple[Claim, Line]]
) -> tuple[Attribution, list[Line]]:
    """Who and when, above the text, under it, or in its signature; and the lines that are left."""
    head, taken = _read_header(lines)
    if head.date is None and len(lines) > 1:
        foot = read_attribution(lines[-1].text)
        if foot is not None and foot.author and (foot.date or not head.author):
            claims.append((_HEADER, lines[-1]))
            return replace(head, author=foot.author, date=foot.date), lines[:-1]
        if foot is not None and foot.date and head.author and len(lines) - 1 not in taken:
            claims.append((_HEADER, lines[-1]))
            head, lines = replace(head, date=foot.date), lines[:-1]
    claims += [(_HEADER, lines[n]) for n in sorted(taken)]
    rest = [line for n, line in enumerate(lines) if n not in taken]
    return _read_signature(head, _drop_buttons(rest, claims), claims)


class _Header:
    """The lines above the text that say who and when, read one after the other."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.head = Attribution()
        self.taken: set[int] = set()
        self.has_bare_name = False

    def read(self) -> None:
        first = 1 if self._has_title() else 0
        for n in range(first, min(len(self.lines), first + _MAX_HEADER_LINES)):
            line = self.lines[n]
            is_known = self.head.author is not None and self.head.date is not None
            if n > first and line.n_blank and not _is_small(line) and (is_known or not self.taken):
                return
            if not self._take(n, line, is_first=n == first):
                return
            self.taken.add(n)

    def _has_title(self) -> bool:
        """A short title of the commenter's stands over « Posté par X le … »."""
        if len(self.lines) < 3 or len(self.lines[0].text) > _MAX_TITLE_CHARS:
            return False
        below = read_attribution(self.lines[1].text)
        return (
            read_attribution(self.lines[0].text) is None
            and below is not None
            and bool(below.author and below.date)
            and (self.lines[1].n_blank > 0 or not is_bare_name(self.lines[0].text))
            and fold_line(self.lines[0].text) != fold_line(below.author or "")
        )

    def _take(self, n: int, line: Line, *, is_first: bool) -> bool:
        found = read_attribution(line.text)
        if found is None and is_first and n + 1 < len(self.lines):
            found = read_says_over_date(line.text, self.lines[n + 1].text)
        if found is not None:
            return self._take_found(found)
        if _is_small(line) and (not is_first or _INDEX.fullmatch(line.text)):
            return True
        return self._take_name(n, line, is_first=is_first)

    def _take_found(self, found: Attribution) -> bool:
        head = self.head
        if found.author and head.author:
            is_other = fold_line(found.author) != fold_line(head.author)
            if is_other and (head.date or not self.has_bare_name):
                return False
        self.head = Attribution(
            found.author or head.author,
            head.date or found.date,
            found.kind if found.kind is not CommentKind.COMMENT else head.kind,
            head.is_post_author or found.is_post_author,
        )
        return True

    def _take_name(self, n: int, line: Line, *, is_first: bool) -> bool:
        if self.head.author is not None:
            return fold_line(line.text) == fold_line(self.head.author)
        is_after_date = self.head.date is not None and not line.n_blank and n + 1 < len(self.lines)
        is_name = (is_after_date and is_bare_name(line.text)) or (
            (is_first or self.head.date is None) and _is_author_line(self.lines[n:])
        )
        if is_name:
            self.head = replace(self.head, author=without_aside(line.text))
            self.has_bare_name = True
        return is_name


def _read_header(lines: Sequence[Line]) -> tuple[Attribution, set[int]]:
    header = _Header(lines)
    header.read()
    if header.head == Attribution() and not any(
        _IN_REPLY.match(lines[n].text) for n in header.taken
    ):
        return header.head, {n for n in header.taken if read_attribution(lines[n].text) is not None}
    return header.head, header.taken


def _is_small(line: Line) -> bool:
    """A button, a number, « En réponse à … »: beside the name and the date."""
    if _INDEX.fullmatch(line.text) or _IN_REPLY.match(line.text):
        return True
    if match_button(line) is not None:
        return True
    rule = match_line(line.text)
    return rule is not None and rule.meta and len(line.text) <= _MAX_BUTTON_CHARS


def _is_author_line(lines: Sequence[Line]) -> bool:
    """A first line that is a name alone: a date follows it, or a blank line and the text."""
    if len(lines) < 2 or not is_bare_name(lines[0].text):
        return False
    following = read_attribution(lines[1].text)
    if following is not None:
        return following.author is None or following.date is not None
    return lines[1].n_blank > 0 or (_is_small(lines[1]) and not _INDEX.fullmatch(lines[1].text))


def _drop_buttons(lines: list[Line], claims: list[tuple[Claim, Line]]) -> list[Line]:
    kept = list(lines)
    while len(kept) > 0:
        line = kept[-1]
        rule = match_button(line)
        if rule is not None:
            claims.append((Claim(Action.DROPPED, rule.name, rule.reason), kept.pop()))
        elif len(kept) > 1 and _ROLE.fullmatch(line.text) and _is_button_or_date(kept[-2]):
            claims.append((_LABEL, kept.pop()))
        elif claims and len(kept) > 1 and _VOTES.fullmatch(line.text):
            claims.append((_VOTE, kept.pop()))
        else:
            break
    return kept


def _is_button_or_date(line: Line) -> bool:
    """Whether a comment ends with this line, and the label of the next comment's writer follows."""
    if match_button(line) is not None:
        return True
    found = read_attribution(line.text)
    return found is not None and found.author is None and found.date is not None


def _drop_errors(lines: list[Line], claims: list[tuple[Claim, Line]]) -> list[Line]:
    """The server's own messages go: they stand after the text and name a file and a line.

    What a commenter quotes stays: anything above the last line of the text, or after a colon.
    """
    kept = list(lines)
    while len(kept) > 1 and kept[-1].n_blank and not kept[-2].text.endswith(":"):
        rule = match_line(kept[-1].text, allow_weak=False)
        if rule is None or not rule.error or not _SERVER_FILE.search(kept[-1].text):
            break
        claims.append((Claim(Action.DROPPED, rule.name, rule.reason), kept.pop()))
    return kept


def _read_signature(
    head: Attribution, lines: list[Line], claims: list[tuple[Claim, Line]]
) -> tuple[Attribution, list[Line]]:
    if head.author or len(lines) < 2 or not lines[-1].n_blank or not is_signature(lines[-1].text):
        return head, lines
    claims.append((_SIGNATURE, lines[-1]))
    name = re.sub(r"^[–—~-]+\s*", "", lines[-1].text)
    return replace(head, author=name), lines[:-1]


def _with_kind(head: Attribution, lines: Sequence[Line]) -> Attribution:
    if head.kind is not CommentKind.COMMENT or not lines:
        return head
    if _PING_START.search(lines[0].text) and _PING_END.search(lines[-1].text):
        return replace(head, kind=CommentKind.PINGBACK)
    return head


def _state(lines: Sequence[Line]) -> CommentState:
    if lines and _DELETED.fullmatch(lines[0].text):
        return CommentState.DELETED
    if any(is_moderation(line.text) for line in lines):
        return CommentState.MODERATED
    return CommentState.PUBLISHED
