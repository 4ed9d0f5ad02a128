"""Readers that ask without pause while editions replace one another."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from index.archive import open_archive
from index.model import Query
from tests.durability.corpus import word
from tests.durability.torture.harness import ENCODER, Outcome, Reply, build, in_child, start_child


def readers(folder: Path, *, n_readers: int = 8, n_builds: int = 50, n_posts: int = 12) -> Outcome:
    """Readers that open and ask without pause while editions replace one another."""
    outcome = Outcome("readers", n_builds)
    archive, started = folder / "read", time.monotonic()
    in_child(lambda: build(archive, 0, n_posts))

    def rebuild() -> None:
        for number in range(1, n_builds + 1):
            reply = in_child(lambda n=number: build(archive, n, n_posts))
            outcome.require(f"build {number}: {reply.error}", holds=not reply.error)

    quiet, _ = _read_during(outcome, archive, n_readers, lambda: time.sleep(2))
    busy, editions = _read_during(outcome, archive, n_readers, rebuild)
    outcome.require("no reader saw a new edition", holds=len(editions) > 1)
    outcome.figures = {
        "n_asks": len(busy),
        "quiet_p95_ms": round(1000 * _p95(quiet), 1),
        "p95_ms": round(1000 * _p95(busy), 1),
        "n_editions_seen": len(editions),
        "seconds": round(time.monotonic() - started, 1),
    }
    return outcome


def _read_during(
    outcome: Outcome, archive: Path, n_readers: int, act: Callable[[], None]
) -> tuple[list[float], set[int]]:
    """The seconds of each question and the editions seen, by readers that ask while `act` runs."""
    stop = archive.with_name("stop")
    stop.unlink(missing_ok=True)
    children = [start_child(lambda: _read_until(archive, stop)) for _ in range(n_readers)]
    act()
    stop.touch()
    times: list[float] = []
    editions: set[int] = set()
    for reading, pid in children:
        with os.fdopen(reading, "rb") as stream:
            reply = Reply(**json.loads(stream.read()))
        os.waitpid(pid, 0)
        outcome.require(f"reader: {reply.error}", holds=not reply.error)
        if reply.value:
            outcome.failures += reply.value["mixed"]
            times += reply.value["times"]
            editions |= set(reply.value["editions"])
    return times, editions


def _read_until(archive: Path, stop: Path) -> dict[str, Any]:
    """Seconds of each question, editions seen, and what was seen of two editions at once."""
    known = {word(n, 2, number): number for n in range(20) for number in range(60)}
    times: list[float] = []
    mixed: list[str] = []
    editions: set[int] = set()
    while not stop.exists():
        with open_archive(archive, encoder=ENCODER) as opened:
            for n in range(3):
                started = time.monotonic()
                hits = opened.search(Query(f"paragraphe 2 billet {n}", k=20)).hits
                times.append(time.monotonic() - started)
                seen = {known[w] for hit in hits for w in hit.text.split() if w in known}
                editions |= seen
                if len(seen) > 1:
                    mixed.append(f"editions {sorted(seen)} in one answer")
        time.sleep(0.02)
    return {"times": times, "mixed": mixed, "editions": sorted(editions)}


def _p95(times: list[float]) -> float:
    return sorted(times)[int(0.95 * (len(times) - 1))] if times else 0.0
