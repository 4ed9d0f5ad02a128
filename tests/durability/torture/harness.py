"""What the tortures share: processes that can be killed, editions of a blog, a look at an archive.

The process that tortures only forks: what opens an archive runs in children, so that a kill is a
real one.
"""

from __future__ import annotations

import json
import os
import shutil
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from index.archive import open_archive
from index.building.build import build_archive
from index.maintenance.generations import verify
from index.model import Query
from ingest.errors import ArchiveError
from ingest.model import Document
from tests.durability.corpus import Blog, word
from tests.fakes import FakeEncoder

BLOG: Final = Blog()
ENCODER: Final = FakeEncoder(16)
N_EDITIONS: Final = 5  # successive builds differ; what each gives in one go is computed once


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


_clean: dict[tuple[int, int], str] = {}


def clean_hash(folder: Path, number: int, n_posts: int) -> str:
    """The content hash of an edition built in one go, elsewhere."""
    if (number, n_posts) not in _clean:
        place = folder / "clean"
        reply = in_child(lambda: build(place, number, n_posts))
        shutil.rmtree(place, ignore_errors=True)
        _clean[number, n_posts] = str(reply.value)
    return _clean[number, n_posts]


def judge(outcome: Outcome, what: str, seen: Reply, wanted: set[str], n_posts: int) -> None:
    """Note what a reader saw wrong after an edition was built or cut short."""
    if seen.value is None:
        outcome.failures.append(f"{what}: {seen.error}")
        return
    outcome.require(f"{what}: neither old nor new", holds=seen.value["hash"] in wanted)
    outcome.require(f"{what}: texts lost", holds=seen.value["n_texts"] == 4 * n_posts)
    outcome.require(f"{what}: not found", holds=seen.value["found"])
    outcome.require(f"{what}: {seen.value['damages']}", holds=not seen.value["damages"])


def require_resume(
    outcome: Outcome, folder: Path, archive: Path, number: int, n_posts: int
) -> None:
    """Note whether a build after the harm gives another content, or leaves drafts behind."""
    reply = in_child(lambda: build(archive, number, n_posts))
    wanted = clean_hash(folder, number, n_posts)
    outcome.require(f"resume: {reply.error or 'another content'}", holds=reply.value == wanted)
    left = [path.name for path in archive.glob("*.tmp")]
    outcome.require(f"left behind: {left}", holds=not left)
