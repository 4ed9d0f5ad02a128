"""What a reader is told of a question: facts, and French sentences."""

from __future__ import annotations

import string

import pytest

from index.notices import FRENCH_NOTICES, Notice, QuestionError
from index.query.parser import explain_empty, parse


@pytest.mark.parametrize("slug", FRENCH_NOTICES)
def test_each_notice_is_a_french_sentence_of_its_values(slug: str) -> None:
    names = {name for _, name, _, _ in string.Formatter().parse(FRENCH_NOTICES[slug]) if name}
    said = str(Notice(slug, dict.fromkeys(names, "{x}")))
    assert said.endswith((".", "?"))
    assert said.count("{x}") >= len(names)


@pytest.mark.parametrize(
    ("typed", "slugs"),
    [
        ("", ["empty"]),
        ("-mot", ["only_exclusions"]),
        ("auteur:Zoé", ["only_filters"]),
        ("auteur:Zoé avant:midi", ["no_word_left", "no_date"]),
    ],
)
def test_why_nothing_is_left_to_look_for(typed: str, slugs: list[str]) -> None:
    error = explain_empty(parse(typed))
    assert isinstance(error, QuestionError)
    assert [notice.slug for notice in error.notices] == slugs
    assert str(error) == " ".join(str(notice) for notice in error.notices)
