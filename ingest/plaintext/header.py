"""The title of a plain-text page and what stands around it: date, author, category, counter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from ingest.clean import match_line
from ingest.dates import find_dates, parse_french_date
from ingest.model import (
    MIN_AUTHOR_CONFIDENCE,
    MIN_TITLE_CONFIDENCE,
    Action,
    Evidence,
    PublicationDate,
)
from ingest.names import is_label, may_be_signed_name
from ingest.plaintext.attribution import is_bare_name
from ingest.plaintext.counters import Counter, read_counter
from ingest.plaintext.lines import BULLET, Claim, Line
from ingest.plaintext.units import is_prose
from ingest.text import fold_line

__all__ = ["SIGNED_BELOW", "Claims", "Facts", "read_header", "read_meta"]

Claims = dict[int, Claim]
"""What is decided for lines of the post, by their place."""

_CONFIDENCE: Final = {
    "compteur": 0.97,
    "au-dessus-de-la-signature": 0.95,
    "au-dessus-de-la-date": 0.9,
    "sous-la-date": 0.9,
    "premiere-ligne": 0.85,
}
"""Of a title, by what says that the line is one: right on 431 of 431, 748 of 752, 9 of 9, 28 of 28
and 279 of 311 dumps of the development pages, against the HTML reading of the same page."""

_NEXT_LINE: Final = 0.5
"""Of the line under such a first line: the title where the first is the name of the site, which
only the other pages of the site tell (judged: none of the development pages has it)."""

_BYLINE_AUTHOR: Final = 0.9  # 447 of 448 of the same dumps
SIGNED_BELOW: Final = 0.7  # a name alone under the text
_NO_NAME: Final = 0.1
_TITLE = Claim(Action.METADATA, "titre", "Titre du billet")
_DATE = Claim(Action.METADATA, "date", "Date de publication du billet")
_META = Claim(Action.METADATA, "metadonnees", "Ligne de métadonnées du billet")
_SITE = Claim(Action.METADATA, "nom-du-site", "Nom du site")
_BEFORE = Claim(Action.DROPPED, "entete-de-page", "Texte placé au-dessus du titre")
_MAX_TITLE: Final = 180
_NEAR_TITLE: Final = 5
_MIN_TITLE_LETTERS: Final = 4
_MIN_TITLE_WORDS: Final = 3  # of a title over a name: one word may be the site's menu

_META_START = re.compile(
    r"(?:(?:article|billet|note|entree|message) )?(?:posted|publie|publiee|poste|postee|ecrit"
    r"|ecrite|redige|redigee|mis en ligne|published|written|by|par|l'auteur est"
    r"|nombre de commentaires|date|auteur|author|le|this entry was|ce billet a ete"
    r"|cet article a ete)\b"
)
_AUTHOR = re.compile(
    r"(?:\b(?:par|by)|^auteur\s*:|^author\s*:|^l'auteur est)\s*:?\s+"
    r"(?!(?:on|le|in|dans|at|à|the)\b)"
    r"(?P<name>[^|·•,\n]{1,50}?)"
    r"(?=\s*(?:[|·•,]|[–—-]\s|\b(?:on|le|dans|in|à|at|sur|the|and|et|sous|under|with)\b|\.?$)|\s+\d)",
    re.I,
)
_CATEGORY = re.compile(
    r"(?:\b(?:posted|publié|filed|classé|classée|publiée) (?:in|under|dans|sous)"
    r"|\bin|^cat[eé]gor(?:ie|y|ies)s?\s*:)"
    r"\s+(?P<names>[^|·•\n]{2,120}?)"
    r"(?=\s*(?:[|·•]|\b(?:and tagged|tagged|by|par|on|le|with|avec)\b|\.?$|\.\s))",
    re.I,
)
_TAGS = re.compile(
    r"^(?:tags?|étiquettes?|mots[- ]clés?|libellés?)\s*:\s*(?P<names>.{2,300})$", re.I
)
_BYLINE = re.compile(r"(?:l'auteur est|auteur|author|par|by) ?:? ")
_TIME_LAST = re.compile(r" (?:a|at) \d{1,2} ?[:h] ?\d\d(?: ?[ap]m)?$")  # Blogger, Canalblog
_PARTS = re.compile(r"[|·•]|\s-\s|nombre de commentaires", re.I)
_SEPARATORS = re.compile(r"\s[|·•]\s|\s-\s")


@dataclass(slots=True)
class Facts:
    """What the page says of the post."""

    title: str | None = None
    author: str | None = None
    date: PublicationDate | None = None
    site: str | None = None
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    n_comments: int | None = None
    bio: str | None = None
    claims: Claims = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)

    def state_title(self, text: str, source: str, confidence: float) -> None:
        """Take the title if none is taken and it is sure enough; what was read stays said."""
        is_taken = self.title is None and confidence >= MIN_TITLE_CONFIDENCE
        self.title = text if is_taken else self.title
        self.evidence.append(Evidence("title", text, source, confidence, is_taken))

    def state_author(self, name: str, source: str, confidence: float) -> None:
        """Take the author if none is taken and it is sure enough; what was read stays said."""
        is_taken = self.author is None and confidence >= MIN_AUTHOR_CONFIDENCE
        self.author = name if is_taken else self.author
        self.evidence.append(Evidence("author", name, source, confidence, is_taken))


def read_header(lines: Sequence[Line], claims: Claims, counter: Counter | None) -> Facts:
    """Title, site and the metadata lines near the title; decisions are added to `claims`.

    `claims` holds the lines that rules and teasers have taken already.
    """
    facts = Facts(claims=claims)
    if counter is not None:
        facts.n_comments = counter.n_comments
    open_lines = [i for i in range(len(lines)) if i not in claims]
    found = _title_place(lines, open_lines, counter)
    place = found[0] if found is not None else None
    if found is not None:
        _take_title(lines, found, counter, facts)
        if found[1] == "premiere-ligne":
            _state_next_line(lines, open_lines, found[0], facts)
    for i in _around_title(lines, open_lines, place):
        if i not in claims:
            read_meta(lines[i].text, i, facts)
    if facts.date is None:
        _read_date_above_prose(lines, open_lines, facts)
    return facts


def _read_date_above_prose(lines: Sequence[Line], open_lines: Sequence[int], facts: Facts) -> None:
    """A date alone over the first paragraph, under a category or a caption: no heading of a part.

    Dates further down may be: a diary has them over each day.
    """
    for i in open_lines:
        text = lines[i].text
        if is_prose(text):
            return
        if i not in facts.claims and _is_date(text) and find_dates(text, source="text"):
            read_meta(text, i, facts)
            return


def _title_place(
    lines: Sequence[Line], open_lines: Sequence[int], counter: Counter | None
) -> tuple[int, str] | None:
    """The line of the title, and what says that it is one (a key of `_CONFIDENCE`)."""
    prose = next((i for i in open_lines if is_prose(lines[i].text)), len(lines))
    if counter is not None and counter.title:
        wanted = fold_line(counter.title).rstrip(" .")
        for i in open_lines:
            folded = fold_line(lines[i].text)
            if folded.startswith(wanted) and len(folded) <= len(wanted) + 6:
                return i, "compteur"
    before = [i for i in open_lines if i < prose]
    for source, find, among in (
        ("au-dessus-de-la-date", _before_last_date, before),
        ("au-dessus-de-la-signature", _before_meta_line, before),
        ("sous-la-date", _after_top_date, before),
        ("premiere-ligne", _first_short_line, open_lines),
    ):
        place = find(lines, among)
        if place is not None:
            return place, source
    return None


def _before_meta_line(lines: Sequence[Line], before: Sequence[int]) -> int | None:
    for previous, i in pairwise(before):
        text = lines[i].text
        is_stated = _is_meta(text) and not _is_bare_date(text)
        if is_stated and _may_be_title(lines[previous].text):
            return previous
    return None


def _before_last_date(lines: Sequence[Line], before: Sequence[int]) -> int | None:
    """The title over a date that stands right above the text, where the site's name is over both.

    A name alone between the two is whoever wrote it.
    """
    last = next(
        (n for n in range(len(before) - 1, -1, -1) if not _is_date_line(lines, before[n])), -1
    )
    if last < 1 or last == len(before) - 1 or not lines[before[last]].n_blank:
        return None
    over = before[last - 1]
    is_signed = is_bare_name(lines[before[last]].text) and _may_be_title(lines[over].text)
    if is_signed and len(lines[over].text.split()) >= _MIN_TITLE_WORDS:
        return over
    text = lines[before[last]].text  # of one or two words it may be a category
    return before[last] if _may_be_title(text) and len(text.split()) >= _MIN_TITLE_WORDS else None


def _is_date_line(lines: Sequence[Line], i: int) -> bool:
    return _is_bare_date(lines[i].text.partition("\u00a0•")[0].partition(" •")[0])


def _after_top_date(lines: Sequence[Line], before: Sequence[int]) -> int | None:
    for n, i in enumerate(before[:-1]):
        if _is_bare_date(lines[i].text) and n != 1 and _may_be_title(lines[before[n + 1]].text):
            return before[n + 1]
    return None


def _first_short_line(lines: Sequence[Line], open_lines: Sequence[int]) -> int | None:
    for i in open_lines:
        text = lines[i].text
        is_known = is_label(text) or match_line(text) is not None or _says_who_and_when(text)
        if is_known or _is_date(text) or BULLET.match(text):
            continue
        return i if _may_be_title(lines[i].text) else None
    return None


def _may_be_title(text: str) -> bool:
    if len(text) > _MAX_TITLE or not any(sign.isalnum() for sign in text):
        return False
    if BULLET.match(text):  # an entry of a menu
        return False
    if _says_who_and_when(text):
        return False
    n_sentences = len(re.findall(r"[.!?]\s+\S", text))
    if text[-1] in ",;:" or (text[-1] == "." and not text.endswith("...") and len(text) > 60):
        return False
    return not (n_sentences >= 2 or (n_sentences and len(text) > 90)) and not _is_meta(text)


def _says_who_and_when(text: str) -> bool:
    """« 12/02/06 14:30, par Ninon, 120 mots »: no title and no name of a site."""
    return bool(_AUTHOR.search(text) and find_dates(text, source="text"))


def _is_date(text: str) -> bool:
    return len(text) <= 60 and parse_french_date(text, source="text") is not None


def _is_bare_date(text: str) -> bool:
    """A date without « publié le »: it may stand above the title as well as under it."""
    verb = _META_START.match(fold_line(text))
    return _is_date(text) and (verb is None or verb[0] in {"le", "date"})


def _is_meta(text: str) -> bool:
    """Whether the line is metadata as a whole, and no sentence that begins alike."""
    rule = match_line(text, allow_weak=False)
    if rule is not None and (rule.meta or rule.name == "metadonnee-vide"):
        return True
    if _is_date(text):
        return True
    folded = fold_line(text)
    if len(text) > 200:
        return False
    starts = bool(_META_START.match(folded))
    if find_dates(text, source="text"):
        return starts or len(_SEPARATORS.findall(text)) >= 1
    is_byline = _BYLINE.match(folded) or _TIME_LAST.search(folded)
    if starts and len(text) <= 80 and is_byline:
        return _AUTHOR.search(text) is not None and text[-1] not in ".!?…:"
    parts = [part.strip() for part in _PARTS.split(text) if part.strip()]
    return any(read_counter(part) for part in parts) and (len(parts) > 1 or starts)


def _take_title(
    lines: Sequence[Line], found: tuple[int, str], counter: Counter | None, facts: Facts
) -> None:
    claims = facts.claims
    place, source = found
    text = lines[place].text
    stated = counter.title if counter is not None else None
    is_stated = bool(stated) and fold_line(text).startswith(fold_line(stated or "").rstrip(" ."))
    facts.state_title(stated if is_stated and stated else text, source, _CONFIDENCE[source])
    claims[place] = _TITLE
    above = [i for i in range(place) if i not in claims]
    names = [i for i in above if not (_is_meta(text := lines[i].text) or _says_who_and_when(text))]
    if 1 <= len(names) <= 2 and all(len(lines[i].text) <= 80 for i in names):
        facts.site = lines[names[0]].text
        claims[names[0]] = _SITE
    for i in above:
        if i in claims or is_prose(lines[i].text):
            continue
        if _is_meta(lines[i].text):
            read_meta(lines[i].text, i, facts)
        else:
            claims[i] = _BEFORE
    for i in range(place + 1, min(place + 4, len(lines))):
        if i not in claims and fold_line(lines[i].text).strip(" »«") == fold_line(
            facts.title or ""
        ):
            claims[i] = _TITLE


def _state_next_line(
    lines: Sequence[Line], open_lines: Sequence[int], place: int, facts: Facts
) -> None:
    """State the title that the page has if its first line is the name of its site."""
    below = [i for i in open_lines if i > place and i not in facts.claims]
    if not below or is_prose(lines[below[0]].text):
        return
    second = _first_short_line(lines, below[:1])
    # « 24 Jun » is no title.
    if second is not None and sum(map(str.isalpha, lines[second].text)) >= _MIN_TITLE_LETTERS:
        facts.state_title(lines[second].text, "sous-la-premiere-ligne", _NEXT_LINE)


def _around_title(lines: Sequence[Line], open_lines: Sequence[int], place: int | None) -> list[int]:
    if place is None:
        return []
    below: list[int] = []
    for i in open_lines:
        if i <= place:
            continue
        if len(below) == _NEAR_TITLE or not _is_meta(lines[i].text):
            break
        below.append(i)
    return below


def read_meta(text: str, place: int, facts: Facts) -> bool:
    """Whether the line is metadata; then its values are in `facts` and the line is claimed."""
    if not _is_meta(text):
        return False
    is_date = _is_date(text)
    facts.claims[place] = _DATE if is_date else _META
    if facts.date is None:
        found = find_dates(text, source="text")
        whole = parse_french_date(text, source="text") if is_date else None
        facts.date = whole or (found[0].date if found else None)
    author = _AUTHOR.search(text)
    if author and re.search(r"[^\W\d]", author["name"]):
        name = author["name"].strip(" .:")
        is_name = may_be_signed_name(name) and not read_counter(author["name"])
        facts.state_author(name, "signature", _BYLINE_AUTHOR if is_name else _NO_NAME)
    category = _CATEGORY.search(text)
    if category and not facts.categories:
        names = re.split(r"\s*,\s*", category["names"].strip(" .:"))
        facts.categories = tuple(name for name in names if name)
    tags = _TAGS.match(text)
    if tags and not facts.tags:
        facts.tags = tuple(name for name in re.split(r"\s*,\s*", tags["names"]) if name)
    _read_count(text, facts)
    return True


def _read_count(text: str, facts: Facts) -> None:
    if facts.n_comments is not None:
        return
    for part in _PARTS.split(text):
        counter = read_counter(part.strip())
        if counter is not None and counter.n_comments is not None:
            facts.n_comments = counter.n_comments
            return
