"""Why a passage was found."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.analysis.terms import query_terms
from index.model import Span
from index.views.highlight import Wanted, highlight, match_spans


def _wanted(query: str, *phrases: str) -> Wanted:
    return Wanted(dict.fromkeys(query_terms(query), 1.0), phrases)


def _surfaces(text: str, wanted: Wanted) -> list[str]:
    return [text[s.start : s.end] for s in match_spans(text, wanted)]


@pytest.mark.parametrize(
    ("query", "text", "surfaces"),
    [
        ("cœur", "Les Restos du Coeur, les cœurs", ["Coeur", "cœurs"]),
        ("coeur", "Ses cœurs battent", ["cœurs"]),
        ("l’hiver québécois", "L'hiver des Québécoises", ["hiver", "Québécoises"]),
        ("blogues", "Un BLOGUE, du blogue.", ["BLOGUE", "blogue"]),
        ("médias sociaux", "les médias-sociaux", ["médias", "sociaux"]),
        ("gestion", "aucun mot commun", []),
    ],
)
def test_matching_words(query: str, text: str, surfaces: list[str]) -> None:
    assert _surfaces(text, _wanted(query)) == surfaces


def test_a_phrase_is_one_span() -> None:
    wanted = _wanted("gestion de communauté", "gestion de communauté")
    assert _surfaces("La gestion de communauté gère.", wanted) == ["gestion de communauté"]


_TEXT = "Je cuisine souvent. Le gestionnaire gère la communauté. Un gestionnaire mange. Fin."


def test_best_sentence_holds_most_of_the_query() -> None:
    best = highlight([_TEXT], _wanted("gestionnaire de communauté"))[0].best_sentence
    assert best is not None
    assert _TEXT[best.start : best.end] == "Le gestionnaire gère la communauté."


def test_a_rare_word_weighs_more() -> None:
    wanted = Wanted({"gestionnair": 1.0, "cuisin": 4.0})
    best = highlight([_TEXT], wanted)[0].best_sentence
    assert best is not None
    assert _TEXT[best.start : best.end] == "Je cuisine souvent."


def test_no_word_in_common_gives_no_sentence_without_an_encoder() -> None:
    assert highlight([_TEXT], _wanted("plongée"))[0].best_sentence is None


def test_the_encoder_decides_where_no_word_is_shared() -> None:
    def closeness(number: int, sentences: Sequence[Span]) -> NDArray[np.float32] | None:
        if number:
            return None
        read = [_TEXT[one.start : one.end] for one in sentences]
        return np.array([0.9 if "mange" in s else 0.1 for s in read], dtype=np.float32)

    found = highlight([_TEXT, "Rien."], _wanted("repas"), closeness)
    best = found[0].best_sentence
    assert best is not None
    assert _TEXT[best.start : best.end] == "Un gestionnaire mange."
    assert found[1].best_sentence is None, "the encoder has no opinion"


def test_only_some_sentences_of_a_page_are_read_by_the_encoder() -> None:
    page = " ".join(f"Phrase numéro {n}." for n in range(500)) + " La communauté gagne."
    n_read: list[int] = []

    def closeness(_: int, sentences: Sequence[Span]) -> NDArray[np.float32]:
        n_read.append(len(sentences))
        return np.zeros(len(sentences), dtype=np.float32)

    best = highlight([page], _wanted("communauté"), closeness)[0].best_sentence
    assert best is not None
    assert page[best.start : best.end] == "La communauté gagne."
    assert n_read == [30]


@given(st.text(max_size=200), st.text(min_size=1, max_size=40))
def test_spans_are_ordered_and_inside(text: str, query: str) -> None:
    found = highlight([text], _wanted(query, query))[0]
    end = 0
    for span in found.matches:
        assert end <= span.start < span.end <= len(text)
        end = span.end
