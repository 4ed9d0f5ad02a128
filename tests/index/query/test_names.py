"""A query that names things is told from one that asks."""

from __future__ import annotations

import pytest

from index.query.parser import parse
from index.query.plan import names_things


@pytest.mark.parametrize(
    "text", ["Yulbiz", "agence réputée", "fin de semaine", "l’école à la maison", "avant:2012 été"]
)
def test_words_to_find(text: str) -> None:
    assert names_things(parse(text))


@pytest.mark.parametrize(
    "text",
    ["qui répond aux lecteurs", "école ?", "comment se protéger", "il faut répondre", "pourquoi"],
)
def test_questions_and_statements(text: str) -> None:
    assert not names_things(parse(text))
