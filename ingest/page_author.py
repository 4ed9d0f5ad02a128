# ruff: noqa: E501  rules are regular expressions: broken lines hide what they match
"""The author of the post: JSON-LD, what the page prints beside its title, its head."""

from __future__ import annotations

import re
from typing import Any

from ingest.comments import signs
from ingest.comments.authors import clean_author
from ingest.extract import HeadFacts
from ingest.linear import LinearPage
from ingest.page_date import NEAR_CHARS
from ingest.page_head import clean, is_post
from ingest.spans import Cover

__all__ = ["find_author"]

_POSTED_BY = re.compile(
    r"(?:publié|posté|écrit|rédigé|soumis|envoyé|submitted|posted|written|published|ajouté|proposé)\s*(?:le\b[^|\n]{0,40}?)?\s*(?:par|by)\s*:?\s*(?P<a>[^|\n,•·(]{2,50}?)"
    r"\s*(?=[|\n,•·(]|\ble\b|\bon\b|\bdans\b|\bin\b|\bà\b|\bat\b|$)|(?:^|\d\s+|,\s*)(?:par|by)\s+(?P<b>[^|\n,•·(]{2,50}?)\s*(?=[|\n,•·(]|\ble\b|\bon\b|\bdans\b|\bin\b|\bat\b|$)",
    re.I,
)


def find_author(
    linear: LinearPage,
    head: HeadFacts,
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
                    name = clean_author(match["a"] or match["b"])
                    if name:
                        return name, None
    return clean(head.author), None


def _shown_author(linear: LinearPage, skip: Cover) -> tuple[str | None, str | None]:
    for element in linear.order:
        names = signs.tokens(element)
        is_author = (
            "author" in (element.get("rel") or "").split()
            or element.get("itemprop") == "author"
            or (
                "fn" in names
                and any(
                    "author" in signs.tokens(a) or "vcard" in signs.tokens(a)
                    for a in element.iterancestors()
                )
            )
            or "author-name" in names
            or "p-author" in names
            or "entry-author" in names
        )
        span = linear.spans[element]
        if not is_author or not 1 < span[1] - span[0] <= 60 or skip.holds(*span):
            continue
        inner = element.find('.//*[@itemprop="name"]')
        name = clean(linear.text_of(inner) if inner is not None else linear.text[span[0] : span[1]])
        name = re.sub(
            r"^(?:par|by|publié par|posted by|view all posts by|voir tous les (?:articles|billets) (?:de|par))\s*:?\s+|\s*[→»]$",
            "",
            name or "",
            flags=re.I,
        )
        if name and not re.match(r"view all|voir tous|tous les", name, re.I):
            link = element if element.tag == "a" else element.find(".//a")
            return name, link.get("href") if link is not None else None
    return None, None
