"""A query as typed, and what is understood of it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.model import Filters
from index.query.parser import (
    MAX_CHARACTERS,
    MAX_TERMS,
    merge_filters,
    parse,
)
from ingest.model import Role


def test_words_and_question_are_kept_in_order() -> None:
    parsed = parse("Comment mesurer l’influence d’un blogue ?")
    assert parsed.words == ("Comment", "mesurer", "l’influence", "d’un", "blogue")
    assert parsed.text == "Comment mesurer l’influence d’un blogue ?"
    assert parsed.notices == ()


@pytest.mark.parametrize(
    ("typed", "phrases"),
    [
        ('"gestion de communauté"', ("gestion de communauté",)),
        ("«\u00a0gestion de communauté\u00a0»", ("gestion de communauté",)),
        ("“deux mots” et „trois mots là”", ("deux mots", "trois mots là")),
        ('""', ()),
        ('"…"', ()),
        ("l'«\u202fADN numérique\u202f»", ("ADN numérique",)),
    ],
)
def test_phrases(typed: str, phrases: tuple[str, ...]) -> None:
    assert parse(typed).phrases == phrases


def test_a_phrase_is_also_read_by_the_encoder() -> None:
    assert parse('le "réseau social" préféré').text == "le réseau social préféré"


@pytest.mark.parametrize(
    ("typed", "words", "phrases"),
    [
        ("blogue -twitter", ("twitter",), ()),
        ('blogue -"réseaux sociaux"', (), ("réseaux sociaux",)),
        ("porte-parole", (), ()),
        ("blogue - twitter", (), ()),
        ("température -5", (), ()),
        ("a -b-c", ("b-c",), ()),
    ],
)
def test_exclusions(typed: str, words: tuple[str, ...], phrases: tuple[str, ...]) -> None:
    parsed = parse(typed)
    assert parsed.excluded_words == words
    assert parsed.excluded_phrases == phrases
    assert "twitter" not in parsed.text or not words


@pytest.mark.parametrize(
    ("typed", "filters"),
    [
        ('auteur:"Martine Lizotte"', Filters(authors=("Martine Lizotte",))),
        ("auteur:«\u00a0Martine Lizotte\u00a0»", Filters(authors=("Martine Lizotte",))),
        ("Auteur:Zoé auteur:Léo", Filters(authors=("Zoé", "Léo"))),
        ("site:https://www.Exemple.org/blogue/", Filters(sites=("exemple.org",))),
        ("titre:réseaux", Filters(titles=("réseaux",))),
        ("role:commentaire", Filters(roles=frozenset({Role.COMMENT}))),
        ("rôle:billets,réponse", Filters(roles=frozenset({Role.POST, Role.REPLY}))),
        ("avant:2012-05", Filters(before="2012-05")),
        ("après:2009", Filters(after="2009")),
        ("apres:2009 apres:2010-02", Filters(after="2010-02")),
        ("avant:31/05/2012", Filters(before="2012-05-31")),
        ("après:5/2012", Filters(after="2012-05")),
        ("langue:Français", Filters(languages=("fr",))),
    ],
)
def test_fields(typed: str, filters: Filters) -> None:
    parsed = parse(f"{typed} blogue")
    assert parsed.filters == filters
    assert parsed.words == ("blogue",)
    assert parsed.text == "blogue"
    assert parsed.notices == ()


@pytest.mark.parametrize(
    "typed",
    ["https://exemple.org/a?b=c", "10:30", "note:important", "à 21:30", "voir http://a.example:80"],
)
def test_a_colon_is_not_always_a_field(typed: str) -> None:
    parsed = parse(typed)
    assert parsed.filters == Filters()
    assert parsed.words == tuple(typed.split())
    assert parsed.notices == ()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("avant:midi blogue", "« midi » n’est pas une date"),
        ("après:2012-13", "« 2012-13 » n’est pas une date"),
        ("avant:2012-02-30", "n’est pas une date"),
        ("role:lecteur", "billet, commentaire ou réponse"),
        ("langue:klingon", "fr, en ou autre"),
        ("auteur: Zoé", 'auteur:"Prénom Nom"'),
        ('auteur:""', "n’a pas de valeur"),
        ("autheur:Zoé", 'auteur:"Prénom Nom"'),
        ("-auteur:Zoé", "signe moins"),
        ('la "fin manque', "guillemet"),
        ("«\u00a0début", "guillemet"),
        ("après:2012 avant:2009", "inversez"),
        ("mot " * 80, "64 premiers"),
        ("a" * 2500, "2000 premiers"),
    ],
)
def test_what_cannot_be_read_is_explained(typed: str, said: str) -> None:
    notices = " ".join(map(str, parse(typed).notices)).replace("\u00a0", " ").replace("\u202f", " ")
    assert said in notices


def test_a_bad_filter_is_left_aside_and_the_words_are_kept() -> None:
    parsed = parse("avant:midi blogue")
    assert parsed.filters == Filters()
    assert parsed.words == ("blogue",)


def test_limits_cut_on_a_word() -> None:
    parsed = parse("mot " * 1000)
    assert len(parsed.words) == MAX_TERMS
    assert len(parsed.notices) == 2
    assert set(parse("abcdefg " * 400).words) == {"abcdefg"}


def test_exclusions_alone_leave_nothing_to_look_for() -> None:
    assert parse("-twitter avant:2012").is_empty
    assert parse("").is_empty
    assert parse(" \n\t ").is_empty
    assert parse("?!").is_empty
    assert not parse("a").is_empty


def test_control_characters_and_surrogates_are_spaces() -> None:
    assert parse("un\x00deux\ud800trois").words == ("un", "deux", "trois")


def test_decomposed_accents_are_composed() -> None:
    assert parse("e\u0301te\u0301").words == ("été",)


def test_reading_what_was_understood_changes_nothing() -> None:
    parsed = parse('comment  gérer "un blogue" ?')
    assert parse(parsed.text).text == parsed.text


def test_filters_of_options_and_of_the_query_are_merged() -> None:
    chosen = Filters(authors=("Zoé",), after="2008", before="2012", roles=frozenset({Role.POST}))
    typed = Filters(authors=("Léo",), after="2009-05", before="2013")
    assert merge_filters(chosen, typed) == Filters(
        authors=("Léo",), after="2009-05", before="2012", roles=frozenset({Role.POST})
    )


_TYPED = st.lists(
    st.one_of(
        st.text(max_size=30),
        st.sampled_from(
            [
                '"', "«", "»", "“", "-", ":", " ", "\u202f", "auteur:", "avant:", "après:2009-",
                "role:", "site:http://", "titre:«", '-"', "l’", "'", "œ", "\ud800", "e\u0301",
                "(", "*", "NEAR", "AND", "10:30", "langue:fr,", "\x00", "²", "٣", "ﷺ",
            ]
        ),
    ),
    max_size=60,
).map("".join)  # fmt: skip


@settings(max_examples=400, deadline=1000)
@given(_TYPED)
def test_anything_typed_is_read(typed: str) -> None:
    parsed = parse(typed)
    assert parsed.raw == typed
    assert len(parsed.text) <= MAX_CHARACTERS + 1
    assert all(str(notice).endswith((".", "?")) for notice in parsed.notices)


@pytest.mark.parametrize("piece", ["«", '"', "“", "a:", "-", "auteur:", 'a:"', "e\u0301", "role:,"])
def test_hostile_repetition_is_read_quickly(piece: str) -> None:
    start = time.perf_counter()
    parse(piece * 200_000)
    assert time.perf_counter() - start < 0.5
