"""Reads each source named on the command line in a process of its own kind of poverty.

Prints one JSON line a source: seconds, peak memory of the process in MB, what came out.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from ingest.model import Rejection
from ingest.sources import iter_source


def peak_mb() -> float:
    """Peak resident memory of this program. `ru_maxrss` would count the parent's, before exec."""
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def main() -> None:
    for spec in sys.argv[1:]:
        start = time.perf_counter()
        slugs, n_content, text = [], 0, ""
        for found in iter_source(spec):
            if isinstance(found, Rejection):
                slugs.append(found.slug)
            else:
                n_content += 1
                text = (text + repr(found)[:2_000])[:100_000]
        outcome = {
            "spec": spec,
            "seconds": time.perf_counter() - start,
            "peak_mb": peak_mb(),
            "slugs": slugs,
            "n_content": n_content,
            "text": text,
        }
        sys.stdout.write(json.dumps(outcome) + "\n")


main()
