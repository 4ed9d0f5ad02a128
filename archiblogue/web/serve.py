"""Starting the page: `archiblogue serve`."""

from __future__ import annotations

import errno
import importlib.util
import os
import socket
import sys
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from archiblogue.web.guard.access import access_policy, is_loopback
from ingest.errors import ArchiveError, UsageError

if TYPE_CHECKING:
    from archiblogue.settings import Settings

# The same as in .streamlit/config.toml, for a copy that was installed without that file.
HARDENING: Final = MappingProxyType(
    {
        "server.headless": "true",
        "server.maxUploadSize": "1",
        "server.enableXsrfProtection": "true",
        "server.enableCORS": "true",
        "server.fileWatcherType": "none",
        "server.runOnSave": "false",
        "server.enableAgentApi": "false",
        "server.enableStaticServing": "false",
        "browser.gatherUsageStats": "false",
        "client.showErrorDetails": "none",
        "client.showErrorLinks": "false",
        "client.toolbarMode": "minimal",
        "logger.hideWelcomeMessage": "true",
        "logger.level": "warning",
    }
)


def serve(settings: Settings) -> int:
    """Serve the page of the settings' archive until it is stopped; the exit code.

    The archive may not exist yet: the page says what to do. An address that other machines can
    reach needs a password, or a guard in front.

    Raises:
        UsageError: the address cannot be listened on, or would be open to anyone.
        ArchiveError: the port is taken.
    """
    host, port = settings.host, settings.port
    _check_exposure(settings)
    _check_address(host, port)
    os.environ["ARCHIBLOGUE_ARCHIVE"] = str(settings.archive.resolve())
    if settings.encoder is not None:
        os.environ["ARCHIBLOGUE_ENCODER"] = settings.encoder
    os.environ["ARCHIBLOGUE_EXTERNAL_GUARD"] = str(settings.external_guard).lower()
    from streamlit.web.cli import main as streamlit

    shown = f"[{host}]" if ":" in host else host
    print(f"Archiblogue\u00a0: http://{shown}:{port} (Ctrl-C pour arrêter)", flush=True)  # noqa: T201
    try:
        streamlit(_arguments(host, port), standalone_mode=False)
    except KeyboardInterrupt:
        return 130
    return 0


def _check_exposure(settings: Settings) -> None:
    """Refuse an address open to other machines without a password, and say what it costs.

    Raises:
        UsageError: nothing guards the page, or the password's hash cannot be read.
    """
    policy = access_policy(settings)
    if is_loopback(settings.host):
        return
    if policy.password is not None:
        _warn(
            f"Attention\u00a0: l’adresse {settings.host} est ouverte à d’autres machines. Sans "
            "HTTPS devant elle, le mot de passe circule en clair."
        )
    elif policy.has_external_guard:
        _warn(
            f"Attention\u00a0: l’adresse {settings.host} est ouverte à d’autres machines, et la "
            "page ne demande rien\u00a0: tout repose sur la garde qui est devant."
        )
    else:
        raise UsageError(
            f"L’adresse {settings.host} est ouverte à d’autres machines\u00a0: il faut un mot de "
            "passe. Faites-le avec «\u00a0archiblogue password\u00a0», ou ajoutez "
            "--external-guard si un serveur mandataire garde déjà la page."
        )


def _warn(sentence: str) -> None:
    print(sentence, file=sys.stderr)  # noqa: T201


def _arguments(host: str, port: int) -> list[str]:
    settings = {
        **HARDENING,
        "server.address": host,
        "server.port": str(port),
        "browser.serverAddress": host,
    }
    options = [part for name, value in settings.items() for part in (f"--{name}", value)]
    return ["run", str(_page_script()), *options]


def _page_script() -> Path:
    found = importlib.util.find_spec("archiblogue.web.script.archiblogue_page")
    if found is None or found.origin is None:
        raise ArchiveError(
            "Le script de la page est introuvable. Réinstallez Archiblogue avec "
            "«\u00a0pip install .\u00a0»."
        )
    return Path(found.origin)


def _check_address(host: str, port: int) -> None:
    """Fail at once, in a sentence, where the server would fail later in a traceback."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
                raise ArchiveError(
                    f"Le port {port} est déjà pris sur {host}. Arrêtez l’autre serveur, ou "
                    f"choisissez un autre port\u00a0: archiblogue serve --port {port + 1}."
                ) from error
            raise UsageError(
                f"Impossible d’écouter sur «\u00a0{host}\u00a0», port {port}. Indiquez une "
                "adresse de cette machine (127.0.0.1) et un port entre 1024 et 65535."
            ) from error
