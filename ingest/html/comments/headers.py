# ruff: noqa: E501  rules are regular expressions: broken lines hide what they match
"""What the markup of one comment says: author, date, permalink, kind and state."""

from __future__ import annotations

import re
from typing import Final

from lxml.html import HtmlElement

from ingest.dates import find_dates
from ingest.html.comments import signs
from ingest.html.comments.authors import read_author
from ingest.html.comments.items import Item
from ingest.html.comments.moments import read_date
from ingest.html.comments.own_text import Header, OwnText, is_inside
from ingest.html.comments.states import is_deletion_notice, is_moderation_notice
from ingest.html.linear import Block, LinearPage
from ingest.model import CommentKind, CommentState

__all__ = ["read_header", "residue"]

_GLUE: Final = re.compile(
    r"\b(?:dit|disait|dixit|a dit|a écrit|a commenté|a répondu|écrit|écrivait|says?|said|wrote|writes|"
    r"replied|commented|le|à|a|at|on|the|par|by|de|from|du|sur|il y a|ago|posté|postée|posted|publié|"
    r"rédigé|écrit|laissé|ajouté|déposé|submitted|envoyé|répondre|réponse|répond|reply|replies|"
    r"permalien|permalink|lien permanent|lien|link|edit|éditer|modifier|citer|quote|commentaires?|"
    r"comments?|n°|no|numéro|site web|site|web|url|homepage|email|e-mail|signaler(?: un abus| ce commentaire)?|"
    r"report(?: abuse)?|alerter|modérateur|j[’']aime|like|auteur|author|admin|invité|visiteur|membre|guest|"
    r"anonyme|in reply to|en réponse à|avatar|gravatar|pingback|trackback|ping|rétrolien|rétroliens|h|min|"
    r"heures?|minutes?|am|pm|est|pdt|pst|utc|gmt|cet|cest|lundi|mardi|mercredi|jeudi|vendredi|samedi|"
    r"dimanche|supprimer|delete|voir le profil|profil|says that|est parti en live|vers|et|and|"
    r"sent|st|nd|rd|th)\b",
    re.I,
)
_DELETED_NAMES: Final = frozenset(["deleted", "comment-deleted", "is-deleted", "removed"])
_PING_NUMBERS: Final = frozenset(["ping-number"])  # Dotclear's numbers of trackbacks
_EXCERPT = re.compile(r"\s*\[(?:\.\.\.|…)\].*\[(?:\.\.\.|…)\]\s*", re.S)
_REPLY_MARK = re.compile(r"in reply to|en réponse|parent|reply-to", re.I)
_LETTER = re.compile(r"[^\W\d_]")


def read_header(page: LinearPage, item: Item, own: OwnText) -> Header:
    """Author, date, permalink, kind and state of `item`."""
    header = Header()
    names = [name for element in own.elements[:6] for name in signs.tokens(element)]
    _read_kind(page, own, header, names)
    read_date(page, own, header)
    read_author(page, own, header)
    _read_link(item, own, header)
    roots = set(item.elements)
    header.is_marked_author |= any(
        signs.has(element, signs.BY_POST_AUTHOR)
        for element in own.elements
        if element in roots or signs.has(element, signs.ITEM) or signs.has(element, signs.AUTHOR)
    )
    _read_state(page, own, header, names)
    return header


def _read_state(page: LinearPage, own: OwnText, header: Header, names: list[str]) -> None:
    whole = " ".join(page.text[b.start : b.end] for b in _body_first(own))[:400]
    if is_deletion_notice(whole) or not _DELETED_NAMES.isdisjoint(names):
        header.state = CommentState.DELETED
        return
    for element in own.elements:
        start, end = page.spans[element]
        # a notice may stand in the line of the author: `<cite>X</cite> dit : <em>Votre …</em>`
        if 0 < end - start < 300 and is_moderation_notice(page.text[start:end]):
            header.state = CommentState.MODERATED
            header.marks.append((start, end))
            return
    if any(is_moderation_notice(page.text[b.start : b.end]) for b in own.blocks):
        header.state = CommentState.MODERATED


def _body_first(own: OwnText) -> list[Block]:
    inside = [b for b in own.blocks if is_inside((b.start, b.end), own.content)]
    return inside or own.blocks


def _read_kind(page: LinearPage, own: OwnText, header: Header, names: list[str]) -> None:
    lowered = {name.lower() for name in names}
    head = page.text[own.blocks[0].start : own.blocks[0].end][:60].lower() if own.blocks else ""
    if lowered & _PING_NUMBERS:
        header.kind = CommentKind.TRACKBACK
    elif "pingback" in lowered or re.match(r"\W*(?:pingback|ping|rétrolien)\b\W*:", head):
        header.kind = CommentKind.PINGBACK
    elif "trackback" in lowered or re.match(r"\W*trackback\b\W*:", head):
        header.kind = CommentKind.TRACKBACK
    elif own.blocks and _EXCERPT.fullmatch(page.text, own.blocks[-1].start, own.blocks[-1].end):
        # before 2.7 WordPress marked no pingback, but their text is an excerpt of the other page
        header.kind = CommentKind.PINGBACK


def _read_link(item: Item, own: OwnText, header: Header) -> None:
    for element in own.elements:
        if element.tag != "a":
            continue
        href = element.get("href") or ""
        if not signs.PERMALINK.search(href) or "replytocom" in href:
            continue
        if _answers_another(element):
            match = re.search(r"(\d+)$", href)
            header.in_reply_to = match.group(1) if match else None
        elif header.url is None and (item.key is None or item.key in href.lower()):
            header.url = href
    if header.url is None and item.key is not None:
        identifier = item.elements[0].get("id")
        header.url = f"#{identifier}" if identifier else None


def _answers_another(link: HtmlElement) -> bool:
    """Whether a link inside the comment leads to the comment that it answers."""
    around = link.getparent()
    names = [*signs.tokens(link), link.text or ""]
    if around is not None:
        names += [*signs.tokens(around), around.text or ""]
    return _REPLY_MARK.search(" ".join(names)) is not None


def residue(text: str, header: Header, offset: int) -> int:
    """How many letters of `text` (at `offset`) are neither author, date nor the words around them."""
    signs_left = list(text)
    for start, end in header.marks:
        for n in range(max(0, start - offset), min(len(text), end - offset)):
            signs_left[n] = " "
    rest = "".join(signs_left)
    if header.author:
        rest = rest.replace(header.author, " ")
    for found in reversed(find_dates(rest, source="text")):
        rest = rest[: found.start] + " " + rest[found.end :]
    return len(_LETTER.findall(_GLUE.sub(" ", rest)))
