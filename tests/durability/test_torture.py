"""The tortures, scaled down: `python -m tests.durability.torture` runs them at full size."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.skipif(sys.platform == "win32", reason="fork and SIGKILL are of Unix")
@pytest.mark.parametrize(
    ("name", "n_trials"),
    [
        ("kills", 25),
        ("faults", 3),
        ("full_disk", 5),
        ("corruptions", 25),
        ("readers", 4),
        ("withdrawals", 9),
        ("killed_withdrawals", 6),
    ],
)
def test_an_archive_holds(repository: Path, name: str, n_trials: int) -> None:
    command = [sys.executable, "-m", "tests.durability.torture", name, "--trials", str(n_trials)]
    done = subprocess.run(
        command,
        cwd=repository,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.stdout, done.stderr
    outcome = json.loads(done.stdout)
    assert outcome["failures"] == []
    assert outcome["n_trials"] > 0
    assert done.returncode == 0
