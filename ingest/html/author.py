# ruff: noqa: E501  rules are regular expressions: broken lines hide what they match
"""The author of the post: JSON-LD, what the page prints beside its title, its head."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from lxml.html import HtmlElement

from ingest.dates import find_dates
from ingest.html.comments import signs
from ingest.html.comments.authors import clean_author
from ingest.html.date import NEAR_CHARS, is_aside
from ingest.html.extract import Head
from ingest.html.head import clean, is_post
from ingest.html.linear import Block, LinearPage
from ingest.html.names import may_be_name, may_be_signed_name
from ingest.spans import Cover

__all__ = ["MIN_AUTHOR_CONFIDENCE", "FoundAuthor", "find_authors", "read_byline"]

MIN_AUTHOR_CONFIDENCE: Final = 0.6
"""Under it an author is none: an archive that cites people may not invent them."""

_LINKED_DATA: Final = 0.95
_PUBLISHER: Final = 0.65  # a bare string or an organisation of JSON-LD: the site itself, often
_MARKED: Final = 0.9  # rel=author, itemprop=author, fn of a vcard, p-author
_BYLINE: Final = 0.85  # « Publié par X le 3 mai 2009 » as a whole line beside the title
_HEAD: Final = 0.75
_CLASS: Final = 0.7  # a class such as `post-author`
_SIGNED_BELOW: Final = 0.7
_PROSE: Final = 0.2  # « par » in a sentence
_NO_NAME: Final = 0.1

_VERB: Final = r"(?:publiée?|postée?|écrite?|rédigée?|soumise?|envoyée?|ajoutée?|proposée?|mis en ligne|submitted|posted|written|published|added)"
_LABELLED = re.compile(
    r"\s*(?:catégories?|category|categories|rubriques?|classée?(?: dans| sous)?|dans|in|filed under|thèmes?|tags?|mots?[ -]clés?|étiquettes?|"
    r"\d+ (?:commentaires?|comments?|réponses?|réactions?|vues?|views?)|(?:aucun|pas de|no|laisser un|ajouter un|leave a|commenter)\s*(?:commentaires?|comments?|reply)?|"
    r"commentaires?|comments?|permalien|permalink|imprimer|modifier|edit)\b.*",
    re.I | re.S,
)
_PARTS = re.compile(
    r"\s*[|/•·—–\n(),]\s*|\s+-\s+|\s+(?=(?:dans|in|classée?|filed|sous|catégories?|tags?)\b)"
)
_BY = re.compile(
    rf"\W*(?:{_VERB}\s*)?(?:le|on)?\s*(?:par|by|de)\b\s*:?\s*(?P<name>.{{2,50}})", re.I | re.S
)
_DATE_GLUE = re.compile(rf"\W*(?:{_VERB}\s*)?(?:le|on|à|at|@|the)?\W*", re.I)
_CLOCK = re.compile(
    r"(?:\s*(?:à|at|@|,))?\s*\b\d{1,2}\s?(?:[:h]\s?\d\d|h)(?::\d\d)?(?:\s?[ap]\.?m\.?)?\b", re.I
)
# A part of a longer line: « 14:30:00, par X, 120 mots », « — X à 14 h 30 ».
_POSTED_BY = re.compile(
    rf"{_VERB}\s*(?:le\b[^|\n]{{0,40}}?)?\s*(?:par|by)\s*:?\s*(?P<a>[^|\n,•·(]{{2,50}}?)"
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
_MAX_BYLINE_CHARS: Final = 240
_MAX_SIGNED_LINE: Final = 200
_MAX_AUTHOR_CHARS: Final = 60
_SURE_CLASS = signs.Sign(
    r"fn|author-name|p-author|entry-author|wp-block-post-author(?:-name)?|wp-block-post-author__name"
)
_AUTHOR_NAMES: Final = frozenset(
    [
        "author-name",
        "p-author",
        "entry-author",
        "wp-block-post-author-name",
        "wp-block-post-author__name",
    ]
)
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


@dataclass(frozen=True, slots=True)
class FoundAuthor:
    """An author of the post: where the name was read, how sure it is, and its link if any."""

    name: str
    source: str
    confidence: float
    link: str | None = None


def find_authors(
    linear: LinearPage,
    head: Head,
    linked: list[dict[str, Any]],
    skip: Cover,
    title_span: tuple[int, int] | None,
) -> list[FoundAuthor]:
    """The authors that the page states, in the order in which they are believed.

    The search ends with the first that is sure enough; those before it were not.
    """
    found: list[FoundAuthor] = []
    for author in _stated(linear, head, linked, skip, title_span):
        found.append(author)
        if author.confidence >= MIN_AUTHOR_CONFIDENCE:
            break
    return found


def _stated(
    linear: LinearPage,
    head: Head,
    linked: list[dict[str, Any]],
    skip: Cover,
    title_span: tuple[int, int] | None,
) -> Iterator[FoundAuthor]:
    linked_authors = list(_linked_authors(linked))
    yield from (one for one in linked_authors if one.confidence == _LINKED_DATA)
    yield from _shown_authors(linear, skip)
    yield from (one for one in linked_authors if one.confidence != _LINKED_DATA)
    if title_span is not None:
        yield from _bylines(linear, skip, title_span)
    name = clean(head.author)
    if name:
        yield _weighed(name, "meta", _HEAD)
    signed = _signed_below(linear, skip)
    if signed is not None:
        yield FoundAuthor(
            signed, "signature", _SIGNED_BELOW if may_be_signed_name(signed) else _NO_NAME
        )


def _weighed(name: str, source: str, confidence: float, link: str | None = None) -> FoundAuthor:
    return FoundAuthor(name, source, confidence if may_be_name(name) else _NO_NAME, link)


def _linked_authors(linked: list[dict[str, Any]]) -> Iterator[FoundAuthor]:
    """Authors of JSON-LD; a graph may name them by reference only."""
    people = {value["@id"]: value for value in linked if isinstance(value.get("@id"), str)}
    for value in linked:
        author = value.get("author") if is_post(value) else None
        author = author[0] if isinstance(author, list) and author else author
        if isinstance(author, dict) and "name" not in author:
            author = people.get(str(author.get("@id")), author)
        name = author.get("name") if isinstance(author, dict) else author
        is_person = isinstance(author, dict) and author.get("@type") != "Organization"
        if isinstance(name, str) and (plain := clean(name)):
            yield _weighed(plain, "jsonld", _LINKED_DATA if is_person else _PUBLISHER)


def _bylines(linear: LinearPage, skip: Cover, title_span: tuple[int, int]) -> Iterator[FoundAuthor]:
    """« Publié par X le 3 mai 2009 », « août 3, 2010 de X / Catégorie : Y » beside the title."""
    for block in linear.blocks:
        if block.start > title_span[1] + NEAR_CHARS:
            return
        if block.end < title_span[0] - NEAR_CHARS or skip.holds(block.start, block.end):
            continue
        name = read_byline(linear, block)
        if name:
            yield FoundAuthor(name, "signature", _BYLINE)
        elif block.end - block.start <= _MAX_SIGNED_LINE:
            yield from _signed_in(linear.text[block.start : block.end])


def _signed_in(text: str) -> Iterator[FoundAuthor]:
    """The name after « par » in a line that says other things too."""
    match = _POSTED_BY.search(text)
    name = clean_author(match["a"] or match["b"] or match["c"]) if match is not None else None
    if match is None or name is None:
        return
    is_whole = match.start() == 0 and match.end() == len(text)
    is_dated = re.search(r"\d", text) is not None or re.search(_VERB, text, re.I) is not None
    is_sure = may_be_signed_name(name) and (is_dated or is_whole)
    yield FoundAuthor(name, "signature", _CLASS if is_sure else _PROSE)


def read_byline(linear: LinearPage, block: Block) -> str | None:
    """The name in a line that says who wrote the post, and else only when and under what.

    None where the line says anything more, and where the words after « par » are no name.
    """
    if block.end - block.start > _MAX_BYLINE_CHARS:
        return None
    text = linear.text[block.start : block.end]
    if not _BY.search(text):
        return None
    dates = find_dates(text, source="text")
    for found in reversed(dates):
        text = text[: found.start] + " | " + text[found.end :]
    if dates:
        text = _CLOCK.sub(" ", text)
    is_signed = bool(dates) or re.match(rf"\W*{_VERB}", text, re.I) is not None
    name: str | None = None
    for part in filter(None, _PARTS.split(text)):
        signed = _BY.fullmatch(part)
        if signed is not None and name is None:
            name = clean_author(signed["name"])
        elif name is not None and _LABELLED.fullmatch(text, text.find(part)):
            break  # the names of rubrics may be anything
        elif not _DATE_GLUE.fullmatch(part) and not _LABELLED.fullmatch(part):
            return None
    return name if name and is_signed and may_be_signed_name(name) else None


def _signed_below(linear: LinearPage, skip: Cover) -> str | None:
    """« Posté par X à 09:54 - Rubrique » at the head of a line anywhere: some themes sign below."""
    for block in linear.blocks:
        if block.end - block.start > _MAX_SIGNED_CHARS or skip.holds(block.start, block.end):
            continue
        match = _SIGNED.match(linear.text, block.start, block.end)
        if match is not None and not is_aside(block.element):
            return clean_author(match["name"])
    return None


def _shown_authors(linear: LinearPage, skip: Cover) -> Iterator[FoundAuthor]:
    """The names that markup calls the author's; a mere class name is asked last."""
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
            yield _weighed(found[0], "balise-auteur", _MARKED, found[1])
    for element in weak:
        found = None if is_aside(element) else _name_of(linear, element)
        if found is not None and (name := clean_author(found[0])) is not None:
            yield _weighed(name, "classe-auteur", _CLASS, found[1])


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
    if not name:
        return None
    link = element if element.tag == "a" else element.find(".//a")
    return name, link.get("href") if link is not None else None
