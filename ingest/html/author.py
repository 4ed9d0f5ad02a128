# ruff: noqa: E501  rules are regular expressions: broken lines hide what they match
"""The author of the post: JSON-LD, what the page prints beside its title, its head."""

from __future__ import annotations

import re
from typing import Any, Final

from lxml.html import HtmlElement

from ingest.html.comments import signs
from ingest.html.comments.authors import clean_author
from ingest.html.date import NEAR_CHARS, is_aside
from ingest.html.extract import Head
from ingest.html.head import clean, is_post
from ingest.html.linear import LinearPage
from ingest.spans import Cover

__all__ = ["find_author"]

_POSTED_BY = re.compile(
    r"(?:publié|posté|écrit|rédigé|soumis|envoyé|submitted|posted|written|published|ajouté|proposé)\s*(?:le\b[^|\n]{0,40}?)?\s*(?:par|by)\s*:?\s*(?P<a>[^|\n,•·(]{2,50}?)"
    r"\s*(?=[|\n,•·(]|\ble\b|\bon\b|\bdans\b|\bin\b|\bà\b|\bat\b|$)|(?:^|\d\s+|,\s*|[|·•–—-]\s*)(?:par|by)\s+(?P<b>[^|\n,•·(]{2,50}?)\s*(?=[|\n,•·(]|\ble\b|\bon\b|\bdans\b|\bin\b|\bat\b|$)"
    r"|[—–]\s*(?P<c>[^|\n,•·(]{2,40}?)\s+(?:à|at|@)\s+\d{1,2}\s?[h:]\s?\d\d",
    re.I,
)
_SIGNED = re.compile(
    r"(?:publiée?|postée?|écrite?|rédigée?|posted|written|published)\s+(?:par|by)\s*:?\s+(?P<name>[^|\n,•·(]{2,40}?)"
    r"\s+(?:(?:à|at)\s+\d{1,2}\s?[:h]\s?\d\d|(?:le|on)\s+(?:\w+\s+)?\d|[|·•–—-]\s)",
    re.I,
)
_MAX_SIGNED_CHARS: Final = 300
_MAX_AUTHOR_CHARS: Final = 60
_SURE_CLASS = signs.Sign(r"fn|author-name|p-author|entry-author")
_AUTHOR_NAMES: Final = frozenset(["author-name", "p-author", "entry-author"])
# Weaker than the above: themes give these classes to bylines, biographies and labels as well.
_AUTHOR_CLASS = signs.Sign(
    r"(?:[a-z]{1,10}[-_]{1,2}){0,2}(?:post|entry|article|meta|byline|billet|note|item)[-_]{0,2}"
    r"(?:author|auteur|writer)(?:[-_]{1,2}name)?|author|auteur|written-by|posted-by|authorname"
)
_LEAD = re.compile(
    r"^(?:(?:rédigée?|écrite?|publiée?|postée?|proposée?|posted|written|published|soumis|submitted)\s+)?(?:par|by)\s*:?\s+"
    r"|^(?:view all posts by|voir tous les (?:articles|billets) (?:de|par))\s*:?\s+"
    r"|^(?:auteure?|autrice|author|auteur/autrice)(?: (?:de l[’']article|du billet|de la publication|of the post)\s*:?\s*|\s*:?\s+)"
    r"(?:(?:par|by)\s+)?|\s*[→»]$",
    re.I,
)
_ALL_BY = re.compile(r"view all|voir tous|tous les", re.I)


def find_author(
    linear: LinearPage,
    head: Head,
    linked: list[dict[str, Any]],
    skip: Cover,
    title_span: tuple[int, int] | None,
) -> tuple[str | None, str | None]:
    for value in linked:
        author = value.get("author") if is_post(value) else None
        author = author[0] if isinstance(author, list) and author else author
        name = author.get("name") if isinstance(author, dict) else None
        if isinstance(name, str) and clean(name):
            return clean(name), None
    shown = _shown_author(linear, skip)
    if shown[0]:
        return shown
    if title_span is not None:
        for block in linear.blocks:
            near = title_span[0] - NEAR_CHARS <= block.start <= title_span[1] + NEAR_CHARS
            if near and block.end - block.start <= 200 and not skip.holds(block.start, block.end):
                match = _POSTED_BY.search(linear.text[block.start : block.end])
                if match:
                    name = clean_author(match["a"] or match["b"] or match["c"])
                    if name:
                        return name, None
    return clean(head.author) or _signed_below(linear, skip), None


def _signed_below(linear: LinearPage, skip: Cover) -> str | None:
    """« Posté par X à 09:54 - Rubrique » at the head of a line anywhere: some themes sign below."""
    for block in linear.blocks:
        if block.end - block.start > _MAX_SIGNED_CHARS or skip.holds(block.start, block.end):
            continue
        match = _SIGNED.match(linear.text, block.start, block.end)
        if match is not None and not is_aside(block.element):
            return clean_author(match["name"])
    return None


def _shown_author(linear: LinearPage, skip: Cover) -> tuple[str | None, str | None]:
    """The first name that markup calls the author's; a mere class name is asked last."""
    weak: list[HtmlElement] = []
    named = signs.places_named(linear, _SURE_CLASS, _AUTHOR_CLASS)
    for element in linear.at(sorted({*linear.properties, *named})):
        span = linear.spans[element]
        if not 1 < span[1] - span[0] <= _MAX_AUTHOR_CHARS or skip.holds(*span):
            continue
        if not _is_author(element):
            if signs.has(element, _AUTHOR_CLASS):
                weak.append(element)
            continue
        found = _name_of(linear, element)
        if found is not None:
            return found
    for element in weak:
        found = None if is_aside(element) else _name_of(linear, element)
        if found is not None and (name := clean_author(found[0])) is not None:
            return name, found[1]
    return None, None


def _is_author(element: HtmlElement) -> bool:
    names = signs.tokens(element)
    return (
        "author" in (element.get("rel") or "").split()
        or element.get("itemprop") == "author"
        or (
            "fn" in names
            and any(
                "author" in signs.tokens(a) or "vcard" in signs.tokens(a)
                for a in element.iterancestors()
            )
        )
        or not _AUTHOR_NAMES.isdisjoint(names)
    )


def _name_of(linear: LinearPage, element: HtmlElement) -> tuple[str, str | None] | None:
    inner = element.find('.//*[@itemprop="name"]')
    name = clean(linear.text_of(inner if inner is not None else element))
    name = _LEAD.sub("", name or "").strip()
    if not name or _ALL_BY.match(name):
        return None
    link = element if element.tag == "a" else element.find(".//a")
    return name, link.get("href") if link is not None else None
