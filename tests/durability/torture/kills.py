"""Builds killed with SIGKILL, at random moments and at publication."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path
from typing import Any, Final

from index.building.publish import GenerationDraft
from tests.durability.torture.harness import (
    N_EDITIONS,
    Outcome,
    build,
    clean_hash,
    in_child,
    judge,
    look,
    start_child,
    timed_build,
)

RESTART_LIMIT_S: Final = 5.0


def kills(folder: Path, *, n_trials: int = 1000, n_posts: int = 12, seed: int = 1) -> Outcome:
    """Builds killed with SIGKILL at random moments, one in three while it publishes."""
    outcome = Outcome("kills", n_trials)
    chance, archive = random.Random(seed), folder / "kills"
    started = time.monotonic()
    committed = in_child(lambda: build(archive, 0, n_posts)).value
    duration, slowest, n_published = time.monotonic() - started, 0.0, 0
    for trial in range(1, n_trials + 1):
        _kill_one(archive, trial, n_posts, duration, chance)
        seen = in_child(lambda: look(archive))
        wanted = clean_hash(folder, trial % N_EDITIONS, n_posts)
        judge(outcome, f"trial {trial}", seen, {committed, wanted}, n_posts)
        if seen.value:
            committed = seen.value["hash"]
            n_published += committed == wanted
            slowest = max(slowest, seen.value["seconds"])
        if trial % 25 == 0 or trial == n_trials:
            started = time.monotonic()
            again = in_child(lambda t=trial: timed_build(archive, t % N_EDITIONS, n_posts)).value
            duration, committed = time.monotonic() - started, again["hash"]
            slowest = max(slowest, again["seconds"])
            outcome.require(f"resume {trial}: another content", holds=committed == wanted)
    outcome.figures = {"restart_cpu_s": round(slowest, 2), "n_published": n_published}
    outcome.require(f"restart took {slowest:.1f} s of CPU", holds=slowest < RESTART_LIMIT_S)
    return outcome


def _kill_one(
    archive: Path, trial: int, n_posts: int, duration: float, chance: random.Random
) -> None:
    at_publication = trial % 3 == 0
    signalling, told = os.pipe()

    def act() -> str:
        seal = GenerationDraft.seal

        def announced(*args: Any) -> Any:
            os.write(told, b"!")
            return seal(*args)

        GenerationDraft.seal = announced  # type: ignore[method-assign]
        return build(archive, trial % N_EDITIONS, n_posts)

    reading, pid = start_child(act)
    os.close(told)
    if at_publication:
        os.read(signalling, 1)
        time.sleep(chance.uniform(0, 0.05))
    else:
        time.sleep(chance.uniform(0, duration))
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(reading)
    os.close(signalling)
