"""A web server on loopback that the tests script, and a fetcher that may reach only it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ingest.fetch import AddressPolicy, FetchOptions


@dataclass
class Request:
    path: str
    headers: dict[str, str]


@dataclass
class Reply:
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


Route = Reply | Callable[[Request], Reply]


class Site:
    """What the server answers, and what it was asked."""

    def __init__(self) -> None:
        self.routes: dict[str, Route] = {"/robots.txt": Reply(status=404)}
        self.requests: list[Request] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                request = Request(self.path, {k.lower(): v for k, v in self.headers.items()})
                site.requests.append(request)
                route = site.routes.get(self.path, Reply(b"absent", 404))
                reply = route(request) if callable(route) else route
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                try:
                    self.wfile.write(reply.body)
                except OSError:
                    return

            def log_message(self, *_args: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def paths(self, *, robots: str = "without") -> list[str]:
        return [r.path for r in self.requests if robots == "with" or r.path != "/robots.txt"]

    def options(self, cache: Path | None = None) -> FetchOptions:
        return FetchOptions(
            contact="https://exemple.org/contact",
            cache_folder=cache,
            interval_s=0.0,
            retry_wait_s=0.01,
            timeout_s=3.0,
            policy=AddressPolicy(allowed=frozenset({("127.0.0.1", self.port)})),
        )

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    """A server on loopback with an empty robots.txt."""
    running = Site()
    yield running
    running.close()
