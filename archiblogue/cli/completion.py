"""`completion`: the script that lets a shell complete commands, options and their values."""

from __future__ import annotations

import os
from typing import Final

from archiblogue.cli.terminal import say
from ingest.errors import UsageError

PROGRAM: Final = "archiblogue"
# A shell asks for completions by setting it.
VARIABLE: Final = "_ARCHIBLOGUE_COMPLETE"
SHELLS: Final = ("bash", "zsh", "fish", "powershell")


def run_completion(shell: str) -> int:
    """Write the script for one shell, to be read by it at its start.

    Raises:
        UsageError: no script is known for that shell.
    """
    if shell not in SHELLS:
        raise UsageError(
            f"L’interpréteur «\u00a0{shell}\u00a0» n’est pas connu. Choisissez {', '.join(SHELLS)}."
        )
    from typer._completion_shared import get_completion_script

    say(get_completion_script(prog_name=PROGRAM, complete_var=VARIABLE, shell=shell))
    return 0


def prepare_completion() -> None:
    """Makes the shells' dialects known to the parser, when a shell is what asks."""
    if VARIABLE in os.environ:
        from typer._completion_classes import completion_init

        completion_init()
