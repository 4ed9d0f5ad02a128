"""French analysis: what counts as the same word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis.terms import (
    EXACT_MARK,
    analyze,
    exact_terms,
    index_terms,
    query_terms,
    terms,
)
from ingest.text import APOSTROPHES, fold

SAME_WORDS = [
    ("l’été", "ete"),
    ("L'ÉTÉ", "été"),
    ("e\u0301te\u0301", "été"),
    ("cœurs", "coeur"),
    ("CŒUR", "cœurs"),
    ("\U0001d5d6œur", "cœur"),
    ("l\u02bcété", "été"),
    ("d’œuvres", "oeuvre"),
    ("jusqu’à Québec", "Quebec"),
    ("qu’une école", "écoles"),
    ("médias sociaux", "média social"),
    ("S.N.C.F.", "SNCF"),
    ("100 000", "100000"),
    ("100\u202f000", "100000"),
    ("prud’hommes", "prudhomme"),
    ("week-ends", "weekend week end"),
    ("@jean_d", "jean_d"),
    ("naturellement", "naturel"),
    ("utilisée", "utiliser"),
    ("idées", "idée"),
    ("les gens parlent", "parler à des gens"),
    ("publié", "publier"),
    ("employée", "emploi"),
    ("répond", "répondre"),
    ("photos", "photo"),
    ("amis", "ami"),
    ("dangers", "danger"),
    ("opinions", "opinion"),
    ("emplois", "emploi"),
    ("première", "premier"),
    ("enjeux", "enjeu"),
]


@pytest.mark.parametrize(("one", "other"), SAME_WORDS)
def test_these_are_the_same_words(one: str, other: str) -> None:
    assert set(terms(one)) == set(terms(other))


DIFFERENT_WORDS = [
    ("poisson", "poison"),
    ("pêcheur", "pêche melba"),
    ("2003", "2004"),
    ("parent", "parer"),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT_WORDS)
def test_these_are_not(one: str, other: str) -> None:
    assert set(terms(one)) != set(terms(other))


def test_a_compound_gives_its_parts_and_the_joined_form() -> None:
    assert terms("médias-sociaux") == ["mediassocial", "medi", "social"]


@pytest.mark.parametrize("text", ["dit-il", "va-t-on", "celui-là", "est-ce", "c’est-à-dire"])
def test_a_clitic_makes_no_compound(text: str) -> None:
    assert all(len(term) < 6 for term in terms(text))


def test_whole_words_keep_their_apostrophe() -> None:
    assert terms("aujourd’hui quelqu'un") == ["aujourdhu"]
    assert terms("aujourd'hui") == terms("AUJOURD’HUI")


def test_an_address_gives_its_words() -> None:
    found = terms("https://www.exemple.org/2009/05/mon-billet.html")
    assert "billet" in found
    assert "2009" in found
    assert "https" not in found


def test_an_email_stays_whole() -> None:
    assert terms("écrire à a.b@exemple.org") == ["ecriv", "a.b@exemple.org"]


def test_question_words_are_left_out_but_for_a_question_of_nothing_else() -> None:
    assert terms("Qu’est-ce que le jardinage\u202f?") == terms("jardinage")
    assert query_terms("où est-ce que")


def test_a_token_says_where_its_surface_stands() -> None:
    text = "Voilà : l’été, les œufs et le week-end."
    for token in analyze(text):
        assert text[token.start : token.end] == token.surface
    assert [t.surface for t in analyze(text)] == ["été", "œufs", "week-end", "week", "end"]


def test_the_index_keeps_each_word_beside_its_stem() -> None:
    assert index_terms("Les chevaux") == ["cheval", EXACT_MARK + "chevaux"]
    assert exact_terms("Les chevaux") == [EXACT_MARK + "chevaux"]


@pytest.mark.parametrize("sign", APOSTROPHES)
def test_every_apostrophe_elides(sign: str) -> None:
    assert [t.surface for t in analyze(f"Qu{sign}on l{sign}écrive")] == ["écrive"]


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    for token in analyze(text):
        assert 0 <= token.start < token.end <= len(text)
        assert token.term
        assert not token.term.startswith(EXACT_MARK)
    assert len(index_terms(text)) == 2 * len(terms(text))


@given(st.text(alphabet="abcéèàçœæÀÉŒÆ’'- ", max_size=60))
def test_case_and_accents_never_matter(text: str) -> None:
    assert terms(text) == terms(text.upper().replace("SS", "ss"))
    assert fold(text) == fold(fold(text))


def test_reading_is_linear() -> None:
    assert len(terms("a’" * 50_000)) == 0
    assert terms("-" * 100_000 + "é" * 100_000)
    assert terms("1 000 " * 20_000)
