# ruff: noqa: RUF001  signs that look alike are what is tested
"""What each rule of `ingest.text` makes of a text, one line a case, and that no one else folds."""

from __future__ import annotations

import ast
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text import (
    APOSTROPHES,
    HYPHENS,
    blank_controls,
    fold,
    fold_in_place,
    fold_line,
    fold_words,
    former_words,
    has_strange_signs,
    level_line_ends,
    may_compose,
    name_key,
    nfc,
    nfd,
    nfkc,
    strip_controls,
    strip_invisible,
)

ANY_SIGN = [
    sign
    for sign in map(chr, range(sys.maxunicode + 1))
    if unicodedata.category(sign) not in {"Cn", "Co"}
]
"""Every sign that Unicode has a name for."""

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Œuvrés", "oeuvres"),
        ("ŒUVRE", "oeuvre"),
        ("Cœur de vœu", "coeur de voeu"),
        ("Ægypte, curriculum vitæ", "aegypte, curriculum vitae"),
        ("ǽ", "ae"),
        ("L’ÉTÉ, ÇA", "l’ete, ca"),
        ("e\u0301te\u0301", "ete"),
        ("Noe\u0308l Noël", "noel noel"),
        ("naïve Aÿ", "naive ay"),
        ("Straße", "strasse"),
        ("İzmir ılık", "izmir ilik"),
        ("Łódź Øre Đà", "lodz ore da"),
        ("ﬁn ﬄ", "fin ffl"),
        ("№ 1 ℡ ™", "no 1 tel tm"),
        ("\U0001d5d4\U0001d5fb\U0001d5fb\U0001d5f2", "anne"),
        ("\u24b6\u24d1", "ab"),
        ("m² 1ᵉʳ ½", "m2 1er 1\u20442"),
        ("Ёж Ждём", "еж ждем"),
        ("\u00a0\u202f", "  "),
        ("a_b-c.d", "a_b-c.d"),
        ("", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("line", "folded"),
    [
        ("  L’ÉTÉ   indien ", "l'ete indien"),
        ("l‘été l`été l´été l\u02bcété l\uff07été", "l'ete l'ete l'ete l'ete l'ete"),
        ("« Bonjour » “toi”", '« bonjour » "toi"'),
        ("Lire\u00a0la\u202fsuite\u2009…", "lire la suite ..."),
        ("Sœur\tÉmilie\n", "soeur emilie"),
        ("Read `more`", "read 'more'"),
    ],
)
def test_fold_line(line: str, folded: str) -> None:
    assert fold_line(line) == folded


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("12 AOÛT 2008", "12 aout 2008"),
        ("1er févr.\u00a02009\u202fà\t21\u2009h", "1er fevr. 2009 a 21 h"),
        ("aujourd’hui aujourd‘hui", "aujourd'hui aujourd'hui"),
        ("Œuvre, vitæ", "œuvre, vitæ"),
        ("Straße", "straße"),
        ("e\u0301te\u0301", "e\u0301te\u0301"),
        ("fin… ½", "fin. 1"),
        ("une\nligne", "une ligne"),
    ],
)
def test_fold_in_place(text: str, folded: str) -> None:
    assert fold_in_place(text) == folded


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Sœur Émilie", "soeur emilie"),
        ("« L’œuvre_bleue » — d’Éric !", "l oeuvre bleue d eric"),
        ("l'été, l’été ; l´été", "l ete l ete l ete"),
        ("Éri\u00adc z\u200bé\ufeffro \u202eliam", "eric zero liam"),
        ("Éri\u200dc", "eric"),
        ("http://b.example/l-oeuvre", "http b example l oeuvre"),
        ("été 2009", "ete 2009"),
        ("Ждём тебя", "ждем тебя"),
        ("***", ""),
        ("", ""),
    ],
)
def test_fold_words(text: str, words: str) -> None:
    assert fold_words(text) == words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sœur Émilie", "Soeur Emilie"),
        ("Sœur Émilie", "SŒUR  ÉMILIE"),
        ("Sœur Émilie", unicodedata.normalize("NFD", "Sœur Émilie")),
        ("jean_pierre", "Jean-Pierre"),
        ("jean_pierre", "jean pierre"),
        ("Jean\u2011Pierre", "Jean\u00a0Pierre"),
        ("Éric d’Arc", "eric d'arc"),
        ("Martine L.", "martine l"),
        ("\U0001d5d4\U0001d5fb\U0001d5fb\U0001d5f2", "Anne"),
        ("Zoé\u200e", "zoe"),
        ("❤\ufe0f", "❤"),
        (" *** ", "***"),
    ],
)
def test_two_spellings_of_a_name_have_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [("Émilie", "Émile"), ("Jean Pierre", "Jeanpierre"), ("***", "?!"), ("❤", "☺"), ("Zoé", "")],
)
def test_two_names_have_two_keys(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Sœur Émilie", "sœur emilie"),
        ("jean_pierre", "jean_pierre"),
        ("L’été, ça !", "l ete ca"),
        ("Łódź", "łodz"),
        ("Éri\u00adc", "eri c"),
        ("\U0001d5d4ne", "ane"),
        ("Straße", "strasse"),
    ],
)
def test_the_form_of_older_registers_never_changes(text: str, words: str) -> None:
    assert former_words(text) == words


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("été", "été"),
        ("a\u202eb\u2028c", "ab\nc"),
        ("z\u200bé\u00adro\x07", "zéro"),
        ("\ufeffUn\r\ndeux\rtrois", "Un\ndeux\ntrois"),
        ("👨\u200d👩", "👨\u200d👩"),
        ("col\tonne\n", "col\tonne\n"),
        ("\ud800x", "x"),
    ],
)
def test_strip_invisible(text: str, shown: str) -> None:
    assert strip_invisible(text) == shown


def test_line_ends() -> None:
    assert level_line_ends("a\r\nb\rc\x0cd\x85e\u2028f\u2029g\n") == "a\nb\nc\nd\ne\nf\ng\n"


def test_controls_of_a_terminal_and_of_a_question() -> None:
    assert strip_controls("a\x1b[2Jb\u202e\u00adc\n\td") == "a[2Jbc\nd"
    assert blank_controls("a\x00b\ud800c\ue000d\u0378e\u202ef") == "a b c d e\u202ef"


def test_normal_forms() -> None:
    assert (nfc("e\u0301"), nfd("é"), nfkc("ﬁ①")) == ("é", "e\u0301", "fi1")


def test_every_sign_is_folded_once_and_for_all() -> None:
    for sign in ANY_SIGN:
        once = fold(sign)
        assert fold(once) == once, hex(ord(sign))
        assert once == once.casefold()
        assert not any(map(unicodedata.combining, once))


def test_what_is_folded_in_place_keeps_its_length() -> None:
    assert all(len(fold_in_place(sign)) == 1 for sign in ANY_SIGN)


def test_the_signs_of_a_compound_are_not_those_of_an_elision() -> None:
    assert set(APOSTROPHES).isdisjoint(HYPHENS)
    assert {fold_line(f"l{sign}a") for sign in APOSTROPHES} == {"l'a"}


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    for rule in (fold, fold_line, fold_words, name_key, strip_invisible, nfc, fold_in_place):
        once = rule(text)
        assert rule(once) == once, rule.__name__


# The one sign of which this is not so is a Greek iota under a space.
@given(st.text().filter(lambda text: "\u037a" not in text))
def test_forms_of_one_text_fold_alike(text: str) -> None:
    assert fold(nfc(text)) == fold(nfd(text)) == fold(text)
    assert fold(nfkc(text)) == fold(text)
    assert fold_words(strip_invisible(text)) == fold_words(text)


@given(st.text(), st.text())
def test_a_sign_does_not_depend_on_its_neighbours(one: str, other: str) -> None:
    assert fold(one + other) == fold(one) + fold(other)
    assert fold_in_place(one + other) == fold_in_place(one) + fold_in_place(other)


@given(st.text())
def test_the_shortcuts_tell_the_truth(text: str) -> None:
    if not has_strange_signs(text) and "\r" not in text:
        assert strip_invisible(text) == level_line_ends(text) == text
    if not may_compose(text):
        assert nfc(text) == text


@given(st.text(alphabet="abcœæÉéç_-’' ."))
def test_words_are_words(text: str) -> None:
    words = fold_words(text)
    assert words == " ".join(words.split())
    assert all(word.isalnum() and word.isascii() for word in words.split())


def test_nothing_else_folds() -> None:
    """`str.lower` is for the ASCII names of standards: the case of text goes through here.

    ruff's banned-api keeps `unicodedata` here; it cannot see a method.
    """
    strays = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for room in ("archiblogue", "index", "ingest")
        for path in sorted((ROOT / room).rglob("*.py"))
        if path != ROOT / "ingest" / "text.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"casefold", "maketrans"}
    ]
    assert strays == []
