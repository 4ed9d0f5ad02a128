"""The only door to the network: a connection goes to the very address that was checked."""

from __future__ import annotations

import functools
import socket
import ssl
from collections.abc import Callable, Iterable
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


class PinnedBackend(httpcore.NetworkBackend):
    """Resolves once, checks every address found, connects to the first of them by number.

    A name that answers one public and one private address is refused whole. A second answer
    of the name server (rebinding) is never asked for. TLS still verifies the name.
    """

    def __init__(self, policy: AddressPolicy, resolver: Resolver = resolve_host) -> None:
        self._policy = policy
        self._resolver = resolver
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
                return self._inner.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
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


def open_pool(policy: AddressPolicy, resolver: Resolver = resolve_host) -> httpcore.ConnectionPool:
    """A pool that verifies TLS, knows no proxy and asks the environment nothing."""
    return httpcore.ConnectionPool(
        ssl_context=_verifying_context(),
        max_connections=4,
        keepalive_expiry=30.0,
        retries=0,
        network_backend=PinnedBackend(policy, resolver),
    )
