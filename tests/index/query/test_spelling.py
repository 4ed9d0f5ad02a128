"""Words that an archive does not know are replaced by those that were probably meant."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from index.analysis.terms import EXACT_MARK, term_of
from index.model import Correction
from index.query.likeness import sound_of, typing_cost
from index.query.parser import parse, rewrite_words
from index.query.spelling import Speller

WORDS = {
    "gestionnaire": 40,
    "communauté": 30,
    "blogueur": 25,
    "réseaux": 20,
    "sociaux": 20,
    "école": 12,
    "médias": 18,
    "commentaires": 30,
    "photographie": 5,
    "ordinateur": 7,
    "lizotte": 3,
    "fromage": 4,
    "frottage": 90,
    "tortue": 4,
    "tordue": 4,
    "carapace": 4,
}
# The rows that hold each word: « tortue » and « carapace » stand together.
ROWS = {word: [number, *range(20, 20 + n)] for number, (word, n) in enumerate(WORDS.items())}
ROWS["tortue"] = ROWS["carapace"] = [1, 2, 3, 4]
ROWS["tordue"] = [5, 6, 7, 8]


def fold(word: str) -> str:
    return word.replace("é", "e")


class Words:
    """The words above."""

    def __init__(self) -> None:
        self._rows = {EXACT_MARK + fold(word): rows for word, rows in ROWS.items()}
        self._rows |= {str(term_of(fold(word))): rows for word, rows in ROWS.items()}
        self._spelt = {fold(word): word for word in WORDS}

    def words(self) -> tuple[Sequence[str], NDArray[np.int64]]:
        return [fold(word) for word in WORDS], np.array(list(WORDS.values()), dtype=np.int64)

    def holders(self, term: str) -> NDArray[np.int32] | None:
        rows = self._rows.get(term)
        return None if rows is None else np.array(rows, dtype=np.int32)

    def spelt(self, form: str) -> str:
        return self._spelt.get(form, form)


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller(Words())


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("gestionaire de comunauté", "gestionnaire de communauté"),  # a missing double
        ("gesitonnaire", "gestionnaire"),  # a transposition
        ("gestionnqire", "gestionnaire"),  # a neighbouring key
        ("fotografie", "photographie"),  # as it sounds
        ("bloggeur", "blogueur"),
        ("reseauxsociaux", "réseaux sociaux"),  # run together
        ("réseaux soci aux", "réseaux sociaux"),  # torn apart
        ("ordi nateur", "ordinateur"),
        ("lecole et lesmédias", "l’école et les médias"),  # no apostrophe, no space
        ("pk les comentaires ?", "pourquoi les commentaires ?"),  # a message
        ("Lizote", "lizotte"),
        ("commeent trouver l'ecolle?", "comment trouver l'école?"),  # a stop word too
        ("auteur:Lizote gestionaire", "auteur:Lizote gestionnaire"),  # a field is left alone
        ("-gestionaire comunauté", "-gestionaire communauté"),  # an exclusion too
        ('"gestionaire" comunauté', '"gestionaire" communauté'),  # and a quotation
    ],
)
def test_what_was_meant_is_asked(speller: Speller, typed: str, asked: str) -> None:
    assert speller.correct(parse(typed)).text == asked


@pytest.mark.parametrize(
    "typed",
    [
        "gestionnaire de communauté",
        "Gestionnaires, COMMUNAUTÉS",  # inflected, capitals
        "gestionnaire a l'ecole",  # accents alone
        "Mastodon",  # nothing is near
        "trottinette",  # French, and the archive lacks it
        "fromages",
        "cottage",  # French, however near « frottage » is
        "CNRS",
        "xy",
        "zzzzzzzz qqqqqqqq",
        '"gestionaire"',
        "2012",
    ],
)
def test_what_is_known_or_nothing_like_it_stays(speller: Speller, typed: str) -> None:
    found = speller.correct(parse(typed))
    assert found.corrections == ()
    assert found.text == typed


def test_corrections_are_named_in_reading_order(speller: Speller) -> None:
    found = speller.correct(parse("gestionaire de comunauté"))
    assert found.corrections == (
        Correction("gestionaire", "gestionnaire"),
        Correction("comunauté", "communauté"),
    )


def test_the_other_words_decide_between_equals(speller: Speller) -> None:
    # « torrue » is one neighbouring key away from « tortue » and one letter from « tordue ».
    assert speller.correct(parse("carapace de la torxue")).text == "carapace de la tortue"


def test_a_question_of_unknown_words_only_is_left_alone(speller: Speller) -> None:
    noise = " ".join(f"gestionair{letter}x" for letter in "abcdefghijklmnopq")
    assert speller.correct(parse(noise)).corrections == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("photographie", "fotografie"),
        ("apartement", "appartement"),
        ("bato", "bateau"),
        ("kestion", "question"),
        ("chomaje", "chomage"),
    ],
)
def test_words_that_sound_alike_have_one_sound(one: str, other: str) -> None:
    assert sound_of(one) == sound_of(other)
    assert sound_of(one) != sound_of("ordinateur")


def test_easier_errors_cost_less() -> None:
    doubled = typing_cost("communaute", "comunaute", 1)
    swapped = typing_cost("commuanute", "communaute", 1)
    missing = typing_cost("commnaute", "communaute", 1)
    far_key = typing_cost("commpnaute", "communaute", 1)
    assert doubled < swapped < missing < far_key <= 1.0
    assert typing_cost("hommunaute", "communaute", 1) > far_key


def test_rewriting_touches_plain_words_only() -> None:
    text = 'un auteur:"Le un" "un" -un un,deux role:un'
    assert rewrite_words(text, str.upper) == 'UN auteur:"Le un" "un" -un UN,DEUX role:un'
