"""`python -m archiblogue`: the same as the command `archiblogue`."""

from __future__ import annotations

from archiblogue.cli.main import main

if __name__ == "__main__":
    main()
