# ruff: noqa: E501  rules are regular expressions: broken lines hide what they match
"""Whether a page is a listing, an archive, a search or an error page, and not a post."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from lxml.html import HtmlElement

from ingest.dates import find_dates
from ingest.html.comments import signs
from ingest.html.linear import LinearPage
from ingest.spans import Cover
from ingest.text import fold_words

__all__ = ["Listing", "recognise_listing"]


@dataclass(frozen=True, slots=True)
class Listing:
    """Why the page is no post: `slug` is stable, `what` a French noun phrase.

    `is_guess`: nothing of the page says so, its headlines look like those of a list.
    """

    slug: str
    what: str
    is_guess: bool = False

    def detail(self, source_path: str) -> str:
        """The French sentence of the rejection."""
        return (
            f"«\u00a0{source_path}\u00a0» est {self.what}, pas un billet\u202f; "
            "ses liens servent seulement à trouver les billets."
        )


_LIST: Final = Listing("page-de-liste", "une liste de billets")
_GUESSED: Final = Listing(_LIST.slug, _LIST.what, is_guess=True)
_TAG: Final = Listing("page-de-liste", "la liste des billets d’une étiquette")
_CATEGORY: Final = Listing("page-de-liste", "la liste des billets d’une rubrique")
_ARCHIVE: Final = Listing("page-de-liste", "une archive par date")
_SEARCH: Final = Listing("page-de-recherche", "une page de résultats de recherche")
_MISSING: Final = Listing("page-introuvable", "une page d’erreur 404")

_BODY_CLASSES: Final = (
    ("error404", _MISSING),
    ("error_page", _MISSING),  # Blogger
    ("page_404", _MISSING),  # SPIP
    ("page_recherche", _SEARCH),
    ("page_rubrique", _CATEGORY),
    ("page_mot", _TAG),
    ("page_auteur", _LIST),
    ("page_sommaire", _LIST),
    ("search-results", _SEARCH),
    ("search-no-results", _SEARCH),
    ("tag", _TAG),
    ("category", _CATEGORY),
    ("date", _ARCHIVE),
    ("archive", _LIST),
    ("author", _LIST),
    ("blog", _LIST),
    ("home", _LIST),
)
_SINGLE: Final = frozenset(
    [
        "single",
        "single-post",
        "postid",
        "page-template-default",
        "singular",
        "post-template-default",
        "item-view",
        "page_article",
        "dc-post",
    ]
)
_NEVER_POST: Final = frozenset(["archive", "error404", "search-results", "search-no-results"])
_DOTCLEAR: Final = {
    "dc-home": _LIST,
    "dc-category": _CATEGORY,
    "dc-tag": _TAG,
    "dc-archive": _ARCHIVE,
    "dc-archive-month": _ARCHIVE,
    "dc-search": _SEARCH,
    "dc-404": _MISSING,
    "dc-tags": _LIST,
}
_MISSING_TITLE = re.compile(
    r"\W*(?:(?:oups|oops|désolé|sorry|zut|aïe)\W+)?(?:erreur\s*404|404\b|error\s*404|(?:page|document|billet|article) (?:non trouvée?|introuvable|not found)|not found|"
    r"(?:le document|le billet|l[’']article|la page) que vous (?:cherchez|recherchez|demandez)\b.*(?:n[’']existe|introuvable|supprim)|"
    r"(?:cette )?page (?:n’existe pas|n'existe pas|est introuvable)).*",
    re.I | re.S,
)
_SEARCH_TITLE = re.compile(
    r"\W*(?:résultats? (?:de (?:la |votre )?recherche|pour)|search results?|recherche\s*:|vous avez cherché).*",
    re.I | re.S,
)
_ARCHIVE_TITLE = re.compile(
    r"\W*(?:archives?(?: (?:du|de|des|pour|for|mensuelles?|quotidiennes?|annuelles?|par).*|\s*:.*|\s*$)|"
    r"(?:catégorie|category|rubrique)(?: archives?)?\s*:.*|(?:étiquette|mot-clé|tag|tags)(?: archives?)?\s*:.*|"
    r"(?:monthly|daily|yearly|category|tag) archives?.*|articles? (?:tagués|marqués|classés|dans la catégorie|avec le tag).*|"
    r"tou(?:te)?s les (?:notes|billets|articles|messages) (?:avec|sur|de|du|dans|portant|publi|classé|marqué|étiquet).*|"
    r"affichage des (?:articles|messages) (?:dont le libellé|du|de|correspondant).*|"
    r"browsing (?:category|tag).*|posts? tagged.*|archive for.*)",
    re.I | re.S,
)
_ENTRY = signs.Sign(
    r"node|node-teaser|node--view-mode-teaser|hentry|post|entry|article|h-entry|blog-post|billet|type-post|post-\d+"
)
_MORE = re.compile(
    r"\W*(?:lire (?:la suite|plus)|continuer la lecture|read more|continue reading|la suite|plus\s*…|\[?lire\b.*suite).*",
    re.I | re.S,
)
_HOME: Final = re.compile(r"(?:https?://[^/]+)?/?(?:\.{1,2}/)*(?:index\.\w+)?")
_MIN_ENTRIES: Final = 3
_MIN_DATED: Final = 6
_MAX_INDEX_CHARS: Final = 300  # above it the page has prose
_HENTRY = signs.Sign(r"hentry|h-entry|type-post|blog-?entry")


def recognise_listing(  # noqa: PLR0911  one answer a kind of page
    tree: HtmlElement, linear: LinearPage, *, n_comments: int
) -> Listing | None:
    """What the page is when it is no post; None for a post, and in doubt.

    Classes of the body element say it on WordPress and Dotclear; elsewhere the page's title, or
    several entries of which each has its own headline that leads to another page. A page with
    comments is a post, unless its body says that it is an archive: a column of recent comments.
    """
    body = next(tree.iter("body"), None)
    names = [name.lower() for name in (body.get("class") or "").split()] if body is not None else []
    for name in names:
        if name in _DOTCLEAR:
            return _DOTCLEAR[name]
    is_never_post = not _NEVER_POST.isdisjoint(names)
    if _SINGLE.intersection(names) or (n_comments > 0 and not is_never_post):
        return None
    headings = [
        linear.text_of(element)
        for element in linear.at(linear.tagged("h1", "h2"))
        if linear.text_of(element)
    ][:4]
    page_title = " ".join(next((t.text_content() for t in tree.iter("title")), "").split())
    for texts, pattern, kind in (
        ([page_title, *headings[:2]], _MISSING_TITLE, _MISSING),
        ([page_title, *headings], _SEARCH_TITLE, _SEARCH),
    ):
        if any(pattern.fullmatch(text) for text in texts if text) and not _is_long(linear):
            return kind
    by_class = next((kind for name, kind in _BODY_CLASSES if name in names), None)
    if by_class in (_MISSING, _SEARCH) or (by_class is not None and "archive" in names):
        return by_class
    if by_class is None and _says_article(tree):
        return None
    n_entries = _count_entries(linear)
    if by_class is not None and (n_entries > 0 or "page" not in names):
        return by_class
    if n_entries >= _MIN_ENTRIES:
        return by_class or _GUESSED
    if any(_ARCHIVE_TITLE.fullmatch(text) for text in headings) and n_entries != 1:
        return _ARCHIVE
    is_list = (
        _lists_others(linear, page_title)
        or _names_no_entry(linear, page_title)
        or _is_dated_index(linear)
    )
    return _GUESSED if is_list else None


def _lists_others(linear: LinearPage, page_title: str) -> bool:
    """Whether several headings lead to other pages and none is the page's own title."""
    title = _letters(page_title)
    n_links = n_inside = 0
    for element in linear.at(linear.tagged("h1", "h2", "h3")):
        text = _letters(linear.text_of(element))
        if not text:
            continue
        link = element.find(".//a[@href]")
        href = link.get("href", "") if link is not None else ""
        is_home = bool(href) and _HOME.fullmatch(href) is not None
        if not is_home and (
            text in title or (not href and element.tag != "h3" and not _is_side(element))
        ):
            return False
        if href and not is_home and not href.startswith("#") and not _is_side(element):
            n_links += 1
            n_inside += "://" not in href
    if n_links == n_inside == 1 and not signs.places_named(linear, signs.AREA, signs.FORM):
        return bool(title)  # the only post of a tag: a post's own page has a form or a thread
    return bool(title) and n_links >= 2


def _names_no_entry(linear: LinearPage, page_title: str) -> bool:
    """Whether the page has several entries, of which its own title names none."""
    title = _letters(page_title)
    n_entries = 0
    for element in linear.at(signs.places_named(linear, _HENTRY)):
        if element.tag not in ("article", "div", "li"):
            continue
        heads = (e for e in linear.subtree(element) if e.tag in ("h1", "h2", "h3", "h4"))
        name = _letters(linear.text_of(next(heads, element))[:300])
        if not name or name in title or _is_side(element):
            return False
        n_entries += 1
    return bool(title) and n_entries >= _MIN_ENTRIES


def _is_dated_index(linear: LinearPage) -> bool:
    """Whether the page is a table of links with their dates and no prose (a section of SPIP)."""
    n_dated = 0
    links = linear.at(linear.tagged("a"))
    linked = Cover(linear.spans[link] for link in links if link.get("href"))
    for block in linear.blocks:
        text = linear.text[block.start : block.end]
        if len(text) > _MAX_INDEX_CHARS and not _is_side(block.element):
            return False
        if len(text) < 20 or not any(sign.isdigit() for sign in text):
            continue
        date = next(iter(find_dates(text, source="text")), None)
        if date is not None and date.start == 0:
            rest = block.start + len(text) - len(text[date.end :].lstrip(" |-–—:"))
            n_dated += linked.has(rest) and not _is_side(block.element)
    return n_dated >= _MIN_DATED


def _letters(text: str) -> str:
    return fold_words(text).replace(" ", "")


def _says_article(tree: HtmlElement) -> bool:
    """Whether the page's metadata calls it an article: news pages list others under their own."""
    return any(
        (element.get("property") or "").lower() in ("og:type", "article:published_time")
        and (element.get("content") or "").lower().strip() not in ("", "website", "blog")
        for element in tree.iter("meta")
    )


def _is_long(linear: LinearPage) -> bool:
    """Whether the page has prose: a post may be named « 404 » or « Recherche »."""
    return sum(b.end - b.start for b in linear.blocks if b.end - b.start > 300) > 2_000


def _count_entries(linear: LinearPage) -> int:
    """How many entries have a headline of their own that is a link."""
    n_entries = 0
    for element in linear.at(signs.places_named(linear, _ENTRY)):
        if element.tag not in ("div", "article", "li", "section"):
            continue
        for inner in linear.subtree(element)[1:]:
            if inner.tag in ("h1", "h2", "h3", "h4"):
                link = inner.find(".//a") if inner.find(".//a") is not None else None
                if link is None and inner.getparent() is not None and inner.getparent().tag == "a":
                    link = inner.getparent()
                href = link.get("href") if link is not None else None
                if href and not href.startswith("#") and not _is_side(element):
                    n_entries += 1
                break
    return n_entries


def _is_side(element: HtmlElement) -> bool:
    return any(
        ancestor.tag in ("aside", "nav", "footer") or signs.has(ancestor, signs.SIDE)
        for n, ancestor in enumerate(element.iterancestors())
        if n < 8 and ancestor.tag not in ("body", "html")
    )
