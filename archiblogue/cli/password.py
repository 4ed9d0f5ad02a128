"""`archiblogue password`: the line of the settings that closes a shared page."""

from __future__ import annotations

import getpass
import sys

from archiblogue.cli.terminal import say, warn
from archiblogue.settings import PROJECT_FILE
from archiblogue.web.guard.password import hash_password
from ingest.errors import UsageError


def run_password() -> int:
    """Ask for a password without showing it, and write its hash as a line of TOML.

    Raises:
        UsageError: it is too short, or was not typed twice alike.
    """
    say(f'password_hash = "{hash_password(_ask())}"')
    warn(
        f"Copiez cette ligne dans {PROJECT_FILE}, ou sa valeur dans ARCHIBLOGUE_PASSWORD_HASH, "
        "puis relancez «\u00a0archiblogue serve\u00a0»."
    )
    return 0


def _ask() -> str:
    """The password, typed twice without an echo, or the first line of a file on stdin."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("Mot de passe\u00a0: ", stream=sys.stderr)
    if getpass.getpass("Encore une fois\u00a0: ", stream=sys.stderr) != password:
        raise UsageError("Les deux mots de passe ne sont pas les mêmes. Recommencez.")
    return password
