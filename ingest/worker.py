"""A process that reads pages for `worker_pool`: records in on stdin, records out on stdout."""

from __future__ import annotations

import os
import signal
import sys

from ingest.model import Page, StructuredPost
from ingest.pipeline import read_found
from ingest.worker_pool import read_frame, write_frame

__all__ = ["main"]


def main() -> int:
    """0 when the other side has closed the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's: it ends the workers
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not write between the records
    import ingest.html_page  # noqa: F401  the parsers, before the first page's time runs

    write_frame(answers, "prêt")
    while True:
        try:
            found = read_frame(sys.stdin.buffer)
        except EOFError:
            return 0
        if isinstance(found, Page | StructuredPost):
            write_frame(answers, read_found(found))


if __name__ == "__main__":
    sys.exit(main())
