"""A question moved by what was liked and disliked."""

from __future__ import annotations

import numpy as np
import pytest

from index.archive import Archive
from index.model import Mode, Query
from index.views.feedback import Rocchio, move_vector
from ingest.errors import UsageError

_AXES = np.eye(3, dtype=np.float32)
_NONE = np.zeros((0, 3), dtype=np.float32)


def test_the_vector_goes_towards_what_was_liked() -> None:
    moved = move_vector(_AXES[0], _AXES[1:2], _NONE)
    assert moved[1] > 0
    assert float(np.linalg.norm(moved)) == pytest.approx(1.0)
    assert moved[1] / moved[0] == pytest.approx(0.75)


def test_the_vector_goes_away_from_what_was_disliked() -> None:
    assert move_vector(_AXES[0], _NONE, _AXES[2:3])[2] < 0


def test_nothing_judged_changes_nothing() -> None:
    np.testing.assert_allclose(move_vector(_AXES[0], _NONE, _NONE), _AXES[0])


def test_a_vector_that_vanishes_is_left_alone() -> None:
    gone = move_vector(_AXES[0], _NONE, _AXES[0:1], Rocchio(disliked=1.0))
    np.testing.assert_allclose(gone, _AXES[0])


@pytest.mark.parametrize("mode", list(Mode))
def test_a_liked_passage_climbs(archive: Archive, mode: Mode) -> None:
    query = Query("hiver", k=20, mode=mode)
    before = [h.passage_id for h in archive.search(query).hits]
    wanted = "d-velo#p2"
    after = archive.refine(query, plus=[wanted])
    ids = [h.passage_id for h in after.hits]
    assert wanted in ids
    assert wanted not in before or ids.index(wanted) <= before.index(wanted)
    assert any("rapprochée de 1 passage." in str(notice) for notice in after.notices)


def test_a_disliked_passage_falls(archive: Archive) -> None:
    query = Query("limaces cendre", k=20, mode=Mode.DENSE)
    before = {h.passage_id: h.score for h in archive.search(query).hits}
    after = {h.passage_id: h.score for h in archive.refine(query, minus=["d-jardin#c1.p1"]).hits}
    assert after["d-jardin#c1.p1"] < before["d-jardin#c1.p1"]


def test_without_judgement_it_is_the_same_search(archive: Archive) -> None:
    query = Query("limaces")
    assert archive.refine(query) == archive.search(query)


def test_a_passage_cannot_be_both(archive: Archive) -> None:
    with pytest.raises(UsageError, match="--more-like et dans --less-like"):
        archive.refine(Query("limaces"), plus=["d-velo#p1"], minus=["d-velo#p1"])


def test_an_unknown_passage_is_named(archive: Archive) -> None:
    with pytest.raises(UsageError, match="d-rien#p1"):
        archive.refine(Query("limaces"), plus=["d-rien#p1"])
