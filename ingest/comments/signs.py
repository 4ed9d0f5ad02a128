"""The words of markup: what ids, classes and microdata say about an element.

One regular expression a meaning, each matched against one class token or one id. They name
platforms and habits (WordPress and its themes, Dotclear, Blogger, TypePad, Movable Type,
over-blog, Canalblog, Hautetfort, Drupal, SPIP, Disqus, microformats, schema.org), never a site.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from lxml.html import HtmlElement

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
    "WEAK_ITEM",
    "has",
    "is_post_key",
    "is_weak_key",
    "item_key",
    "tokens",
]

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
ITEM = re.compile(
    r"comment|commentaire|(?:single|user|blog|reader|post|one)[-_]?comment(?:aire)?|"
    r"comment(?:aire)?[-_]{0,2}(?:item|entry|block|bloc|box|single|unit|row|post|message|node|thread-item)|"
    r"(?:ob|dsq|wpd|wc|wpdiscuz|js|c|gb|fb|isso|ast|static|timeline|td)[-_]comment|u-comment|p-comment|h-cite|hcomment|"
    r"pingback|trackback|forum-message|message-forum|comment__item|echo-item|idc-c|li_comment|"
    r"commentlist-item|reponse_forum|forum-fil-item",
    re.I,
)
WEAK_ITEM = re.compile(
    r"comment(?:aire)?[-_]{0,2}(?:wrap|wrapper|container|body|inner|content|li|cell|holder|card|panel|text)"
    r"|reaction|reponse|reply|media|post-body|hentry|message",
    re.I,
)
AREA = re.compile(
    r"(?:(?:post|blog|the|all|entry|article|page|wp|user|reader|view|list|liste|les|block|ob|dsq|js|et_pb|idc|blogger)[-_]?)?"
    r"(?:comments?|commentaires?|reactions?|respond|discussion|disqus|trackbacks?|pings?|pingbacks?|forum|reponses?)"
    r"(?:[-_]{0,2}(?:area|block|bloc|box|section|wrap|wrapper|wrappers|list|liste|thread|threads|"
    r"container|holder|zone|inner|module|main|page|template|all|content|body|div|respond|form|loop|blocks|"
    r"s|tree|post|panel|pane|footer|holder-inner))?"
    r"|commentlist|post-list|ping-?list|trackback-?list|disqus[-_]thread|comment_thread|hcomments|repondre|forum-repondre|comments-?[a-z]+-list",
    re.I,
)
CONTENT = re.compile(
    rf"{_COMMENT}(?:[-_]{{0,2}}(?:content|contents|text|texte|message|msg|copy|area-text|p|corps|contenu|textarea-content))"
    r"|(?:text|texte|content|corps|contenu|message|area|entry)[-_](?:comment|commentaire|com|holder)s?"
    r"|text_holder|e-content|p-content|p-summary|post-message|forum-texte|texte-forum|ob-text|ob-message|isso-text"
    r"|wpd-comment-text|dsq-comment-message|idc-c-t|reponse-texte|comentry|commentary|content_comment",
    re.I,
)
WEAK_CONTENT: Final = re.compile(
    r"text|texte|content|contenu|message|body|entry|entry-content|comment-?_?body|commentbody|"
    r"comment_?body|post-content|media-body|description|spip|comment-inner",
    re.I,
)
AUTHOR = re.compile(
    r"fn|p-author|nickname|"
    rf"{_COMMENT}[-_]{{0,2}}(?:author|auteur|user|username|name|nom|by|poster|author-?name|author-?link|owner|pseudo|writer|from)"
    r"|commenter(?:-?name)?|author[-_]?(?:name|link|title|comment)?|auteur|nom-auteur|user[-_]?name|user|"
    r"pseudo|nick|name|poster|posted-by|posted_by|ob-user|byline-author|auteur_nom|comment-?publisher|"
    r"authorname|the-author|cname|spip_out_author|submitted-by|screenname|isso-author",
    re.I,
)
AUTHOR_CONTAINER = re.compile(r"vcard|h-card|p-author|comment-?_?author|author|auteur", re.I)
DATE = re.compile(
    rf"(?:{_COMMENT}|post|published|pub|entry|meta|message|ob|user|author|auteur)?[-_]{{0,2}}"
    r"(?:date|datetime|time|timestamp|time-?ago|when|heure|published|created|posted|posted-on|info-date|jour|metadata-date)"
    r"|dt-published|comment-?_?(?:meta|metadata|permalink|info|infos|postinfo|data)|commentmetadata|comment-link|submitted",
    re.I,
)
HEADER = re.compile(
    rf"{_COMMENT}[-_]{{0,2}}(?:meta|metadata|header|head|info|infos|footer|byline|title-by|details|"
    r"postinfo|data|credit|signature|author|auteur|avatar|number|numero|num|count|date|time|timestamp|by|permalink|thumb|gravatar)"
    r"|commentmetadata|itemfooter|vcard|h-card|says|said|avatar|gravatar|posted|submitted|authordata|"
    r"comment-?by|forum-chapo|forum-titre-info|info-publi|repere|auteur|byline|meta|author-meta",
    re.I,
)
CHROME = re.compile(
    rf"reply|replies-link|{_COMMENT}[-_]{{0,2}}(?:reply|reply-link|edit|edit-link|actions?|tools?|links?|"
    r"rating|vote|votes|like|likes|share|buttons?|nav|navigation|control|controls|menu|report|options|ops)"
    r"|reply-?(?:link|container|to|button)|edit-?link|comment_reply|comment_rating|item-control|"
    r"cancel-comment|vote|votes|rating|like|likes|jaime|karma|share|sharing|abus|repondre|actions|"
    r"sd-block|jp-relatedposts|signaler|thumb|deletebutton|delete-link|flag|wpulike|comment-quote|screen-reader-text",
    re.I,
)
CHILDREN = re.compile(
    r"children|replies|comment-?_?replies|sub-?comments?|nested|responses|indented|comment-children|thread-children|reponses",
    re.I,
)
DISQUS = re.compile(r"disqus_thread|dsq-.*|post-list", re.I)
FORM = re.compile(
    r"respond|comment-?_?respond|comment-?_?form.*|commentform|form-?comments?|formulaire.*|reply-form|"
    r"post-a-comment|add-?_?comment|leave-?_?comment|comments-?open|comment-?_?editor|repondre|"
    r"poster-commentaire|ajouter-commentaire|comment_ecri|replyform|comments-?form|formcomment|frmcomment|origfrmcomment|pr",
    re.I,
)
SIDE = re.compile(
    r"(?!(?:content|main|has|with|no|without)[-_]sidebar|sidebar[-_](?:content|main))"
    r".*(?:sidebar|widget|blogroll|recent-?_?comment|derniers-?_?comment|latest-?_?comment|recent-?post).*"
    r"|side|aside|secondary|tertiary|menu|nav|navigation|navbar|footer|site-footer|related.*|"
    r"colophon|masthead|rightcol|leftcol|right-column|left-column|colonne.*",
    re.I,
)
SUBJECT = re.compile(
    rf"{_COMMENT}[-_]{{0,2}}(?:title|titre|subject|sujet|objet)|subject|sujet|forum-titre|titre-commentaire",
    re.I,
)
PERMALINK = re.compile(
    r"#(?:comment|com|c|cmt|comm|commentaire|forum)[-_]?[0-9a-f]+$|[?&]cid=\d+|/permalink/", re.I
)
BY_POST_AUTHOR = re.compile(
    r"bypostauthor|by-?post-?author|post-?author|byauthor|by-author|author-?comment|authcomment|"
    r"comment-?by-?author|blog-author|commentauthor-owner|is-author|from-author|me|owner|entry-author|isauthor|comment_admin|"
    r"(?:wc|wpd)-blog-post_author|(?:comment-)?by-node-author|authorresponse|auteur-billet|type-admin",
    re.I,
)


@dataclass(slots=True)
class _Names:
    """The names of an element and what was already asked about them, by the pattern's identity.

    Not by the pattern: it hashes its whole code each time. The patterns are constants of modules.
    """

    tokens: tuple[str, ...]
    known: dict[int, bool] = field(default_factory=dict)


_NO_NAMES: Final = _Names(())


@lru_cache(maxsize=20_000)  # themes repeat the same classes thousands of times
def _names(classes: str, identifier: str) -> _Names:
    found = tuple(classes.split()[:40])
    return _Names((*found, identifier) if identifier else found)


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


def has(element: HtmlElement, pattern: re.Pattern[str]) -> bool:
    """Whether a class token or the id of `element` is, as a whole, what `pattern` says."""
    names = _names_of(element)
    if names is _NO_NAMES:
        return False
    answer = names.known.get(id(pattern))
    if answer is None:
        answer = names.known[id(pattern)] = any(map(_matcher(pattern), names.tokens))
    return answer


_MATCHERS: Final[dict[int, Callable[[str], bool]]] = {}


def _matcher(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    """Whether a name is what `pattern` says: a name in lower case needs no search in two cases."""
    known = _MATCHERS.get(id(pattern))
    if known is None:
        whole = re.compile(pattern.pattern, pattern.flags & ~re.I).fullmatch
        is_folded = bool(pattern.flags & re.I) and pattern.pattern == pattern.pattern.lower()

        def known(name: str) -> bool:
            if is_folded:
                return whole(name[:80].lower()) is not None
            return pattern.fullmatch(name[:80]) is not None

        _MATCHERS[id(pattern)] = known
    return known


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
