"""What a person types in the search box, read into words, phrases, exclusions and filters.

    comment mesurer l’influence          words: accents and inflection do not matter
    "gestion de communauté"  « … »       phrase: exact on accents and case
    -twitter  -"réseaux sociaux"         not in the passage
    auteur:"Martine L." site:exemple.org titre:réseaux langue:fr
    role:commentaire role:billet,réponse
    après:2009 (included)  avant:2012-05 (excluded)
    date:inconnue (the undated: alone, or beside those within the bounds)

A colon is a field only after one of these names: an address, an hour and « note: » stay words.
Nothing that can be typed raises: what cannot be read is left out, and a notice says so in French.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from index.model import Filters
from index.notices import Notice, QuestionError
from ingest.errors import UsageError
from ingest.text import blank_controls, fold, nfc
from ingest.values import read_date_bound, read_language, read_role

MAX_CHARACTERS: Final = 2000
MAX_TERMS: Final = 64
_SHOWN_CHARACTERS: Final = 60

FIELDS: Final = ("auteur", "site", "titre", "role", "avant", "apres", "date", "langue")
_EXAMPLES: Final = {
    "auteur": 'auteur:"Prénom Nom"',
    "site": "site:exemple.org",
    "titre": "titre:réseaux",
    "role": "role:commentaire",
    "avant": "avant:2012-05",
    "apres": "après:2009",
    "date": "date:inconnue",
    "langue": "langue:fr",
}
# The notice of a value that cannot be read.
_UNREADABLE: Final = {
    "role": "no_role",
    "langue": "no_language",
    "avant": "no_date",
    "apres": "no_date",
    "date": "no_unknown_date",
}
_UNKNOWN_DATES: Final = frozenset({"inconnue", "inconnu", "aucune", "sans"})
_Value = TypeVar("_Value")
_QUOTED: Final = r"\"[^\"]*\"|«[^»]*»|“[^”]*”|„[^“”]*[“”]"
_PIECE: Final = re.compile(
    rf"(?P<minus>(?<!\S)-)?(?:(?P<field>[^\W\d_]+):)?(?P<quoted>{_QUOTED})"
    r"|(?P<bare>[^\s\"«»“”„]+)"
    r"|(?P<stray>[\"«»“”„])"
)
_FIELD: Final = re.compile(r"(?P<name>[^\W\d_]+):(?P<value>.*)", re.DOTALL)
_EXCLUSION: Final = re.compile(r"-(?=[^\W\d_])")
_WORD: Final = re.compile(r"\w+")
_SITE_DRESS: Final = re.compile(r"^(?:[a-z][a-z0-9+.-]*://)?(?:www\.)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A query as it was understood.

    `text` is what an encoder should read: words and phrases in their order, without the
    operators. `words` are the plain words as typed. `notices` say what was not read as typed.
    """

    raw: str
    text: str = ""
    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    excluded_words: tuple[str, ...] = ()
    excluded_phrases: tuple[str, ...] = ()
    filters: Filters = field(default_factory=Filters)
    notices: tuple[Notice, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left to look for: no word and no phrase."""
        return not self.words and not self.phrases

    @property
    def has_exact_conditions(self) -> bool:
        """Whether a passage must be read to know if it fits (phrases or exclusions)."""
        return bool(self.phrases or self.excluded_words or self.excluded_phrases)


def parse(text: str) -> ParsedQuery:
    """What `text` asks for. Reads any string, in time proportional to its length."""
    reader = _Reader()
    cleaned = reader.clean(text)
    for match in _PIECE.finditer(cleaned):
        if match["quoted"]:
            reader.read_quoted(match)
        elif match["bare"]:
            reader.read_bare(match["bare"])
        else:
            reader.has_stray_quote |= match["stray"] in '"«“„'
    return reader.result(text)


def rewrite_words(text: str, change: Callable[[str], str]) -> str:
    """`text` with each plain word replaced: no phrase, exclusion or field is."""
    cleaned = _Reader().clean(text)
    parts: list[str] = []
    end = 0
    for match in _PIECE.finditer(cleaned):
        bare = match["bare"]
        if bare and not _EXCLUSION.match(bare) and not _is_field(bare):
            parts += [cleaned[end : match.start()], change(bare)]
            end = match.end()
    return " ".join("".join([*parts, cleaned[end:]]).split())


def _is_field(piece: str) -> bool:
    named = _FIELD.fullmatch(piece)
    return named is not None and fold(named["name"]) in FIELDS


def explain_empty(parsed: ParsedQuery) -> QuestionError:
    """Why nothing is left to look for in a query, with the next step; an error to raise."""
    if parsed.notices:
        return QuestionError(Notice("no_word_left"), *parsed.notices)
    if parsed.excluded_words or parsed.excluded_phrases:
        return QuestionError(Notice("only_exclusions"))
    if parsed.filters != Filters():
        return QuestionError(Notice("only_filters"))
    return QuestionError(Notice("empty"))


def merge_filters(chosen: Filters, typed: Filters) -> Filters:
    """The conditions of both, for options beside a query that holds fields.

    Dates narrow each other. For the rest the typed field wins over the option: it is what the
    person wrote last, and what the page shows.

    Raises:
        QuestionError: the bounds cross: whatever is asked, nothing can be found.
    """
    after = max(filter(None, (typed.after, chosen.after)), default=None)
    before = min(filter(None, (typed.before, chosen.before)), default=None)
    if after and before and after >= before:
        raise QuestionError(Notice("crossed_dates", {"after": after, "before": before}))
    return Filters(
        roles=typed.roles or chosen.roles,
        authors=typed.authors or chosen.authors,
        sites=typed.sites or chosen.sites,
        titles=typed.titles or chosen.titles,
        languages=typed.languages or chosen.languages,
        after=after,
        before=before,
        doc_ids=typed.doc_ids or chosen.doc_ids,
        undated=typed.undated or chosen.undated,
    )


class _Reader:
    """Gathers the parts of one query; `result` seals them."""

    def __init__(self) -> None:
        self.notices: list[Notice] = []
        self.has_stray_quote = False
        self._n_terms = 0
        self._is_cut = False
        self._pieces: list[str] = []
        self._words: list[str] = []
        self._phrases: list[str] = []
        self._excluded_words: list[str] = []
        self._excluded_phrases: list[str] = []
        self._fields: dict[str, list[str]] = {}

    def clean(self, text: str) -> str:
        """`text` in form NFC, without control characters, at most MAX_CHARACTERS long."""
        normal = nfc(blank_controls(text[: MAX_CHARACTERS + 1]))
        if len(text) <= MAX_CHARACTERS:
            return normal
        self._say("too_long", n=str(len(text)), most=str(MAX_CHARACTERS))
        cut = normal[:MAX_CHARACTERS]
        return cut.rsplit(None, 1)[0] if " " in cut else cut

    def read_quoted(self, match: re.Match[str]) -> None:
        """Takes a phrase, with its sign and field if any."""
        content = " ".join(match["quoted"][1:-1].split())
        name = match["field"]
        if name and self._take_field(name, content, is_excluded=bool(match["minus"])):
            return
        if name:
            self._take_word(name + ":")
        if not _WORD.search(content) or not self._has_room(content):
            return
        if match["minus"] and not name:
            self._excluded_phrases.append(content)
        else:
            self._phrases.append(content)
            self._pieces.append(content)

    def read_bare(self, piece: str) -> None:
        """Takes a run of characters without spaces or quotes."""
        exclusion = _EXCLUSION.match(piece)
        body = piece[exclusion.end() :] if exclusion else piece
        named = _FIELD.fullmatch(body)
        if named and self._take_field(
            named["name"], named["value"], is_excluded=exclusion is not None
        ):
            return
        if exclusion is None:
            self._take_word(body)
        elif self._has_room(body):
            self._excluded_words.append(body)

    def result(self, raw: str) -> ParsedQuery:
        """The query as understood."""
        if self.has_stray_quote:
            self._say("stray_quote")
        if self._is_cut:
            self._say("too_many_words", most=str(MAX_TERMS))
        filters = self._filters()
        return ParsedQuery(
            raw=raw,
            text=" ".join(self._pieces).strip(),
            words=tuple(self._words),
            phrases=tuple(self._phrases),
            excluded_words=tuple(self._excluded_words),
            excluded_phrases=tuple(self._excluded_phrases),
            filters=filters,
            notices=tuple(self.notices),
        )

    def _take_word(self, piece: str) -> None:
        if not _WORD.search(piece):
            if self._pieces:
                self._pieces.append(piece)
        elif self._has_room(piece):
            self._words.append(piece)
            self._pieces.append(piece)

    def _has_room(self, piece: str) -> bool:
        n_terms = len(_WORD.findall(piece))
        if self._is_cut or self._n_terms + n_terms > MAX_TERMS:
            self._is_cut = True
            return False
        self._n_terms += n_terms
        return True

    def _take_field(self, name: str, value: str, *, is_excluded: bool) -> bool:
        """Whether `name:value` is a field; if so it is read, or a notice says why not."""
        folded = fold(name)
        if folded not in FIELDS:
            self._suggest(name, folded)
            return False
        written = f"{name}:{value}"
        if not _WORD.search(value):
            self._say("no_value", written=_cut(written), example=_EXAMPLES[folded])
        elif is_excluded:
            self._say("excluded_field", written=_cut("-" + written))
        else:
            self._fields.setdefault(folded, []).append(value)
        return True

    def _suggest(self, name: str, folded: str) -> None:
        close = difflib.get_close_matches(folded[:_SHOWN_CHARACTERS], FIELDS, n=1, cutoff=0.8)
        if close:
            self._say("no_field", written=_cut(name + ":"), example=_EXAMPLES[close[0]])

    def _filters(self) -> Filters:
        filters = Filters(
            authors=tuple(dict.fromkeys(self._fields.get("auteur", ()))),
            titles=tuple(dict.fromkeys(self._fields.get("titre", ()))),
            sites=tuple(dict.fromkeys(_bare_site(v) for v in self._fields.get("site", ()))),
            roles=frozenset(self._read_each("role", read_role)),
            languages=tuple(dict.fromkeys(self._read_each("langue", read_language))),
        )
        is_undated = any(self._read_each("date", _read_unknown))
        after = max(self._read_each("apres", read_date_bound), default=None)
        before = min(self._read_each("avant", read_date_bound), default=None)
        if after and before and after >= before:
            self._say("crossed_dates", after=after, before=before)
        return replace(filters, after=after, before=before, undated=is_undated)

    def _read_each(self, name: str, read: Callable[[str], _Value]) -> list[_Value]:
        values: list[_Value] = []
        for written in self._fields.get(name, ()):
            for part in filter(None, (p.strip() for p in written.split(","))):
                try:
                    values.append(read(part))
                except UsageError:
                    self._say(_UNREADABLE[name], written=_cut(part))
        return values

    def _say(self, slug: str, **values: str) -> None:
        self.notices.append(Notice(slug, values))


def _read_unknown(value: str) -> bool:
    """True where `value` says that there is no date.

    Raises:
        UsageError: it says something else.
    """
    if fold(value) in _UNKNOWN_DATES:
        return True
    raise UsageError(str(Notice("no_unknown_date", {"written": _cut(value)})))


def _bare_site(value: str) -> str:
    """The host of a site however it was pasted: without scheme, `www.` or path."""
    return _SITE_DRESS.sub("", value.strip()).split("/", 1)[0].lower() or value


def _cut(value: str) -> str:
    return value if len(value) <= _SHOWN_CHARACTERS else value[: _SHOWN_CHARACTERS - 1] + "…"
