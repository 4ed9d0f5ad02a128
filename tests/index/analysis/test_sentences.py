"""French sentences, the way blogs write them."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis.sentences import split_sentences


@pytest.mark.parametrize(
    "sentences",
    [
        ["Un mot.", "Deux mots."],
        ["Il l’a dit à M. Tremblay.", "Elle aussi."],
        ["J. Tremblay arrive.", "Puis A. Roy."],
        ["Des mots, des images, etc.", "Puis rien."],
        ["Des mots, etc. et des images."],
        ["Vraiment ?!", "Oui !!!", "Bon…"],
        ["Je ne sais pas... peut-être demain.", "Ou jamais."],
        ["Je ne sais pas…", "Peut-être."],
        ["Il a crié « Attention ! » avant de tomber.", "Puis il s’est relevé."],
        ["Il a dit : « Viens ! »", "Elle est venue."],
        ["Le Dr. Côté a 3.5 enfants sur exemple.org.", "Bien."],
        ["Voir p. 12 et art. 5.", "Merci."],
        ["Yahoo! est un portail.", "Google aussi."],
        ["1. Premier point.", "2. Deuxième point."],
        ["Bravo!", "Merci pour tout."],
        ["une ligne\ncoupée par le courriel", "Une autre ligne"],
        ["un", "Deux"],
        ["(Entre parenthèses.)", "Dehors."],
        ["Est-ce vrai\u202f?", "« Oui\u202f!\u202f»", "Non."],
        ["Un billet du 3 sept. 2009 le dit."],
        ["En 2009.", "12 personnes sont venues."],
    ],
)
def test_sentences(sentences: list[str]) -> None:
    ends_are_marked = all(s.rstrip("»)\u202f ")[-1] in ".!?…" for s in sentences)
    text = (" " if ends_are_marked else "\n").join(sentences)
    assert [text[s.start : s.end] for s in split_sentences(text)] == sentences


def test_blank_line_always_ends() -> None:
    text = "un titre\n\nune suite"
    assert [text[s.start : s.end] for s in split_sentences(text)] == ["un titre", "une suite"]


def test_nothing_in_nothing() -> None:
    assert split_sentences("") == ()
    assert split_sentences(" \n ") == ()


@given(st.text(alphabet=st.sampled_from(list("aB1 .!?…»«\n\"(')\u202f-é")), max_size=80))
def test_no_letter_is_lost(text: str) -> None:
    spans = split_sentences(text)
    covered = "".join(text[s.start : s.end] for s in spans)
    assert "".join(covered.split()) == "".join(text.split())
    assert all(a.end <= b.start for a, b in pairwise(spans))


@pytest.mark.parametrize("piece", [".", "a. ", "\n", "« ", "...»", "M. ", "1. "])
def test_hostile_text_is_quick(piece: str) -> None:
    start = time.process_time()
    split_sentences(piece * 100_000)
    assert time.process_time() - start < 3
