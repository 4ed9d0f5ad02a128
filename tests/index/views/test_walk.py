"""Conditions without a word to look for: all that meets them, by date."""

from __future__ import annotations

import pytest

from index.archive import Archive
from index.model import Filters, Order, Query
from ingest.errors import UsageError
from ingest.model import Role


def comments(archive: Archive) -> list[str]:
    """The ids of all comments, of one text once."""
    rows = [hit for hit in archive.iter_passages() if hit.role is Role.COMMENT]
    return list({hit.text: hit.passage_id for hit in reversed(rows)}.values())


@pytest.mark.parametrize(
    "query",
    [Query("role:commentaire", k=3), Query("", k=3, filters=Filters(roles="commentaire"))],
    ids=["typed", "chosen"],
)
def test_all_that_meets_the_conditions_answers_the_oldest_first(
    archive: Archive, query: Query
) -> None:
    result = archive.search(query)
    assert result.totals.is_walk
    assert result.totals.n_answers == len(comments(archive))
    assert result.confident is None
    found = list(archive.walk(query))
    assert sorted(hit.passage_id for hit in found) == sorted(comments(archive))
    assert [hit.rank for hit in found] == list(range(1, len(found) + 1))
    dates = [hit.date or "~" for hit in found]
    assert dates == sorted(dates)
    assert archive.count(query).role == {"commentaire": len(found)}
    assert "par date" in archive.count(query).basis


def test_the_order_can_be_the_newest_first(archive: Archive) -> None:
    query = Query("role:commentaire", k=50, order=Order.NEWEST)
    dates = [hit.date for hit in archive.search(query) if hit.date]
    assert dates == sorted(dates, reverse=True)


def test_what_is_kept_of_it_is_what_a_filter_gives(archive: Archive) -> None:
    within = Filters(roles="commentaire")
    everything = Query("", k=50, filters=within)
    assert archive.search(everything, within=within).totals == archive.search(everything).totals


def test_exclusions_hold_beside_conditions(archive: Archive) -> None:
    every = {hit.passage_id for hit in archive.search(Query("role:billet", k=100))}
    word = "limaces"
    holding = {h.passage_id for h in archive.search(Query("role:billet", k=100)) if word in h.text}
    assert holding
    left = {hit.passage_id for hit in archive.search(Query(f"role:billet -{word}", k=100))}
    assert left == every - holding


def test_no_model_is_read(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(archive), "encoder", property(lambda _: pytest.fail("read")))
    assert archive.search("role:billet").hits


@pytest.mark.parametrize("text", ["", "  ", "-limaces", "auteur:", "après:hier role:billet"])
def test_nothing_to_look_for_is_still_an_error(archive: Archive, text: str) -> None:
    with pytest.raises(UsageError):
        archive.search(text)


def test_conditions_cannot_be_moved(archive: Archive) -> None:
    liked = archive.search("role:billet")[0].passage_id
    with pytest.raises(UsageError, match="mot"):
        archive.refine("role:billet", plus=[liked])
