"""The comments of an export come in the order of the thread and of time."""

from __future__ import annotations

import random

import pytest

from ingest.dates import parse_french_date
from ingest.html.post import read_post
from ingest.model import Document, StructuredComment, StructuredPost


def comment(name: str, day: int | None, parent: str | None = None) -> StructuredComment:
    date = parse_french_date(f"2009-05-{day:02d}", source="wxr") if day is not None else None
    return StructuredComment(name, f"<p>Réponse {name}.</p>", author=name, date=date, parent=parent)


def read(*comments: StructuredComment) -> Document:
    return read_post(StructuredPost("x.xml", "1", "<p>Un billet.</p>", comments=comments))


THREAD = (
    comment("a", 1),
    comment("b", 4, "a"),
    comment("d", 6, "b"),
    comment("c", 5, "a"),
    comment("e", 2),
    comment("f", 3, "e"),
)


@pytest.mark.parametrize("seed", range(10))
def test_parents_come_first_and_siblings_by_date(seed: int) -> None:
    given = list(THREAD)
    random.Random(seed).shuffle(given)
    document = read(*given)
    assert [c.author for c in document.comments] == ["a", "b", "d", "c", "e", "f"]
    assert [c.depth for c in document.comments] == [0, 1, 2, 1, 0, 1]
    assert [c.number for c in document.comments] == [1, 2, 3, 4, 5, 6]


def test_without_dates_the_order_of_the_export_stays() -> None:
    document = read(comment("b", None), comment("a", None), comment("c", None, "b"))
    assert [c.author for c in document.comments] == ["b", "c", "a"]


def test_a_circle_of_answers_loses_none() -> None:
    document = read(comment("a", 1, "b"), comment("b", 2, "a"), comment("c", 3, "absent"))
    assert sorted(c.author or "" for c in document.comments) == ["a", "b", "c"]
