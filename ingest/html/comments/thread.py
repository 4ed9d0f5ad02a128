# ruff: noqa: E501  rules are regular expressions: broken lines hide what they match
"""The thread of a page: its comments with their facts and their text, by offsets."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from lxml.html import HtmlElement

from ingest.html.comments import signs
from ingest.html.comments.boundaries import find_items
from ingest.html.comments.counter import declared_count
from ingest.html.comments.counts import is_thread_heading
from ingest.html.comments.headers import read_header, residue
from ingest.html.comments.items import Item
from ingest.html.comments.own_text import Header, OwnText, own_text
from ingest.html.comments.placement import place_items
from ingest.html.comments.siblings import find_sibling_items
from ingest.html.comments.states import is_moderation_notice
from ingest.html.linear import Block, LinearPage
from ingest.model import CommentState
from ingest.spans import Cover

__all__ = ["FoundComment", "Thread", "find_thread"]

_MAX_RESIDUE = 3  # letters: « OK » or a badge is no text beside an author and a date
_MAX_HEADER_CHARS = 300
_MAX_SUBJECT_CHARS = 160
_HEADINGS: Final = frozenset(["h2", "h3", "h4", "h5", "h6"])
_AREA_EXTRA_CHARS = 1_500  # text of a comment area beside its comments: form, counters, pager
_CHROME_LINE = re.compile(
    r"\W*(?:répondre|reply|réponse|répondre à ce (?:commentaire|message)|reply to this comment|citer|quote|"
    r"signaler(?: un abus| ce (?:commentaire|contenu))?|report(?: abuse)?|log in to reply|"
    r"(?:connectez|identifiez)[- ]vous pour (?:répondre|commenter)|permalien|permalink|lien|link|\(?modifier\)?|"
    r"\(?edit\)?|supprimer|delete|j[’']aime\s*\d*|like\s*\d*|haut de page|loading.*|chargement.*|alerter|↓|↑|\d+|#\d+)\W*",
    re.I,
)


@dataclass(slots=True)
class FoundComment:
    """One comment: its facts, its text (`body`), its `subject` and the blocks around them."""

    item: Item
    header: Header
    body: list[Block]
    meta: list[Block]
    chrome: list[Block]
    subject: Block | None = None  # the title that its writer gave it
    parent: int | None = None  # the place of the parent in the thread
    depth: int = 0


@dataclass(slots=True)
class Thread:
    """The comments in page order, what the page counts, and the elements that are not the post."""

    comments: list[FoundComment] = field(default_factory=list)
    n_declared: int | None = None
    areas: list[HtmlElement] = field(default_factory=list)


def find_thread(page: LinearPage) -> Thread:
    """The thread of the page; empty when it has no comment."""
    comments = _read(page, find_items(page))
    if not comments:
        comments = _read(page, find_sibling_items(page))
    items = [comment.item for comment in comments]
    placed = place_items(page, items, [comment.header.in_reply_to for comment in comments])
    for comment, (parent, depth) in zip(comments, placed, strict=True):
        comment.parent, comment.depth = parent, depth
    return Thread(comments, declared_count(page, items), _areas(page, items))


def _read(page: LinearPage, items: list[Item]) -> list[FoundComment]:
    comments: list[FoundComment] = []
    starts = [block.start for block in page.blocks]
    for item in items:
        own = own_text(page, item, _blocks_between(page, starts, item.start, item.end))
        if not own.blocks:
            continue
        header = read_header(page, item, own)
        comment = _sort_blocks(page, item, own, header)
        is_real = comment.body or header.state is not CommentState.PUBLISHED or header.author
        has_evidence = header.author or header.date or item.key
        if is_real and has_evidence and not _is_mere_link(page, comment):
            comments.append(comment)
    n_signed = sum(1 for c in comments if c.header.author or c.header.date)
    return comments if n_signed >= len(comments) / 2 else []


def _is_mere_link(page: LinearPage, comment: FoundComment) -> bool:
    """Whether the item is a line of a list of recent comments, not a comment."""
    header = comment.header
    if header.date is not None or comment.item.key is not None:
        return False
    n_body = sum(block.end - block.start for block in comment.body)
    text = page.text[comment.item.start : comment.item.end]
    return is_thread_heading(text) or (n_body == 0 and header.kind.value == "comment")


def _blocks_between(page: LinearPage, starts: list[int], start: int, end: int) -> list[Block]:
    first, last = bisect_left(starts, start), bisect_left(starts, end)
    return page.blocks[first:last]


def _sort_blocks(page: LinearPage, item: Item, own: OwnText, header: Header) -> FoundComment:
    """Part the comment's blocks into text, facts and chrome."""
    comment = FoundComment(item, header, [], [], [])
    chrome = [
        page.spans[element]
        for element in own.elements
        if signs.has(element, signs.CHROME)
        or (signs.has(element, signs.FORM) and element not in item.elements)
        or element.tag in ("button", "form", "textarea", "select")
    ]
    pieces = [piece for block in own.blocks for piece in _cut(page, block, chrome, header)]
    for piece in pieces:
        text = page.text[piece.start : piece.end]
        in_content = any(s <= piece.start and piece.end <= e for s, e in own.content)
        if any(
            s <= piece.start and piece.end <= e and s < e for s, e in chrome
        ) or _CHROME_LINE.fullmatch(text):
            target = comment.chrome if not in_content or len(text) < 40 else comment.body
        elif comment.subject is None and not comment.body and _is_subject(page, piece, header):
            comment.subject = piece
            continue
        elif (own.content and not in_content) or (
            len(text) <= _MAX_HEADER_CHARS
            and _touches(piece, header)
            and residue(text, header, piece.start) <= _MAX_RESIDUE
        ):
            target = comment.meta
        else:
            target = comment.body
        target.append(piece)
    if not comment.body and own.content and header.kind.value == "comment":
        # the named text is empty: the text stands beside it
        comment.body = [
            p
            for p in comment.meta
            if residue(page.text[p.start : p.end], header, p.start) > _MAX_RESIDUE
        ]
        comment.meta = [p for p in comment.meta if p not in comment.body]
    if not comment.body and comment.subject is not None:
        comment.body, comment.subject = [comment.subject], None  # all that was written
    if header.state is CommentState.DELETED:
        comment.meta, comment.body = [*comment.meta, *comment.body], []
    elif header.state is CommentState.MODERATED:
        notices = [p for p in comment.body if is_moderation_notice(page.text[p.start : p.end])]
        comment.meta += notices
        comment.body = [p for p in comment.body if p not in notices]
    return comment


def _is_subject(page: LinearPage, piece: Block, header: Header) -> bool:
    """Whether the piece is the title of the comment: Drupal, SPIP and Canalblog ask for one."""
    text = page.text[piece.start : piece.end]
    if len(text) > _MAX_SUBJECT_CHARS or residue(text, header, piece.start) <= _MAX_RESIDUE:
        return False
    element = piece.element
    around = element.getparent()
    is_titled = any(
        e is not None and (e.tag in _HEADINGS or signs.has(e, signs.SUBJECT))
        for e in (element, around)
    )
    return is_titled and not _touches(piece, header)


def _touches(piece: Block, header: Header) -> bool:
    return any(piece.start < end and start < piece.end for start, end in header.marks)


def _cut(
    page: LinearPage, block: Block, chrome: list[tuple[int, int]], header: Header
) -> list[Block]:
    """`block` in pieces, parted where its facts or its chrome end and the text begins."""
    cuts = {block.start, block.end}
    for start, end in chrome:
        if block.start <= start < end <= block.end:
            cuts |= {start, end}
    marks = [(s, e) for s, e in header.marks if block.start <= s < e <= block.end]
    text = page.text[block.start : block.end]
    if marks and residue(text, header, block.start) > _MAX_RESIDUE:
        for line_start, line_end in _lines(page.text, block):
            if any(line_start <= s < line_end for s, _ in marks):
                cuts |= _header_edges(page.text, (line_start, line_end), marks, header)
    edges = sorted(cuts)
    pieces = []
    for start, end in pairwise(edges):
        raw = page.text[start:end]
        left, right = start + len(raw) - len(raw.lstrip()), end - (len(raw) - len(raw.rstrip()))
        if left < right:
            pieces.append(Block(left, right, block.element))
    return pieces


def _lines(text: str, block: Block) -> list[tuple[int, int]]:
    lines, start = [], block.start
    while start < block.end:
        end = text.find("\n", start, block.end)
        end = block.end if end < 0 else end
        lines.append((start, end))
        start = end + 1
    return lines


def _header_edges(
    text: str, line: tuple[int, int], marks: list[tuple[int, int]], header: Header
) -> set[int]:
    """Where the facts of a line end: the whole line when it holds nothing else."""
    start, end = line
    if residue(text[start:end], header, start) <= _MAX_RESIDUE:
        return {start, end}
    last = max(e for s, e in marks if start <= s < end)
    first = min(s for s, e in marks if start <= s < end)
    if residue(text[start:first], header, start) > _MAX_RESIDUE:  # facts close the line
        opening = text.rfind("\n", start, first) + 1 or start
        return (
            {max(opening, start)}
            if residue(text[opening:end], header, opening) <= _MAX_RESIDUE
            else set()
        )
    after = re.compile(
        r"[\s\u00a0\u202f]*(?:a dit|a écrit|dit|écrit|says|said|wrote|:|[-–—|.,)])*[\s\u00a0\u202f]*",
        re.I,
    )
    match = after.match(text, last, end)
    return {start, match.end() if match else last}


def _areas(page: LinearPage, items: list[Item]) -> list[HtmlElement]:
    """The elements of the thread and of its form, which are no part of the post, outermost."""
    areas: list[HtmlElement] = []
    item_spans = [(item.start, item.end) for item in items if item.parent is None]
    for element in page.at(signs.places_named(page, signs.AREA, signs.FORM)):
        if element.tag in ("html", "body") or (areas and page.contains(areas[-1], element)):
            continue
        if _is_only_thread(page, element, item_spans):
            areas.append(element)
    cover = Cover(page.ranges[area] for area in areas)
    for item in items:
        if item.parent is None:
            areas += [e for e in item.elements if not cover.has(page.ranges[e][0])]
    return areas


def _is_only_thread(page: LinearPage, element: HtmlElement, items: list[tuple[int, int]]) -> bool:
    """Whether the element holds comments and their form, and not the post as well."""
    start, end = page.spans[element]
    rest = (end - start) - sum(e - s for s, e in items if start <= s and e <= end)
    if rest > _AREA_EXTRA_CHARS or rest > 0.6 * len(page.text):
        return False
    cover = Cover(items)
    return not any(
        inner.tag == "h1" or inner.get("itemprop") == "articleBody" or signs.has(inner, _POST)
        for inner in page.subtree(element)
        if not cover.has(page.spans[inner][0])
    )


_POST = signs.Sign(
    r"entry-content|post-content|post-body|hentry|entry|article|article-content|storycontent"
)
