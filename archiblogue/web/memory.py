"""What stays in memory for long is told to the collector once.

Streamlit collects garbage after every run of the script: with the archive, the model and the
libraries in memory it walked through all of them, 90 ms of processor for each question (130 ms in
all, measured by cProfile). Frozen, they are passed over; the runs' own objects are still freed.
"""

from __future__ import annotations

import gc
from threading import Lock

_settling = Lock()
_settled: list[str] = []


def settle_memory(stamp: str) -> None:
    """Set apart what is in memory now, once for each `stamp` (what was loaded).

    What an earlier stamp had set apart is collected first, if nothing uses it any more.
    """
    with _settling:
        if _settled == [stamp]:
            return
        _settled[:] = [stamp]
        gc.unfreeze()
        gc.collect()
        gc.freeze()
