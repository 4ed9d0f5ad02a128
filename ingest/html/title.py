# ruff: noqa: E501  rules are regular expressions: broken lines hide what they match
"""The title of the post and where it stands in the page."""

from __future__ import annotations

import re
from functools import lru_cache

from lxml.html import HtmlElement

from ingest.html.comments import signs
from ingest.html.extract import Head
from ingest.html.head import clean, metas
from ingest.html.linear import LinearPage
from ingest.spans import Cover
from ingest.text import fold_words

__all__ = ["find_title", "fold_title"]

_HEADLINE_CLASS = signs.Sign(
    r"(?:entry|post|article|item|single|blog|page|content|story|billet)[-_]?(?:title|titre|headline|name)|titre[-_]?(?:billet|article|post)|"
    r"posttitle|crayon article-titre.*|p-name|headline|title|titre"
)

_NAVIGATION = signs.Sign(
    r"(?:top|main|site|blog)?[-_]?nav(?:links?|igation|bar)?|menu|breadcrumbs?|ariane"
)


def find_title(
    tree: HtmlElement, linear: LinearPage, head: Head, skip: Cover
) -> tuple[str | None, tuple[int, int] | None]:
    """The post's title and where it stands: a heading that the page's `<title>` contains."""
    stated_metas = metas(tree)
    page_title = clean(next((t.text_content() for t in tree.iter("title")), None)) or ""
    stated = clean(stated_metas.get("og:title")) or ""
    best: tuple[float, str, tuple[int, int]] | None = None
    places = linear.tagged("h1", "h2", "h3", "h4"), signs.places_named(linear, _HEADLINE_CLASS)
    for element in linear.at(sorted({*places[0], *places[1], *linear.properties})):
        if element.tag not in ("h1", "h2", "h3", "h4", "a", "div", "span", "p", "td", "strong"):
            continue
        is_heading = element.tag in ("h1", "h2", "h3", "h4")
        if (
            not is_heading
            and not signs.has(element, _HEADLINE_CLASS)
            and element.get("itemprop") not in ("headline", "name")
        ):
            continue
        span = linear.spans[element]
        text = clean(linear.text[span[0] : span[1]])
        if not text or len(text) > 300 or skip.holds(*span):
            continue
        score = _title_score(text, element, page_title, stated, is_heading=is_heading)
        if best is None or score > best[0]:
            best = (score, text, span)
    if best is not None and best[0] >= 3:
        return best[1], best[2]
    fallback = stated or head.title or page_title
    return (clean(fallback), None) if fallback else (best[1], best[2]) if best else (None, None)


def _title_score(
    text: str, element: HtmlElement, page_title: str, stated: str, *, is_heading: bool
) -> float:
    score = 0.0
    folded, whole = fold_title(text), fold_title(page_title)
    if folded and folded in whole:
        # the site's name is in the page's title too, but the post's name is the longer part or first
        score += 3 + 2 * len(folded) / max(1, len(whole)) + (0.5 if whole.startswith(folded) else 0)
    if stated and folded == fold_title(stated):
        score += 3
    elif stated and folded and folded in fold_title(stated):
        score += 1.5
    if signs.has(element, _HEADLINE_CLASS) or element.get("itemprop") == "headline":
        score += 1.2
    if is_heading:
        score += {"h1": 1.0, "h2": 0.8, "h3": 0.4, "h4": 0.1}[str(element.tag)]
    if re.search(r"site|blog|logo|brand|banner|masthead", " ".join(signs.tokens(element)), re.I):
        score -= 2
    around = element.getparent()
    if signs.has(element, _NAVIGATION) or (around is not None and signs.has(around, _NAVIGATION)):
        score -= 1.5
    link = element if element.tag == "a" else element.find(".//a")
    if link is not None and re.fullmatch(
        r"(?:https?://[^/]+)?/?(?:\.{1,2}/)*(?:index\.\w+)?", link.get("href") or "x"
    ):
        score -= 2.5  # a heading that leads home is the site's name
    return score


@lru_cache(maxsize=256)  # the page's own title is compared with each heading
def fold_title(text: str) -> str:
    """`text` as titles are compared: its folded words."""
    return fold_words(text)
