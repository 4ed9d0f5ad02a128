"""What an export costs: `python -m bench.exporting [PASSAGES] [FORMAT…]`.

An archive of made-up posts is built in a temporary folder with the tests' encoder, whose vectors
and pieces take the room of the bundled one's; each export runs in a process of its own. Resident
memory is told apart: what the process holds, and the pages of the archive's files that the system
lends it.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from index.archive import open_archive
from index.building.build import build_archive
from index.export import FORMATS, Asked, Manner, Request, write_export
from index.model import Query
from ingest.model import Comment, Document, Passage, PassageKind, PublicationDate, Role
from tests.fakes import FakeTokenEncoder

_ENCODER: Final = FakeTokenEncoder(256)
_PER_POST: Final = 10
_N_WORDS: Final = 60
_DEFAULT: Final = 60_000


def main(arguments: list[str]) -> None:
    """Print the cost of each format, for as many hits as passages asked for."""
    n_passages = int(arguments[0]) if arguments else _DEFAULT
    names = arguments[1:] or ["csv", "jsonl", "parquet", "xlsx"]
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "archive"
        build_archive(archive, _documents(-(-n_passages // _PER_POST)), _ENCODER)
        for name in names:
            command = [sys.executable, "-m", "bench.exporting", "--one", folder, name]
            print(
                subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
            )


def export_one(folder: Path, name: str) -> dict[str, object]:
    """The cost of one export: seconds, processor seconds, MB held, MB of files lent."""
    peaks = {"RssAnon": 0, "RssFile": 0}
    threading.Thread(target=_watch, args=(peaks,), daemon=True).start()
    started, processor = time.perf_counter(), time.process_time()
    chosen = FORMATS[name]
    with open_archive(folder / "archive", encoder=_ENCODER) as archive:
        n_passages = archive.generation.manifest.counts["n_passages"]
        request = Request("question", (Asked("q1", Query("le jardin", k=n_passages)),))
        with (folder / f"export.{chosen.extension}").open("wb") as stream:
            tally = write_export(archive, request, chosen, stream, Manner())
    return {
        "format": name,
        "hits": tally.n_records,
        "seconds": round(time.perf_counter() - started, 1),
        "processor_s": round(time.process_time() - processor, 1),
        "held_mb": peaks["RssAnon"] // 1024,
        "lent_mb": peaks["RssFile"] // 1024,
    }


def _watch(peaks: dict[str, int]) -> None:
    while True:
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            name, _, value = line.partition(":")
            if name in peaks:
                peaks[name] = max(peaks[name], int(value.split()[0]))
        time.sleep(0.05)


def _documents(n: int) -> Iterator[Document]:
    chance = random.Random(3)
    words = ["".join(chance.choices("bcdfglmnprstvaeiou", k=6)) for _ in range(8000)]
    for number in range(n):
        yield _document(f"d-{number:016x}", chance, words)


def _document(doc_id: str, chance: random.Random, words: list[str]) -> Document:
    passages: list[Passage] = []
    comments: list[Comment] = []
    for number in range(1, _PER_POST + 1):
        text = f"Le jardin {' '.join(chance.choices(words, k=_N_WORDS))}."
        is_comment = number > _PER_POST // 2
        comment_id = f"{doc_id}#c{number}" if is_comment else None
        if comment_id is not None:
            comments.append(Comment(comment_id, len(comments) + 1, author=chance.choice(words)))
        passages.append(
            Passage(
                passage_id=f"{comment_id}.p1" if comment_id else f"{doc_id}#p{number}",
                doc_id=doc_id,
                ordinal=number - 1,
                role=Role.COMMENT if is_comment else Role.POST,
                kind=PassageKind.PARAGRAPH,
                text=text,
                start=0,
                end=len(text),
                comment_id=comment_id,
                language="fr",
            )
        )
    return Document(
        doc_id=doc_id,
        source_path=f"{doc_id}.html",
        passages=tuple(passages),
        comments=tuple(comments),
        title="Un potager",
        author=chance.choice(words),
        date=PublicationDate("2009-05", "month", "text", "mai 2009"),
        site="jardin.example.org",
        url=f"http://jardin.example.org/{doc_id}",
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        os.environ.setdefault("OMP_NUM_THREADS", "2")
        print(json.dumps(export_one(Path(sys.argv[2]), sys.argv[3])))
    else:
        main(sys.argv[1:])
