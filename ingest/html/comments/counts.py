# ruff: noqa: E501  rules are regular expressions: broken lines hide what they match
"""Headings and links that count comments, as text: « 12 réflexions sur … », « Commentaires (3) »."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["MAX_COUNT_CHARS", "is_thread_heading", "noun_offsets", "parse_count"]

_NOUN: Final = (
    r"(?:commentaires?|comments?|réflexions?|reflexions?|réponses?|reponses?|responses?|thoughts?|"
    r"réactions?|reactions?|replies|reply|avis|messages?|discussions?|commentaires? et trackbacks?|remarques?|pensées?)"
)
_STEMS: Final = tuple(
    re.compile(stem)  # a literal in a text in lower case: found as fast as `str.find`
    for stem in (
        "comment", "réflexion", "reflexion", "réponse", "reponse", "réaction", "reaction", "response",
        "thought", "repl", "avis", "message", "discussion", "remarque", "pensée",
    )
)  # fmt: skip
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
    rf"[^\w\d]*(?:les\s|vos\s|your\s|user\s|reader\s)?{_NOUN}(?:\s(?:des lecteurs|sur cet article|à cet article|au billet|publiés))?\s*"
    rf"[:\-–—]?\s*[(\[]\s*(?P<n>\d{{1,5}})\s*[)\]]?.*|[^\w\d]*{_NOUN}\s*[:\-–—]\s*(?P<m>\d{{1,5}})\s*",
    re.I | re.S,
)
_BARE = re.compile(
    rf"[^\w\d]*(?:les\s|vos\s|your\s|user\s|reader\s|derniers\s)?{_NOUN}(?:\s*\(?s\)?)?\s*:?\s*"
    r"(?:(?:sur|à|on|to|pour|about|concernant|de|du|des|for)\b.{0,200})?",
    re.I | re.S,
)
MAX_COUNT_CHARS = 300
_REFUSED_REST = re.compile(
    r"\s*(?:par (?:jour|mois|an)|en attente|récents?|recent|later|plus tard|au total)", re.I
)


def parse_count(text: str) -> int | None:
    """The number of comments that `text` states, as a whole heading or link, else None."""
    text = text.strip()
    if not text or len(text) > MAX_COUNT_CHARS:
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


def noun_offsets(text: str) -> list[int]:
    """Where `text` has the stems of the words that are counted: a count has one of them in it."""
    lowered = text.lower()
    if len(lowered) != len(text):  # « İ » is two signs in lower case
        lowered = "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in text)
    return sorted(match.start() for stem in _STEMS for match in stem.finditer(lowered))


def is_thread_heading(text: str) -> bool:
    """Whether `text` can stand above the reader comments."""
    text = text.strip()
    return (
        bool(text)
        and len(text) <= MAX_COUNT_CHARS
        and (parse_count(text) is not None or _BARE.fullmatch(text) is not None)
    )
