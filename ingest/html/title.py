# ruff: noqa: E501  rules are regular expressions: broken lines hide what they match
"""The title of the post and where it stands in the page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from lxml.html import HtmlElement

from ingest.html.comments import signs
from ingest.html.extract import Head
from ingest.html.head import clean
from ingest.html.linear import LinearPage
from ingest.spans import Cover
from ingest.text import fold_words

__all__ = ["MIN_TITLE_CONFIDENCE", "FoundTitle", "find_titles", "fold_title", "home_names"]

MIN_TITLE_CONFIDENCE: Final = 0.5
"""Under it a title is none: the site's own name, mostly."""

_HEADLINE_CLASS = signs.Sign(
    r"(?:entry|post|article|item|single|blog|page|content|story|billet)[-_]?(?:title|titre|headline|name)|titre[-_]?(?:billet|article|post)|"
    r"posttitle|crayon article-titre.*|p-name|headline|title|titre|wp-block-post-title"
)

_NAVIGATION = signs.Sign(
    r"(?:top|main|site|blog)?[-_]?nav(?:links?|igation|bar)?|menu|breadcrumbs?|ariane"
)
_SITE_NAME = signs.Sign(
    r"(?:site|blog|wp-block-site)[-_]?(?:title|name|titre|nom|logo|branding)|logo|brand(?:ing)?|banner|masthead|navbar-brand"
)
_HEADINGS: Final = ("h1", "h2", "h3", "h4")
_TITLE_TAGS: Final = (*_HEADINGS, "a", "div", "span", "p", "td", "strong")
_HOME: Final = re.compile(r"(?:https?://[^/]+)?/?(?:\.{1,2}/)*(?:index\.\w+)?")
_SITE_TYPES: Final = re.compile(
    r"WebSite|Organization|Person|WPHeader|Brand|Blog$|SiteNavigation|Comment", re.I
)
_MAX_TITLE_CHARS: Final = 300
_MIN_SCORE: Final = 3.0  # a heading that the page's own title holds
_SURE: Final = 0.95  # the head and a heading say the same
_SHOWN: Final = 0.9
_STATED: Final = 0.8  # og:title alone
_PAGE_TITLE: Final = 0.6  # the page's `<title>` alone, the site's name taken off
_LONE_HEADING: Final = 0.55
_SITE: Final = 0.2


@dataclass(frozen=True, slots=True)
class FoundTitle:
    """A title of the post: where it was read, how sure it is, its span where a heading shows it."""

    text: str
    source: str
    confidence: float
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class _Stated:
    """What the head says: the page's `<title>`, og:title, and the folded names of the site."""

    page_title: str
    og_title: str
    site_names: frozenset[str]


def find_titles(
    tree: HtmlElement, linear: LinearPage, head: Head, metas: dict[str, str], skip: Cover
) -> list[FoundTitle]:
    """The titles that the page gives its post, the surest first; `metas` are of its head.

    The surest is a heading that the page's `<title>` contains. The site's own name is no title.
    """
    page_title = clean(next((t.text_content() for t in tree.iter("title")), None)) or ""
    names = home_names(linear) | {fold_title(metas.get("og:site_name", ""))} - {""}
    stated = _Stated(page_title, clean(metas.get("og:title")) or "", frozenset(names))
    best = _best_heading(linear, stated, skip)
    found: list[FoundTitle] = []
    if best is not None and best[0] >= _MIN_SCORE:
        is_same = bool(stated.og_title) and fold_title(best[1]) == fold_title(stated.og_title)
        found.append(FoundTitle(best[1], "intertitre", _SURE if is_same else _SHOWN, best[2]))
    if stated.og_title:
        found.append(FoundTitle(stated.og_title, "og:title", _STATED))
    shown = clean(head.title) if not found else None
    if shown is None or fold_title(shown) in stated.site_names:
        shown = page_title
    if shown:
        found.append(FoundTitle(shown, "titre-de-page", _PAGE_TITLE))
    if best is not None and best[0] < _MIN_SCORE:
        found.append(FoundTitle(best[1], "intertitre-seul", _LONE_HEADING, best[2]))
    return sorted((_judged(one, stated) for one in found), key=lambda one: -one.confidence)


def _judged(found: FoundTitle, stated: _Stated) -> FoundTitle:
    """The title, unsure where it is the name of the site."""
    if fold_title(found.text) not in stated.site_names:
        return found
    return FoundTitle(found.text, "nom-du-site", _SITE, found.span)


def home_names(linear: LinearPage) -> set[str]:
    """The folded texts of the links that lead home and that the page shows as the site's name."""
    names: set[str] = set()
    for element in linear.at(linear.tagged("a")):
        if not _leads_home(element):
            continue
        start, end = linear.spans[element]
        is_name = "home" in (element.get("rel") or "").split() or any(
            (n == 0 and around.tag in ("h1", "h2")) or signs.has(around, _SITE_NAME)
            for n, around in enumerate(_around(element, 3))
        )
        if is_name and 0 < end - start <= _MAX_TITLE_CHARS:
            names.add(fold_title(linear.text[start:end]))
    return names - {""}


def _around(element: HtmlElement, n_levels: int) -> list[HtmlElement]:
    found: list[HtmlElement] = []
    parent = element.getparent()
    while parent is not None and len(found) < n_levels:
        found.append(parent)
        parent = parent.getparent()
    return found


def _leads_home(link: HtmlElement) -> bool:
    return (
        "home" in (link.get("rel") or "").split()
        or _HOME.fullmatch(link.get("href") or "x") is not None
    )


def _best_heading(
    linear: LinearPage, stated: _Stated, skip: Cover
) -> tuple[float, str, tuple[int, int]] | None:
    best: tuple[float, str, tuple[int, int]] | None = None
    places = linear.tagged(*_HEADINGS), signs.places_named(linear, _HEADLINE_CLASS)
    for element in linear.at(sorted({*places[0], *places[1], *linear.properties})):
        if element.tag not in _TITLE_TAGS or not _may_be_title(element):
            continue
        span = linear.spans[element]
        text = clean(linear.text[span[0] : span[1]])
        if not text or len(text) > _MAX_TITLE_CHARS or skip.holds(*span):
            continue
        score = _title_score(text, element, stated)
        if best is None or score > best[0]:
            best = (score, text, span)
    return best


def _may_be_title(element: HtmlElement) -> bool:
    if element.tag in _HEADINGS or signs.has(element, _HEADLINE_CLASS):
        return True
    name = element.get("itemprop")
    return name == "headline" or (name == "name" and not _is_of_site(element))


def _is_of_site(element: HtmlElement) -> bool:
    """Whether the name is the site's or a person's: in its scope, or in a link that leads home."""
    for around in [element, *_around(element, 12)]:
        if around.tag == "a" and _leads_home(around):
            return True
        if around is not element and around.get("itemscope") is not None:
            return _SITE_TYPES.search(around.get("itemtype") or "") is not None
    return False


def _title_score(text: str, element: HtmlElement, stated: _Stated) -> float:
    score = 0.0
    folded, whole, og = (fold_title(t) for t in (text, stated.page_title, stated.og_title))
    if folded and folded in whole:
        # the site's name is in the page's title too, but the post's name is the longer part or first
        score += 3 + 2 * len(folded) / max(1, len(whole)) + (0.5 if whole.startswith(folded) else 0)
    if og and folded == og:
        score += 3
    elif og and folded and folded in og:
        score += 1.5
    if signs.has(element, _HEADLINE_CLASS) or element.get("itemprop") == "headline":
        score += 1.2
    if element.tag in _HEADINGS:
        score += {"h1": 1.0, "h2": 0.8, "h3": 0.4, "h4": 0.1}[str(element.tag)]
    if re.search(r"site|blog|logo|brand|banner|masthead", " ".join(signs.tokens(element)), re.I):
        score -= 2
    around = element.getparent()
    if signs.has(element, _NAVIGATION) or (around is not None and signs.has(around, _NAVIGATION)):
        score -= 1.5
    link = element if element.tag == "a" else element.find(".//a")
    if link is not None and _leads_home(link):
        score -= 2.5  # a heading that leads home is the site's name
    if folded in stated.site_names and folded != whole:
        score -= 2
    return score


@lru_cache(maxsize=256)  # the page's own title is compared with each heading
def fold_title(text: str) -> str:
    """`text` as titles are compared: its folded words."""
    return fold_words(text)
