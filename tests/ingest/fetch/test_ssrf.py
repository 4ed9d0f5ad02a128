"""Addresses that must never be connected to, whatever they pretend: 0 connections."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpcore
import pytest

from ingest.errors import FetchError
from ingest.fetch import AddressPolicy, Fetcher, FetchOptions

PORT_MARK = "{port}"

FORMS = [
    # loopback, in every spelling
    "http://127.0.0.1/",
    "http://127.0.0.1:{port}/",
    "http://127.1/",
    "http://127.0.1/",
    "http://127.255.255.254/",
    "http://0/",
    "http://0.0.0.0/",
    "http://2130706433/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://0177.0.0.01/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0x7f.1/",
    "http://127.0.0.1.:80/",
    "http://127.000.000.001/",
    "http://①②⑦.⓪.⓪.①/",
    "http://127。0。0。1/",
    "http://127%2e0%2e0%2e1/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://blog.localhost/",
    "http://0300.0250.1.1/",
    "http://192.168.257/",
    "http://0x7f000001.:80/",
    "http://\uff11\uff12\uff17.\uff10.\uff10.\uff11/",
    "http://127.0.0.1#@example.org/",
    "http://127.0.0.1?@example.org/",
    "HTTP://LOCALHOST:80/",
    "https://127.0.0.1:443/",
    # private, link-local, metadata, shared, documentation, multicast, reserved
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://172.31.255.255/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.64.0.1/",
    "http://100.100.100.200/",
    "http://192.0.0.192/",
    "http://192.0.2.1/",
    "http://198.18.0.1/",
    "http://198.51.100.1/",
    "http://203.0.113.1/",
    "http://192.88.99.1/",
    "http://224.0.0.1/",
    "http://239.255.255.250/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    # IPv6
    "http://[::1]/",
    "http://[::]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::ffff:169.254.169.254]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b:1::a00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[2002:a9fe:a9fe::1]/",
    "http://[2001:0:4136:e378:8000:63bf:80ff:fffe]/",
    "http://[2001:db8::1]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[fc00::1]/",
    "http://[fd00:ec2::254]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://[100::1]/",
    "http://[::ffff:0:127.0.0.1]/",
    "http://[64:ff9b::169.254.169.254]/",
    "http://[2001:20::1]/",
    "http://[2001:10::1]/",
    "http://[2620:4f:8000::1]/",
    "http://[3fff::1]/",
    "http://[4000::1]/",
    "http://[5f00::1]/",
    "http://[ff05::1:3]/",
    "http://[::1%251]/",
    # schemes, ports, credentials, confusion
    "file:///etc/passwd",
    "ftp://example.org/",
    "gopher://example.org/",
    "http://example.org:22/",
    "http://example.org:6379/",
    "https://example.org:8443/",
    "http://user:secret@example.org/",
    "http://example.org@127.0.0.1/",
    "http://example.org\\@127.0.0.1/",
    "http://127.0.0.1\t/",
    "http://exam ple.org/",
    "http://printer.local/",
    "http://metadata.google.internal/",
    "http:///etc/passwd",
    "http://%6c%6f%63alhost/",
    "http://[::1",
    "http://example.org:0/",
    "http://example.org:-80/",
    "http://example.org:99999/",
    "http://example.org:٨٠/",
    "http://example.org:80:80/",
    "http://@example.org/",
    "http://:@example.org/",
    "http://example.org:80@127.0.0.1:8000/",
    "http://example.org\uff0f@127.0.0.1/",
    "http://example.org%00.pirate.example/",
    "http://example.org\r\nHost: interne/",
    "http://ex\u200bample.org\u2028/",
    "http://a..example.org/",
    "http://" + "a" * 64 + ".example.org/",
    "http:127.0.0.1/",
    "//127.0.0.1/",
    "data:text/html,<p>",
    "javascript:alert(1)",
    "unix:///var/run/docker.sock",
    "http+unix://%2Fvar%2Frun%2Fdocker.sock/",
]

NAMES = {
    "one-private.example": ["10.0.0.1"],
    "mixed.example": ["93.184.215.14", "127.0.0.1"],
    "mixed6.example": ["2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::1"],
    "mapped.example": ["::ffff:10.0.0.1"],
    "nat64.example": ["64:ff9b::a00:1"],
    "link.example": ["fe80::1%eth0"],
    "zero.example": ["0.0.0.0"],
    "multicast.example": ["224.0.0.251"],
    "rubbish.example": ["pas-une-adresse"],
    "127.0.0.1.nip.example": ["127.0.0.1"],
    "ip6-loopback.example": ["::1"],
    "six-to-four.example": ["2002:a00:1::"],
    "teredo.example": ["2001:0:4136:e378:8000:63bf:80ff:fffe"],
    "compatible.example": ["::10.0.0.1"],
    "site-local.example": ["fec0::1"],
    "last-of-many.example": [*(f"93.184.215.{n}" for n in range(14, 24)), "192.168.0.1"],
    "xn--e1awd7f.example": ["10.0.0.1"],
}


@dataclass
class Network:
    """A resolver and a listener that count; nothing of it may ever be reached."""

    names: dict[str, list[str]] = field(default_factory=dict)
    n_connections: int = 0

    def resolve(self, host: str, _port: int) -> list[str]:
        if host in self.names:
            return self.names[host]
        found = socket.getaddrinfo(host, 80, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        return [str(entry[4][0]) for entry in found]


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    """Any connection attempt is counted and refused, wherever it goes."""
    watch = Network()

    def connect(*_args: Any, **_kwargs: Any) -> httpcore.NetworkStream:
        watch.n_connections += 1
        raise httpcore.ConnectError("compté")

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    return watch


def test_there_are_sixty_forms() -> None:
    assert len(FORMS) + len(NAMES) >= 60


@pytest.mark.parametrize("form", FORMS)
def test_no_form_is_connected_to(form: str, network: Network) -> None:
    options = FetchOptions(interval_s=0.0, n_attempts=1)
    with Fetcher(options, resolver=network.resolve) as fetcher, pytest.raises(FetchError) as raised:
        fetcher.fetch(form.replace(PORT_MARK, "8000"))
    assert raised.value.slug == "adresse-interdite", str(raised.value)
    assert network.n_connections == 0


@pytest.mark.parametrize("name", NAMES)
def test_a_name_with_a_private_address_is_refused_whole(name: str, network: Network) -> None:
    network.names = NAMES
    options = FetchOptions(interval_s=0.0, n_attempts=1)
    with Fetcher(options, resolver=network.resolve) as fetcher, pytest.raises(FetchError) as raised:
        fetcher.fetch(f"http://{name}/")
    assert raised.value.slug == "adresse-interdite"
    assert network.n_connections == 0


def test_the_checks_can_fail(network: Network) -> None:
    """A public address is tried: the counter of the tests above is a real one."""
    options = FetchOptions(interval_s=0.0, n_attempts=1)
    network.names = {"public.example": ["93.184.215.14"]}
    with Fetcher(options, resolver=network.resolve) as fetcher, pytest.raises(FetchError):
        fetcher.fetch("http://public.example/")
    assert network.n_connections > 0


def test_rebinding_connects_to_the_checked_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name changes its answer after the check: only the first answer is ever used."""
    answers = iter([["93.184.215.14"], ["127.0.0.1"], ["127.0.0.1"]])
    connected: list[str] = []

    def connect(_self: Any, host: str, *_args: Any, **_kwargs: Any) -> httpcore.NetworkStream:
        connected.append(host)
        raise httpcore.ConnectError("fermé")

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    options = FetchOptions(interval_s=0.0, n_attempts=2, retry_wait_s=0.01)
    with (
        Fetcher(options, resolver=lambda *_: next(answers)) as fetcher,
        pytest.raises(FetchError) as raised,
    ):
        fetcher.fetch("http://rebond.example/")
    assert raised.value.slug == "adresse-interdite"
    assert connected == ["93.184.215.14"]


@pytest.fixture
def listener() -> Iterator[tuple[int, list[int]]]:
    """A port on loopback that counts who comes."""
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.05)
    visits: list[int] = []
    stop = threading.Event()

    def accept() -> None:
        while not stop.is_set():
            try:
                connection, _ = server.accept()
            except TimeoutError:
                continue
            visits.append(1)
            connection.close()

    thread = threading.Thread(target=accept)
    thread.start()
    yield server.getsockname()[1], visits
    stop.set()
    thread.join()
    server.close()


@pytest.mark.parametrize("proxy", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_no_proxy_of_the_environment_is_used(
    proxy: str, listener: tuple[int, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, visits = listener
    monkeypatch.setenv(proxy, f"http://127.0.0.1:{port}")
    options = FetchOptions(interval_s=0.0, n_attempts=1)
    with (
        Fetcher(options, resolver=lambda *_: ["10.1.2.3"]) as fetcher,
        pytest.raises(FetchError),
    ):
        fetcher.fetch("http://blog.example/")
    assert visits == []


def test_an_allowed_pair_allows_nothing_else(listener: tuple[int, list[int]]) -> None:
    port, visits = listener
    policy = AddressPolicy(allowed=frozenset({("127.0.0.1", port)}))
    for address in ("127.0.0.2", "10.0.0.1", "::1"):
        with pytest.raises(FetchError):
            policy.check_address(address, port)
    with pytest.raises(FetchError):
        policy.check_address("127.0.0.1", 80)
    assert visits == []
