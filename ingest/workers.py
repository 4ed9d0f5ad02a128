"""Worker processes that read pages, each page under a hard limit of time, results in order.

The limit is in seconds of processor time, which the worker's system counts: on a busy machine a
good page takes long and costs what it always costs. A page that waits instead of working ends after
many times as long by the clock.

A worker is `python -m ingest.worker` behind two pipes. It is not a `multiprocessing` process:
those import the main module again, which fails under some hosts and runs scripts twice.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import IO, Final, Self

from ingest.model import Document, Page, Rejection, StructuredPost

__all__ = ["WorkerPool", "read_frame", "write_frame"]

_START_S: Final = 120.0
"""A worker imports its parsers first: 1 s when the machine is idle, many when it is not."""
_CLOCK_SHARE: Final = 1.0 if sys.platform == "win32" else 20.0
"""How many times the limit of processor time a page may take by the clock. At once that, 24 of 119
good pages were refused on a busy machine; Windows has no other limit."""
_WINDOW: Final = 4  # pages in flight for each worker: bounds memory, hides uneven pages
_LENGTH_BYTES: Final = 8
_ROOT: Final = Path(__file__).resolve().parent.parent


def write_frame(stream: IO[bytes], record: object) -> None:
    """Write one record with its length before it."""
    payload = pickle.dumps(record, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(len(payload).to_bytes(_LENGTH_BYTES, "big"))
    stream.write(payload)
    stream.flush()


def read_frame(stream: IO[bytes]) -> object:
    """The next record.

    Raises:
        EOFError: the other side has closed or died.
    """
    head = stream.read(_LENGTH_BYTES)
    if len(head) < _LENGTH_BYTES:
        raise EOFError
    n_bytes = int.from_bytes(head, "big")
    payload = stream.read(n_bytes)
    if len(payload) < n_bytes:
        raise EOFError
    return pickle.loads(payload)  # noqa: S301  both ends are this project's own processes


def ended_by_limit(process: subprocess.Popen[bytes]) -> bool:
    """Whether a process that ended was ended by the system for the processor time that it took."""
    return sys.platform != "win32" and process.returncode == -signal.SIGPROF


class _Worker:
    """One process. It is started with its first page and started again after it was killed."""

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._process: subprocess.Popen[bytes] | None = None
        self._expired = threading.Event()

    def read(self, found: Page | StructuredPost) -> Document | Rejection:
        """The document, or a rejection when the time is up or the worker dies."""
        process: subprocess.Popen[bytes] | None = None
        try:
            process = self._started()
            return self._ask(process, found)
        except (EOFError, OSError):
            self.kill()
            if self._expired.is_set() or (process is not None and ended_by_limit(process)):
                return Rejection(
                    found.source_path,
                    "limits",
                    "delai-depasse",
                    f"La lecture a été arrêtée après {self._timeout_s:g}\u00a0secondes\u00a0: "
                    "simplifiez la page ou retirez-la de la source.",
                )
            return Rejection(
                found.source_path,
                "extract",
                "lecteur-arrete",
                "Le lecteur s’est arrêté sur cette page\u00a0: retirez-la de la source et "
                "signalez-la.",
            )

    def kill(self) -> None:
        """End the process and close its pipes."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:  # what was not yet written cannot be written any more
                    continue

    def interrupt(self) -> None:
        """End the process from another thread; its reader cleans up."""
        process = self._process
        if process is not None:
            process.kill()

    def _expire(self, process: subprocess.Popen[bytes]) -> None:
        self._expired.set()
        process.kill()

    def _ask(
        self, process: subprocess.Popen[bytes], found: Page | StructuredPost
    ) -> Document | Rejection:
        if process.stdin is None or process.stdout is None:
            raise EOFError
        self._expired.clear()
        timer = threading.Timer(_CLOCK_SHARE * self._timeout_s, self._expire, [process])
        timer.daemon = True
        timer.start()
        try:
            write_frame(process.stdin, found)
            answer = read_frame(process.stdout)
        finally:
            timer.cancel()
        if not isinstance(answer, Document | Rejection):
            raise EOFError
        return answer

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.kill()
        self._expired.clear()
        path = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH")]))
        process = subprocess.Popen(  # noqa: S603  this very program, and a number
            [sys.executable, "-P", "-m", "ingest.worker", str(self._timeout_s)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
        )
        self._process = process
        if process.stdout is None:
            raise EOFError
        timer = threading.Timer(_START_S, process.kill)
        timer.daemon = True
        timer.start()
        try:
            read_frame(process.stdout)
        finally:
            timer.cancel()
        return process


class WorkerPool:
    """Reads pages in `n_workers` processes and gives their results in the order of the pages."""

    def __init__(self, n_workers: int, timeout_s: float) -> None:
        """Starts nothing yet.

        Args:
            n_workers: how many processes read, at least one.
            timeout_s: the most seconds of processor time that a page may take.
        """
        self._n_workers = max(1, n_workers)
        self._workers = [_Worker(timeout_s) for _ in range(self._n_workers)]
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        for worker in self._workers:
            self._idle.put(worker)
        self._threads = ThreadPoolExecutor(self._n_workers, thread_name_prefix="ingest")
        self._pending: deque[Future[Document | Rejection]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for future in self._pending:
            future.cancel()
        for worker in self._workers:
            worker.interrupt()
        self._threads.shutdown(wait=True, cancel_futures=True)
        for worker in self._workers:
            worker.kill()

    def put(self, found: Page | StructuredPost) -> Iterator[Document | Rejection]:
        """Give a page to the workers; what comes back are results that are due, in order."""
        self._pending.append(self._threads.submit(self._read, found))
        yield from self._due()

    def put_known(self, record: Document | Rejection) -> Iterator[Document | Rejection]:
        """Give a result that needs no worker its place in the order."""
        future: Future[Document | Rejection] = Future()
        future.set_result(record)
        self._pending.append(future)
        yield from self._due()

    def drain(self) -> Iterator[Document | Rejection]:
        """Every result that is still to come, in order."""
        while self._pending:
            yield self._pending.popleft().result()

    def _due(self) -> Iterator[Document | Rejection]:
        while self._pending and (
            self._pending[0].done() or len(self._pending) > self._n_workers * _WINDOW
        ):
            yield self._pending.popleft().result()

    def _read(self, found: Page | StructuredPost) -> Document | Rejection:
        worker = self._idle.get()
        try:
            return worker.read(found)
        finally:
            self._idle.put(worker)
