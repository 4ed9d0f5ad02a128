"""Harm done to an archive on purpose, counted: `python -m tests.durability.torture --help`.

Each torture returns an `Outcome`; the suite runs them scaled down, the command line at full size.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from tests.durability.torture.corruptions import corruptions
from tests.durability.torture.faults import faults, full_disk, small_disk
from tests.durability.torture.harness import Outcome
from tests.durability.torture.kills import kills
from tests.durability.torture.readers import readers
from tests.durability.torture.withdrawals import killed_withdrawals, withdrawals

TORTURES: dict[str, Callable[..., Outcome]] = {
    "kills": kills,
    "faults": faults,
    "full_disk": full_disk,
    "small_disk": small_disk,
    "corruptions": corruptions,
    "readers": readers,
    "withdrawals": withdrawals,
    "killed_withdrawals": killed_withdrawals,
}


def main() -> int:
    """The exit status: 0 when every archive held. Outcomes go to stdout, one JSON line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help=f"which: {', '.join(TORTURES)} (all of them)")
    parser.add_argument("--trials", type=int, help="kills, corruptions a file, or builds read")
    arguments = parser.parse_args()
    n_failures = 0
    for name in arguments.names or list(TORTURES):
        options: dict[str, int] = {}
        if arguments.trials and name == "withdrawals":
            options["n_marked"] = arguments.trials
        if arguments.trials and name in {"kills", "corruptions", "full_disk", "killed_withdrawals"}:
            options["n_trials"] = arguments.trials
        if arguments.trials and name == "readers":
            options["n_builds"] = arguments.trials
        if arguments.trials and name == "faults":
            options["step"] = max(1, 60 // arguments.trials)
        with tempfile.TemporaryDirectory() as folder:
            started = time.monotonic()
            outcome = TORTURES[name](Path(folder).resolve(), **options)
            outcome.figures["total_s"] = round(time.monotonic() - started, 1)
        n_failures += len(outcome.failures)
        outcome.failures = outcome.failures[:20]
        sys.stdout.write(json.dumps(asdict(outcome), ensure_ascii=False) + "\n")
        sys.stdout.flush()
    return 1 if n_failures else 0


if __name__ == "__main__":
    sys.exit(main())
