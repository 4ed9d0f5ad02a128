"""How fast a big archive answers, beside bare FAISS and bare FTS5 on the same questions.

`python -m bench.search [--passages 100000] [--questions 300] [--archive DIR]` builds the archive
when there is none, then asks each question warm: a third plain, a third filtered by role and date,
a third filtered by site, with highlights and facets. Unless `--real-vectors` asks for them, which
takes the bundled encoder half an hour, the passages get random vectors of its dimension: the time
of a question does not depend on their values, and questions are read by the encoder. The ratio is
ours to the sum of what both bare engines take for the same vectors, words and k; no filter, fusion
or highlight for them.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import faiss
import numpy as np

from bench.corpus import iter_documents, read_questions, shared_folder
from bench.given import GivenVectors
from index.analysis.terms import iter_words
from index.archive import Archive, open_archive
from index.building.build import build_archive
from index.encoders.load import load_encoder
from index.encoders.protocol import Encoder
from index.model import Filters, Query
from ingest.model import Role

K = 10
FILTERS = (
    Filters(),
    Filters(roles=frozenset({Role.COMMENT}), after="2008", before="2014"),
    Filters(sites=("blogue3.exemple.org",)),
)


def main() -> None:
    """Prints the measures as JSON on stdout."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--archive", type=Path, default=None)
    parser.add_argument("--real-vectors", action="store_true")
    options = parser.parse_args()
    folder = shared_folder()
    encoder = load_encoder()
    if not options.real_vectors:
        encoder = GivenVectors(encoder, reads_questions=True)
    with tempfile.TemporaryDirectory() as temporary:
        path = options.archive or Path(temporary) / "archive"
        report: dict[str, float | int | str] = {"encoder": encoder.name}
        if not path.exists():
            started = time.perf_counter()
            build_archive(path, iter_documents(folder, options.passages), encoder)
            report["build_s"] = round(time.perf_counter() - started, 1)
        started = time.perf_counter()
        with open_archive(path, encoder=encoder) as archive:
            archive.search(Query("première question"))
            report["open_s"] = round(time.perf_counter() - started, 3)
            questions = read_questions(folder, options.questions)
            report |= measure(archive, encoder, questions, Path(temporary))
    print(json.dumps(report, indent=2))


def measure(
    archive: Archive, encoder: Encoder, questions: Sequence[str], folder: Path
) -> dict[str, float | int]:
    """Milliseconds of ours and of the bare engines, and their ratio."""
    ours = _time(lambda n, text: _ask(archive, n, text), questions)
    encoding = _time(lambda _, text: encoder.encode_queries([text]), questions)
    bare_vectors = _bare_faiss(archive)
    asked = encoder.encode_queries(list(questions))
    nearest = _time(lambda n, _: bare_vectors.search(asked[n : n + 1], K), questions)
    rows = _bare_fts5(archive, folder / "bare.sqlite")
    words = _time(lambda _, text: _ask_fts5(rows, text), questions)
    bare = nearest + words
    return {
        "n_passages": len(archive.searcher.columns),
        "n_questions": len(questions),
        "ours_p50_ms": _percentile(ours, 50),
        "ours_p95_ms": _percentile(ours, 95),
        "ours_max_ms": _percentile(ours, 100),
        "encoding_p50_ms": _percentile(encoding, 50),
        "faiss_p50_ms": _percentile(nearest, 50),
        "fts5_p50_ms": _percentile(words, 50),
        "bare_p50_ms": _percentile(bare, 50),
        "bare_p95_ms": _percentile(bare, 95),
        "ratio_mean": round(float(ours.mean() / bare.mean()), 3),
        "ratio_p95": round(float(np.percentile(ours, 95) / np.percentile(bare, 95)), 3),
    }


def _ask(archive: Archive, number: int, text: str) -> None:
    query = Query(text, k=K, filters=FILTERS[number % len(FILTERS)])
    archive.search(query)
    archive.count(query)


def _time(ask: Callable[[int, str], object], questions: Sequence[str]) -> np.ndarray:
    """Milliseconds of each question (n,), the second time that it is asked."""
    taken = np.zeros(len(questions))
    for number, text in enumerate(questions[:20]):
        ask(number, text)
    for number, text in enumerate(questions):
        started = time.perf_counter()
        ask(number, text)
        taken[number] = 1000 * (time.perf_counter() - started)
    return taken


def _bare_faiss(archive: Archive) -> faiss.IndexFlatIP:
    index = faiss.IndexFlatIP(archive.searcher.vectors.dimension)
    index.add(archive.searcher.vectors.reconstruct(archive.searcher.columns.keys))
    return index


def _bare_fts5(archive: Archive, path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    connection.execute("CREATE VIRTUAL TABLE bare USING fts5(text)")
    texts = ((hit.text,) for hit in archive.iter_passages())
    connection.executemany("INSERT INTO bare (text) VALUES (?)", texts)
    connection.execute("INSERT INTO bare (bare) VALUES ('optimize')")
    connection.commit()
    return connection


def _ask_fts5(connection: sqlite3.Connection, text: str) -> list[tuple[int, str]]:
    words = " OR ".join(f'"{word.form}"' for word in iter_words(text)) or '"x"'
    sql = "SELECT rowid, text FROM bare WHERE bare MATCH ? ORDER BY bm25(bare) LIMIT ?"
    return connection.execute(sql, (words, K)).fetchall()


def _percentile(values: np.ndarray, percent: float) -> float:
    return round(float(np.percentile(values, percent)), 2)


if __name__ == "__main__":
    main()
