"""The command `archiblogue`, and `python -m archiblogue`."""

from __future__ import annotations

import sys

from archiblogue.neighbours import find_intruder, intruder_sentence


def main() -> None:
    """Run the command line; 1 and a sentence when another module hides one of ours."""
    intruder = find_intruder()
    if intruder is not None:
        sys.stderr.write(f"{intruder_sentence(intruder)}\n")
        sys.exit(1)
    from archiblogue.cli.main import main as run_command

    run_command()


if __name__ == "__main__":
    main()
