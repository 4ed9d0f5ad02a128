"""The words of markup: what ids, classes and microdata say about an element.

One regular expression a meaning, each matched against one class token or one id. They name
platforms and habits (WordPress and its themes, Dotclear, Blogger, TypePad, Movable Type,
over-blog, Canalblog, Hautetfort, Drupal, SPIP, Disqus, microformats, schema.org), never a site.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from lxml.html import HtmlElement

from ingest.html.linear import LinearPage

__all__ = [
    "AREA",
    "AUTHOR",
    "AUTHOR_CONTAINER",
    "BY_POST_AUTHOR",
    "CHILDREN",
    "CHROME",
    "CONTENT",
    "DATE",
    "DISQUS",
    "FORM",
    "HEADER",
    "ITEM",
    "PERMALINK",
    "SIDE",
    "SUBJECT",
    "Sign",
    "has",
    "is_post_key",
    "is_weak_key",
    "item_key",
    "places_named",
    "tokens",
]

_MAX_NAME_CHARS: Final = 80


class Sign:
    """What a name may say: one regular expression, in lower case, that a whole name matches.

    Signs are constants of modules; they know each other, so that a name that says nothing, as
    most do, is asked once and not once a sign.
    """

    __slots__ = ("pattern",)

    def __init__(self, pattern: str) -> None:
        self.pattern = re.compile(pattern)
        _SIGNS.append(self)
        _any_sign.cache_clear()
        _meanings.cache_clear()

    def names(self, name: str) -> bool:
        """Whether `name`, as a whole, is what this sign says."""
        return self in _meanings(name)


_SIGNS: Final[list[Sign]] = []


@lru_cache(maxsize=1)
def _any_sign() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{sign.pattern.pattern})" for sign in _SIGNS))


@lru_cache(maxsize=16_384)
def _meanings(name: str) -> frozenset[Sign]:
    """Every sign that the name matches."""
    lowered = name[:_MAX_NAME_CHARS].lower()
    if _any_sign().fullmatch(lowered) is None:
        return frozenset()
    return frozenset(sign for sign in _SIGNS if sign.pattern.fullmatch(lowered))


# Plugins and themes put their own name before the word: `wpd-comment-author`, `ast-comment-meta`.
_COMMENT: Final = (
    r"(?:[a-z]{1,12}[-_]{1,2})?"
    r"(?:comment|commentaire|commentaires|comments|cmt|comm|reaction|reponse)"
)
_KEY = re.compile(
    r"(?:li-|div-|dd-|dt-|article-|item-|p-|wpd-|wc-)?"
    r"(?:comments?|commentaires?|com|comm|cmt|c|msg|message|reaction|reply|pingback|trackback|"
    r"ping|post|dsq-comment|dsq-comment-body|idcomment|forum|comment-id|comment-wrap|post-comment|"
    r"comment-anchor|commentanchor|ob-comment|isso|remark42__comment)"
    r"[-_]?(\d+|[0-9a-f]{12,40}|[0-9a-f]{8}-[0-9a-f-]{27})(?:_\d+)?",
    re.I,
)
ITEM = Sign(
    r"comment|commentaire|(?:single|user|blog|reader|post|one)[-_]?comment(?:aire)?|"
    r"comment(?:aire)?[-_]{0,2}(?:item|entry|block|bloc|box|single|unit|row|post|message|node|thread-item)|"
    r"(?:ob|dsq|wpd|wc|wpdiscuz|js|c|gb|fb|isso|ast|static|timeline|td|gsc)[-_]comment|gsc-reply|u-comment|p-comment|h-cite|hcomment|"
    r"pingback|trackback|forum-message|message-forum|comment__item|echo-item|idc-c|li_comment|"
    r"commentlist-item|reponse_forum|forum-fil-item"
)
AREA = Sign(
    r"(?:(?:post|blog|the|all|entry|article|page|wp|user|reader|view|list|liste|les|block|ob|dsq|js|et_pb|idc|blogger)[-_]?)?"
    r"(?:comments?|commentaires?|reactions?|respond|discussion|disqus|trackbacks?|pings?|pingbacks?|forum|reponses?)"
    r"(?:[-_]{0,2}(?:area|block|bloc|box|section|wrap|wrapper|wrappers|list|liste|thread|threads|"
    r"container|holder|zone|inner|module|main|page|template|all|content|body|div|respond|form|loop|blocks|"
    r"s|tree|post|panel|pane|footer|holder-inner))?"
    r"|commentlist|post-list|ping-?list|trackback-?list|disqus[-_]thread|comment_thread|hcomments|repondre|forum-repondre|comments-?[a-z]+-list"
)
CONTENT = Sign(
    rf"{_COMMENT}(?:[-_]{{0,2}}(?:content|contents|text|texte|message|msg|copy|area-text|p|corps|contenu|textarea-content))"
    r"|(?:text|texte|content|corps|contenu|message|area|entry)[-_](?:comment|commentaire|com|holder)s?"
    r"|text_holder|e-content|p-content|p-summary|post-message|forum-texte|texte-forum|ob-text|ob-message|isso-text"
    r"|wpd-comment-text|gsc-(?:comment|reply)-content|dsq-comment-message|idc-c-t|reponse-texte|comentry|commentary|content_comment"
)
WEAK_CONTENT = Sign(
    r"text|texte|content|contenu|message|body|entry|entry-content|comment-?_?body|commentbody|"
    r"comment_?body|post-content|media-body|description|spip|comment-inner"
)
AUTHOR = Sign(
    r"fn|p-author|nickname|"
    rf"{_COMMENT}[-_]{{0,2}}(?:author|auteur|user|username|name|nom|by|poster|author-?name|author-?link|owner|pseudo|writer|from)"
    r"|commenter(?:-?name)?|author[-_]?(?:name|link|title|comment)?|auteur|nom-auteur|user[-_]?name|user|"
    r"pseudo|nick|name|poster|posted-by|posted_by|gsc-(?:comment|reply)-author|ob-user|byline-author|auteur_nom|comment-?publisher|"
    r"authorname|the-author|cname|spip_out_author|submitted-by|screenname|isso-author"
)
AUTHOR_CONTAINER = Sign(r"vcard|h-card|p-author|comment-?_?author|author|auteur")
DATE = Sign(
    rf"(?:{_COMMENT}|post|published|pub|entry|meta|message|ob|user|author|auteur)?[-_]{{0,2}}"
    r"(?:date|datetime|time|timestamp|time-?ago|when|heure|published|created|posted|posted-on|info-date|jour|metadata-date)"
    r"|dt-published|comment-?_?(?:meta|metadata|permalink|info|infos|postinfo|data)|commentmetadata|comment-link|submitted"
)
HEADER = Sign(
    rf"{_COMMENT}[-_]{{0,2}}(?:meta|metadata|header|head|info|infos|footer|byline|title-by|details|"
    r"postinfo|data|credit|signature|author|auteur|avatar|number|numero|num|count|date|time|timestamp|by|permalink|thumb|gravatar)"
    r"|commentmetadata|itemfooter|vcard|h-card|says|said|avatar|gravatar|posted|submitted|authordata|"
    r"comment-?by|forum-chapo|forum-titre-info|info-publi|repere|auteur|byline|meta|author-meta"
)
CHROME = Sign(
    rf"reply|replies-link|{_COMMENT}[-_]{{0,2}}(?:reply|reply-link|edit|edit-link|actions?|tools?|links?|"
    r"rating|vote|votes|like|likes|share|buttons?|nav|navigation|control|controls|menu|report|options|ops)"
    r"|reply-?(?:link|container|to|button)|edit-?link|comment_reply|comment_rating|item-control|"
    r"cancel-comment|vote|votes|rating|like|likes|jaime|karma|share|sharing|abus|repondre|actions|"
    r"sd-block|jp-relatedposts|signaler|thumb|deletebutton|delete-link|flag|wpulike|comment-quote|screen-reader-text"
)
CHILDREN = Sign(
    r"children|replies|gsc-replies|comment-?_?replies|sub-?comments?|nested|responses|indented|comment-children|thread-children|reponses"
)
DISQUS = Sign(r"disqus_thread|dsq-.*|post-list")
FORM = Sign(
    r"respond|comment-?_?respond|comment-?_?form.*|commentform|form-?comments?|formulaire.*|reply-form|"
    r"post-a-comment|add-?_?comment|leave-?_?comment|comments-?open|comment-?_?editor|repondre|"
    r"poster-commentaire|ajouter-commentaire|comment_ecri|replyform|comments-?form|formcomment|frmcomment|origfrmcomment|pr"
)
SIDE = Sign(
    r"(?!(?:content|main|has|with|no|without)[-_]sidebar|sidebar[-_](?:content|main))"
    r".*(?:sidebar|widget|blogroll|recent-?_?comment|derniers-?_?comment|latest-?_?comment|recent-?post).*"
    r"|side|aside|secondary|tertiary|menu|nav|navigation|navbar|footer|site-footer|related.*|"
    r"colophon|masthead|rightcol|leftcol|right-column|left-column|colonne.*"
)
SUBJECT = Sign(
    rf"{_COMMENT}[-_]{{0,2}}(?:title|titre|subject|sujet|objet)|subject|sujet|forum-titre|titre-commentaire"
)
PERMALINK = re.compile(
    r"#(?:comment|com|c|cmt|comm|commentaire|forum)[-_]?[0-9a-f]+$|[?&]cid=\d+|/permalink/", re.I
)
BY_POST_AUTHOR = Sign(
    r"bypostauthor|by-?post-?author|post-?author|byauthor|by-author|author-?comment|authcomment|"
    r"comment-?by-?author|blog-author|commentauthor-owner|is-author|from-author|me|owner|entry-author|isauthor|comment_admin|"
    r"(?:wc|wpd)-blog-post_author|(?:comment-)?by-node-author|authorresponse|auteur-billet|type-admin"
)


@dataclass(frozen=True, slots=True)
class _Names:
    """The names of an element and what they say."""

    tokens: tuple[str, ...]
    meanings: frozenset[Sign]


_NO_NAMES: Final = _Names((), frozenset())


@lru_cache(maxsize=20_000)  # themes repeat the same classes thousands of times
def _names(classes: str, identifier: str) -> _Names:
    found = tuple(classes.split()[:40])
    found = (*found, identifier) if identifier else found
    return _Names(found, frozenset().union(*map(_meanings, found)))


def _names_of(element: HtmlElement) -> _Names:
    """The names of `element`, kept on it: a page asks for them a hundred times an element."""
    try:
        names: _Names = element.known_names
    except AttributeError:
        classes, identifier = element.get("class"), element.get("id")
        names = _names(classes or "", identifier or "") if classes or identifier else _NO_NAMES
        element.known_names = names
    return names


def tokens(element: HtmlElement) -> tuple[str, ...]:
    """The class tokens of `element`, then its id."""
    return _names_of(element).tokens


def has(element: HtmlElement, sign: Sign) -> bool:
    """Whether a class token or the id of `element` is, as a whole, what `sign` says."""
    return sign in _names_of(element).meanings


def places_named(page: LinearPage, *signs: Sign) -> list[int]:
    """The places in `page.order` of the elements that one of `signs` names, ascending."""
    if page.named is None:
        page.named = {}
        for (classes, identifier), places in page.names.items():
            for sign in _names(classes, identifier).meanings:
                page.named.setdefault(sign, []).extend(places)
    found = {place for sign in signs for place in page.named.get(sign, ())}
    return sorted(found)


_WEAK_KEY = re.compile(
    r"(?:c|com|comm|post|msg|message|reply|ping|p-c|div-c|forum)[-_]?[0-9a-f-]+", re.I
)


def is_weak_key(element: HtmlElement) -> bool:
    """Whether the identifier may be another thing's (`c12` is also a column of a CMS)."""
    name = element.get("id") or element.get("name") or ""
    return _WEAK_KEY.fullmatch(name) is not None and not has(element, ITEM)


def is_post_key(element: HtmlElement) -> bool:
    """Whether the identifier is a post's everywhere but in a Disqus thread (`post-12`)."""
    return (element.get("id") or "").lower().startswith("post")


def item_key(element: HtmlElement) -> str | None:
    """The comment's own identifier that the id (or the anchor's name) of `element` holds."""
    for name in (element.get("id"), element.get("name") if element.tag == "a" else None):
        if name:
            key = _key_of(name)
            if key is not None:
                return key
    return None


@lru_cache(maxsize=16_384)
def _key_of(name: str) -> str | None:
    match = _KEY.fullmatch(name[:80])
    return match.group(1).lower() if match else None
