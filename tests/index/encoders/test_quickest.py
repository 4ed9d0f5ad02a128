"""The quicker reader of a model: measured once a machine, and remembered."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from index.encoders.quickest import is_quicker


def work(seconds: float, calls: list[float]) -> Callable[[], None]:
    def act() -> None:
        calls.append(seconds)
        time.sleep(seconds)

    return act


def test_the_clearly_quicker_one_is_chosen_and_not_measured_again(tmp_path: Path) -> None:
    calls: list[float] = []
    slow, quick = work(0.2, calls), work(0.01, calls)
    assert is_quicker(quick, slow, model="a", folder=tmp_path / "caches")
    assert len(calls) == 4
    assert is_quicker(slow, quick, model="a", folder=tmp_path / "caches"), "it is kept"
    assert len(calls) == 4
    assert not is_quicker(slow, quick, model="b", folder=tmp_path / "caches"), "another model"


def test_what_is_about_as_quick_is_not_worth_its_start(tmp_path: Path) -> None:
    calls: list[float] = []
    assert not is_quicker(work(0.1, calls), work(0.1, calls), model="a", folder=tmp_path)


def test_a_file_that_cannot_be_kept_or_read_costs_a_measure(tmp_path: Path) -> None:
    calls: list[float] = []
    slow, quick = work(0.2, calls), work(0.01, calls)
    (tmp_path / "quickest-reader.json").write_text("[1", encoding="utf-8")
    assert is_quicker(quick, slow, model="a", folder=tmp_path)
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert is_quicker(quick, slow, model="a", folder=tmp_path / "file" / "caches")
