"""Texts withdrawn: no hit, and no byte of them left."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import time
import unicodedata
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from index.analysis.terms import terms
from index.archive import open_archive
from index.building.build import build_archive
from index.export import FORMATS, Request, export_bytes
from index.maintenance.doctor import doctor
from index.maintenance.generations import compact, describe_generations, rollback, verify
from index.maintenance.withdraw import Selector, withdraw
from index.model import Query
from index.withdrawals.generations import iter_documents
from tests.durability.corpus import word
from tests.durability.torture.harness import (
    BLOG,
    ENCODER,
    Outcome,
    build,
    edition,
    in_child,
    look,
    start_child,
)
from tests.unpacking import unpacked

_FIRST: Final = ("gen-0001", "seg-0001")
_TELLING: Final = 8  # letters: a shorter form may be in a file by chance


@dataclass(frozen=True)
class _Marked:
    """A withdrawal asked for, and the words that must be nowhere afterwards."""

    selector: Selector
    words: tuple[str, ...]


def withdrawals(folder: Path, *, n_marked: int = 20) -> Outcome:
    """Marked texts withdrawn, rebuilt from the same sources, an old generation restored.

    They are asked for in turn by address, document, passage, comment and author. After each step
    nothing of them is found, nor is in a file of the archive, an export or what the tools say.
    """
    outcome = Outcome("withdrawals", n_marked)
    archive, saved, said = folder / "forget", folder / "saved", folder / "said"
    said.mkdir()
    posts = edition(0, n_marked + 10)
    marked = [_marked(n) for n in range(n_marked)]
    marks = [mark for one in marked for mark in one.words]

    def prepare() -> None:
        build_archive(archive, posts[:-1], ENCODER)
        for name in _FIRST:
            shutil.copytree(archive / name, saved / name)
        build_archive(archive, posts, ENCODER)
        _say_everything(archive, said)

    def forget() -> None:
        for one in marked:
            withdraw(archive, one.selector, encoder=ENCODER)

    def restore() -> None:
        shutil.copytree(saved, archive, dirs_exist_ok=True)
        rollback(archive, to=1, encoder=ENCODER)

    steps: list[tuple[str, Callable[[], Any]]] = [
        ("withdraw", forget),
        ("rebuild", lambda: build_archive(archive, posts, ENCODER) and None),
        ("restore", restore),
        ("rebuild again", lambda: build_archive(archive, posts, ENCODER) and None),
        ("compact", lambda: compact(archive) and None),
    ]
    in_child(prepare)
    for place in (archive, said):
        shown = "".join(files_with(place, marks))
        missed = [mark for mark in marks if mark not in shown]
        outcome.require(f"never seen in {place.name}: {missed}", holds=not missed)
    for name, step in steps:
        reply = in_child(step)
        outcome.require(f"{name}: {reply.error}", holds=not reply.error)
        hits = in_child(lambda: _hits_with(archive, marks))
        outcome.require(f"{name}: hits {hits.value} {hits.error}", holds=hits.value == [])
        reply = in_child(lambda: _say_everything(archive, said))
        outcome.require(f"{name}: {reply.error}", holds=not reply.error)
        held = [*files_with(archive, marks), *files_with(said, marks)]
        outcome.require(f"{name}: bytes {held}", holds=not held)
    kept = in_child(lambda: _hits_with(archive, [word(n_marked + 2, 1, 0)]))
    outcome.require("what was not withdrawn is gone", holds=bool(kept.value))
    outcome.figures = {"n_words": len(marks)}
    return outcome


def _marked(n: int) -> _Marked:
    """What is asked for about the n-th post, and the words that only what must go holds."""
    post = BLOG.post(n)
    comment = post.comments[0]
    of_comment = (word("nom", n, 1), word(n, "c", 1))
    of_post = (word("titre", n), word(n, 1, 0), word(n, 2, 0), word("nom", n, 2), word(n, "c", 2))
    return [
        _Marked(Selector("url", post.url or ""), of_post + of_comment),
        _Marked(Selector("id", post.doc_id), of_post + of_comment),
        _Marked(Selector("id", post.passages[0].passage_id), (word(n, 1, 0),)),
        _Marked(Selector("id", comment.comment_id), of_comment),
        _Marked(Selector("author", comment.author or ""), of_comment),
    ][n % 5]


def _say_everything(archive: Path, place: Path) -> None:
    """Writes every export and what the keeper's tools say of an archive into a folder."""
    with open_archive(archive, encoder=ENCODER) as opened:
        for name, chosen in FORMATS.items():
            content = unpacked(export_bytes(opened, Request("corpus"), chosen))
            (place / f"export.{name}").write_bytes(content)
        whole = [asdict(one) for one in iter_documents(opened.generation)]
    (place / "documents.json").write_text(json.dumps(whole), encoding="utf-8")
    tools = [doctor(archive), verify(archive), describe_generations(archive)]
    (place / "tools.txt").write_text(repr(tools), encoding="utf-8")


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
    """« file: word » for each file that holds one of the words.

    A word is looked for whole, with a capital, folded and stemmed, as UTF-8, UTF-16, JSON escapes
    and percent escapes.
    """
    needles = {
        needle: one
        for one in words
        for form in {one, one.capitalize(), *terms(one)}
        if len(form) >= _TELLING
        for needle in _written(form)
    }
    held = set()
    for path in sorted(folder.rglob("*")):
        content = path.read_bytes() if path.is_file() else b""
        held |= {f"{path.name}: {one}" for needle, one in needles.items() if needle in content}
    return sorted(held)


def _written(form: str) -> set[bytes]:
    """A word as the bytes that a file may hold of it."""
    texts = {form, json.dumps(form)[1:-1], quote(form), unicodedata.normalize("NFD", form)}
    encodings = ("utf-8", "utf-16-le", "utf-16-be")
    return {text.encode(encoding) for text in texts for encoding in encodings}
