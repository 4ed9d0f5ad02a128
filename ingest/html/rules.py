# ruff: noqa: E501  rules are regular expressions: broken lines hide what they match
"""Why a block of the page is not the post: named rules on tags and classes, then on its text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from lxml.html import HtmlElement

from ingest.clean import match_boilerplate
from ingest.html.comments import signs

__all__ = ["MarkupRule", "name_drop", "sure_rule"]

_MAX_ANCESTORS: Final = 12


@dataclass(frozen=True, slots=True)
class MarkupRule:
    """A rule on an element: its stable French name, its reason, and what it matches (in lower case).

    `is_sure`: a block under it is dropped even where the extraction took it for the post.
    """

    name: str
    reason: str
    classes: re.Pattern[str]
    tags: frozenset[str] = frozenset()
    is_sure: bool = True


_RULES: Final = (
    MarkupRule(
        "formulaire-commentaire",
        "Formulaire de commentaire",
        re.compile(r"comment-?_?respond|commentform|comment-?form|respond|formulaire_forum|reply-title"),
    ),
    MarkupRule(
        "boutons-partage",
        "Boutons de partage vers les réseaux sociaux",
        re.compile(
            r"(?:.*[-_])?(?:share|sharing|sharedaddy|addthis|addtoany|social-?(?:links|share|icons|buttons|media)?|"
            r"sociable|bookmarks?|partage(?:r|s)?|like-?box|fb-like|twitter-share|a2a_kit|sd-sharing|flattr|shareaholic|shariff|"
            r"heateor.*|jetpack-likes-widget.*|social_share.*|wp_twitter.*)(?:[-_].*)?",
        ),
    ),
    MarkupRule(
        "articles-connexes",
        "Liste d’autres billets proposée par le site",
        re.compile(
            r"(?:.*[-_])?(?:related|relatedposts?|yarpp|similar|crp_related|jp-relatedposts|more-?posts|you-may-like|"
            r"articles-?(?:connexes|lies|similaires|associes)|a-lire-aussi|lire-aussi|recent-?posts?|post-?nav(?:igation)?|"
            r"nav-?(?:below|above|single|links|previous|next)|navigation|prevnext|pager|pagination|wp-pagenavi|post-links-nav|single-nav.*)(?:[-_].*)?",
        ),
    ),
    MarkupRule(
        "banniere-cookies",
        "Bandeau de consentement aux témoins (cookies)",
        re.compile(r".*(?:cookie|gdpr|rgpd|consent|tarteaucitron|axeptio|didomi).*"),
    ),
    MarkupRule(
        "calendrier",
        "Calendrier ou liste d’archives du site",
        re.compile(r"wp-calendar|calendar(?:_wrap)?|calendrier|archive-?list|widget_archive|widget_calendar"),
    ),
    MarkupRule(
        "biographie-auteur",
        "Notice de l’auteur, répétée sous chacun de ses billets",
        re.compile(r"(?:author|auteur)-?(?:box|bio|info|infos|description|descri|desc|card|profile?|block|bloc|about)|about-?author|bio-?auteur|entry-author-info|abh_box|authorbox|wpa-.*author.*|vcard-author"),
    ),
    MarkupRule(
        "metadonnees-billet",
        "Métadonnées du billet (date, auteur, rubriques)",
        re.compile(
            r"(?:entry|post|article)-?_?(?:meta|metadata|utility|date|info|infos|byline|tags|cats|categories|footer|data|author|header-meta)|"
            r"postmetadata|info-?publi|submitted|posted|post-?info|meta-?tags|posted-on|byline|cat-links|tags-links|tag-links|meta|tags|tag-list|blog-info|postinfo|cats|"
            r"meta-(?:author|date|cat|cats|categories|comments|tags|reading-time|mod-date)",
        ),
    ),
    MarkupRule("navigation", "Navigation du site", re.compile(
        r"menu|nav|navbar|navigation|breadcrumbs?|fil-?d-?ariane|ariane|main-?nav.*|site-navigation|skip-link|topbar|menu-.*|wp-block-navigation.*|arbo"),
        frozenset(["nav"])),
    MarkupRule("colonne-laterale", "Colonne latérale ou encart du site", re.compile(
        r"(?!elementor)(?:.*sidebar.*|widget(?:_.*|-area.*|s|title)?|blogroll|secondary|tertiary|colonne.*|rightcol|leftcol|(?:menu[-_]?)?(?:gauche|droite))"),
        frozenset(["aside"])),
    MarkupRule("pied-de-page", "Pied de page du site", re.compile(
        r"footer|site-?footer|colophon|page-footer|footer-.*|site-info|credits?|pied.*"), frozenset(["footer"]), is_sure=False),
    MarkupRule("en-tete-du-site", "En-tête du site", re.compile(
        r"site-?header|masthead|header|banner|branding|site-title|site-description|blog-?title|top-?header|logo|entete"),
        frozenset(["header"]), is_sure=False),
    MarkupRule("legende-image", "Légende ou crédit d’une image", re.compile(r"wp-caption-text|caption|legende|credits?-photo"),
        frozenset(["figcaption"]), is_sure=False),
    MarkupRule("formulaire", "Formulaire du site", re.compile(r"search-?form|searchform|recherche|newsletter.*|subscribe.*|login.*|mc_embed.*"),
        frozenset(["form", "button", "select", "textarea", "label", "option"])),
)  # fmt: skip
_POST: Final = re.compile(
    r"hentry|h-entry|type-post|post-\d+|(?:entry|post|article)[-_]?(?:content|body)|postcontent|e-content",
)
_ANY_RULE: Final = re.compile("|".join(f"(?:{rule.classes.pattern})" for rule in _RULES))
_LIMIT: Final = MarkupRule("limite", "Élément du billet", _POST)
_PLACES: Final = frozenset(["navigation", "colonne-laterale"])
_OUTSIDE: Final = ("hors-article", "Texte de la page hors du billet")


def name_drop(element: HtmlElement, text: str) -> tuple[str, str]:
    """Rule name and reason for a block that is no passage: what it says, then where it stands."""
    rule = match_boilerplate(text) if len(text) < 600 else None
    if rule is not None and not rule.weak:
        return rule.name, rule.reason
    found = _rules_above(element)
    best = next((found_rule for found_rule, _, _ in found if found_rule.is_sure), None)
    # « blogue » or « Contact » says more by its place in a menu than by its word
    if rule is not None and (best is None or best.name not in _PLACES):
        return rule.name, rule.reason
    best = best or (found[0][0] if found else None)
    return (best.name, best.reason) if best is not None else _OUTSIDE


def sure_rule(element: HtmlElement) -> tuple[MarkupRule, HtmlElement] | None:
    """The sure rule under which the block stands although the extraction took it for the post.

    With the element that the rule matched. The element of the whole post and of its text are
    the limit: what is above them says nothing about a block in them.
    """
    found = _rules_above(element)
    return next(((rule, holder) for rule, holder, _ in found if rule.is_sure), None)


_Found = tuple[MarkupRule, HtmlElement, int]  # the rule, its element, how far above


def _rules_above(element: HtmlElement) -> tuple[_Found, ...]:
    """The rules on the element and on those around it, the nearest first."""
    own = _rule_of(element)
    if own is _LIMIT:
        return ()
    around = _rules_around(element)
    return around if own is None else ((own, element, 0), *around)


def _rules_around(element: HtmlElement) -> tuple[_Found, ...]:
    """The rules on the ancestors, kept on each element on the way: siblings ask the same."""
    way: list[HtmlElement] = []
    here: HtmlElement | None = element
    found: tuple[_Found, ...] = ()
    while here is not None:
        known: tuple[_Found, ...] | None = getattr(here, "known_around", None)
        if known is not None:
            found = known
            break
        way.append(here)
        here = here.getparent()
    for below in reversed(way):
        if here is not None:
            rule = _rule_of(here)
            further = ((r, holder, n + 1) for r, holder, n in found if n + 1 < _MAX_ANCESTORS)
            own = () if rule is None else ((rule, here, 1),)
            found = () if rule is _LIMIT else (*own, *further)
        below.known_around = found
        here = below
    return found


def _rule_of(element: HtmlElement) -> MarkupRule | None:
    """The first rule on the element itself, `_LIMIT` where nothing above it counts.

    Kept on the element: every block under it asks.
    """
    try:
        rule: MarkupRule | None = element.known_rule
    except AttributeError:
        rule = element.known_rule = _judge(str(element.tag), signs.tokens(element))
    return rule


@lru_cache(maxsize=16_384)
def _judge(tag: str, names: tuple[str, ...]) -> MarkupRule | None:
    if tag in ("body", "html", "main", "article"):
        return _LIMIT
    places = [_place_of_name(name) for name in names]
    if -1 in places:
        return _LIMIT
    places += [n for n, rule in enumerate(_RULES) if tag in rule.tags]
    first = min(places, default=len(_RULES))
    return _RULES[first] if first < len(_RULES) else None


@lru_cache(maxsize=16_384)
def _place_of_name(name: str) -> int:
    """The place of the first rule that the name matches, -1 for a name of the post."""
    lowered = name.lower()
    if _POST.fullmatch(lowered[:80]):
        return -1
    if _ANY_RULE.fullmatch(lowered[:60]) is None:  # most names: asked once, not once a rule
        return len(_RULES)
    return next(n for n, rule in enumerate(_RULES) if rule.classes.fullmatch(lowered[:60]))
