"""How far a command is: a bar for a person, lines for a log."""

from __future__ import annotations

from pathlib import Path

import pytest

from archiblogue.cli import terminal
from archiblogue.cli.building import expected_pages


def lines_after(
    steps: list[tuple[float, int, int | None, str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> list[str]:
    now = [0.0]
    monkeypatch.setattr(terminal.time, "monotonic", lambda: now[0])
    with terminal.progress("Lecture") as advance:
        for at, done, total, label in steps:
            now[0] = at
            advance(done, total, label=label)
    return capsys.readouterr().err.replace("\u00a0", " ").replace("\u202f", " ").splitlines()


def test_a_log_gets_a_line_every_ten_seconds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = [(float(at), 10 * at, 400, "Lecture des pages") for at in range(26)]
    assert lines_after(steps, monkeypatch, capsys) == [
        "Lecture des pages : 100 sur 400, encore 30 s environ",
        "Lecture des pages : 200 sur 400, encore 20 s environ",
    ]


def test_what_is_quick_says_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lines_after([(9.9, 5, None, "Lecture")], monkeypatch, capsys) == []


def test_a_total_that_is_not_known_is_left_out_and_each_stage_has_its_own_clock(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = [(12.0, 1500, None, ""), (1000.0, 0, 10, "Index"), (2000.0, 1, 10, "Index")]
    assert lines_after(steps, monkeypatch, capsys) == [
        "Lecture : 1 500",
        "Index : 0 sur 10",
        "Index : 1 sur 10, encore 2 h 30 environ",
    ]


def test_the_pages_of_a_folder_are_counted_before_they_are_read(tmp_path: Path) -> None:
    for name in ("a.html", "b/c.HTM", "b/style.css", "b/d.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert expected_pages([str(tmp_path)]) == 3
    assert expected_pages([str(tmp_path), str(tmp_path / "a.html")]) == 4
    (tmp_path / "export.xml").write_text("<x/>")
    assert expected_pages([str(tmp_path)]) is None, "an export holds any number of them"
    assert expected_pages(["https://blogue.example/"]) is None
