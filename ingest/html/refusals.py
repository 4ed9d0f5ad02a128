"""The rules against blocks that the extraction took for the post."""

from __future__ import annotations

import re
from typing import Final

from lxml.html import HtmlElement

from ingest.clean import match_boilerplate
from ingest.html.body import block_kind
from ingest.html.linear import Block, LinearPage
from ingest.html.rules import sure_rule
from ingest.model import PassageKind

__all__ = ["MAX_REFUSED_SHARE", "find_refusals"]

MAX_REFUSED_SHARE: Final = 0.3
"""Of what was taken: a rule on an element that holds more is about the theme, not the text."""


def find_refusals(page: LinearPage, kept: set[int]) -> dict[int, tuple[str, str]]:
    """The rules against blocks that the extraction took for the post, by block.

    A rule on an element that holds a good part of what was taken does not count: a theme may
    name its whole column « social » or wrap the post in a form.
    """
    refusals: dict[int, tuple[str, str]] = {}
    weights: dict[HtmlElement, int] = {}
    inner: dict[HtmlElement, dict[tuple[int, int], HtmlElement]] = {}
    named: list[tuple[int, str, str, HtmlElement]] = []
    n_total = 0
    for n in sorted(kept):
        block = page.blocks[n]
        n_total += block.end - block.start
        if block.element not in inner:
            inner[block.element] = _children_by_span(page, block.element)
        # the inline element that holds the whole block (`<span class="posted">…`), or its element
        at = (block.start, block.end)
        sure = sure_rule(inner[block.element].get(at, block.element))
        if sure is not None:
            rule, element = sure
            weights[element] = weights.get(element, 0) + block.end - block.start
            named.append((n, rule.name, rule.reason, element))
        text_rule = match_boilerplate(page.text[block.start : block.end], allow_weak=False)
        if text_rule is not None and not (text_rule.error and _is_quotation(block)):
            refusals[n] = (text_rule.name, text_rule.reason)
    refusals.update(_hidden_copies(page, kept))
    for n, name, reason, element in named:
        if weights[element] <= MAX_REFUSED_SHARE * n_total:
            refusals.setdefault(n, (name, reason))
    return refusals


def _is_quotation(block: Block) -> bool:
    """Whether the author shows the text: an error in a quote or a listing is no server's."""
    return block_kind(block) in (PassageKind.QUOTE, PassageKind.PREFORMATTED)


def _children_by_span(page: LinearPage, element: HtmlElement) -> dict[tuple[int, int], HtmlElement]:
    """The first child of `element` on each span: 30,000 lines may stand in one element."""
    found: dict[tuple[int, int], HtmlElement] = {}
    for child in element:
        span = page.spans.get(child)
        if span is not None:
            found.setdefault(span, child)
    return found


def _hidden_copies(page: LinearPage, kept: set[int]) -> dict[int, tuple[str, str]]:
    """Blocks that are not shown and repeat one that is (source of a highlighted code, say).

    Hidden text that stands nowhere else is kept: spoilers are hidden too.
    """
    hidden = {n for n in kept if _is_hidden(page.blocks[n].element)}
    if not hidden:
        return {}
    squeezed = {
        n: "".join(page.text[page.blocks[n].start : page.blocks[n].end].split()) for n in kept
    }
    shown = {squeezed[n] for n in kept - hidden}
    reason = ("copie-masquee", "Copie masquée d’un texte de la page")
    return {n: reason for n in hidden if squeezed[n] in shown}


def _is_hidden(element: HtmlElement) -> bool:
    return any(
        n < 4 and re.search(r"display\s*:\s*none", ancestor.get("style") or "")
        for n, ancestor in enumerate((element, *element.iterancestors()))
    )
