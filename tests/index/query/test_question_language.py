"""A question in English is told from one in French by its small words."""

from __future__ import annotations

import pytest

from index.query.question_language import is_english


@pytest.mark.parametrize(
    "text",
    [
        "How do I answer the comments?",
        "what is the role of a community manager",
        "Does the vaccine prevent me from getting Covid?",
    ],
)
def test_english(text: str) -> None:
    assert is_english(text)


@pytest.mark.parametrize(
    "text",
    [
        "Comment répondre aux commentaires ?",
        "The Voice, une émission de la télé",
        "community manager",
        "le rôle du community manager",
        "on a un plan to do pour les blogues",
        "",
    ],
)
def test_not_english(text: str) -> None:
    assert not is_english(text)
