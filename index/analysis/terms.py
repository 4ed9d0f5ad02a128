"""French text to index terms: elision, folding, compounds, stop words, stems, with offsets.

Two texts that a French reader calls the same words give the same terms: « l’été » and « ete »,
« cœurs » and « coeur », « week-end » and « weekend ». A term is what the lexical retriever counts;
a token also says where its surface stands, so that a page can show why a passage was found.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from index.analysis.stemmer import stem
from index.analysis.stopwords import CLITICS, STOP_WORDS
from ingest.text import APOSTROPHES, HYPHENS, fold

# Raise it when the same text would give other terms: archives then analyse their passages anew.
ANALYSIS_VERSION: Final = 4

MAX_TERM_LENGTH: Final = 64
_CACHED_WORDS: Final = 200_000
# Before a word that was not stemmed: no term begins with it.
EXACT_MARK: Final = "="

_ELIDED_WORDS: Final = "l d j m t s c n qu jusqu lorsqu puisqu quoiqu presqu quelqu entr"
_ELIDED: Final = frozenset(_ELIDED_WORDS.split())
# Words whose apostrophe or hyphen is part of them, written without it, folded.
_WHOLE_WORDS: Final = """
    aujourdhui quelquun quelquune presquile presquiles prudhomme prudhommes prudhomal prudhomale
    prudhommal prudhommale prudhomaux prudhommaux entracte entraide rocknroll rendezvous
"""
_WHOLE: Final = frozenset(_WHOLE_WORDS.split())

# Apostrophes that are letters to Unicode.
_NO_LETTERS: Final = frozenset(sign for sign in APOSTROPHES if sign.isalnum())
_LETTER: Final = rf"[^\W_{''.join(sorted(_NO_LETTERS))}]"
_LETTERS: Final = rf"{_LETTER}(?:{_LETTER}|[\u0300-\u036f])*"
_JOINTS: Final = re.escape(APOSTROPHES + HYPHENS)
# Every repetition is bounded or cannot fail: a hostile text is read in linear time.
_TOKEN: Final = re.compile(
    rf"""
    (?P<url>(?:https?://|www\.)[^\s<>"«»]+)
  | (?P<email>(?<![\w.+-])[\w.+-]{{1,64}}@\w[\w-]{{0,62}}(?:\.\w[\w-]{{0,62}}){{1,8}})
  | (?P<number>\d{{1,3}}(?:[ \u00a0\u202f]\d{{3}}){{1,5}}(?!\d)|\d{{1,15}}[.,]\d{{1,15}}(?![.,]?\w))
  | (?P<acronym>(?:[^\W\d_]\.){{2,}})
  | (?P<word>{_LETTERS}(?:[{_JOINTS}]{_LETTERS})*)
    """,
    re.VERBOSE,
)
_PART: Final = re.compile(rf"({_LETTERS})([{_JOINTS}]?)")


class Token(NamedTuple):
    """One index term and the characters that it stands for (`end` exclusive)."""

    term: str
    surface: str
    start: int
    end: int


class Word(NamedTuple):
    """One folded word of the text, not stemmed, with its characters (`end` exclusive)."""

    form: str
    start: int
    end: int
    is_compound: bool = False


def analyze(text: str) -> list[Token]:
    """The terms of `text` in reading order, stop words left out.

    A compound gives its parts and the joined form (« médias-sociaux »: `media`, `social`,
    `mediassocial`), so terms may overlap.
    """
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        offset = match.start()
        for term, surface, start, end in _placed_terms(match.lastgroup or "", match.group()):
            found.append(Token(term, surface, offset + start, offset + end))
    return found


def find_terms(text: str, wanted: Container[str]) -> list[Token]:
    """The terms of `analyze` that are among those wanted, without making tokens of the others."""
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        for term, surface, start, end in _placed_terms(match.lastgroup or "", match.group()):
            if term in wanted:
                offset = match.start()
                found.append(Token(term, surface, offset + start, offset + end))
    return found


def terms(text: str) -> list[str]:
    """The terms of `text` in reading order, without their places."""
    return index_terms(text)[::2]


def index_terms(text: str) -> list[str]:
    """The terms of `text` as a lexical index keeps them: each stem, and the word itself marked."""
    found: list[str] = []
    for match in _TOKEN.finditer(text):
        found += _index_terms(match.lastgroup or "", match.group())
    return found


def exact_terms(text: str) -> list[str]:
    """The words of a question as a lexical index keeps them unstemmed, stop words left out."""
    return index_terms(text)[1::2]


def query_terms(text: str) -> list[str]:
    """The terms of a question; those of its stop words when it holds nothing else."""
    found = terms(text)
    return found or [stem(word.form) for word in iter_words(text)]


def iter_words(text: str) -> Iterator[Word]:
    """Yields the folded words of `text`, stop words included, elisions cut off."""
    for match in _TOKEN.finditer(text):
        offset = match.start()
        for form, start, end, is_compound in _words(match.lastgroup or "", match.group()):
            yield Word(form, offset + start, offset + end, is_compound)


def plain_words(text: str) -> list[tuple[str, str]]:
    """The words of `text` in reading order, folded and as spelt in lower case.

    Stop words are there, compounds in parts only.
    """
    found: list[tuple[str, str]] = []
    for match in _TOKEN.finditer(text):
        found += _plain_words(match.lastgroup or "", match.group())
    return found


def count_words(texts: Iterable[str]) -> Counter[tuple[str, str]]:
    """How often each word of `plain_words` comes in all these texts.

    Each spelling is taken apart once: nearly twice as fast, on many texts, as word by word.
    """
    surfaces: Counter[str] = Counter()
    for text in texts:
        surfaces.update([match.group() for match in _TOKEN.finditer(text)])
    found: Counter[tuple[str, str]] = Counter()
    for surface, n in surfaces.items():
        for word in plain_words(surface):
            found[word] += n
    return found


def term_of(form: str) -> str | None:
    """The index term of a folded word; None for a stop word."""
    return _term(form)


@lru_cache(maxsize=_CACHED_WORDS)
def _plain_words(kind: str, surface: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (word.form, surface[word.start : word.end].lower())
        for word in _words(kind, surface)
        if not word.is_compound
    )


@lru_cache(maxsize=_CACHED_WORDS)
def _words(kind: str, surface: str) -> tuple[Word, ...]:
    """The words of one match of _TOKEN, placed from its first character."""
    if kind == "word":
        return tuple(_read_word(surface))
    if kind == "url":
        return tuple(_read_address(surface))
    if kind == "number":
        form = re.sub(r"[\s\u00a0\u202f]", "", surface).replace(",", ".")
    else:
        form = fold(surface.replace(".", "") if kind == "acronym" else surface)
    return (Word(form, 0, len(surface)),)


@lru_cache(maxsize=_CACHED_WORDS)
def _index_terms(kind: str, surface: str) -> tuple[str, ...]:
    """Stem and marked form of each word of one match of _TOKEN, stop words left out."""
    found: list[str] = []
    for word in _words(kind, surface):
        term = _term(word.form)
        if term is not None:
            found += (term, EXACT_MARK + word.form[:MAX_TERM_LENGTH])
    return tuple(found)


@lru_cache(maxsize=_CACHED_WORDS)
def _placed_terms(kind: str, surface: str) -> tuple[Token, ...]:
    """The terms of one match of _TOKEN, placed from its first character."""
    return tuple(
        Token(term, surface[word.start : word.end], word.start, word.end)
        for word in _words(kind, surface)
        if (term := _term(word.form)) is not None
    )


def _read_word(surface: str) -> Iterator[Word]:
    if surface.isalnum() and _NO_LETTERS.isdisjoint(surface):
        yield Word(fold(surface), 0, len(surface))
        return
    whole = fold(re.sub(rf"[{_JOINTS}]", "", surface))
    if whole in _WHOLE:
        yield Word(whole, 0, len(surface))
        return
    parts = [(m.group(1), m.group(2), m.start(1)) for m in _PART.finditer(surface)]
    words: list[Word] = []
    joined_from: int | None = None  # index in `words` of the first part of the running compound
    for text, joint, offset in parts:
        form = fold(text)
        if joint and joint in APOSTROPHES and form in _ELIDED:
            continue
        if joined_from is None:
            joined_from = len(words)
        words.append(Word(form, offset, offset + len(text)))
        if not joint or joint not in HYPHENS:
            yield from _close_compound(words[joined_from:])
            joined_from = None
    yield from words


def _close_compound(parts: list[Word]) -> Iterator[Word]:
    """The joined form of hyphenated parts, unless one is a clitic (« dit-il », « celui-là »)."""
    if len(parts) < 2 or parts[0].form in STOP_WORDS or parts[-1].form in CLITICS:
        return
    if any(part.form == "t" for part in parts):
        return
    yield Word("".join(part.form for part in parts), parts[0].start, parts[-1].end, True)


def _read_address(surface: str) -> Iterator[Word]:
    """The parts of a web address, and no more than its first 200 characters."""
    for match in re.finditer(r"[^\W_]+", surface[:200]):
        form = fold(match.group())
        if form not in {"http", "https", "www", "html", "htm", "php"}:
            yield Word(form, match.start(), match.end())


@lru_cache(maxsize=_CACHED_WORDS)
def _term(form: str) -> str | None:
    if form in STOP_WORDS or (len(form) == 1 and not form.isdigit()):
        return None
    return stem(form[:MAX_TERM_LENGTH])
