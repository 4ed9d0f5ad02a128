# ruff: noqa: E501  rules are regular expressions: broken lines hide what they match
"""What the markup of one comment says: author, date, permalink, kind and state."""

from __future__ import annotations

import re
from typing import Final

from ingest.comments import signs
from ingest.comments.authors import read_author
from ingest.comments.items import Item
from ingest.comments.moments import read_date
from ingest.comments.own_text import Header, OwnText, is_inside
from ingest.dates import find_dates
from ingest.linear import Block, LinearPage
from ingest.model import CommentKind, CommentState

__all__ = ["is_notice", "read_header", "residue"]

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
_DELETED = re.compile(
    r"\W*(?:(?:ce|le|un) commentaires? (?:a|à) (?:été|ete) (?:supprimé|retiré|effacé|censuré|modéré|masqué)|"
    r"commentaire (?:supprimé|retiré|effacé|censuré)|message (?:supprimé|effacé|retiré)|"
    r"this (?:comment|post) has been (?:removed|deleted)|\[?(?:comment|message) (?:removed|deleted)|"
    r"this comment was (?:deleted|removed)).{0,160}",
    re.I | re.S,
)
_MODERATED = re.compile(
    r"\W*(?:(?:votre|ce|your|this) (?:commentaire|comment) (?:est )?(?:is |est )?(?:en attente de (?:modération|validation|relecture)|awaiting moderation)).{0,160}",
    re.I | re.S,
)
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
    whole = " ".join(page.text[b.start : b.end] for b in _body_first(own))[:400]
    if _DELETED.fullmatch(whole) or "deleted" in names or "comment-deleted" in names:
        header.state = CommentState.DELETED
    elif any(_MODERATED.fullmatch(page.text[b.start : b.end]) for b in own.blocks):
        header.state = CommentState.MODERATED
    return header


def is_notice(text: str) -> bool:
    """Whether `text` only says that the comment waits for moderation."""
    return _MODERATED.fullmatch(text) is not None


def _body_first(own: OwnText) -> list[Block]:
    inside = [b for b in own.blocks if is_inside((b.start, b.end), own.content)]
    return inside or own.blocks


def _read_kind(page: LinearPage, own: OwnText, header: Header, names: list[str]) -> None:
    lowered = {name.lower() for name in names}
    head = page.text[own.blocks[0].start : own.blocks[0].end][:60].lower() if own.blocks else ""
    if "pingback" in lowered or re.match(r"\W*(?:pingback|ping|rétrolien)\b\W*:", head):
        header.kind = CommentKind.PINGBACK
    elif "trackback" in lowered or re.match(r"\W*trackback\b\W*:", head):
        header.kind = CommentKind.TRACKBACK


def _read_link(item: Item, own: OwnText, header: Header) -> None:
    for element in own.elements:
        if element.tag != "a":
            continue
        href = element.get("href") or ""
        if not signs.PERMALINK.search(href) or "replytocom" in href:
            continue
        names = " ".join(signs.tokens(element)).lower() + (element.text or "").lower()
        if re.search(r"in reply to|en réponse|parent|reply-to", names):
            match = re.search(r"(\d+)$", href)
            header.in_reply_to = match.group(1) if match else None
        elif header.url is None and (item.key is None or item.key in href.lower()):
            header.url = href
    if header.url is None and item.key is not None:
        identifier = item.elements[0].get("id")
        header.url = f"#{identifier}" if identifier else None


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
