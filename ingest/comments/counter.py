"""The number of comments that the page itself states."""

from __future__ import annotations

import re
from typing import Final

from lxml.html import HtmlElement

from ingest.comments import signs
from ingest.comments.boundaries import Item
from ingest.linear import LinearPage

__all__ = ["declared_count", "is_thread_heading", "parse_count"]

_NOUN: Final = (
    r"(?:commentaires?|comments?|réflexions?|reflexions?|réponses?|reponses?|responses?|thoughts?|"
    r"réactions?|reactions?|replies|reply|avis|messages?|discussions?|commentaires? et trackbacks?|remarques?|pensées?)"
)
_WORDS: Final = {
    "un": 1,
    "une": 1,
    "one": 1,
    "aucun": 0,
    "aucune": 0,
    "no": 0,
    "zero": 0,
    "zéro": 0,
    "pas de": 0,
    "pas encore de": 0,
    "deux": 2,
    "two": 2,
    "trois": 3,
    "three": 3,
}
_NUMBER: Final = r"(?P<n>\d{1,3}(?:[ .,\u00a0\u202f]\d{3})+|\d{1,5}|" + "|".join(_WORDS) + ")"
_BEFORE = re.compile(
    rf"(?:[^\w\d]*|(?:il y a|there (?:are|is)|voir les|view|lire les|lisez les|afficher les|déjà|already|les|all)\s+)"
    rf"{_NUMBER}\s*(?:nouveaux?\s|user\s|reader\s|blog\s)?{_NOUN}\b(?P<rest>.*)",
    re.I | re.S,
)
_AFTER = re.compile(
    rf"[^\w\d]*(?:les\s|user\s|reader\s)?{_NOUN}(?:\s(?:des lecteurs|sur cet article|à cet article|au billet|publiés))?\s*"
    rf"[:\-–—]?\s*[(\[]\s*(?P<n>\d{{1,5}})\s*[)\]]?.*|[^\w\d]*{_NOUN}\s*[:\-–—]\s*(?P<m>\d{{1,5}})\s*",
    re.I | re.S,
)
_BARE = re.compile(
    rf"[^\w\d]*(?:les\s|vos\s|your\s|user\s|reader\s|derniers\s)?{_NOUN}(?:\s*\(?s\)?)?\s*:?\s*"
    r"(?:(?:sur|à|on|to|pour|about|concernant|de|du|des|for)\b.{0,200})?",
    re.I | re.S,
)
_MAX_CHARS = 300
_HEADINGS: Final = frozenset("h1 h2 h3 h4 h5 h6 legend caption summary".split())
_REFUSED_REST = re.compile(
    r"\s*(?:par (?:jour|mois|an)|en attente|récents?|recent|later|plus tard|au total)", re.I
)


def parse_count(text: str) -> int | None:
    """The number of comments that `text` states, as a whole heading or link, else None."""
    text = text.strip()
    if not text or len(text) > _MAX_CHARS:
        return None
    match = _BEFORE.fullmatch(text)
    if match is not None:
        if _REFUSED_REST.match(match["rest"]):
            return None
        word = match["n"].lower()
        return _WORDS[word] if word in _WORDS else int(re.sub(r"\D", "", word))
    match = _AFTER.fullmatch(text)
    if match is not None:
        return int(match["n"] or match["m"])
    return None


def is_thread_heading(text: str) -> bool:
    """Whether `text` can stand above the reader comments."""
    text = text.strip()
    return (
        bool(text)
        and len(text) <= _MAX_CHARS
        and (parse_count(text) is not None or _BARE.fullmatch(text) is not None)
    )


def declared_count(page: LinearPage, items: list[Item]) -> int | None:
    """The count that the page states about its own thread, None when it states none.

    A heading of the thread is asked first, then any short element named after comments, then
    the link that leads to them. Side columns and listings of other posts do not count: a
    statement far from the thread must be the only one.
    """
    thread_start = items[0].start if items else None
    thread_end = items[-1].end if items else 0
    ranked: list[tuple[int, int, int]] = []  # rank, distance, count
    for element in page.order:
        start, end = page.spans[element]
        if not 0 < end - start <= _MAX_CHARS or element.tag in ("html", "body"):
            continue
        if thread_start is not None and any(
            item.start <= start and end <= item.end for item in items
        ):
            continue
        rank = _rank(page, element)
        if rank is None:
            continue
        count = parse_count(page.text[start:end])
        if count is None:
            continue
        distance = 0
        if thread_start is not None:
            distance = max(0, thread_start - end, start - thread_end)
        ranked.append((rank, distance, count))
    if not ranked:
        return None
    best_rank = min(rank for rank, _, _ in ranked)
    counts = [(distance, count) for rank, distance, count in ranked if rank == best_rank]
    if thread_start is None and len({count for _, count in counts}) > 1:
        return None  # a listing: each of its posts states its own
    return min(counts)[1]


def _rank(page: LinearPage, element: HtmlElement) -> int | None:
    if element.tag in _HEADINGS:
        return 0
    named = " ".join(signs.tokens(element)).lower()
    if "comment" in named or "reponse" in named or "reaction" in named or "response" in named:
        return 1
    if element.tag == "a":
        href = element.get("href") or ""
        if re.search(r"#(?:comments?|respond|commentaires|disqus_thread|c$|comment-form)", href):
            return 2
        return None
    if element.tag in ("p", "strong", "b", "div", "span", "dt") and len(page.text_of(element)) < 80:
        return 3
    return None
