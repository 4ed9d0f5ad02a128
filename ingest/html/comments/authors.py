# ruff: noqa: E501  rules are regular expressions: broken lines hide what they match
"""Who wrote a comment, as its markup or the line beside its date says."""

from __future__ import annotations

import re
from typing import Final

from lxml.html import HtmlElement

from ingest.dates import find_dates
from ingest.html.comments import signs
from ingest.html.comments.own_text import Header, OwnText, is_inside
from ingest.html.linear import LinearPage
from ingest.model import CommentKind

__all__ = ["clean_author", "read_author"]

_EDGE_GLUE = re.compile(
    r"^(?:\W*\b(?:posté|posted|publié|rédigé|écrit|laissé|ajouté|déposé|submitted|envoyé|commentaire(?: n°?\s*\d+)?|"
    r"comment(?:\s*#?\d+)?|par|by|pingback|trackback|ping|rétrolien|auteur|author|pseudo|nom|name|en réponse à|message de)\b[\s:.,#°-]*)+"
    r"|^[\s:.,|·•#>«»\"“”—–-]+(?=\S)|^\s*\d{1,4}\s*[.)°-]\s*",
    re.I,
)
# « Le pot de terre » and « De passage » are names; « le 3 mai », « At: » and « de jeanlouis » are not.
_WEAK_GLUE = re.compile(r"^(?:at|à|de|from|le|on|du)\b(?=\s*[:.,#°|]|\s*$)[\s:.,#°|]*", re.I)
_LOWER_GLUE = re.compile(r"^(?:de|from)\s+(?=\S)")
_DATE_GLUE = re.compile(r"^(?:at|à|de|from|le|on|du)\b[\s:.,#°-]*", re.I)
_TAIL_GLUE = re.compile(
    r"(?:[\s:.,|·•—–@(-]*\b(?:dit|disait|dixit|a dit|a écrit|a commenté|a répondu|écrit|écrivait|says?|said|wrote|"
    r"writes|replied|commented|le|à|at|on|the|il y a|ago|répondre|reply|permalien|permalink|posted|posté|publié|sur)\b"
    r"(?:[\s\u00a0\u202f]*(?:that|sur|on|this|ceci|:|…|\.\.\.))?)+[\s:.,|·•—–@(#-]*$|[\s:,|·•—–@(#-]+$|\s+\d{1,2}\s?[:h]\s?\d\d$",
    re.I,
)
_BYLINES: Final = (
    re.compile(
        r"(?:post[ée]e?|publi[ée]|r[ée]dig[ée]|[ée]crit|laiss[ée]|d[ée]pos[ée]|envoy[ée]|posted|written|submitted)"
        r"\s*(?:par|by|de)\s*:?\s*(?P<a>[^|\n]{1,60}?)\s*(?=[|,\n(]|\ble\b|\bon\b|\bat\b|\bà\b|$)",
        re.I,
    ),
    re.compile(
        r"(?:^|[\s,.|–-])(?:par|by|de)\s+(?P<a>[^|\n,]{1,60}?)\s*(?=[|,\n(]|\ble\b|\bon\b|\bà\b|$)",
        re.I,
    ),
    re.compile(
        r"^\W*(?:\d+[.)]\s*)?(?P<a>[^|\n]{1,60}?)\s+(?:a dit|a écrit|dit|écrit|says|said|wrote|a commenté|a répondu)\b",
        re.I,
    ),
    re.compile(
        r"^\W*(?:\d+[.)]\s*)?(?P<a>[^|\n]{1,60}?)\s*(?:@|[|·•—–-]|,|\(|\ble\b|\bon\b)", re.I
    ),
    re.compile(r"^\W*(?P<a>[^|\n]{1,60}?)\W*$", re.I),
)
_BADGE = re.compile(
    r"[\s\u00a0]*[(\[]?\b(?:post author|article author|author of the post|auteur/autrice|"
    r"auteur(?:e|rice)? (?:de l[’']article|de la publication|du billet|du blogue?|de ce billet))\b[)\]]?\s*$",
    re.I,
)
_BADGE_WORD = re.compile(r"\W*(?:auteure?|autrice|author|autor)\W*", re.I)
_STATUS = re.compile(
    r"[\s\u00a0]*[(\[](?:visit(?:eur|euse|or)|membre|member|invitée?|guest|non vérifiée?|not verified|"
    r"non inscrite?|anonyme|site web|website|site|web|www|url|email)[)\]]",
    re.I,
)
_CLOCK = re.compile(r"(?<!\d)\d{1,2}\s?[:h]\s?\d\d(?:\s?:\d\d)?(?:\s?[ap]\.?m\b\.?)?", re.I)
_BADGE_CLASS = signs.Sign(
    r"(?!gsc-).*(?:badge|says|avatar|gravatar|role|label|rank|level|karma|count|screen-reader).*"
    r"|by-?post-?author|post-?author|date|datetime|time|comment-?(?:date|time|meta|metadata)"
)
_MAX_AUTHOR = 80
_MAX_LINKED_TITLE = 200
_MAX_HEADER_BLOCK = 240


def read_author(page: LinearPage, own: OwnText, header: Header) -> None:
    """Set the author of the comment and where it stands; nothing where no name is found."""
    if header.kind is not CommentKind.COMMENT and _read_linked_title(page, own, header):
        return
    candidates: list[tuple[int, int, HtmlElement]] = []
    for n, element in enumerate(own.elements):
        start, end = page.spans[element]
        if end <= start or end - start > 200:
            continue
        rank = _author_rank(element)
        if rank is not None and (rank < 2 or not is_inside((start, end), own.content)):
            candidates.append((rank, n, element))
    for _, _, element in sorted(candidates, key=lambda c: c[:2]):
        start, end = page.spans[element]
        name = clean_author(_BADGE.sub("", _without_badges(page, element)))
        if name:
            header.is_marked_author |= _BADGE.search(page.text[start:end]) is not None
            header.author = name
            header.author_url = _outer_link(element)
            header.marks.append((start, end))
            return
    _read_author_from_text(page, own, header)


def _read_linked_title(page: LinearPage, own: OwnText, header: Header) -> bool:
    """Take the first link of a pingback for its author: the title of the page that links here."""
    for element in own.elements:
        start, end = page.spans[element]
        is_away = (element.get("href") or "").startswith(("http://", "https://", "//"))
        if element.tag != "a" or not is_away or is_inside((start, end), own.content):
            continue
        title = " ".join(page.text[start:end].split())
        if 0 < len(title) <= _MAX_LINKED_TITLE and not find_dates(title, source="text"):
            header.author, header.author_url = title, element.get("href")
            header.marks.append((start, end))
            return True
    return False


def _without_badges(page: LinearPage, element: HtmlElement) -> str:
    """The element's text without those of its dates, badges and avatars."""
    start, end = page.spans[element]
    text = page.text[start:end]
    for inner in reversed(page.subtree(element)[1:]):
        first, last = page.spans[inner]
        is_badge = inner.tag == "time" or signs.has(inner, _BADGE_CLASS)
        if first < last and (is_badge or _BADGE_WORD.fullmatch(page.text, first, last)):
            text = text[: first - start] + " " * (last - first) + text[last - start :]
    return text if text.strip() else page.text[start:end]


def _author_rank(element: HtmlElement) -> int | None:  # noqa: PLR0911  a table of ranks
    names = signs.tokens(element)
    if (
        "fn" in names
        or "p-author" in names
        or element.get("itemprop") in ("author", "creator", "name")
    ):
        return 0
    if element.tag in ("img", "input", "time"):
        return None
    if signs.has(element, signs.AUTHOR) and element.tag not in ("li", "ul", "article"):
        return 1
    if element.tag == "cite":
        return 2
    if element.tag == "a" and ("external" in (element.get("rel") or "") or "url" in names):
        return 3
    if signs.has(element, signs.AUTHOR_CONTAINER) and element.tag not in ("li", "ul", "article"):
        return 4
    return None


def _read_author_from_text(page: LinearPage, own: OwnText, header: Header) -> None:
    """The author from a line such as « Posté par X, le … » or « X a dit : »."""
    outer = [b for b in own.blocks if not is_inside((b.start, b.end), own.content)]
    date_span = header.marks[0] if header.marks else None
    dated = [b for b in own.blocks if date_span and b.start <= date_span[0] < b.end]
    for block in (*dated, *outer[:2], *own.blocks[:1]):
        start = block.start
        raw = page.text[start : block.end].split("\n\n")[0]
        if block not in dated and len(raw) > 120:
            continue
        if date_span and block in dated:
            # the line that holds the date, without it
            line_start = page.text.rfind("\n", start, date_span[0]) + 1 or start
            line_end = page.text.find("\n", date_span[1], block.end)
            line_end = block.end if line_end < 0 else line_end
            start = line_start
            before, after = (
                page.text[line_start : date_span[0]],
                page.text[date_span[1] : line_end][:_MAX_HEADER_BLOCK],
            )
            # a number or « At » before the date names nobody: the name is on the other side
            raw = f"{before}|{after}" if _names_somebody(before) else after
        elif block not in dated:
            raw = _CLOCK.sub(" ", raw)
        for byline in _BYLINES if block in dated else _BYLINES[:3]:
            match = byline.search(raw)
            name = clean_author(match["a"]) if match else None
            if name:
                header.author = name
                at = page.text.find(name, start, block.end)
                if at >= 0:
                    header.marks.append((at, at + len(name)))
                return


def _names_somebody(text: str) -> bool:
    name = clean_author(text)
    return name is not None and re.search(r"[^\W\d_]", name) is not None


def clean_author(raw: str) -> str | None:
    """The name in `raw` without dates, « par », « dit : » and signs; None when nothing is left."""
    text = _STATUS.sub(" ", raw.replace("\n", " "))
    dates = find_dates(text, source="text")
    for found in reversed(dates):
        text = text[: found.start] + " " + text[found.end :]
    previous = None
    text = re.sub(r"[\s\u00a0\u202f]+", " ", text).strip()
    while text != previous:
        previous = text
        text = _EDGE_GLUE.sub("", text, count=1)
        text = _LOWER_GLUE.sub("", _WEAK_GLUE.sub("", text))
        text = _DATE_GLUE.sub("", text) if dates else text
        text = _TAIL_GLUE.sub("", text).strip()
    if not text or len(text) > _MAX_AUTHOR or not re.search(r"\w", text):
        return None
    return text


def _outer_link(element: HtmlElement) -> str | None:
    link = element if element.tag == "a" else element.find(".//a")
    if link is None:
        link = next(iter(element.iterancestors("a")), None)
    return link.get("href") if link is not None else None
