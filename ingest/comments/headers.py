# ruff: noqa: E501  rules are regular expressions: broken lines hide what they match
"""What the markup of one comment says: author, date, permalink, kind, state; and its own text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from lxml.html import HtmlElement

from ingest.comments import signs
from ingest.comments.boundaries import Item
from ingest.dates import find_dates, parse_french_date
from ingest.linear import Block, LinearPage
from ingest.model import CommentKind, CommentState, PublicationDate

__all__ = ["Header", "OwnText", "is_notice", "own_text", "read_header"]

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
_EDGE_GLUE = re.compile(
    r"^(?:\W*\b(?:posté|posted|publié|rédigé|écrit|laissé|ajouté|déposé|submitted|envoyé|commentaire(?: n°?\s*\d+)?|"
    r"comment(?:\s*#?\d+)?|par|by|de|from|le|on|pingback|trackback|ping|rétrolien|auteur|author|pseudo|nom|name|en réponse à|message de)\b[\s:.,#°-]*)+"
    r"|^[\s:.,|·•#>«»\"“”—–-]+(?=\S)|^\s*\d{1,4}\s*[.)°-]\s*",
    re.I,
)
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
_BADGE = re.compile(
    r"[\s\u00a0]*[(\[]?\b(?:post author|article author|author of the post|auteur/autrice|"
    r"auteur(?:e|rice)? (?:de l[’']article|de la publication|du billet|du blogue?|de ce billet))\b[)\]]?\s*$",
    re.I,
)
_BADGE_CLASS = re.compile(
    r".*(?:badge|says|avatar|gravatar|role|label|rank|level|karma|count|screen-reader).*"
    r"|by-?post-?author|post-?author|date|datetime|time|comment-?(?:date|time|meta|metadata)",
    re.I,
)
_DIGITS = re.compile(r"\d[\d/.: -]*\d|\b\d\b")
_LETTER = re.compile(r"[^\W\d_]")
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_MAX_AUTHOR = 80
_MAX_HEADER_BLOCK = 240


@dataclass(slots=True)
class Header:
    """The facts of one comment and the elements and spans that state them."""

    author: str | None = None
    author_url: str | None = None
    date: PublicationDate | None = None
    url: str | None = None
    kind: CommentKind = CommentKind.COMMENT
    state: CommentState = CommentState.PUBLISHED
    is_marked_author: bool = False
    in_reply_to: str | None = None
    marks: list[tuple[int, int]] = field(default_factory=list)


@dataclass(slots=True)
class OwnText:
    """The blocks of one comment without those of the comments nested in it.

    `content` are inside the element that the theme names as the text, when it names one.
    """

    blocks: list[Block]
    elements: list[HtmlElement]
    content: list[tuple[int, int]]


def own_text(page: LinearPage, item: Item, blocks: list[Block]) -> OwnText:
    """The blocks and elements that belong to `item` itself; `blocks` are those in its span."""
    nested = [(child.start, child.end) for child in item.children]
    nested_ranges = [page.ranges[e] for child in item.children for e in child.elements]
    own = [b for b in blocks if not any(s <= b.start and b.end <= e for s, e in nested)]
    elements = [
        element
        for root in item.elements
        for index, element in enumerate(page.subtree(root), page.ranges[root][0])
        if not any(first <= index < last for first, last in nested_ranges)
    ]
    content = _content_spans(page, elements, nested)
    return OwnText(own, elements, content)


def _content_spans(
    page: LinearPage, elements: list[HtmlElement], nested: list[tuple[int, int]]
) -> list[tuple[int, int]]:
    for is_content in (_is_strong_content, _is_weak_content):
        spans: list[tuple[int, int]] = []
        for element in elements[1:]:
            start, end = page.spans[element]
            if end <= start or any(s <= start and end <= e for s, e in spans):
                continue
            if any(start <= s and e <= end for s, e in nested) and is_content is _is_weak_content:
                continue
            if is_content(element):
                spans.append((start, end))
        if spans:
            return spans
    return []


def _is_strong_content(element: HtmlElement) -> bool:
    if element.get("itemprop") in ("text", "commentText", "description", "articleBody"):
        return True
    return element.tag not in ("a", "ul", "ol") and signs.has(element, signs.CONTENT)


def _is_weak_content(element: HtmlElement) -> bool:
    if element.tag == "dd" and not signs.has(element, signs.HEADER):
        return True
    return element.tag in ("div", "section", "p", "td", "blockquote", "span") and signs.has(
        element, signs.WEAK_CONTENT
    )


def read_header(page: LinearPage, item: Item, own: OwnText) -> Header:
    """Author, date, permalink, kind and state of `item`."""
    header = Header()
    names = [name for element in own.elements[:6] for name in signs.tokens(element)]
    _read_kind(page, own, header, names)
    _read_date(page, own, header)
    _read_author(page, own, header)
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
    inside = [b for b in own.blocks if any(s <= b.start and b.end <= e for s, e in own.content)]
    return inside or own.blocks


def _read_kind(page: LinearPage, own: OwnText, header: Header, names: list[str]) -> None:
    lowered = {name.lower() for name in names}
    head = page.text[own.blocks[0].start : own.blocks[0].end][:60].lower() if own.blocks else ""
    if "pingback" in lowered or re.match(r"\W*(?:pingback|ping|rétrolien)\b\W*:", head):
        header.kind = CommentKind.PINGBACK
    elif "trackback" in lowered or re.match(r"\W*trackback\b\W*:", head):
        header.kind = CommentKind.TRACKBACK


def _read_date(page: LinearPage, own: OwnText, header: Header) -> None:
    for date, span in _dates(page, own):
        header.date = date
        header.marks.append(span)
        return


def _dates(page: LinearPage, own: OwnText) -> Iterator[tuple[PublicationDate, tuple[int, int]]]:
    """Dates of the comment with their spans, the surest place first."""
    outside = [e for e in own.elements if not _is_inside(page.spans[e], own.content)]
    for element in outside:
        raw = _stated_date(element)
        date = parse_french_date(raw, source="time-element") if raw and _ISO.match(raw) else None
        if date is not None:
            yield date, page.spans[element]
    for element in outside:
        raw = element.get("title")
        if raw and len(raw) < 80 and signs.has(element, signs.DATE):
            for found in find_dates(raw, source="title"):
                yield found.date, page.spans[element]
    for is_place in (_is_leaf, _is_small, _is_dated):
        for element in outside:
            start, end = page.spans[element]
            if (
                0 < end - start < 120
                and is_place(element)
                and _DIGITS.search(page.text, start, end)
            ):
                for found in find_dates(page.text[start:end], source="text"):
                    yield found.date, (start + found.start, start + found.end)
    n_blocks = len(own.blocks)
    outer = [b for b in own.blocks if not _is_inside((b.start, b.end), own.content)]
    edges = own.blocks[:3] + own.blocks[max(3, n_blocks - 2) :]
    for block in outer + edges:
        head = page.text[block.start : block.end][:_MAX_HEADER_BLOCK]
        for found in find_dates(head, source="text"):
            yield found.date, (block.start + found.start, block.start + found.end)


def _is_leaf(element: HtmlElement) -> bool:
    return len(element) == 0 and _is_small(element)


def _is_small(element: HtmlElement) -> bool:
    return len(element) < 3 and element.tag in (
        "a",
        "small",
        "span",
        "em",
        "i",
        "abbr",
        "time",
        "p",
    )


def _is_dated(element: HtmlElement) -> bool:
    return signs.has(element, signs.DATE)


def _stated_date(element: HtmlElement) -> str | None:
    """The machine-readable date of an element (time, abbr, microdata)."""
    if element.tag == "time":
        return _attribute(element, "datetime", "content")
    if element.tag in ("abbr", "span", "a", "div", "p"):
        raw = _attribute(element, "title")
        if raw and _ISO.match(raw):
            return raw
    is_date = re.search(r"date|time", element.get("itemprop") or "", re.I) is not None
    if is_date or element.get("property") == "dc:date":
        return _attribute(element, "content", "datetime")
    return None


def _attribute(element: HtmlElement, *names: str) -> str | None:
    """The first of these attributes that has a value."""
    return next((str(element.get(name)) for name in names if element.get(name)), None)


def _is_inside(span: tuple[int, int], outer: list[tuple[int, int]]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in outer)


def _read_author(page: LinearPage, own: OwnText, header: Header) -> None:
    candidates: list[tuple[int, int, HtmlElement]] = []
    for n, element in enumerate(own.elements):
        start, end = page.spans[element]
        if end <= start or end - start > 200:
            continue
        rank = _author_rank(element)
        if rank is not None and (rank < 2 or not _is_inside((start, end), own.content)):
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


def _without_badges(page: LinearPage, element: HtmlElement) -> str:
    """The element's text without those of its dates, badges and avatars."""
    start, end = page.spans[element]
    text = page.text[start:end]
    for inner in reversed(page.subtree(element)[1:]):
        first, last = page.spans[inner]
        if first < last and (inner.tag == "time" or signs.has(inner, _BADGE_CLASS)):
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
    outer = [b for b in own.blocks if not _is_inside((b.start, b.end), own.content)]
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
            raw = page.text[line_start : date_span[0]] + "|" + page.text[date_span[1] : line_end]
            start = line_start
            raw = raw[:_MAX_HEADER_BLOCK]
        for byline in _BYLINES if block in dated else _BYLINES[:3]:
            match = byline.search(raw)
            name = clean_author(match["a"]) if match else None
            if name:
                header.author = name
                at = page.text.find(name, start, block.end)
                if at >= 0:
                    header.marks.append((at, at + len(name)))
                return


def clean_author(raw: str) -> str | None:
    """The name in `raw` without dates, « par », « dit : » and signs; None when nothing is left."""
    text = raw.replace("\n", " ")
    for found in reversed(find_dates(text, source="text")):
        text = text[: found.start] + " " + text[found.end :]
    previous = None
    text = re.sub(r"[\s\u00a0\u202f]+", " ", text).strip()
    while text != previous:
        previous = text
        text = _TAIL_GLUE.sub("", _EDGE_GLUE.sub("", text, count=1)).strip()
    if not text or len(text) > _MAX_AUTHOR or not re.search(r"\w", text):
        return None
    return text


def _outer_link(element: HtmlElement) -> str | None:
    link = element if element.tag == "a" else element.find(".//a")
    if link is None:
        link = next(iter(element.iterancestors("a")), None)
    return link.get("href") if link is not None else None


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
