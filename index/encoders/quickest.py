"""Which of two readers of the same model is the quicker on this machine: measured once, kept.

What a processor claims to know tells little: through torch, bfloat16 read 26 passages a second
where float32 read 34 and numpy 37, on a processor that names it among its instructions.
"""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Final

from platformdirs import user_cache_path

_FILE_NAME: Final = "quickest-reader.json"
# A reader that is not clearly quicker is not worth what it takes to start.
_CLEARLY: Final = 1.1


def is_quicker(
    challenger: Callable[[], object],
    holder: Callable[[], object],
    *,
    model: str,
    folder: Path | None = None,
) -> bool:
    """Whether `challenger` does the same work clearly quicker than `holder` on this machine.

    Each is run twice, the first time to get ready. The answer is kept for the model, the processor
    and the versions of the libraries; where nothing can be kept, it is measured again.

    Args:
        challenger: the work, by the reader that takes long to start.
        holder: the same work by the other one.
        model: the revision of the model.
        folder: where the answer is kept; that of the person's caches by default.
    """
    path = (folder or user_cache_path("archiblogue")) / _FILE_NAME
    machine = _machine(model)
    known = _read(path)
    if machine not in known:
        known[machine] = _seconds(holder) > _CLEARLY * _seconds(challenger)
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(known, indent=1), encoding="utf-8")
    return known[machine]


def _read(path: Path) -> dict[str, bool]:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {k: v for k, v in said.items() if isinstance(v, bool)} if isinstance(said, dict) else {}


def _machine(model: str) -> str:
    libraries = [f"{name} {version(name)}" for name in ("numpy", "torch")]
    parts = (platform.machine(), platform.processor(), f"{os.cpu_count()} cores", *libraries, model)
    return ", ".join(parts)


def _seconds(work: Callable[[], object]) -> float:
    work()
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
