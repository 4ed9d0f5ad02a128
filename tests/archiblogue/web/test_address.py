"""What an address asks is read once; what it says badly is ignored."""

from __future__ import annotations

import pytest

from archiblogue.web.desk.address import NAMES, kept_parameters, of_another_question, read_wanted
from index.model import Mode, Order

COUNTS = {
    "site": {"a.example": 2},
    "author": {"Maud": 1},
    "role": {},
    "year": {"2009": 3},
    "language": {},
}


def test_every_setting_is_read() -> None:
    wanted = read_wanted(
        {
            "q": [" pain "],
            "role": ["billet", "pirate"],
            "site": ["a.example", "b.example"],
            "auteur": ["Maud"],
            "langue": ["fr"],
            "apres": ["2012"],
            "avant": ["2009"],
            "mode": ["dense"],
            "k": ["50"],
            "tri": ["anciens"],
            "debut": ["20"],
            "exact": ["true"],
            "sans": ["mél"],
            "plus": ["a", "b"],
            "moins": ["b", "c"],
        },
        COUNTS,
    )
    query = wanted.query
    assert wanted.question == "pain"
    assert {role.value for role in wanted.within.roles} == {"billet"}
    assert wanted.within.sites == ("a.example",)
    assert (wanted.within.after, wanted.within.before) == ("2009", "2013"), "bounds that cross turn"
    assert (query.mode, query.k, query.order, query.offset) == (Mode.DENSE, 50, Order.OLDEST, 20)
    assert (query.expand, query.without) == (False, ("mél",))
    assert (wanted.plus, wanted.minus) == (("a", "b"), ("c",))
    assert wanted.n_filters == 5


@pytest.mark.parametrize(
    ("name", "value"),
    [("k", "11"), ("k", "²"), ("debut", "-1"), ("debut", "9" * 30), ("mode", "x"), ("tri", "x")],
)
def test_what_is_not_understood_is_ignored(name: str, value: str) -> None:
    query = read_wanted({"q": ["pain"], name: [value]}, COUNTS).query
    assert (query.k, query.offset, query.mode, query.order) == (
        10,
        0,
        Mode.HYBRID,
        Order.RELEVANCE,
    )


def test_another_question_keeps_the_filters_and_forgets_what_was_said_of_the_former() -> None:
    former = {"q": ["a"], "role": ["billet"], "plus": ["x"], "debut": ["10"], "lang": ["en"]}
    assert of_another_question(former, "b") == {"q": ["b"], "role": ["billet"], "lang": ["en"]}
    assert of_another_question(former, "") == {"role": ["billet"], "lang": ["en"]}


def test_only_what_belongs_to_a_search_is_kept() -> None:
    assert kept_parameters({"q": ["a"], "lang": ["en"], "pirate": ["1"]}) == {"q": ["a"]}
    assert "lang" not in NAMES
