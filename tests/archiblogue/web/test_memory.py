"""What stays in memory is set apart once, and given back when something else takes its place."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from archiblogue.web.memory import settle_memory


class Loop:
    """An object that only the collector can free."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    """The collector as other tests expect it."""
    yield
    gc.unfreeze()


def test_what_is_loaded_is_passed_over_by_the_collector() -> None:
    settle_memory("première génération")
    assert gc.get_freeze_count() > 1_000


def test_a_run_leaves_nothing_behind() -> None:
    settle_memory("deuxième génération")
    loop = weakref.ref(Loop())
    gc.collect()
    assert loop() is None


def test_what_is_replaced_is_freed() -> None:
    old = Loop()
    left = weakref.ref(old)
    settle_memory("troisième génération")
    del old
    gc.collect()
    assert left() is not None, "set apart with the rest"
    settle_memory("quatrième génération")
    assert left() is None
