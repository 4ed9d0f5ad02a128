"""Folding, normal forms and invisible characters: the one place of these rules.

| what is compared | function | « Sœur Émilie d’Arc » |
|---|---|---|
| words of a search, sort keys | `fold` | `soeur emilie d’arc` |
| a whole line with the rules of the themes | `fold_line` | `soeur emilie d'arc` |
| a text whose offsets must stay true | `fold_in_place` | `sœur emilie d'arc` |
| texts and names, punctuation aside | `fold_words`, `name_key` | `soeur emilie d arc` |

Every rule is one of signs: what a sign becomes does not depend on its neighbours. HTML names, media
types, hosts and the like are ASCII by their standards: `str.lower` is enough for them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Final

__all__ = [
    "APOSTROPHES",
    "HYPHENS",
    "blank_controls",
    "fold",
    "fold_in_place",
    "fold_line",
    "fold_words",
    "former_words",
    "has_strange_signs",
    "level_line_ends",
    "may_compose",
    "name_key",
    "nfc",
    "nfd",
    "nfkc",
    "strip_controls",
    "strip_invisible",
]

APOSTROPHES: Final = "'\u2019\u2018\u02bc\u02b9`\u00b4\uff07"
"""What pages and keyboards write for an apostrophe."""

HYPHENS: Final = "-\u2010\u2011"
"""What they write inside a compound word; dashes part words."""

_MAX_SIGNS: Final = 4096  # different signs that a table remembers: French needs 200
_OPENED: Final = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "\u0131": "i"})
_STRAIGHT: Final[Mapping[str, str]] = {
    **dict.fromkeys(APOSTROPHES, "'"), "“": '"', "”": '"'
}  # fmt: skip
_SPACES: Final[Mapping[str, str]] = dict.fromkeys("\t\n", " ")
_WORD: Final = re.compile(r"[^\W_]+")
# Joiners and variation selectors: they change how a name looks, not what it is.
_DRESS: Final = re.compile("[\u200c\u200d\ufe00-\ufe0f]")

_LINE_ENDS: Final = re.compile("\r\n?|[\x0c\x85\u2028\u2029]")
# C0 except tab and newline, DEL, C1, soft hyphen, bidi marks, embeddings and isolates,
# zero-width space, word joiner, byte-order mark, interlinear marks, non-characters, surrogates.
# ZWJ and ZWNJ stay: emoji and some scripts are written with them.
_INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u200b\u200e\u200f\u202a-\u202e"
    "\u2060\u2066-\u2069\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
# Every sign that `_LINE_ENDS`, a C1 control or `_INVISIBLE` may mean, `\r` left out: most pages
# have none.
_STRANGE: Final = re.compile(
    "[^\x20-\x7e\t\n\r\xa0-\xac\xae-\u0619\u2010-\u2027\u202f-\u205f\u2070-\ud7ff\u061d-\u200a\u200c\u200d"
    "\ue000-\ufdcf\ufdf0-\ufefe\uff00-\ufff8\ufffc\ufffd\U00010000-\U0010ffff]"
)
# Signs that NFC may change or join to their neighbours: none of Latin letters, none of the
# punctuation of French pages.
_MAY_COMPOSE: Final = re.compile("[^\x00-\u02ff\u2010-\u205f\u20ac\u2122\U0001f300-\U0001f6ff]")
# What no one types on purpose: controls, surrogates, unassigned and private code points.
_UNTYPED: Final = frozenset({"Cc", "Cs", "Cn", "Co"})
_UNSEEN: Final = frozenset({"Cc", "Cf"})


class _Table(dict[int, str]):
    """What a rule makes of each sign, worked out when it is first met: one pass over a text."""

    def __init__(self, rule: Callable[[str], str]) -> None:
        super().__init__()
        self._rule = rule

    def __missing__(self, code: int) -> str:
        made = self._rule(chr(code))
        if len(self) < _MAX_SIGNS:
            self[code] = made
        return made


def fold(text: str) -> str:
    """`text` in lower case, without accents, ligatures opened: « Œuvrés » gives « oeuvres ».

    Signs of other shapes become the plain ones (« ﬁ », the bold letters of mathematics). Folding
    twice changes nothing more.
    """
    return text.lower() if text.isascii() else text.translate(_FOLDED)


def fold_line(line: str) -> str:
    """`line` folded, with straight quotes and single spaces: « L’ÉTÉ  » gives « l'ete »."""
    text = line.lower().replace("`", "'") if line.isascii() else line.translate(_FOLDED_LINE)
    return " ".join(text.split())


def fold_in_place(text: str) -> str:
    """`text` folded sign for sign, so that offsets stay true: what would grow keeps one sign.

    Ligatures stay closed (« œ »), a sign such as « … » or « ½ » becomes its first (« . », « 1 »);
    apostrophes are straight, white space is spaces.
    """
    return text.translate(_FOLDED_IN_PLACE)


def fold_words(text: str) -> str:
    """The folded words of `text`, one space between them, without punctuation or unseen signs."""
    return " ".join(_WORD.findall(fold(_DRESS.sub("", strip_invisible(text)))))


def name_key(name: str) -> str:
    """What two spellings of one person's name share: its folded words.

    « Jean-Pierre », « jean_pierre » and « JEAN PIERRE » are one; « Sœur Émilie » is « soeur
    emilie ». A name without any letter or digit (« *** ») is its own signs; empty only for a name
    without any sign.
    """
    return fold_words(name) or " ".join(fold(_DRESS.sub("", strip_invisible(name))).split())


def former_words(text: str) -> str:
    """The words of `text` as registers of withdrawals up to version 0.1 hold hashes of them.

    Ligatures stay closed and `_` is a letter. Never to be changed: old marks are compared with it.
    """
    folded = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(sign for sign in folded if not unicodedata.combining(sign))
    return " ".join(re.findall(r"\w+", plain))


def nfc(text: str) -> str:
    """`text` in normal form C: « e » and its accent are one sign."""
    return unicodedata.normalize("NFC", text)


def nfd(text: str) -> str:
    """`text` in normal form D: accents are signs of their own."""
    return unicodedata.normalize("NFD", text)


def nfkc(text: str) -> str:
    """`text` in normal form KC: signs of other shapes (« ﬁ », « ① ») are the plain ones."""
    return unicodedata.normalize("NFKC", text)


def may_compose(text: str) -> bool:
    """Whether `nfc` may change `text`; False at once for what French pages are written with."""
    return _MAY_COMPOSE.search(text) is not None


def strip_invisible(text: str) -> str:
    """`text` without control, bidirectional and zero-width characters, with `\\n` line ends.

    Character references (`&#8238;`) bring such characters back after parsing: readers of
    markup call it again on each text node.
    """
    if text.isascii() and text.isprintable():
        return text
    if "\r" not in text and not has_strange_signs(text):
        return text
    return _INVISIBLE.sub("", level_line_ends(text))


def has_strange_signs(text: str) -> bool:
    """Whether `text` may hold what `strip_invisible` changes, carriage returns aside."""
    return _STRANGE.search(text) is not None


def level_line_ends(text: str) -> str:
    """`text` with `\\n` for every kind of line end."""
    return _LINE_ENDS.sub("\n", text)


def strip_controls(text: str) -> str:
    """`text` without any control or format character but line ends: nothing moves a cursor."""
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in _UNSEEN)


def blank_controls(text: str) -> str:
    """`text` with a space for each control, surrogate, unassigned or private code point."""
    return "".join(" " if unicodedata.category(c) in _UNTYPED else c for c in text)


def _fold_sign(sign: str) -> str:
    opened = sign.casefold().translate(_OPENED)
    decomposed = unicodedata.normalize("NFKD", opened)
    plain = "".join(one for one in decomposed if not unicodedata.combining(one))
    # « ™ » is two capitals once it is decomposed.
    return plain.casefold().translate(_OPENED)


def _fold_sign_of_line(sign: str) -> str:
    return _fold_sign(_STRAIGHT.get(sign, sign))


def _fold_sign_in_place(sign: str) -> str:
    if sign in _STRAIGHT or sign in _SPACES:
        return _STRAIGHT.get(sign) or _SPACES[sign]
    first = unicodedata.normalize("NFKD", sign)[:1].lower()
    return first if len(first) == 1 and not unicodedata.combining(first) else sign


_FOLDED: Final = _Table(_fold_sign)
_FOLDED_LINE: Final = _Table(_fold_sign_of_line)
_FOLDED_IN_PLACE: Final = _Table(_fold_sign_in_place)
