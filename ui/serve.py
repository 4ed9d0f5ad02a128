"""Starting the page: `archiblogue serve`."""

from __future__ import annotations

import errno
import importlib.util
import ipaddress
import os
import socket
import sys
from pathlib import Path
from types import MappingProxyType
from typing import Final

from ingest.errors import ArchiveError, UsageError

# The same as in .streamlit/config.toml, for a copy that was installed without that file.
HARDENING: Final = MappingProxyType(
    {
        "server.headless": "true",
        "server.maxUploadSize": "1",
        "server.enableXsrfProtection": "true",
        "server.enableCORS": "true",
        "server.fileWatcherType": "none",
        "server.runOnSave": "false",
        "browser.gatherUsageStats": "false",
        "client.showErrorDetails": "none",
        "client.showErrorLinks": "false",
        "client.toolbarMode": "minimal",
        "logger.hideWelcomeMessage": "true",
        "logger.level": "warning",
    }
)


def serve(archive: Path, host: str = "127.0.0.1", port: int = 8501) -> int:
    """Serve the page of this archive until it is stopped; the exit code.

    Args:
        archive: the archive's folder. It may not exist yet: the page says what to do.
        host: the address to listen on; anything but loopback lets others read the archive.
        port: the port to listen on.

    Raises:
        UsageError: the address cannot be listened on.
        ArchiveError: the port is taken.
    """
    _check_address(host, port)
    os.environ["ARCHIBLOGUE_ARCHIVE"] = str(archive.resolve())
    from streamlit.web.cli import main as streamlit

    shown = f"[{host}]" if ":" in host else host
    print(f"Archiblogue\u00a0: http://{shown}:{port} (Ctrl-C pour arrêter)", flush=True)  # noqa: T201
    if not _is_loopback(host):
        print(  # noqa: T201
            f"Attention\u00a0: l’adresse {host} est ouverte à d’autres machines, et la page "
            "n’a pas de mot de passe.",
            file=sys.stderr,
        )
    try:
        streamlit(_arguments(host, port), standalone_mode=False)
    except KeyboardInterrupt:
        return 130
    return 0


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
    found = importlib.util.find_spec("app")
    if found is None or found.origin is None:
        raise ArchiveError(
            "Le fichier app.py de la page est introuvable. Réinstallez Archiblogue avec "
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


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
