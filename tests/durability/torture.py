"""Harm done to an archive on purpose, counted: `python -m tests.durability.torture --help`.

Each function returns an `Outcome`; the suite runs them scaled down, the command line at full size.
This process only forks: what opens an archive runs in children, so that a kill is a real one.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

os.environ["OMP_NUM_THREADS"] = "1"  # before FAISS: its threads and forks do not go together

from index.build import build_archive
from index.generation import GenerationDraft
from index.maintenance.generations import rollback, verify
from index.model import Mode, Query
from index.search import open_archive
from index.withdrawals.withdraw import Selector, withdraw
from ingest.errors import ArchiveError
from ingest.model import Document
from tests.durability.corpus import Blog, word
from tests.fakes import FakeEncoder

BLOG = Blog()
ENCODER = FakeEncoder(16)
RESTART_LIMIT_S = 5.0
N_EDITIONS = 5  # successive builds differ; what each gives in one go is computed once


@dataclass
class Outcome:
    """What a torture found. No failure means that the archive held."""

    name: str
    n_trials: int = 0
    failures: list[str] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)

    def require(self, what: str, *, holds: bool) -> None:
        """Note a failure unless it holds."""
        if not holds:
            self.failures.append(what)


@dataclass
class Reply:
    """What a child said before it ended. `error` is the exception's class and text."""

    value: Any = None
    error: str = ""
    is_expected: bool = True


def in_child(act: Callable[[], Any]) -> Reply:
    """What `act` returns, or raises, in a process of its own."""
    reading, pid = start_child(act)
    with os.fdopen(reading, "rb") as stream:
        said = stream.read()
    os.waitpid(pid, 0)
    return Reply(**json.loads(said)) if said else Reply(error="died", is_expected=False)


def start_child(act: Callable[[], Any]) -> tuple[int, int]:
    """The descriptor on which a child will reply, and its process id."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return reading, pid
    os.close(reading)
    try:
        reply = Reply(value=act())
    except ArchiveError as error:
        reply = Reply(error=f"{type(error).__name__}: {error}")
    except BaseException:  # noqa: BLE001 - whatever it is, the parent must hear of it
        reply = Reply(error=traceback.format_exc(), is_expected=False)
    os.write(writing, json.dumps(asdict(reply)).encode())
    os._exit(0)


def edition(number: int, n_posts: int) -> list[Document]:
    """The posts of an edition: each has one paragraph of that edition."""
    return [BLOG.post(n, edition=number) for n in range(n_posts)]


def build(archive: Path, number: int, n_posts: int) -> str:
    """The content hash after a build of that edition, read slowly enough to be killed."""

    def slowly() -> Iterator[Document]:
        for document in edition(number, n_posts):
            time.sleep(0.001)
            yield document

    return build_archive(archive, slowly(), ENCODER).generation.manifest.content_hash


def timed_build(archive: Path, number: int, n_posts: int) -> dict[str, Any]:
    """The content hash of a build, and its CPU seconds: the machine may be busy with other work."""
    started = time.process_time()
    content_hash = build(archive, number, n_posts)
    return {"hash": content_hash, "seconds": time.process_time() - started}


def look(archive: Path) -> dict[str, Any]:
    """What a reader sees: content hash, number of texts, CPU seconds to the first answer."""
    started = time.process_time()
    with open_archive(archive, encoder=ENCODER) as opened:
        hits = opened.search(Query(f"billet {word(0, 1, 0)}", k=5)).hits
        seconds = time.process_time() - started
        texts = [hit.text for hit in opened.iter_passages()]
        damages = [damage.path for damage in verify(archive)]
        return {
            "hash": opened.generation.manifest.content_hash,
            "n_texts": len(texts),
            "found": bool(hits) and word(0, 1, 0) in hits[0].text,
            "seconds": seconds,
            "damages": damages,
        }


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
        _judge(outcome, f"trial {trial}", seen, {committed, wanted}, n_posts)
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


_clean: dict[tuple[int, int], str] = {}


def clean_hash(folder: Path, number: int, n_posts: int) -> str:
    """The content hash of an edition built in one go, elsewhere."""
    if (number, n_posts) not in _clean:
        place = folder / "clean"
        reply = in_child(lambda: build(place, number, n_posts))
        shutil.rmtree(place, ignore_errors=True)
        _clean[number, n_posts] = str(reply.value)
    return _clean[number, n_posts]


def _judge(outcome: Outcome, what: str, seen: Reply, wanted: set[str], n_posts: int) -> None:
    if seen.value is None:
        outcome.failures.append(f"{what}: {seen.error}")
        return
    outcome.require(f"{what}: neither old nor new", holds=seen.value["hash"] in wanted)
    outcome.require(f"{what}: texts lost", holds=seen.value["n_texts"] == 4 * n_posts)
    outcome.require(f"{what}: not found", holds=seen.value["found"])
    outcome.require(f"{what}: {seen.value['damages']}", holds=not seen.value["damages"])


@contextmanager
def failing_call(nth: int, error_number: int) -> Iterator[list[int]]:
    """The n-th open, write, fsync, rename or mkdir fails; gives the count of calls so far."""
    count = [0]
    originals: dict[tuple[Any, str], Any] = {}
    for module, name in [
        (os, "open"), (os, "write"), (os, "fsync"), (os, "replace"), (os, "rename"),
        (os, "mkdir"), (io, "open"),
    ]:  # fmt: skip
        originals[module, name] = getattr(module, name)

        def fails(*args: Any, _real: Any = originals[module, name], **options: Any) -> Any:
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


def faults(folder: Path, *, step: int = 1, n_posts: int = 4) -> Outcome:
    """The n-th system call of a build fails, for every n (or every `step`-th)."""
    import errno

    outcome = Outcome("faults")
    archive = folder / "faults"
    committed = in_child(lambda: build(archive, 0, n_posts)).value

    def count_calls() -> int:
        with failing_call(-1, 0) as count:
            build(archive, 0, n_posts)
        return count[0]

    n_calls = in_child(count_calls).value
    for nth in range(1, n_calls + 1, step):
        for number in (errno.EIO, errno.ENOSPC):
            trial = outcome.n_trials + 1

            def act(nth: int = nth, number: int = number, trial: int = trial) -> str:
                with failing_call(nth, number):
                    return build(archive, trial % N_EDITIONS, n_posts)

            reply = in_child(act)
            what = f"call {nth} of {n_calls}, errno {number}"
            outcome.require(f"{what}: {reply.error}", holds=reply.is_expected)
            seen = in_child(lambda: look(archive))
            wanted = clean_hash(folder, trial % N_EDITIONS, n_posts)
            _judge(outcome, what, seen, {committed, wanted}, n_posts)
            committed = seen.value["hash"] if seen.value else committed
            outcome.n_trials += 1
    outcome.figures = {"n_calls": n_calls}
    _require_resume(outcome, folder, archive, N_EDITIONS, n_posts)
    return outcome


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
        _judge(outcome, f"limit {limit}", seen, {committed, wanted}, n_posts)
        committed = seen.value["hash"] if seen.value else committed
    outcome.figures = {"n_refused": n_refused}
    outcome.require("no build met the limit", holds=n_refused > 0)
    _require_resume(outcome, folder, archive, N_EDITIONS, n_posts)
    return outcome


def small_disk(folder: Path, *, n_posts: int = 360) -> Outcome:
    """A real file system of 1 MiB fills up (for root only)."""
    outcome = Outcome("small_disk")
    place = folder / "small"
    place.mkdir()
    if os.system(f"mount -t tmpfs -o size=1m tmpfs '{place}' 2>/dev/null") != 0:
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
            _judge(outcome, f"trial {trial}", seen, {committed}, n_posts // 6)
        _require_resume(outcome, folder, archive, N_EDITIONS, n_posts // 6)
    finally:
        os.system(f"umount '{place}'")
    return outcome


def _require_resume(
    outcome: Outcome, folder: Path, archive: Path, number: int, n_posts: int
) -> None:
    reply = in_child(lambda: build(archive, number, n_posts))
    wanted = clean_hash(folder, number, n_posts)
    outcome.require(f"resume: {reply.error or 'another content'}", holds=reply.value == wanted)
    left = [path.name for path in archive.glob("*.tmp")]
    outcome.require(f"left behind: {left}", holds=not left)


def harm(path: Path, chance: random.Random) -> str:
    """What was done to the file: a flip, a cut, zeros, or its removal."""
    kind = chance.choice(["flip", "flip", "truncate", "zero", "delete"])
    content = bytearray(path.read_bytes())
    if kind == "delete" or not content:
        path.unlink()
        return f"delete {path.name}"
    at = chance.randrange(len(content))
    if kind == "flip":
        content[at] ^= 1 << chance.randrange(8)
    elif kind == "truncate":
        del content[at:]
    else:
        end = min(len(content), at + 1 + chance.randrange(4096))
        if not any(content[at:end]):
            content[at] = 0xFF
        else:
            content[at:end] = bytes(end - at)
    path.write_bytes(content)
    return f"{kind} {path.name} at {at}"


def corruptions(folder: Path, *, n_trials: int = 1000, seed: int = 3) -> Outcome:
    """`n_trials` harms to each kind of file: each is found, and none gives a wrong answer."""
    outcome = Outcome("corruptions")
    archive, chance = folder / "sound", random.Random(seed)

    def prepare() -> str:
        build(archive, 0, 6)
        build(archive, 1, 6)
        withdraw(archive, Selector("id", f"{BLOG.post(2).doc_id}#c1"), encoder=ENCODER)
        return answers(archive)

    truth = in_child(prepare).value
    names = sorted(
        str(path.relative_to(archive))
        for path in archive.rglob("*")
        if path.is_file() and path.stat().st_size
    )
    batch = 20
    for name in names:
        for start in range(0, n_trials, batch):
            seeds = [chance.random() for _ in range(min(batch, n_trials - start))]
            reply = in_child(lambda n=name, s=seeds: _harm_batch(archive, n, s, truth))
            outcome.failures += reply.value if reply.value is not None else [reply.error]
            outcome.n_trials += len(seeds)
    outcome.figures = {"n_files": len(names)}
    return outcome


def _harm_batch(archive: Path, name: str, seeds: list[float], truth: str) -> list[str]:
    failures = []
    path = archive / name
    whole = path.read_bytes()
    for seed in seeds:
        what = f"{name}: {harm(path, random.Random(seed))}"
        if not any(damage.path == name for damage in verify(archive)):
            failures.append(f"{what}: not found by verify")
        try:
            if answers(archive) != truth:
                failures.append(f"{what}: wrong answers")
        except ArchiveError:
            pass
        path.write_bytes(whole)
    return failures


def answers(archive: Path) -> str:
    """What an archive answers to a few questions in each mode, scores included."""
    asked = [f"billet {word(1, 1, 0)}", "que dit ce carnet", f"réponds {word(3, 'c', 1)}"]
    with open_archive(archive, encoder=ENCODER) as opened:
        found = [
            [(hit.passage_id, hit.text, round(hit.score, 6)) for hit in opened.search(query).hits]
            for mode in Mode
            for query in (Query(text, k=5, mode=mode) for text in asked)
        ]
    return json.dumps(found)


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


def withdrawals(folder: Path, *, n_marked: int = 20) -> Outcome:
    """Marked documents withdrawn, rebuilt from the same sources, an old generation restored."""
    outcome = Outcome("withdrawals", n_marked)
    archive, saved = folder / "forget", folder / "saved"
    posts = edition(0, n_marked + 10)
    marks = [word(n, 1, 0) for n in range(n_marked)]

    def prepare() -> None:
        build_archive(archive, posts[:-1], ENCODER)
        shutil.copytree(archive / "gen-0001", saved)
        build_archive(archive, posts, ENCODER)

    def forget() -> None:
        for n, post in enumerate(posts[:n_marked]):
            kinds = [("url", post.url), ("id", post.doc_id), ("id", post.passages[0].passage_id)]
            kind, value = kinds[n % len(kinds)]
            withdraw(archive, Selector(kind, value or ""), encoder=ENCODER)  # type: ignore[arg-type]

    def restore() -> None:
        shutil.copytree(saved, archive / "gen-0001", dirs_exist_ok=True)
        rollback(archive, to=1, encoder=ENCODER)

    steps: list[tuple[str, Callable[[], Any]]] = [
        ("withdraw", forget),
        ("rebuild", lambda: build_archive(archive, posts, ENCODER) and None),
        ("restore", restore),
        ("rebuild again", lambda: build_archive(archive, posts, ENCODER) and None),
    ]
    in_child(prepare)
    for name, step in steps:
        reply = in_child(step)
        outcome.require(f"{name}: {reply.error}", holds=not reply.error)
        hits = in_child(lambda: _hits_with(archive, marks))
        outcome.require(f"{name}: hits {hits.value} {hits.error}", holds=hits.value == [])
        held = files_with(archive, marks)
        outcome.require(f"{name}: bytes {held}", holds=not held)
    kept = in_child(lambda: _hits_with(archive, [word(n_marked + 2, 1, 0)]))
    outcome.require("what was not withdrawn is gone", holds=bool(kept.value))
    return outcome


def killed_withdrawals(folder: Path, *, n_trials: int = 200, seed: int = 7) -> Outcome:
    """Withdrawals killed at random moments: hidden or not begun, and finished when asked again."""
    outcome = Outcome("killed_withdrawals", n_trials)
    archive, chance = folder / "cut", random.Random(seed)
    n_posts = 10
    n_hidden, duration = 0, 0.6
    for trial in range(n_trials):
        n = trial % n_posts
        if n == 0:
            shutil.rmtree(archive, ignore_errors=True)
            in_child(lambda: build(archive, 0, n_posts) and build(archive, 1, n_posts))
        comment = BLOG.post(n).comments[0].comment_id
        mark = word(n, "c", 1)

        def forget(comment: str = comment) -> None:
            withdraw(archive, Selector("id", comment), encoder=ENCODER)

        reading, pid = start_child(forget)
        time.sleep(chance.uniform(0, duration))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(reading)
        seen = in_child(lambda: look(archive))
        outcome.require(f"trial {trial}: {seen.error}", holds=seen.value is not None)
        if seen.value:
            damages = seen.value["damages"]
            outcome.require(f"trial {trial}: {damages}", holds=not damages)
        shown = in_child(lambda m=mark: _hits_with(archive, [m]))
        n_hidden += shown.value == []
        started = time.monotonic()
        reply = in_child(forget)
        duration = max(0.2, time.monotonic() - started)
        outcome.require(f"trial {trial}, again: {reply.error}", holds=not reply.error)
        held = files_with(archive, [mark])
        outcome.require(f"trial {trial}: bytes {held}", holds=not held)
    outcome.figures = {"n_hidden": n_hidden}
    return outcome


def _hits_with(archive: Path, marks: list[str]) -> list[str]:
    with open_archive(archive, encoder=ENCODER) as opened:
        texts = [hit.text for hit in opened.iter_passages()]
        for mark in marks:
            texts += [hit.text for hit in opened.search(Query(mark, k=10)).hits]
    return [text for text in texts if any(mark in text for mark in marks)]


def files_with(folder: Path, words: list[str]) -> list[str]:
    """The files that hold one of the words, whole, folded or stemmed, in UTF-8 or UTF-16."""
    from index.terms import terms

    forms = {form for one in words for form in (one, one.casefold(), *terms(one))}
    needles = [
        form.encode(encoding)
        for form in sorted(forms)
        if len(form) >= 8
        for encoding in ("utf-8", "utf-16-le", "utf-16-be")
    ]
    held = []
    for path in sorted(folder.rglob("*")):
        content = path.read_bytes() if path.is_file() else b""
        held += [f"{path.name}: {needle!r}" for needle in needles if needle in content]
    return held


TORTURES: dict[str, Callable[..., Outcome]] = {
    "kills": kills,
    "faults": faults,
    "full_disk": full_disk,
    "small_disk": small_disk,
    "corruptions": corruptions,
    "readers": readers,
    "withdrawals": withdrawals,
    "killed_withdrawals": killed_withdrawals,
}


def main() -> int:
    """The exit status: 0 when every archive held. Outcomes go to stdout, one JSON line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help=f"which: {', '.join(TORTURES)} (all of them)")
    parser.add_argument("--trials", type=int, help="kills, corruptions a file, or builds read")
    arguments = parser.parse_args()
    n_failures = 0
    for name in arguments.names or list(TORTURES):
        options: dict[str, int] = {}
        if arguments.trials and name == "withdrawals":
            options["n_marked"] = arguments.trials
        if arguments.trials and name in {"kills", "corruptions", "full_disk", "killed_withdrawals"}:
            options["n_trials"] = arguments.trials
        if arguments.trials and name == "readers":
            options["n_builds"] = arguments.trials
        if arguments.trials and name == "faults":
            options["step"] = max(1, 60 // arguments.trials)
        with tempfile.TemporaryDirectory() as folder:
            started = time.monotonic()
            outcome = TORTURES[name](Path(folder).resolve(), **options)
            outcome.figures["total_s"] = round(time.monotonic() - started, 1)
        n_failures += len(outcome.failures)
        outcome.failures = outcome.failures[:20]
        sys.stdout.write(json.dumps(asdict(outcome), ensure_ascii=False) + "\n")
        sys.stdout.flush()
    return 1 if n_failures else 0


if __name__ == "__main__":
    sys.exit(main())
