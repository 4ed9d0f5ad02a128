"""Exact phrases in a text."""

from __future__ import annotations

import pytest

from index.analysis.phrases import find_phrase, holds_phrases
from index.model import Span


@pytest.mark.parametrize(
    ("text", "phrase", "found"),
    [
        ("La gestion de communauté.", "gestion de communauté", True),
        ("La gestion  de\ncommunauté.", "gestion de communauté", True),
        ("La gestion\u00a0de communauté.", "gestion de communauté", True),
        ("La Gestion de communauté.", "gestion de communauté", False),
        ("La gestion de communaute.", "gestion de communauté", False),
        ("La gestion de communautés.", "gestion de communauté", False),
        ("l'été", "l’été", True),
        ("l’été", "l'été", True),
        ("l\u00b4été, l`été", "l'été", True),
        ("partir", "art", False),
        ("(art)", "art", True),
        ("porte\u2011parole", "porte-parole", True),
        ("C++ et C", "C++", True),
        ("e\u0301te\u0301", "été", True),
        ("a.b", "a b", False),
        ("axb", "a.b", False),
    ],
)
def test_find(text: str, phrase: str, found: bool) -> None:
    assert bool(find_phrase(text, phrase)) is found


def test_spans_are_those_of_the_text() -> None:
    text = "le web, le  web"
    assert [text[s.start : s.end] for s in find_phrase(text, "le web")] == ["le web", "le  web"]
    assert find_phrase(text, "web")[0] == Span(3, 6)


def test_an_empty_phrase_finds_nothing() -> None:
    assert find_phrase("tout", "") == ()


def test_all_the_phrases_must_be_there() -> None:
    assert holds_phrases("un deux trois", ("un deux", "trois"))
    assert not holds_phrases("un deux trois", ("un deux", "quatre"))
