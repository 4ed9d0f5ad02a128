"""System calls that fail, and disks that fill up."""

from __future__ import annotations

import errno
import io
import os
import resource
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import index
from index.building.build import build_archive
from index.maintenance.generations import compact, rollback
from index.maintenance.withdraw import Selector, withdraw
from tests.durability.corpus import word
from tests.durability.torture.harness import (
    BLOG,
    ENCODER,
    N_EDITIONS,
    Outcome,
    build,
    clean_hash,
    edition,
    in_child,
    judge,
    look,
    require_resume,
)
from tests.durability.torture.withdrawals import files_with

# Room for two generations of a small archive and SQLite's working files, not for one of the large.
_SMALL_DISK: Final = "2m"
_OWN_FILES: Final = str(Path(index.__file__).parent)


@contextmanager
def failing_call(nth: int, error_number: int) -> Iterator[list[int]]:
    """The n-th call of the system that changes or opens something fails; gives the count so far.

    What opens the program's own files is left alone: they are not the archive's.
    """
    count = [0]
    originals: dict[tuple[Any, str], Any] = {}
    for module, name in [
        (os, "open"), (os, "write"), (os, "fsync"), (os, "replace"), (os, "rename"),
        (os, "mkdir"), (io, "open"), (os, "unlink"), (os, "rmdir"), (os, "chmod"),
    ]:  # fmt: skip
        originals[module, name] = getattr(module, name)

        def fails(*args: Any, _real: Any = originals[module, name], **options: Any) -> Any:
            if str(args[0]).startswith(_OWN_FILES):
                return _real(*args, **options)
            count[0] += 1
            if count[0] == nth:
                raise OSError(error_number, os.strerror(error_number))
            return _real(*args, **options)

        setattr(module, name, fails)
    try:
        yield count
    finally:
        for (module, name), real in originals.items():
            setattr(module, name, real)


@dataclass(frozen=True)
class _Task:
    """Something done to an archive. `gone` are words that must be nowhere once it is done."""

    name: str
    prepare: Callable[[Path], Any]
    act: Callable[[Path], Any]
    gone: tuple[str, ...] = ()
    is_writing: bool = True


def _tasks(n_posts: int) -> list[_Task]:
    small, comment = edition(0, n_posts), BLOG.post(1).comments[0].comment_id
    many = edition(0, 10 * n_posts)

    def both(archive: Path) -> None:
        build(archive, 0, n_posts)
        build(archive, 1, n_posts)

    return [
        _Task("first build", lambda _: None, lambda a: build_archive(a, small, ENCODER)),
        _Task("build", lambda a: build(a, 0, n_posts), lambda a: build(a, 1, n_posts)),
        _Task(
            "amendment",
            lambda a: build_archive(a, many, ENCODER),
            lambda a: build_archive(a, [BLOG.post(0, edition=1), *many[1:]], ENCODER),
        ),
        _Task("rollback", both, lambda a: rollback(a, to=1)),
        _Task("compaction", both, compact),
        _Task(
            "withdrawal",
            both,
            lambda a: withdraw(a, Selector("id", comment), encoder=ENCODER),
            gone=(word(1, "c", 1), word("nom", 1, 1)),
        ),
        _Task("question", both, look, is_writing=False),
    ]


def faults(folder: Path, *, step: int = 1, n_posts: int = 4) -> Outcome:
    """The n-th system call of each task fails, for every n (or every `step`-th).

    The archive is then what it was or what it would be, and the same task, asked for again,
    finishes.
    """
    outcome = Outcome("faults")
    for task in _tasks(n_posts):
        sound, done = folder / f"{task.name} before", folder / f"{task.name} after"
        in_child(lambda t=task, a=sound: t.prepare(a) and None)
        _copy(sound, done)
        n_calls = in_child(lambda t=task, a=done: _count_calls(t, a)).value
        states = {_state(sound), _state(done)}
        has_written = _bytes(sound) != _bytes(done)
        outcome.require(f"{task.name}: wrote {has_written}", holds=has_written == task.is_writing)
        for nth in range(1, n_calls + 1, step):
            for number in (errno.EIO, errno.ENOSPC):
                what = f"{task.name}, call {nth} of {n_calls}, {errno.errorcode[number]}"
                _fail_once(outcome, what, task, sound, states, (nth, number))
        outcome.figures[f"n_calls of {task.name}"] = n_calls
    return outcome


def _fail_once(
    outcome: Outcome,
    what: str,
    task: _Task,
    sound: Path,
    states: set[str],
    fault: tuple[int, int],
) -> None:
    archive = sound.with_name("tried")
    shutil.rmtree(archive, ignore_errors=True)
    _copy(sound, archive)

    def act() -> None:
        with failing_call(*fault):
            task.act(archive)

    outcome.n_trials += 1
    reply = in_child(act)
    outcome.require(f"{what}: {reply.error}", holds=reply.is_expected)
    seen = _state(archive)
    outcome.require(f"{what}: {seen}, not one of {states}", holds=seen in states)
    again = in_child(lambda: task.act(archive) and None)
    outcome.require(f"{what}, again: {again.error}", holds=not again.error)
    seen, wanted = _state(archive), _state(sound.with_name(f"{task.name} after"))
    outcome.require(f"{what}, again: {seen}, not {wanted}", holds=seen == wanted)
    left = [*(path.name for path in archive.glob("*.tmp")), *files_with(archive, [*task.gone])]
    outcome.require(f"{what}, again: left {left}", holds=not left)


def _count_calls(task: _Task, archive: Path) -> int:
    with failing_call(-1, 0) as count:
        task.act(archive)
    return count[0]


def _copy(archive: Path, to: Path) -> None:
    if archive.exists():
        shutil.copytree(archive, to)


def _bytes(archive: Path) -> dict[str, bytes]:
    paths = [path for path in archive.rglob("*") if path.is_file()]
    return {str(path.relative_to(archive)): path.read_bytes() for path in paths}


def _state(archive: Path) -> str:
    """What a reader finds at that place: the content, and what is damaged."""
    seen = in_child(lambda: look(archive))
    if seen.value is None:
        return seen.error.partition(":")[0] if seen.is_expected else seen.error
    return f"{seen.value['hash'][:12]} {seen.value['n_texts']} {seen.value['damages']}"


def full_disk(folder: Path, *, n_trials: int = 40, n_posts: int = 12) -> Outcome:
    """Files cannot grow beyond a limit (then, for root, a real small file system)."""
    outcome = Outcome("full_disk", n_trials)
    archive = folder / "full"
    committed = in_child(lambda: build(archive, 0, n_posts)).value
    largest = max(p.stat().st_size for p in archive.rglob("*") if p.is_file())
    n_refused = 0
    for trial in range(1, n_trials + 1):
        limit = max(1, largest * trial // (n_trials + 1))

        def act(limit: int = limit, trial: int = trial) -> str:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            return build(archive, trial % N_EDITIONS, n_posts)

        reply = in_child(act)
        n_refused += bool(reply.error)
        outcome.require(f"limit {limit}: {reply.error}", holds=reply.is_expected)
        seen = in_child(lambda: look(archive))
        wanted = clean_hash(folder, trial % N_EDITIONS, n_posts)
        judge(outcome, f"limit {limit}", seen, {committed, wanted}, n_posts)
        committed = seen.value["hash"] if seen.value else committed
    outcome.figures = {"n_refused": n_refused}
    outcome.require("no build met the limit", holds=n_refused > 0)
    require_resume(outcome, folder, archive, N_EDITIONS, n_posts)
    return outcome


def small_disk(folder: Path, *, n_posts: int = 360) -> Outcome:
    """A real file system of 2 MiB fills up (for root only)."""
    outcome = Outcome("small_disk")
    place = folder / "small"
    place.mkdir()
    if os.system(f"mount -t tmpfs -o size={_SMALL_DISK} tmpfs '{place}' 2>/dev/null") != 0:
        outcome.figures = {"skipped": 1}
        return outcome
    try:
        archive = place / "archive"
        committed = in_child(lambda: build(archive, 0, n_posts // 6)).value
        for trial in range(1, 8):
            outcome.n_trials += 1
            reply = in_child(lambda t=trial: build(archive, t % N_EDITIONS, n_posts))
            said_so = "plus de place" in reply.error
            outcome.require(f"trial {trial}: {reply.error or 'it fitted'}", holds=said_so)
            seen = in_child(lambda: look(archive))
            judge(outcome, f"trial {trial}", seen, {committed}, n_posts // 6)
        require_resume(outcome, folder, archive, N_EDITIONS, n_posts // 6)
    finally:
        os.system(f"umount '{place}'")
    return outcome
