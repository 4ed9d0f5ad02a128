"""The lines of one comment -> its header, its text, and what is dropped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from ingest.clean import match_line
from ingest.model import Action, CommentKind, CommentState, PublicationDate
from ingest.plaintext.attribution import Attribution, is_bare_name, is_signature, read_attribution
from ingest.plaintext.lines import Claim, Line
from ingest.plaintext.thread import Item

__all__ = ["CommentLines", "read_comment"]

_HEADER = Claim(Action.METADATA, "entete-commentaire", "Auteur ou date du commentaire")
_SIGNATURE = Claim(Action.METADATA, "signature", "Signature de l’auteur, reprise comme son nom")
_PING_START = re.compile(r"^[\[(](?:…|\.\.\.)[\])]")
_PING_END = re.compile(r"[\[(](?:…|\.\.\.)[\])]\s*$")
_DELETED = re.compile(
    r"\W*(?:ce |this )?(?:commentaire|comment|message) (?:a été|has been|was) "
    r"(?:supprimé|effacé|retiré|removed|deleted)(?: par .{1,60}| by .{1,60})?\W*",
    re.I,
)
_MODERATED = re.compile(
    r"\W*(?:votre |ce |your |this )?(?:commentaire|comment) (?:est |is )?"
    r"(?:en attente de modération|awaiting moderation|en cours de modération)\W*",
    re.I,
)
_MAX_HEADER_LINES: Final = 3


@dataclass(slots=True)
class CommentLines:
    """A comment as read: who, when, what kind, its text lines, and claims on its other lines."""

    head: Attribution
    body: list[Line]
    claims: list[tuple[Claim, Line]] = field(default_factory=list)
    state: CommentState = CommentState.PUBLISHED


def read_comment(item: Item) -> CommentLines:
    """What the lines of one comment say; a line that is not header, button or error is its text."""
    lines = list(item.lines)
    claims: list[tuple[Claim, Line]] = []
    head, n_head = _read_header(lines)
    claims += [(_HEADER, line) for line in lines[:n_head]]
    lines = lines[n_head:]
    lines = _drop_buttons(lines, claims)
    lines = _drop_errors(lines, claims)
    head, lines = _read_footer(head, lines, claims)
    head, lines = _read_signature(head, lines, claims)
    state = _state(lines)
    if state is not CommentState.PUBLISHED and len(lines) == 1:
        reason = "Mention de modération ou de suppression"
        claims.append((Claim(Action.METADATA, "commentaire-modere", reason), lines.pop()))
    return CommentLines(_with_kind(head, lines), lines, claims, state)


def _read_header(lines: Sequence[Line]) -> tuple[Attribution, int]:
    author: str | None = None
    date: PublicationDate | None = None
    kind = CommentKind.COMMENT
    is_author = False
    n_read = 0
    for n, line in enumerate(lines[:_MAX_HEADER_LINES]):
        if n and line.n_blank and (date or n_read < n):
            break
        found = read_attribution(line.text)
        is_button = n > 0 and (rule := match_line(line.text)) is not None and rule.comment_button
        if found is None and not is_button:
            if n == 0 and _is_author_line(lines):
                author, n_read = line.text, 1
                continue
            break
        if found is not None:
            if n_read and found.author and author:
                break
            author = author or found.author
            date = date or found.date
            kind = found.kind if found.kind is not CommentKind.COMMENT else kind
            is_author = is_author or found.is_post_author
        n_read = n + 1
    return Attribution(author, date, kind, is_author), n_read


def _is_author_line(lines: Sequence[Line]) -> bool:
    """A first line that is a name alone: a date follows it, or a blank line and the text."""
    if len(lines) < 2 or not is_bare_name(lines[0].text):
        return False
    if lines[1].n_blank:
        return True
    following = read_attribution(lines[1].text)
    return following is not None and following.author is None


def _drop_buttons(lines: list[Line], claims: list[tuple[Claim, Line]]) -> list[Line]:
    kept = list(lines)
    while kept:
        rule = match_line(kept[-1].text)
        if rule is None or not rule.comment_button or len(kept[-1].text) > 60:
            break
        claims.append((Claim(Action.DROPPED, rule.name, rule.reason), kept.pop()))
    return kept


def _drop_errors(lines: list[Line], claims: list[tuple[Claim, Line]]) -> list[Line]:
    """Server errors go, unless the commenter quotes one: after a line that ends with a colon."""
    kept: list[Line] = []
    n_dropped = 0
    for line in lines:
        rule = match_line(line.text, allow_weak=False)
        is_quoted = bool(kept) and (kept[-1].text.endswith(":") or not line.n_blank)
        if rule is not None and rule.error and (not is_quoted or n_dropped):
            claims.append((Claim(Action.DROPPED, rule.name, rule.reason), line))
            n_dropped += 1
        else:
            kept.append(line)
            n_dropped = 0
    return kept


def _read_footer(
    head: Attribution, lines: list[Line], claims: list[tuple[Claim, Line]]
) -> tuple[Attribution, list[Line]]:
    """« Rédigé par : X | date » under the text, where the header said nothing."""
    if head.author or head.date or len(lines) < 2:
        return head, lines
    found = read_attribution(lines[-1].text)
    if found is None or not (found.author or found.date):
        return head, lines
    claims.append((_HEADER, lines[-1]))
    return replace(head, author=found.author, date=found.date), lines[:-1]


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
    if any(_MODERATED.fullmatch(line.text) for line in lines):
        return CommentState.MODERATED
    return CommentState.PUBLISHED
