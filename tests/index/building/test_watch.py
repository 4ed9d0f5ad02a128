"""Watching folders: one build for each change, and no loss when a folder goes away."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from index.building.publish import current_generation, write_lock
from index.building.watch import WatchEvent, WatchKind, WatchOptions, look_at, watch
from tests.fakes import FakeEncoder

ENCODER = FakeEncoder(16)
QUICK = WatchOptions(interval_s=0.02, settle_s=0.05, n_rounds=1)


def page(n: int, word: str = "jardin") -> str:
    return (
        f"Titre du billet numéro {n}\n\nVoici un premier paragraphe assez long pour être gardé, "
        f"où il est question de {word} et de bien d’autres choses encore, jour après jour.\n\n"
        f"Et un second paragraphe, le numéro {n}, qui parle de la pluie et du beau temps.\n"
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    for n in range(3):
        (folder / f"{n}.txt").write_text(page(n), encoding="utf-8")
    return folder


def run(archive: Path, folder: Path, **changes: object) -> list[WatchEvent]:
    events: list[WatchEvent] = []
    options = WatchOptions(**{"interval_s": 0.02, "settle_s": 0.05, "n_rounds": 3, **changes})  # type: ignore[arg-type]
    watch(archive, [str(folder)], ENCODER, options=options, on_event=events.append)
    return events


def test_it_builds_at_once_and_not_again_when_nothing_changed(tmp_path: Path, folder: Path) -> None:
    (event,) = run(tmp_path / "a", folder)
    assert event.kind is WatchKind.BUILT
    assert event.summary is not None
    assert event.summary.n_documents == 3


def test_a_changed_file_is_built_once_it_is_quiet(tmp_path: Path, folder: Path) -> None:
    events: list[WatchEvent] = []
    stop = threading.Event()
    options = WatchOptions(interval_s=0.02, settle_s=0.3)
    thread = threading.Thread(
        target=watch,
        args=(tmp_path / "a", [str(folder)], ENCODER),
        kwargs={"options": options, "on_event": events.append, "stop": stop},
    )
    thread.start()
    try:
        _wait_for(lambda: len(events) == 1)
        for n in range(4):
            (folder / "new.txt").write_text(page(9, "potager" * n), encoding="utf-8")
            time.sleep(0.05)
        _wait_for(lambda: len(events) == 2)
    finally:
        stop.set()
        thread.join()
    assert [event.kind for event in events] == [WatchKind.BUILT] * 2
    assert events[1].summary is not None
    assert events[1].summary.n_documents == 4
    assert current_generation(tmp_path / "a").number == 2


def test_an_emptied_or_missing_folder_empties_nothing(tmp_path: Path, folder: Path) -> None:
    run(tmp_path / "a", folder)
    for path in folder.iterdir():
        path.unlink()
    assert {event.kind for event in run(tmp_path / "a", folder)} == {WatchKind.FAILED}
    folder.rmdir()
    events = run(tmp_path / "a", folder)
    assert {event.kind for event in events} == {WatchKind.FAILED}
    assert current_generation(tmp_path / "a").number == 1


def test_another_writer_is_told_and_waited_for(tmp_path: Path, folder: Path) -> None:
    events: list[WatchEvent] = []

    def act() -> None:
        watch(tmp_path / "a", [str(folder)], ENCODER, options=QUICK, on_event=events.append)

    with write_lock(tmp_path / "a"):
        thread = threading.Thread(target=act)
        thread.start()
        thread.join()
    act()
    assert [event.kind for event in events] == [WatchKind.FAILED, WatchKind.BUILT]
    assert "en cours d’écriture" in events[0].message


def test_addresses_are_no_files(tmp_path: Path, folder: Path) -> None:
    assert look_at(["https://carnet.example/feed", str(tmp_path / "absent")]) == ()
    assert [Path(name).name for name, _, _ in look_at([str(folder)])] == [
        "0.txt",
        "1.txt",
        "2.txt",
    ]


def _wait_for(condition: object, limit_s: float = 20.0) -> None:
    started = time.monotonic()
    while not condition():  # type: ignore[operator]
        assert time.monotonic() - started < limit_s
        time.sleep(0.02)
