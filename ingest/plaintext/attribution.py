"""Who wrote a comment, and when, as the lines around it say."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from importlib import resources
from typing import Final

from ingest.dates import find_dates, is_partial_date, parse_french_date
from ingest.model import CommentKind, PublicationDate
from ingest.text import fold_line

__all__ = ["Attribution", "is_bare_name", "is_signature", "read_attribution"]

_MAX_LINE_CHARS: Final = 160
_MAX_NAME_CHARS: Final = 90
_MAX_NAME_WORDS: Final = 12  # a pingback « says » under the title of its post

_SAYS = re.compile(
    r"\s*,?\s+(?:a\s+)?(?:dit|écrit|ecrit|says|said|wrote|répond|répondu|commente|commenté|réagit)"
    r"(?:\s+(?:le|on|à|at))?\s*(?::|…|\.\.\.|,)?\s*$",
    re.I,
)
_BY = re.compile(
    r"^(?:(?:comment(?:aire)?|message|réponse|reply|avis|réaction)\s+)?"
    r"(?:(?:posté|postée|écrit|écrite|rédigé|rédigée|publié|publiée|envoyé|ajouté|laissé|déposé"
    r"|posted|written|added|left|commenté|comment)\s+)?(?:par|by|de|from)\s*:?\s+(?=\S)",
    re.I,
)
_BY_VERB = re.compile(
    r"^(?:comment(?:aire)?|message|réponse|réaction|posté|postée|écrit|écrite|rédigé|rédigée|publié"
    r"|publiée|envoyé|ajouté|laissé|déposé|posted|written|added|left|commenté)\s+(?:par|by|de|from)\b",
    re.I,
)
_LEAD = re.compile(
    r"^(?:[\s,|·•:#–—\-(\[]|(?:le|on|at|à|the|posté|posted|publié|écrit|rédigé|commentaire|comment"
    r"|répondre|reply|permalink|permalien)\b(?=\s*(?:[,|·:–—-]|le\b|on\b|par\b|by\b|at\b|à\b|$)))+",
    re.I,
)
_TAIL = re.compile(
    r"(?:[\s,|·•:#–—\-()\[\]]|\b(?:le|on|sur|at|à|the|posté|posted|publié|répondre|répond|reply|edit"
    r"|modifier|permalink|permalien|lien|citer|quote|signaler))+$",
    re.I,
)
_PINGBACK = re.compile(
    r"^(?P<kind>ping(?:back)?|trackback|rétrolien|retrolien)s?\s*(?::|par|de|from|»|-|–)\s*(?P<rest>.*)$",
    re.I,
)
_BADGE = re.compile(
    r"\s*[\[(]?\b(?:post author|auteur de l['’]article|auteur du billet|auteur du blogue?"
    r"|author|auteur)\b[\])]?(?=\s|$)",
    re.I,
)
_NUMBER = re.compile(r"^#?\d{1,4}\s*[.):#|-]?\s+(?=\D)")
_SENTENCE = re.compile(r"[.!?…;]\s|[?;…]$|[!]{2,}")
_NAME_WORD = re.compile(r"^[A-ZÀÂÇÉÈÊËÎÏÔÙÛŒ][\w'’.-]*$")


def _load_words() -> dict[str, frozenset[str]]:
    source = (
        resources.files("ingest.plaintext").joinpath("not_names.txt").read_text(encoding="utf-8")
    )
    words: dict[str, frozenset[str]] = {}
    for part in re.split(r"^\[", source, flags=re.M)[1:]:
        name, _, body = part.partition("]")
        words[name] = frozenset(body.split())
    return words


_WORDS: Final = _load_words()
_PARTICLES: Final = _WORDS["particle"]
_SENTENCE_WORDS: Final = _WORDS["sentence"]
_COMMON: Final = _WORDS["common"]


@dataclass(frozen=True, slots=True)
class Attribution:
    """What a header or footer line of a comment says; None for what it does not say."""

    author: str | None = None
    date: PublicationDate | None = None
    kind: CommentKind = CommentKind.COMMENT
    is_post_author: bool = False


def read_attribution(line: str, *, captured_at: str | None = None) -> Attribution | None:
    """What `line` says when it is, as a whole, the header or footer of a comment; else None.

    Read are a date alone, a name beside a date in any order, « X dit : », « Posté par X »,
    « Pingback : X ». A sentence that contains a date is none of them.
    """
    text = line.strip()
    if not text or len(text) > _MAX_LINE_CHARS:
        return None
    badge = _BADGE.search(text)
    if badge and badge.start():
        found = read_attribution(text[: badge.start()] + text[badge.end() :])
        if found is None and is_bare_name(text[: badge.start()]):
            found = Attribution(text[: badge.start()].strip())
        return None if found is None else replace(found, is_post_author=True)
    ping = _PINGBACK.match(text)
    if ping:
        kind = (
            CommentKind.TRACKBACK if ping["kind"].lower() == "trackback" else CommentKind.PINGBACK
        )
        inner = read_attribution(ping["rest"]) if ping["rest"] else None
        author = inner.author if inner else ping["rest"].strip() or None
        return Attribution(author, inner.date if inner else None, kind)
    return _dated(text) or _undated(text, captured_at)


def _dated(text: str) -> Attribution | None:
    found = find_dates(text, source="text")
    if len(found) != 1:
        return None
    before, after = text[: found[0].start], text[found[0].end :]
    if after.strip(" \u00a0") and before.strip(" \u00a0"):
        after_core = _TAIL.sub("", _LEAD.sub("", after)).strip()
        says = _SAYS.fullmatch(" " + after_core) if after_core else None
        if after_core and not says and not is_plausible_name(after_core):
            return None
        if after_core and not says:
            by = _BY.match(after_core)
            lead = _clean_name(before)
            if lead and not by:
                return None
            return _named(after_core, found[0].date)
        return _named(before, found[0].date)
    return _named(before if before.strip(" \u00a0") else after, found[0].date)


def _named(text: str, date: PublicationDate) -> Attribution | None:
    name = _clean_name(text)
    if not name:
        return Attribution(None, date)
    return Attribution(name, date) if is_plausible_name(name) else None


def _clean_name(text: str) -> str:
    name = _SAYS.sub("", text.strip())
    name = _TAIL.sub("", _LEAD.sub("", name))
    name = _BY.sub("", name)
    name = _SAYS.sub("", name)
    name = _NUMBER.sub("", name)
    return _TAIL.sub("", _LEAD.sub("", name)).strip(' \u00a0\u202f«»"“”')


def _undated(text: str, captured_at: str | None) -> Attribution | None:
    if is_partial_date(text):
        return Attribution()
    relative = parse_french_date(text, source="relative", captured_at=captured_at)
    if relative and captured_at:
        return Attribution(None, relative)
    if re.fullmatch(r"il y a \S+ \S+|\S+ \S+ ago", text.strip(" .:"), re.I):
        return Attribution()
    if _SAYS.search(text) or (_BY_VERB.match(text) and len(text) < _MAX_NAME_CHARS):
        name = _clean_name(text)
        if name and is_plausible_name(name) and fold_line(name) not in _COMMON:
            return Attribution(name)
    return None


def is_plausible_name(name: str) -> bool:
    """Whether `name` can stand beside a date as the name or pseudonym of a person."""
    if not name or len(name) > _MAX_NAME_CHARS or len(name.split()) > _MAX_NAME_WORDS:
        return False
    if any(word in _SENTENCE_WORDS for word in fold_line(name).split()):
        return False
    return not _SENTENCE.search(name) and not name.startswith(("http://", "https://"))


def is_bare_name(line: str) -> bool:
    """Whether a line without any date or verb looks like a name or a pseudonym alone."""
    text = line.strip()
    words = text.split()
    if not text or len(text) > 40 or len(words) > 4 or not any(sign.isalnum() for sign in text):
        return False
    if text[-1] in ".,;:!?…»)" or _SENTENCE.search(text) or "," in text:
        return False
    folded = fold_line(text).split()
    names = [word for word in folded if word not in _PARTICLES]
    if not names or any(
        word in _COMMON or word.startswith(("c'", "j'", "l'", "n'")) for word in names
    ):
        return False
    return len(words) <= 2 or all(
        _NAME_WORD.match(word) or fold_line(word) in _PARTICLES for word in words
    )


def is_signature(line: str) -> bool:
    """Whether the last line of a text is a signature: two or three capitalised words."""
    text = re.sub(r"^[–—~-]+\s*", "", line.strip())
    words = text.split()
    is_dashed = text != line.strip()
    if not is_bare_name(text) or not (2 <= len(words) <= 3 or (is_dashed and len(words) == 1)):
        return False
    return all(_NAME_WORD.match(w) or fold_line(w) in _PARTICLES for w in words) and not any(
        sign.isdigit() for sign in text
    )
