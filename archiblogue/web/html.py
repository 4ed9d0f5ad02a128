"""The one place that makes HTML: every string is escaped unless it is already `Markup`.

Blog text is untrusted. A view never writes a tag: it calls `element`, whose children and
attribute values are escaped here, and whose tags, attributes and link schemes are allow-listed.
"""

from __future__ import annotations

import html
import re
from typing import Final
from urllib.parse import urlencode, urlsplit

_TAGS: Final = frozenset(
    (
        *("a", "abbr", "article", "aside", "bdi", "blockquote", "br", "cite", "em", "mark"),
        *("dd", "details", "div", "dl", "dt", "footer", "header", "hr", "nav", "section"),
        *("h1", "h2", "h3", "h4", "p", "q", "small", "span", "strong", "summary", "time"),
        *("li", "ol", "ul", "table", "tbody", "td", "th", "thead", "tr"),
    )
)
_VOID_TAGS: Final = frozenset({"br", "hr"})
_ATTRIBUTES: Final = frozenset(
    (
        *("autofocus", "class", "datetime", "dir", "href", "hreflang", "id", "lang", "open"),
        *("rel", "role", "scope", "tabindex", "target"),
    )
)
_STYLE: Final = re.compile(r"--[a-z-]+: ?\d{1,4}(\.\d{1,2})?%?")
# Bidirectional overrides can make a name or an address read backwards; C0 and C1 controls have
# no place in HTML. Line feeds and tabs are text.
_UNSAFE_CHARACTERS: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


class Markup(str):
    """HTML made by this module; nothing else may build one."""

    __slots__ = ()


def shown(text: str) -> str:
    """The text without what is no text: controls, bidirectional overrides, lone surrogates."""
    return _UNSAFE_CHARACTERS.sub("", text)


def escape(text: str) -> Markup:
    """The text as HTML that shows exactly it, controls and bidirectional overrides left out."""
    return Markup(html.escape(shown(text), quote=True))


def element(tag: str, *children: str | None, **attributes: str | None) -> Markup:
    """One element; plain strings are escaped, `Markup` is kept, None is left out.

    Attribute names are written `class_` and `aria_label` for `class` and `aria-label`. `style`
    takes one custom property with a number (`--share: 42%`), nothing else.

    Raises:
        ValueError: the tag or an attribute is not allow-listed (an error of the program).
    """
    if tag not in _TAGS:
        raise ValueError(f"tag not allowed: {tag}")
    opening = "".join(
        f' {name}="{escape(value)}"'
        for name, value in ((_attribute(name), value) for name, value in attributes.items())
        if value is not None and _is_allowed(name, value)
    )
    if tag in _VOID_TAGS:
        return Markup(f"<{tag}{opening}>")
    return Markup(f"<{tag}{opening}>{join(*children)}</{tag}>")


def join(*children: str | None) -> Markup:
    """The children one after the other, escaped where they are plain strings."""
    return Markup(
        "".join(
            child if isinstance(child, Markup) else escape(child)
            for child in children
            if child is not None
        )
    )


def external_link(label: str, url: str | None, *, class_: str | None = None) -> Markup | None:
    """A link that opens a source outside, or None when the address is not http or https."""
    address = safe_url(url)
    if address is None:
        return None
    return element(
        "a", label, class_=class_, href=address, target="_blank", rel="noopener noreferrer"
    )


def local_link(label: str, path: str, *, class_: str | None = None, **parameters: str) -> Markup:
    """A link to another view of this page; the parameters are those of its address."""
    query = f"?{urlencode(parameters)}" if parameters else ""
    return element("a", label, class_=class_, href=f"./{path}{query}")


def safe_url(url: str | None) -> str | None:
    """The address when it is an absolute http or https one without credentials, else None."""
    if not url or _UNSAFE_CHARACTERS.search(url) or re.search(r"\s", url):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc:
        return None
    return url


def _attribute(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


def _is_allowed(name: str, value: str) -> bool:
    if name == "style":
        if not _STYLE.fullmatch(value):
            raise ValueError(f"style not allowed: {value}")
    elif name not in _ATTRIBUTES and not name.startswith("aria-"):
        raise ValueError(f"attribute not allowed: {name}")
    elif name == "href" and not (value.startswith(("?", "#", "./")) or safe_url(value)):
        raise ValueError("only http, https and local links are allowed")
    return True
