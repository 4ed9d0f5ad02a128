"""The only door to the network: a connection goes to the very address that was checked.

Every operation on it ends at the deadline of its request, however slowly a server drips: headers,
interim answers, handshakes and bodies alike.
"""

from __future__ import annotations

import functools
import socket
import ssl
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import httpcore

from ingest.errors import FetchError
from ingest.fetch.addresses import AddressPolicy

Resolver = Callable[[str, int], list[str]]


def resolve_host(host: str, port: int) -> list[str]:
    """Addresses of a host, in the resolver's order, each once.

    Raises:
        OSError: the name is unknown or the resolver does not answer.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(slots=True)
class Deadline:
    """When the request under way must be over, in monotonic seconds (one request at a time)."""

    at: float = float("inf")

    def start(self, duration_s: float) -> None:
        """Let a request begin."""
        self.at = time.monotonic() + duration_s

    @property
    def is_over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self.at

    def within(self, timeout_s: float | None) -> float:
        """Seconds that an operation may wait: its own timeout, cut at the deadline.

        Raises:
            httpcore.ReadTimeout: the time is up.
        """
        left_s = self.at - time.monotonic()
        if left_s <= 0:
            raise httpcore.ReadTimeout("le temps est écoulé")
        return left_s if timeout_s is None else min(timeout_s, left_s)


class TimedStream(httpcore.NetworkStream):
    """A connection of which no operation passes the deadline."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Bytes as they come, at most `max_bytes`; none at the end."""
        return self._inner.read(max_bytes, self._deadline.within(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of the buffer."""
        self._inner.write(buffer, self._deadline.within(timeout))

    def close(self) -> None:
        """Close the connection."""
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """The connection under TLS, with the same deadline."""
        left_s = self._deadline.within(timeout)
        secured = self._inner.start_tls(ssl_context, server_hostname, left_s)
        return TimedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401  the interface's signature
        """What is known of the connection."""
        return self._inner.get_extra_info(info)


class PinnedBackend(httpcore.NetworkBackend):
    """Resolves once, checks every address found, connects to the first of them by number.

    A name that answers one public and one private address is refused whole. A second answer
    of the name server (rebinding) is never asked for. TLS still verifies the name.
    """

    def __init__(
        self, policy: AddressPolicy, resolver: Resolver, deadline: Deadline | None = None
    ) -> None:
        self._policy = policy
        self._resolver = resolver
        self._deadline = deadline or Deadline()
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """An open connection to a checked address of the host.

        Raises:
            FetchError: slug `adresse-interdite`.
            httpcore.ConnectError: the name is unknown, or nobody answers.
        """
        try:
            addresses = self._resolver(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"nom inconnu : {host}") from error
        if not addresses:
            raise httpcore.ConnectError(f"nom sans adresse : {host}")
        for address in addresses:
            self._policy.check_address(address, port)
        return self._connect_first(addresses, port, timeout, local_address, socket_options)

    def _connect_first(
        self,
        addresses: list[str],
        port: int,
        timeout: float | None,
        local_address: str | None,
        socket_options: Iterable[Any] | None,
    ) -> httpcore.NetworkStream:
        failure: Exception | None = None
        for address in addresses[:4]:
            try:
                stream = self._inner.connect_tcp(
                    address, port, self._deadline.within(timeout), local_address, socket_options
                )
                return TimedStream(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError("aucune adresse ne répond")

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ARG002  the interface's signature
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        """Never: a socket file is not a site.

        Raises:
            FetchError: always.
        """
        raise FetchError(f"Adresse refusée «\u00a0{path}\u00a0».", "adresse-interdite")


@functools.cache
def _verifying_context() -> ssl.SSLContext:
    """The one TLS context: certificates and names are always verified. Loading it takes 30 ms."""
    return httpcore.default_ssl_context()


def open_pool(
    policy: AddressPolicy, resolver: Resolver = resolve_host, deadline: Deadline | None = None
) -> httpcore.ConnectionPool:
    """A pool that verifies TLS, knows no proxy and asks the environment nothing."""
    return httpcore.ConnectionPool(
        ssl_context=_verifying_context(),
        max_connections=4,
        keepalive_expiry=30.0,
        retries=0,
        network_backend=PinnedBackend(policy, resolver, deadline),
    )
