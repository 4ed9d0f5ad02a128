"""Reading a page is bounded in memory as in time, and in a process that can be lost."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ingest.model import Document, Page, Rejection
from ingest.workers import WorkerPool

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/limits").exists(), reason="needs Linux's limits"
)
SENTENCE = b"Le jardin dort sous la neige et personne ne sait quand il s\xe2\x80\x99ouvrira. "


def page(content: bytes) -> Page:
    return Page("page.html", content, "text/html")


def test_a_worker_may_not_fill_the_memory() -> None:
    with WorkerPool(1, timeout_s=60) as pool:
        records = [*pool.put(page(b"<html><p>" + SENTENCE * 3 + b"</p></html>")), *pool.drain()]
        process = pool._workers[0]._process
        assert process is not None
        limits = Path(f"/proc/{process.pid}/limits").read_text(encoding="ascii")
    assert isinstance(records[0], Document)
    (line,) = [line for line in limits.splitlines() if line.startswith("Max address space")]
    assert int(line.split()[3]) <= 2 * 1024**3


def test_a_page_that_wants_more_memory_is_a_rejection_or_ends_its_worker_only() -> None:
    """With little memory, a page of 12 MB: a rejection in words, or a process that stops."""
    code = (
        "import sys, ingest.html.page\n"
        "from ingest.model import Page, Rejection\n"
        "from ingest.pipeline import read_found\n"
        "from ingest.worker import limit_memory\n"
        "content = b'<html>' + b'<div><p>mot</p>' * 800_000\n"
        "limit_memory(260_000_000)\n"
        "record = read_found(Page('page.html', content, 'text/html'))\n"
        "sys.exit(7 if isinstance(record, Rejection) else 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode != 0


def test_a_page_is_stopped_by_the_processor_time_that_it_takes() -> None:
    """One that works is ended by the system, without a look at the clock."""
    heavy = b"".join(b"<div><p>%s %d</p>" % (SENTENCE, n) for n in range(60_000))
    with WorkerPool(1, timeout_s=0.2) as pool:
        worker = pool._workers[0]
        (record,) = [*pool.put(page(heavy)), *pool.drain()]
        assert isinstance(record, Rejection)
        assert record.slug == "delai-depasse"
        assert not worker._expired.is_set(), "not by the clock"


def test_time_that_passes_without_work_is_not_counted() -> None:
    code = (
        "import time\n"
        "from ingest.worker import limit_time\n"
        "limit_time(0.3)\n"
        "time.sleep(1)\n"
        "limit_time(0.3)\n"
        "while True: pass\n"
    )
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parents[2], timeout=120, check=False
    )
    assert done.returncode == -signal.SIGPROF
    assert time.monotonic() - started > 1


def test_the_next_page_is_read_after_a_worker_was_lost() -> None:
    with WorkerPool(1, timeout_s=60) as pool:
        list(pool.put(page(b"<html><p>" + SENTENCE + b"</p></html>")))
        list(pool.drain())
        process = pool._workers[0]._process
        assert process is not None
        process.kill()
        process.wait()
        records = [*pool.put(page(b"<html><p>" + SENTENCE * 3 + b"</p></html>")), *pool.drain()]
    assert not isinstance(records[0], Rejection)
