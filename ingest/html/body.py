# ruff: noqa: E501  rules are regular expressions: broken lines hide what they match
"""Which blocks of the linear text are the post, and what each of them is."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from typing import Final

from lxml.html import HtmlElement

from ingest.html.comments import signs
from ingest.html.linear import Block, LinearPage
from ingest.model import Passage, PassageKind, Role

__all__ = ["block_kind", "blocks_of", "heading_level", "main_language", "select_body"]

_LONG: Final = 20  # signs without spaces: shorter blocks may stand anywhere by chance
_WORD = re.compile(r"\w+")
_WINDOW: Final = 4  # words
_MIN_SHARE: Final = 0.6  # of the windows of a block that the main text must hold
# Under this share of the named container, trafilatura missed the post: a video and a line, say.
_MIN_CONTAINER_SHARE: Final = 0.5
_MIN_TRUSTED_CHARS: Final = 250
_MAX_LINKED_SHARE: Final = 0.5  # above it the container is a list of links
_CONTAINER = signs.Sign(
    r"(?:entry|post|article|story|billet|single)[-_]?(?:content|contents|body|text|texte|inner-content|contenu)|"
    r"storycontent|e-content|articlebody|postentry|post-entry|itemcontent|entry|texte-article|corps-article"
)
_KINDS: Final = {
    "li": PassageKind.LIST_ITEM,
    "dd": PassageKind.LIST_ITEM,
    "blockquote": PassageKind.QUOTE,
    "pre": PassageKind.PREFORMATTED,
    "td": PassageKind.TABLE_ROW,
    "th": PassageKind.TABLE_ROW,
    "tr": PassageKind.TABLE_ROW,
}


def select_body(
    page: LinearPage, candidates: list[int], read_main_text: Callable[[], str], *, trust_names: bool
) -> set[int]:
    """The blocks of the post, as places in `page.blocks`; `candidates` are those outside the thread.

    With `trust_names` (a known blog engine) the one element that the theme names as the text of
    the post is taken as it is, when it is prose: measured on feeds' own bodies of five blogs, it
    loses less than trafilatura (short posts, captions, recipes) and takes no more. Otherwise
    `read_main_text` (trafilatura) says which text is the post; the words, their offsets and
    their order are the page's own.
    """
    container = _container(page)
    inside: set[int] = set()
    if container is not None:
        start, end = page.spans[container]
        inside = {n for n in candidates if start <= page.blocks[n].start < end}
    n_inside = sum(page.blocks[n].end - page.blocks[n].start for n in inside)
    if container is not None and trust_names and n_inside >= _MIN_TRUSTED_CHARS:
        n_linked = sum(
            page.spans[element][1] - page.spans[element][0]
            for element in page.subtree(container)
            if element.tag == "a"
        )
        if n_linked < _MAX_LINKED_SHARE * n_inside:
            return inside
    found = blocks_of(page, candidates, read_main_text())
    n_found = sum(page.blocks[n].end - page.blocks[n].start for n in found & inside)
    return inside if n_found < _MIN_CONTAINER_SHARE * n_inside else found


def _container(page: LinearPage) -> HtmlElement | None:
    """The one element that the theme names as the text of the post, None when unsure."""
    outermost: list[HtmlElement] = []
    for element in page.at(sorted({*page.properties, *signs.places_named(page, _CONTAINER)})):
        if element.tag in ("html", "body", "a", "span", "p") or (
            outermost and page.contains(outermost[-1], element)
        ):
            continue
        if element.get("itemprop") == "articleBody" or signs.has(element, _CONTAINER):
            outermost.append(element)
            if len(outermost) > 1:
                return None
    return outermost[0] if outermost and page.text_of(outermost[0]) else None


def blocks_of(page: LinearPage, candidates: list[int], main_text: str) -> set[int]:
    """The blocks that `main_text` holds.

    Long blocks are looked for in order; a short one (« Oui. ») is taken only between long ones
    that were found, where the main text has it at that place.
    """
    flat = "".join(main_text.split())
    if not flat:
        return set()
    windows: frozenset[tuple[str, ...]] | None = None
    found: dict[int, tuple[int, int]] = {}
    cursor = 0
    seen: dict[str, int] = {}
    for index in candidates:
        block = page.blocks[index]
        squeezed = "".join(page.text[block.start : block.end].split())
        if len(squeezed) < _LONG:
            continue
        at = flat.find(squeezed, cursor)
        if at < 0:
            at = flat.find(squeezed)
            if at >= 0 and squeezed in seen:
                # the first one may have been a teaser above the post: the later one stands in it
                del found[seen[squeezed]]
        if at >= 0:
            found[index] = (at, at + len(squeezed))
            seen[squeezed] = index
            cursor = max(cursor, at + len(squeezed))
        else:
            windows = windows or _windows(main_text)
            if _share(page.text[block.start : block.end], windows) >= _MIN_SHARE:
                found[index] = (-1, -1)
    return set(found) | _short_blocks(page, candidates, flat, found)


def _short_blocks(
    page: LinearPage, candidates: list[int], flat: str, found: dict[int, tuple[int, int]]
) -> set[int]:
    """Short blocks that the main text has between the long blocks around them."""
    kept: set[int] = set()
    anchors = {index: span for index, span in found.items() if span[0] >= 0}
    if not anchors:
        return kept
    first, last = min(anchors), max(anchors)
    previous_end = 0
    later = sorted(anchors)
    for index in candidates:
        if index in anchors:
            previous_end = anchors[index][1]
            continue
        if index in found or index < first - 3 or index > last + 3:
            continue
        place = bisect_right(later, index)
        following = anchors[later[place]][0] if place < len(later) else len(flat)
        block = page.blocks[index]
        squeezed = "".join(page.text[block.start : block.end].split())
        at = flat.find(squeezed, previous_end, max(following, previous_end))
        if 0 <= at <= previous_end + 200:
            kept.add(index)
            previous_end = at + len(squeezed)
    return kept


def _windows(text: str) -> frozenset[tuple[str, ...]]:
    words = _WORD.findall(text)
    return frozenset(tuple(words[n : n + _WINDOW]) for n in range(max(0, len(words) - _WINDOW + 1)))


def _share(text: str, windows: frozenset[tuple[str, ...]]) -> float:
    words = _WORD.findall(text)
    n_windows = len(words) - _WINDOW + 1
    if n_windows < 3:
        return 0.0
    return sum(tuple(words[n : n + _WINDOW]) in windows for n in range(n_windows)) / n_windows


def block_kind(block: Block) -> PassageKind:
    """What the block is in the page, from the elements around it."""
    element: HtmlElement | None = block.element
    for _ in range(6):
        if element is None or element.tag in ("body", "article", "div"):
            break
        kind = _KINDS.get(str(element.tag))
        if kind is not None:
            return (
                PassageKind.QUOTE if kind is PassageKind.LIST_ITEM and _in_quote(element) else kind
            )
        element = element.getparent()
    return PassageKind.QUOTE if _in_quote(block.element) else PassageKind.PARAGRAPH


def _in_quote(element: HtmlElement) -> bool:
    return any(
        n < 8 and ancestor.tag == "blockquote" for n, ancestor in enumerate(element.iterancestors())
    )


def heading_level(block: Block) -> int | None:
    """1 to 6 when the block is a heading, else None."""
    element: HtmlElement | None = block.element
    for _ in range(2):
        if element is not None and re.fullmatch(r"h[1-6]", str(element.tag)):
            return int(element.tag[1])
        element = element.getparent() if element is not None else None
    return None


def main_language(passages: Iterable[Passage]) -> str | None:
    """The language of most of the post's signs, None when none is known."""
    weights: dict[str, int] = {}
    for passage in passages:
        if passage.language and passage.role is Role.POST:
            weights[passage.language] = weights.get(passage.language, 0) + len(passage.text)
    return max(sorted(weights), key=lambda name: weights[name]) if weights else None
