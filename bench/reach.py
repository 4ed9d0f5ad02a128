"""What an archive costs, beside the engines of `bench.peers` in the same run: time, disk, memory.

`python -m bench.reach [--passages 100000] [--questions 200]` gives all the same real texts, the
same random vectors and the same questions, each in a process of its own, and prints JSON on stdout.
Times are of the processor, one thread. Ours compares word pieces too, folds, highlights, counts and
proves; its pieces have the shape that the bundled encoder gives. `narrow` asks one site of twelve.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

# Before numpy and FAISS are loaded.
os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

import numpy as np

from bench.corpus import iter_documents, read_questions, shared_folder
from bench.given import GivenVectors
from bench.peers import PEERS, Peer, missing, versions
from index.archive import Archive, open_archive
from index.building.build import build_archive
from index.encoders.load import load_encoder
from index.maintenance.withdraw import parse_selector, withdraw
from index.model import Filters, Query
from ingest.model import Document

OURS: Final = "archiblogue"
SITE: Final = "blogue3.exemple.org"
Report = dict[str, float | int | str]


def main() -> None:
    """Prints the measures of each engine as JSON on stdout."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--only", choices=[OURS, *PEERS], action="append", default=None)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        (name,) = options.only
        measured = _ours if name == OURS else _peer
        print(json.dumps(measured(name, options.passages, options.questions)))
        return
    report = {
        name: _in_own_process(name, options.passages, options.questions)
        for name in options.only or [OURS, *PEERS]
    }
    print(json.dumps(report, indent=2, ensure_ascii=False))


def _in_own_process(name: str, n_passages: int, n_questions: int) -> Report:
    if name != OURS and (lacking := missing(PEERS[name].packages)):
        return {"left_out": f"{lacking} is not installed: pip install -e '.[bench]'"}
    sizes = ("--passages", str(n_passages), "--questions", str(n_questions))
    command = (sys.executable, "-m", "bench.reach", "--child", "--only", name, *sizes)
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        return {"failed": f"exit {done.returncode}"}
    found: Report = json.loads(done.stdout.splitlines()[-1])
    return found


def _ours(_: str, n_passages: int, n_questions: int) -> Report:
    encoder = GivenVectors(load_encoder(), reads_questions=False)
    documents = list(iter_documents(shared_folder(), n_passages + 24))
    made, extra = documents[:-2], documents[-2:]
    questions = read_questions(shared_folder(), n_questions)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "archive"
        started = time.process_time()
        for one in made:
            encoder.read_passages([p.text for p in one.passages])
        giving = time.process_time() - started
        report: Report = {"versions": versions(["faiss-cpu", "numpy"])}
        built = _seconds(lambda: build_archive(folder, iter(made), encoder))
        report["build_s"] = round(built - giving, 1)
        report["disk_mb"] = _megabytes(folder)
        report |= _fresh_process(folder, questions)
        report |= _cold_search(folder, questions[0])
        report["add_post_s"] = _seconds(lambda: _add(folder, extra[0], encoder))
        selector = parse_selector(made[len(made) // 2].doc_id)
        report["withdraw_and_prove_s"] = _seconds(
            lambda: withdraw(folder, selector, encoder=encoder)
        )
    return report


def _add(folder: Path, document: Document, encoder: GivenVectors) -> None:
    added = replace(document, source="ajout")
    build_archive(folder, iter([added]), encoder, replaces=["ajout"])


def _fresh_process(folder: Path, questions: Sequence[str]) -> Report:
    """Questions asked by a process that built nothing: its memory is that of a reader."""
    code = "import sys; from bench.reach import asked; asked(sys.argv[1], sys.argv[2:])"
    command = (sys.executable, "-c", code, str(folder), *questions)
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: Report = json.loads(done.stdout.splitlines()[-1])
    return found


def _cold_search(folder: Path, question: str) -> Report:
    """The command, from its start to its end: the bundled encoder reads the question."""
    command = (sys.executable, "-m", "archiblogue", "search", question, "--archive", str(folder))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"cold_search_cpu_s": round(spent, 2), "cold_search_wall_s": round(wall, 2)}


def asked(folder: str, questions: Sequence[str]) -> None:
    """Prints what questions cost: opened, in the whole archive, in one site; memory after them."""
    encoder = GivenVectors(load_encoder(), reads_questions=False)
    for text in questions:
        encoder.read_queries([text])
    started = time.perf_counter()
    archive = open_archive(folder, encoder=encoder)
    report: Report = {"open_s": round(time.perf_counter() - started, 3)}
    whole = _each(questions, lambda text: _ask(archive, text, Filters()))
    report["memory_mb"] = _resident_megabytes()
    narrow = _each(questions, lambda text: _ask(archive, text, Filters(sites=(SITE,))))
    print(json.dumps(report | _percentiles("hybrid", whole) | _percentiles("narrow", narrow)))


def _ask(archive: Archive, text: str, filters: Filters) -> None:
    archive.search(Query(text, k=10, filters=filters))


def _peer(name: str, n_passages: int, n_questions: int) -> Report:
    peer: Peer = PEERS[name]()
    encoder = GivenVectors(load_encoder(), reads_questions=False)
    documents = list(iter_documents(shared_folder(), n_passages + 12))
    rows = [(p.text, one.site or "") for one in documents for p in one.passages]
    texts, sites = [one[0] for one in rows], [one[1] for one in rows]
    vectors = np.concatenate(
        [encoder.encode_passages(texts[at : at + 1000]) for at in range(0, len(texts), 1000)]
    )
    questions = read_questions(shared_folder(), n_questions)
    given = dict(zip(questions, encoder.encode_queries(questions), strict=True))
    n = len(texts) - len(documents[-1].passages)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        report: Report = {"versions": versions(PEERS[name].packages)}
        before = _resident_megabytes()
        report["build_s"] = _seconds(lambda: peer.build(folder, texts[:n], sites[:n], vectors[:n]))
        report["disk_mb"] = _megabytes(folder)
        whole = _each(questions, lambda text: peer.ask(text, given[text]))
        narrow = _each(questions, lambda text: peer.ask(text, given[text], SITE))
        report["memory_more_than_texts_and_vectors_mb"] = _resident_megabytes() - before
        report |= _percentiles("hybrid", whole) | _percentiles("narrow", narrow)
        report["add_post_s"] = _seconds(lambda: peer.add(n, texts[n:], sites[n:], vectors[n:]))
        gone = list(range(n // 2, n // 2 + 10))
        report["remove_post_unproved_s"] = _seconds(lambda: peer.remove(gone))
    return report


def _each(questions: Sequence[str], ask: Callable[[str], Any]) -> np.ndarray:
    """Milliseconds of processor time of each question (n,), after the last ones to get ready."""
    for text in questions[-10:]:
        ask(text)
    taken = np.zeros(len(questions))
    for number, text in enumerate(questions):
        started = time.process_time()
        ask(text)
        taken[number] = 1000 * (time.process_time() - started)
    return taken


def _percentiles(name: str, taken: np.ndarray) -> Report:
    p50, p95 = (round(float(np.percentile(taken, percent)), 1) for percent in (50, 95))
    return {f"{name}_p50_ms": p50, f"{name}_p95_ms": p95}


def _seconds(work: Callable[[], Any]) -> float:
    started = time.process_time()
    work()
    return round(time.process_time() - started, 2)


def _megabytes(folder: Path) -> int:
    return round(sum(one.stat().st_size for one in folder.rglob("*") if one.is_file()) / 1e6)


def _resident_megabytes() -> int:
    """What the process holds now; Linux only, as the figures of the decision."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6)


if __name__ == "__main__":
    main()
