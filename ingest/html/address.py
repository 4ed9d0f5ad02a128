"""The address of the post: what its head says, its feed, its thread, its form, its capture.

Pages saved as a mirror have their own links made relative; what tools forget to rewrite (`og:url`,
the form of the comments, their permalinks) still says where the page was.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml.html import HtmlElement

from ingest.html.comments import signs
from ingest.html.head import is_post
from ingest.html.linear import LinearPage
from ingest.identity import base_address
from ingest.mirror import web_path
from ingest.model import Page

__all__ = ["MIN_ADDRESS_CONFIDENCE", "FoundAddress", "find_addresses", "web_address"]

MIN_ADDRESS_CONFIDENCE: Final = 0.5
"""Under it an address is none: the home of the site, which all its posts would share."""

_CANONICAL: Final = 0.95
_OPEN_GRAPH: Final = 0.9
_LINKED_DATA: Final = 0.9
_CAPTURE: Final = 0.9
_FEED: Final = 0.85
_PERMALINK: Final = 0.85
_TITLE_LINK: Final = 0.8
_FORM: Final = 0.75
_HOME: Final = 0.3

_ARCHIVED = re.compile(r"https?://web\.archive\.org/web/\d+(?:[a-z]{2}_)?/(?=https?:)")
_FEED_END = re.compile(r"(?:/feed(?:/(?:atom|rss2?))?|/feed/index\.html)/?$")
_WORDPRESS_FORM = re.compile(r"(?P<home>https?://.+?/)wp-comments-post\.php$")
# `../index8bcd.html?p=646` of HTTrack, `../index.html%3Fp=10659.html` and `@p=44` of wget
_NUMBERED = re.compile(
    r"(?:\.{0,2}/)*(?:index\w*\.(?:html?|php))?(?:\?|%3F|@)p=(\d+)(?:\.html?)?", re.I
)
_WORDPRESS_FILE = re.compile(
    r"(?P<home>https?://[^\s\"'<>]{1,200}?/)(?:xmlrpc\.php|wp-admin/admin-ajax\.php|wp-json/|wp-login\.php|wp-comments-post\.php)"
)
_MAX_SCRIPT_CHARS: Final = 20_000
_SCRIPT = re.compile(r"\.(?:php|cgi|pl|asp|aspx|fcgi)$", re.I)
_MAX_LINKS: Final = 4_000


@dataclass(frozen=True, slots=True)
class FoundAddress:
    """An address of the post: where it was read and how sure it is."""

    url: str
    source: str
    confidence: float


@dataclass(frozen=True, slots=True)
class _Places:
    """Where relative addresses count from: the page's own place, the home of its site."""

    page: str | None
    home: str | None

    def whole(self, address: str | None) -> str | None:
        """`address` in full; None where it is relative to a place that nobody knows."""
        plain = (address or "").strip()
        if not plain:
            return None
        if plain.startswith("/"):
            return web_address(plain, self.page or self.home)
        if "://" in plain or self.page is None:
            return web_address(plain)
        parts = urlsplit(urljoin(self.page, plain))  # a mirror writes `../index.html%3Fp=12.html`
        named = f"{parts.path}?{parts.query}" if parts.query else parts.path
        return web_address(urljoin(self.page, web_path(named)))


def find_addresses(  # noqa: PLR0913, PLR0917  the places of one address
    page: Page,
    tree: HtmlElement,
    linear: LinearPage,
    metas: dict[str, str],
    linked: list[dict[str, Any]],
    title_span: tuple[int, int] | None,
) -> list[FoundAddress]:
    """The addresses that the page states for its post, the surest first, each once."""
    found: dict[str, FoundAddress] = {}
    places = _Places(web_address(page.url), _origin(tree))
    stated = [
        *_of_head(page, tree, metas, linked, places),
        *_of_links(linear),
        *_of_title(linear, title_span),
        *_of_form(linear),
    ]
    if not stated:
        stated += _of_number(tree)
    for one in stated:
        judged = _judged(one, page)
        found.setdefault(judged.url, judged)
    return sorted(found.values(), key=lambda one: -one.confidence)


def web_address(address: str | None, base: str | None = None) -> str | None:
    """`address` in full, without the prefix of a web archive; None where it is none of the web."""
    if not address or not address.strip():
        return None
    try:
        whole = _ARCHIVED.sub("", urljoin(base or "", address.strip()))
        parts = urlsplit(whole)
        _ = parts.port
    except ValueError:
        return None
    is_web = parts.scheme in ("http", "https") and bool(parts.netloc)
    return whole if is_web and not any(sign.isspace() for sign in whole) else None


def _judged(found: FoundAddress, page: Page) -> FoundAddress:
    """The address, unsure where it is the home of a site: all its posts would be one document."""
    parts = urlsplit(found.url)
    is_home = parts.path in ("", "/") and not parts.query
    if not is_home or found.url == page.url:
        return found
    return FoundAddress(found.url, found.source, _HOME)


def _of_head(
    page: Page,
    tree: HtmlElement,
    metas: dict[str, str],
    linked: list[dict[str, Any]],
    places: _Places,
) -> Iterator[FoundAddress]:
    links = [(element, (element.get("rel") or "").lower().split()) for element in tree.iter("link")]
    stated = [
        (e.get("href"), "lien-canonique", _CANONICAL) for e, rel in links if "canonical" in rel
    ]
    stated.append((metas.get("og:url"), "og:url", _OPEN_GRAPH))
    stated += [(address, "jsonld", _LINKED_DATA) for address in _linked_addresses(linked)]
    stated.append((page.url, page.url_source or "capture", _CAPTURE))
    for address, source, confidence in stated:
        whole = places.whole(address)
        if whole is not None:
            yield FoundAddress(urldefrag(whole).url, source, confidence)
    feeds = [
        address
        for element, rel in links
        if "alternate" in rel and re.search(r"rss|atom", element.get("type") or "")
        if (address := places.whole(element.get("href"))) is not None
    ]
    yield from _of_feeds(feeds)
    for element, rel in links:
        short = places.whole(element.get("href")) if "shortlink" in rel else None
        if short is not None and urlsplit(short).netloc not in ("wp.me", "bit.ly"):
            yield FoundAddress(short, "lien-court", _TITLE_LINK)


def _linked_addresses(linked: list[dict[str, Any]]) -> Iterator[str]:
    for value in linked:
        if not is_post(value):
            continue
        main = value.get("mainEntityOfPage")
        main = main.get("@id") if isinstance(main, dict) else main
        for address in (value.get("url"), main):
            if isinstance(address, str):
                yield address


def _of_feeds(feeds: list[str]) -> Iterator[FoundAddress]:
    """The feed of a post's comments stands under the post; that of the site's under the site."""
    for address in feeds:
        plain = _FEED_END.sub("/", address)
        path = urlsplit(plain).path.rstrip("/")
        homes = [urlsplit(_FEED_END.sub("/", other)).path.rstrip("/") for other in feeds]
        is_under = any(path.startswith(f"{home}/") for home in homes if home != path)
        if plain != address and is_under and not path.endswith("/comments"):
            yield FoundAddress(plain, "fil-des-commentaires", _FEED)


def _of_links(linear: LinearPage) -> Iterator[FoundAddress]:
    """The address under the permalinks of the comments and the links that answer them."""
    named: Counter[str] = Counter()
    for element in linear.at(linear.tagged("a")[:_MAX_LINKS]):
        href = element.get("href") or ""
        if "#" not in href or not href.startswith("http"):
            continue
        is_of_comment = signs.PERMALINK.search(href) or "replytocom=" in href
        address = web_address(urldefrag(href).url) if is_of_comment else None
        if address is not None:
            named[base_address(address)] += 1
    if not named:
        return
    # a column of the last comments leads to other posts: each of them once or twice
    (address, n), *others = named.most_common(2)
    is_clear = not others or n >= 2 * others[0][1]
    yield FoundAddress(address, "permalien-commentaire", _PERMALINK if is_clear else _HOME)


def _of_title(linear: LinearPage, title_span: tuple[int, int] | None) -> Iterator[FoundAddress]:
    if title_span is None:
        return
    for element in linear.at(linear.tagged("a")):
        start, end = linear.spans[element]
        if title_span[0] <= start < end <= title_span[1]:
            address = web_address(element.get("href"))
            if address is not None:
                yield FoundAddress(urldefrag(address).url, "lien-du-titre", _TITLE_LINK)


def _of_form(linear: LinearPage) -> Iterator[FoundAddress]:
    """The post that the comment form writes to: its own address, or WordPress's number of it."""
    for form in linear.at(linear.tagged("form")):
        action = web_address(form.get("action"))
        fields = {
            str(field.get("name")): (field.get("value") or "").strip()
            for field in form.iter("input", "textarea")
        }
        if action is None or not any("comment" in name.lower() for name in fields):
            continue
        wordpress = _WORDPRESS_FORM.match(action)
        number = fields.get("comment_post_ID", "")
        if wordpress is not None and number.isdigit():
            yield FoundAddress(f"{wordpress['home']}?p={number}", "formulaire", _FORM)
        elif wordpress is None and not _SCRIPT.search(urlsplit(action).path):
            yield FoundAddress(urldefrag(action).url, "formulaire", _FORM)


def _of_number(tree: HtmlElement) -> Iterator[FoundAddress]:
    """WordPress's number of the post, in a link that a mirror made relative, at the site's home."""
    numbers = [
        match[1]
        for element in tree.iter("link")
        if not {"canonical", "shortlink"}.isdisjoint((element.get("rel") or "").lower().split())
        and (match := _NUMBERED.fullmatch(element.get("href") or "")) is not None
    ]
    home = _wordpress_home(tree) if numbers else None
    if home is not None:
        yield FoundAddress(f"{home}?p={numbers[0]}", "numero-du-billet", _FORM)


def _wordpress_home(tree: HtmlElement) -> str | None:
    """The home of a WordPress, from the addresses of its own scripts."""
    for element in tree.iter("link", "script"):
        told = element.get("href") or element.get("src") or element.text or ""
        match = _WORDPRESS_FILE.search(told.replace("\\/", "/")[:_MAX_SCRIPT_CHARS])
        if match is not None:
            return match["home"]
    return None


def _origin(tree: HtmlElement) -> str | None:
    """The home of the site, where the page says it: relative addresses count from it."""
    for element in tree.iter("base", "form", "link"):
        relations = (element.get("rel") or "").lower().split()
        is_own = element.tag != "link" or not {"edituri", "pingback", "alternate"}.isdisjoint(
            relations
        )
        address = element.get("action") if element.tag == "form" else element.get("href")
        is_script = element.tag != "form" or "comment" in (address or "")
        if is_own and is_script and (whole := web_address(address)) is not None:
            return urljoin(whole, "/")
    return None
