"""The page's server, started as a person starts it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

START_S = 120


@contextmanager
def serving(archive: Path, repository: Path, **settings: str) -> Iterator[str]:
    """The address of the page of this archive, while it is served under these settings."""
    port = _free_port()
    command = [
        sys.executable,
        "-m",
        "archiblogue",
        "serve",
        "--archive",
        str(archive),
        "--port",
        str(port),
    ]
    log = archive.parent / "server.log"
    with log.open("wb") as output:
        environ = {**os.environ, **{f"ARCHIBLOGUE_{k.upper()}": v for k, v in settings.items()}}
        server = subprocess.Popen(
            command, cwd=repository, stdout=output, stderr=output, env=environ
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(f"{url}/_stcore/health", server, log)
            yield url
        finally:
            server.terminate()
            server.wait(timeout=START_S)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if server.poll() is not None:
            pytest.fail(f"the server stopped: {log.read_text('utf-8', 'replace')}")
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    pytest.fail(f"no page after {START_S} s: {log.read_text('utf-8', 'replace')}")
