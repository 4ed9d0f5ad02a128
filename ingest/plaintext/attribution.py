"""Who wrote a comment, and when, as the lines around it say."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from ingest.dates import find_dates, is_partial_date, parse_french_date
from ingest.model import CommentKind, PublicationDate
from ingest.plaintext.words import load_words
from ingest.text import fold_line

__all__ = [
    "Attribution",
    "ends_with_says",
    "is_bare_name",
    "is_signature",
    "read_attribution",
    "read_says_over_date",
    "without_aside",
]

_MAX_LINE_CHARS: Final = 160
_MAX_NAME_CHARS: Final = 90
_MAX_NAME_WORDS: Final = 12  # a pingback « says » under the title of its post

_SAYS = re.compile(
    r"\s*,?\s+(?:a\s+)?(?:dit|écrit|ecrit|says|said|wrote|répond|répondu|commente|commenté|réagit)"
    r"(?:\s+(?:le|on|à|at))?\s*(?::|…|\.\.\.|,)?\s*$",
    re.I,
)
_BY = re.compile(
    r"^(?:(?:comment(?:aire)?|message|réponse|reply|avis|réaction)\s+(?:(?:n\s?[°º]|#)?\s?\d+\s+)?)?"
    r"(?:(?:posté|postée|écrit|écrite|rédigé|rédigée|publié|publiée|envoyé|ajouté|laissé|déposé"
    r"|soumis|proposé|posted|written|submitted|added|left|commenté|comment)\s+)?(?:par|by|de|from)\s*:?\s+(?=\S)",
    re.I,
)
_BY_VERB = re.compile(
    r"^(?:comment(?:aire)?|message|réponse|réaction|posté|postée|écrit|écrite|rédigé|rédigée|publié"
    r"|publiée|envoyé|ajouté|laissé|déposé|soumis|proposé|posted|submitted|written|added|left|commenté)\s+(?:par|by|de|from)\b",
    re.I,
)
_BY_ALONE = re.compile(r"^(?:par|by)\s+((?-i:[A-ZÀÂÇÉÈÊÎÔÛ]).{1,40}?)\s*[—–-]?$", re.I)
_LEAD = re.compile(
    r"^(?:[\s,|·•:–—\-(\[]|#(?!\d)|(?:le|on|at|à|the|posté|posted|publié|écrit|rédigé|commentaire|comment"
    r"|répondre|reply|permalink|permalien)\b(?=\s*(?:[,|·:#–—-]|le\b|on\b|par\b|by\b|at\b|à\b|$)))+",
    re.I,
)
_TAIL = re.compile(
    r"(?:[\s,|·•:#–—\-()\[\]]|\b(?:le|on|sur|at|à|the|posté|posted|publié|répondre|répond|reply|edit"
    r"|modifier|permalink|permalien|lien|citer|quote|signaler|supprimer|effacer|min)\b|#\d{1,4})+$",
    re.I,
)
_PINGBACK = re.compile(
    r"^(?P<kind>ping(?:back)?|trackback|rétrolien|retrolien)s?\s*(?::|par|de|from|»|-|–)\s*(?P<rest>.*)$",
    re.I,
)
_BADGE = re.compile(
    r"\s*[\[(]?\b(?:post author|auteure? de l['’]article|auteure? du billet|auteure? du blogue?"
    r"|author|auteure?|autrice)\b[\])]?(?=\s|$)",
    re.I,
)
_TWICE = re.compile(r"^(\S.*\S)\s+\1$")  # the words of a portrait, then the name
_NUMBER = re.compile(r"^#?\d{1,4}\s*[.):#|-]?\s+(?=\D)")
_MONTH = (
    r"(?:janv|f[ée]vr?|mars|avr|mai|juin|juil|ao[ûu]t|sept|oct|nov|d[ée]c|jan|feb|march|apr|may|june"
    r"|july|aug|sep|dec)\w*\.?"
)
_DAY = r"(?:(?:[12]\d|3[01]|0?[1-9])(?:er)?)"
_WEEKDAY = r"(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)"
# Where extractors put two elements of a page on one line without a space between them.
_GLUED: Final = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"(?<=[\w.])(?<!\d)(?=(?:{_WEEKDAY},?\s+)?{_DAY}\s+{_MONTH},?\s+\d{{4}})",
        rf"(?<=\d)(?=(?:[12]\d|3[01]|0[1-9])\s+{_MONTH},?\s+\d{{4}})",
        rf"(?<=\w)(?={_WEEKDAY},?\s+(?:le\s+)?\d)",
        r"(?<=[^\W\d_])(?=\d{1,2}([/.-])\d{1,2}\1\d{2,4}\b)",
        r"(?<=[\w.])(?=il y a (?:\d|un))",
        r"(?<=[a-zà-ÿ])(?-i:(?=Auteure?\b|Post author\b|Répondre\b))",
        r"(?<=article)(?=le \d)",
    )
)
_GLUED_AFTER = re.compile(
    r"(?<=\d)(?=[A-ZÀÂÇÉÈÊÎÔÛ][a-zà-ÿ]{2})|(?<=min)(?=[A-ZÀÂÇÉÈÊÎÔÛ][a-zà-ÿ])"
)
_GLUED_SAYS = re.compile(r"(?<=[a-zà-ÿ\d])(?=dit\s?:$)")
_SAYS_WORDS = re.compile(
    r"(?:inter|pré|cré|iné|re|contre|mau|éru|ban|au|mé|dé|é|sus|pun|discré|accré|ran|tra)dit", re.I
)
_ASIDE = re.compile(
    r"\s*\((?:non vérifié|site web personnel|not verified)\)|[.\s]+évalué à -?\d{1,3}\s?\.?$"
    r"|\s*\[(?:visiteur|membre|visitor|member)\]"
    r"|\s+(?:votre |your )?(?:commentaire|comment) (?:est en attente de modération"
    r"|is awaiting moderation)\.?$",
    re.I,
)
_TIME_FIRST = re.compile(r"^(?:at|à)?\s*\d{1,2}\s?[:h]\s?\d\d(?:\s?[ap]m\b)?[\s,–—-]*", re.I)
# The words of images: an icon on Blogger's first themes, the portraits of other engines.
_ICON = re.compile(
    r"^(?:Blogger(?=[A-ZÀÂÇÉÈÊÎÔÛ])|(?:avatar|gravatar|photo) (?:de|d’|of|for)\s+)", re.I
)
_SHORT_WEEKDAY = re.compile(r"(?:^|(?<=\s))(?:lun|mar|mer|jeu|ven|sam|dim)[\s,]*$")
_INDEX = re.compile(r"^\d{1,4}(?=[A-ZÀÂÇÉÈÊÎÔÛ])")
_WEAK_DATE = re.compile(
    rf"(?P<head>.*?)[\s,|·•–—-]+(?P<date>(?:le\s+)?{_DAY}\s+{_MONTH}"
    r"(?:[\s,]+(?:à\s+)?\d{1,2}\s?[h:]\s?\d{0,2}(?:\s?min)?)?"
    r"|(?<=[—–|·•,-] )(?:hier|yesterday)"
    r"|(?:il y a|there are)\s+(?:environ\s+)?\S+\s+\S+|\S+\s+\S+\s+ago)\s*",
    re.I,
)
_SENTENCE = re.compile(r"[.!?…;]\s|[?;…]$|[!]{2,}")
_INITIAL = re.compile(r"\w\s[A-ZÀÂÇÉÈÊÎÔÛ]\.$")
_NAME_WORD = re.compile(r"^[A-ZÀÂÇÉÈÊËÎÏÔÙÛŒ][\w'’.-]*$")


_PARTICLES: Final = load_words("particle")
_SENTENCE_WORDS: Final = load_words("sentence")
_COMMON: Final = load_words("common")


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
    « Pingback : X », and a name that touches its date. A sentence that contains a date is none
    of them.
    """
    if len(line) > _MAX_LINE_CHARS:
        return None
    return _read(line, captured_at)


def read_says_over_date(line: str, below: str) -> Attribution | None:
    """What « Titre d’un autre billet dit : » says, which only the date under it makes a header."""
    text = line.strip()
    if len(text) > _MAX_LINE_CHARS or not _SAYS.search(text) or _SENTENCE.search(text[:-1]):
        return None
    date = read_attribution(below)
    if date is None or date.author or date.date is None:
        return None
    name = _clean_name(text)
    return Attribution(name, date.date) if name else None


def ends_with_says(line: str) -> bool:
    """Whether the line ends with « a dit : », « says », … as the head of a comment does."""
    return len(line) <= _MAX_LINE_CHARS and _SAYS.search(_unglue(line.strip())) is not None


def _unglue(text: str) -> str:
    """`text` with a space between a name, a date and a button that touch."""
    for pattern in _GLUED:
        text = pattern.sub(" ", text, count=1)
    text = _GLUED_AFTER.sub(" ", text)
    if _GLUED_SAYS.search(text) and not _SAYS_WORDS.match(text):
        text = _GLUED_SAYS.sub(" ", text)
    return text


@lru_cache(maxsize=16384)
def _read(line: str, captured_at: str | None) -> Attribution | None:
    text = line.strip()
    if not text or text.startswith(">"):
        return None
    spaced = _unglue(_ASIDE.sub("", text))
    if spaced != text:
        found = _read_spaced(_INDEX.sub("", spaced), captured_at)
        if found is not None and (found.author or found.date):
            return found
    return _read_spaced(text, captured_at)


def _read_spaced(text: str, captured_at: str | None) -> Attribution | None:
    badge = _BADGE.search(text)
    if badge and badge.start():
        found = _read_spaced(text[: badge.start()] + text[badge.end() :], captured_at)
        if found is None and is_bare_name(text[: badge.start()]):
            found = Attribution(text[: badge.start()].strip())
        return None if found is None else replace(found, is_post_author=True)
    ping = _PINGBACK.match(text)
    if ping:
        kind = (
            CommentKind.TRACKBACK if ping["kind"].lower() == "trackback" else CommentKind.PINGBACK
        )
        inner = _read_spaced(ping["rest"], captured_at) if ping["rest"] else None
        author = inner.author if inner else ping["rest"].strip() or None
        return Attribution(author, inner.date if inner else None, kind)
    return _dated(text) or _undated(text, captured_at)


def _weakly_dated(text: str) -> Attribution | None:
    """A name beside a day without its year, or beside « il y a 3 ans »."""
    match = _WEAK_DATE.fullmatch(text)
    if match is None:
        return None
    name = _clean_name(match["head"])
    is_cut = fold_line(name).split()[-1:] and fold_line(name).split()[-1] in _PARTICLES
    return Attribution(name) if name and not is_cut and is_bare_name(name) else None


def _dated(text: str) -> Attribution | None:
    found = find_dates(text, source="text")
    if len(found) != 1:
        return None
    before = _SHORT_WEEKDAY.sub("", text[: found[0].start])
    after = text[found[0].end :].strip(" .\u00a0")
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
    name = _ICON.sub("", _TIME_FIRST.sub("", _SAYS.sub("", text.strip())))
    name = _TAIL.sub("", _LEAD.sub("", name))
    name = _BY.sub("", name)
    name = _SAYS.sub("", name)
    name = _TWICE.sub(r"\1", _NUMBER.sub("", name))
    return _TAIL.sub("", _LEAD.sub("", name)).strip(' \u00a0\u202f«»"“”')


def _undated(text: str, captured_at: str | None) -> Attribution | None:
    if is_partial_date(text) or is_partial_date(_TAIL.sub("", _LEAD.sub("", text))):
        return Attribution()
    relative = parse_french_date(text, source="relative", captured_at=captured_at)
    if relative and captured_at:
        return Attribution(None, relative)
    if re.fullmatch(r"il y a \S+ \S+|\S+ \S+ ago", text.strip(" .:"), re.I):
        return Attribution()
    if _SAYS.search(text) or (_BY_VERB.match(text) and len(text) < _MAX_NAME_CHARS):
        name = _clean_name(text)
        is_name = is_plausible_name(name) and not find_dates(name, source="text")
        if is_name and fold_line(name) not in _COMMON:
            return Attribution(name)
    return _weakly_dated(text)


def is_plausible_name(name: str) -> bool:
    """Whether `name` can stand beside a date as the name or pseudonym of a person."""
    if not name or len(name) > _MAX_NAME_CHARS or len(name.split()) > _MAX_NAME_WORDS:
        return False
    if any(word in _SENTENCE_WORDS for word in fold_line(name).split()):
        return False
    return not _SENTENCE.search(name) and not name.startswith(("http://", "https://"))


def without_aside(line: str) -> str:
    """The line without what engines add to a name: « (non vérifié) », « Avatar de », « Par »."""
    name = _ICON.sub("", _ASIDE.sub("", line.strip())).strip()
    return _TWICE.sub(r"\1", _BY_ALONE.sub(r"\1", _NUMBER.sub("", name)))


def is_bare_name(line: str) -> bool:
    """Whether a line without any date or verb looks like a name or a pseudonym alone."""
    text = without_aside(line)
    words = text.split()
    if not text or len(text) > 40 or len(words) > 4 or text[0] == "@":
        return False
    if not any(sign.isalnum() for sign in text):
        return False
    if (
        (text[-1] in ".,;:!?…»)" and not _INITIAL.search(text))
        or _SENTENCE.search(text)
        or "," in text
    ):
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
