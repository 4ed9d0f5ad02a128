"""Bytes changed behind the archive's back: every change is found."""

from __future__ import annotations

import json
import random
from pathlib import Path

from index.archive import open_archive
from index.maintenance.generations import verify
from index.maintenance.withdraw import Selector, withdraw
from index.model import Mode, Query
from ingest.errors import ArchiveError
from tests.durability.corpus import word
from tests.durability.torture.harness import BLOG, ENCODER, Outcome, build, in_child


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
