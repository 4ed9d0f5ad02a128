"""A process that reads pages for `worker_pool`: records in on stdin, records out on stdout."""

from __future__ import annotations

import os
import signal
import sys
from typing import Final

from ingest.model import Page, StructuredPost
from ingest.pipeline import read_found
from ingest.workers import read_frame, write_frame

__all__ = ["limit_memory", "limit_time", "main"]

_MAX_MEMORY_BYTES: Final = 2 * 1024**3
"""Address space of a worker. A page of 5 MB takes 0.25 GB over the 0.18 GB of the parsers: one of
20 MB, the largest that is read, would take some 1.2 GB."""


def limit_memory(max_bytes: int) -> None:
    """Let an allocation over the bound fail in this process, instead of filling the machine."""
    if sys.platform == "win32":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    bound = max_bytes if hard == resource.RLIM_INFINITY else min(max_bytes, hard)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (bound, hard))
    except (OSError, ValueError):  # macOS knows the limit and refuses it
        return


def limit_time(seconds: float) -> None:
    """Let the system end this process once it has used so much more processor time; 0 lifts it.

    The signal is not handled: it ends a library that never comes back to Python too.
    """
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_PROF, seconds)


def main() -> int:
    """0 when the other side has closed the pipe. The argument is the limit of a page in seconds."""
    limit_s = float(sys.argv[1])
    limit_memory(_MAX_MEMORY_BYTES)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's: it ends the workers
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not write between the records
    import ingest.html.page  # noqa: F401  the parsers, before the first page's time runs

    write_frame(answers, "prêt")
    while True:
        try:
            found = read_frame(sys.stdin.buffer)
        except EOFError:
            return 0
        if isinstance(found, Page | StructuredPost):
            limit_time(limit_s)
            record = read_found(found)
            limit_time(0)
            write_frame(answers, record)


if __name__ == "__main__":
    sys.exit(main())
