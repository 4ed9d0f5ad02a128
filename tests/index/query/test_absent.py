"""Words that the archive never holds are said, and count against an answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from index.analysis.terms import EXACT_MARK, term_of
from index.archive import Archive
from index.model import AbsentWord, Expansion, Query
from index.query.absent import absence_notices, absent_words
from index.query.parser import parse

KNOWN = ("jardin", "limaces", "velo", "cendre")


class Words:
    """The words above, all in one passage."""

    def __init__(self) -> None:
        self._terms = {EXACT_MARK + word for word in KNOWN}
        self._terms |= {str(term_of(word)) for word in KNOWN}

    def words(self) -> tuple[Sequence[str], NDArray[np.int64]]:
        return KNOWN, np.ones(len(KNOWN), dtype=np.int64)

    def holders(self, term: str) -> NDArray[np.int32] | None:
        return np.zeros(1, dtype=np.int32) if term in self._terms else None

    def spelt(self, form: str) -> str:
        return form


def absent(text: str, *expansions: Expansion) -> tuple[AbsentWord, ...]:
    return absent_words(parse(text), Words(), 1_000, expansions)


def test_names_and_words_that_are_nowhere() -> None:
    assert absent("Mastodon dans le jardin") == (AbsentWord("Mastodon", is_name=True),)
    assert absent("une trottinette et des limaces") == (AbsentWord("trottinette"),)
    assert absent("Que dit Mastodon, et Mastodon ?") == (AbsentWord("Mastodon", is_name=True),)


@pytest.mark.parametrize(
    "text",
    [
        "les limaces du jardin",
        "la limace",  # another form
        "VÉLO",
        "comment faire ?",  # stop words
        "2012 CNE",  # numbers and short words say little
        '"mastodon"',  # an exact phrase has its own answer
        "what is the use of a mastodon in the garden",  # another language
    ],
)
def test_nothing_is_absent(text: str) -> None:
    assert absent(text) == ()


def test_a_word_whose_other_name_is_there_is_not_absent() -> None:
    assert absent("bicyclette", Expansion("bicyclette", "vélo", ("velo",))) == ()
    assert absent("bicyclette", Expansion("bicyclette", "bécane", ("becan",))) != ()


def test_a_few_are_said_and_many_are_not() -> None:
    one, two = AbsentWord("Mastodon", is_name=True), AbsentWord("trottinette")
    (notice,) = absence_notices([one])
    assert str(notice) == "«\u00a0Mastodon\u00a0» n’apparaît nulle part dans l’archive."
    (notice,) = absence_notices([one, two])
    assert "«\u00a0Mastodon\u00a0» et «\u00a0trottinette\u00a0» n’apparaissent" in str(notice)
    assert absence_notices([]) == ()
    assert absence_notices([two] * 4) == ()


def test_in_a_small_archive_only_names_say_something() -> None:
    found = absent_words(parse("une trottinette et Mastodon"), Words(), 999)
    assert found == (AbsentWord("Mastodon", is_name=True),)


def test_a_search_says_it(archive: Archive) -> None:
    result = archive.search(Query("la cendre contre les limaces de Mastodon"))
    assert result.absent == (AbsentWord("Mastodon", is_name=True),)
    assert any("nulle part" in str(notice) for notice in result.notices)
    assert archive.search(Query("la cendre contre les limaces")).absent == ()


def test_a_moved_question_keeps_its_verdict(archive: Archive) -> None:
    query = Query("la cendre contre les limaces de Mastodon", k=3)
    asked = archive.search(query)
    moved = archive.refine(query, plus=[asked[0].passage_id])
    assert moved.confident is asked.confident
