"""More passages than are laid out together: the rest beside their neighbours."""

from __future__ import annotations

import numpy as np
import pytest

from index.views.map import projection
from index.views.map.projection import find_centres, lay_out, place_beside


def subjects(n: int, n_subjects: int = 6, dimension: int = 24) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors (n, dimension) around a few directions, and which one each is around."""
    rng = np.random.default_rng(5)
    centres = rng.normal(size=(n_subjects, dimension))
    own = rng.integers(0, n_subjects, n)
    vectors = centres[own] + 0.35 * rng.normal(size=(n, dimension))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32), own


def test_the_rest_lies_among_its_like(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projection, "MOST_LAID_OUT", 300)
    vectors, own = subjects(1200)
    places = lay_out(vectors)
    assert places.shape == (1200, 2)
    assert places.dtype == np.float32
    middles = np.array([places[own == one].mean(axis=0) for one in range(6)])
    nearest = np.hypot(*(places[:, None, :] - middles[None]).transpose(2, 0, 1)).argmin(axis=1)
    assert (nearest == own).mean() > 0.97


def test_a_passage_like_another_lies_where_it_does() -> None:
    vectors, _ = subjects(200)
    places = np.random.default_rng(1).random((200, 2)).astype(np.float32)
    alone = np.eye(24, dtype=np.float32)[:1]
    again = np.concatenate([vectors, alone])
    spots = np.concatenate([places, np.array([[0.25, 0.75]], dtype=np.float32)])
    (found,) = place_beside(alone, again, spots)
    assert np.abs(found - [0.25, 0.75]).max() < 0.05


def test_there_are_no_more_centres_than_places() -> None:
    assert find_centres(np.zeros((0, 2), dtype=np.float32)).shape == (0, 2)
    assert len(find_centres(np.zeros((9, 2), dtype=np.float32))) == 1
    assert 3 <= len(find_centres(np.random.default_rng(0).random((500, 2), dtype=np.float32))) <= 30
