"""Servers that drip, flood, lie or point elsewhere: bounded in time, and told nothing."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpcore
import pytest

from ingest.errors import FetchError
from ingest.fetch import AddressPolicy, Fetcher, FetchOptions
from ingest.model import Page, Rejection
from ingest.sources import iter_source

Site = Any  # the fixture's class lives in conftest.py
LIMIT_S = 2.0
HTML = b"<html><body><p>Bonjour.</p></body></html>"
OK = b"HTTP/1.1 200 OK\r\n"

Part = tuple[bytes, float]


class Raw:
    """A port on which every connection is answered with the same bytes, part by part."""

    def __init__(self, parts: Callable[[], Iterator[Part]]) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self._parts = parts
        self.n_connections = 0
        self._is_open = True
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._server.getsockname()[1])

    def close(self) -> None:
        self._is_open = False
        self._server.close()

    def _serve(self) -> None:
        while self._is_open:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            self.n_connections += 1
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        try:
            connection.recv(65_536)
            for part, pause_s in self._parts():
                if not self._is_open:
                    return
                connection.sendall(part)
                time.sleep(pause_s)
            connection.close()
        except OSError:
            return


def drip(start: bytes, part: bytes, pause_s: float = 0.05) -> Callable[[], Iterator[Part]]:
    def parts() -> Iterator[Part]:
        yield start, 0.0
        while True:
            yield part, pause_s

    return parts


def once(answer: bytes) -> Callable[[], Iterator[Part]]:
    return lambda: iter([(answer, 0.0)])


HOSTILE: dict[str, Callable[[], Iterator[Part]]] = {
    "silence": drip(b"", b""),
    "a status, letter by letter": drip(b"H", b""),
    "headers without end, slowly": drip(OK, b"X-A: b\r\n"),
    "one header without end, slowly": drip(OK + b"X-A: ", b"b"),
    "headers without end, at once": drip(OK, b"X-A: b\r\n" * 5_000, 0.0),
    "one header of megabytes": once(OK + b"X-A: " + b"b" * 5_000_000 + b"\r\n\r\n"),
    "interim answers without end": drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.0),
    "early hints without end, slowly": drip(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    "a body without end, slowly": drip(OK + b"Content-Length: 100000\r\n\r\n", b"a"),
    "a body without end or length": drip(OK + b"\r\n", b"a" * 100_000, 0.0),
    "chunks without end": drip(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
    "a chunk's extension without end": drip(
        OK + b"Transfer-Encoding: chunked\r\n\r\n1;", b"a" * 1_000, 0.0
    ),
    "a chunk of a size that no memory holds": once(
        OK + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFF\r\na"
    ),
    "trailers without end": drip(
        OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X-A: b\r\n", 0.0
    ),
    "a length that is no number": once(OK + b"Content-Length: -1\r\n\r\n" + HTML),
    "two lengths": once(OK + b"Content-Length: 4\r\nContent-Length: 9\r\n\r\nabcdefghi"),
    "a cut body": once(OK + b"Content-Length: 1000\r\n\r\nabc"),
    "no protocol": once(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "another protocol": once(b"ICY 200 OK\r\n\r\n" + HTML),
    "a pressed bomb": once(
        OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"a" * 60_000_000)
    ),
    "a bomb of many members": once(
        OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"a" * 1_000_000) * 60
    ),
    "a deflate bomb": once(
        OK + b"Content-Encoding: deflate\r\n\r\n" + zlib.compress(b"a" * 60_000_000)
    ),
    "a pressed body, slowly": drip(
        OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(HTML)[:20], b"\0"
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_answer_ends_soon(name: str) -> None:
    server = Raw(HOSTILE[name])
    options = FetchOptions(
        interval_s=0.0,
        timeout_s=0.5,
        n_attempts=1,
        retry_wait_s=0.01,
        policy=AddressPolicy(allowed=frozenset({("127.0.0.1", server.port)})),
    )
    with Fetcher(options) as fetcher:
        fetcher._rules[f"http://127.0.0.1:{server.port}"] = _open_rules()
        start = time.monotonic()
        with pytest.raises(FetchError):
            fetcher.fetch(f"http://127.0.0.1:{server.port}/")
        assert time.monotonic() - start < LIMIT_S
    assert server.n_connections == 1
    server.close()


def _open_rules() -> Any:
    from ingest.fetch.robots import Rules

    return Rules()


def test_a_slow_robots_file_closes_the_site() -> None:
    server = Raw(drip(OK, b"X-A: b\r\n"))
    options = FetchOptions(
        interval_s=0.0,
        timeout_s=0.5,
        n_attempts=1,
        policy=AddressPolicy(allowed=frozenset({("127.0.0.1", server.port)})),
    )
    start = time.monotonic()
    with Fetcher(options) as fetcher, pytest.raises(FetchError) as raised:
        fetcher.fetch(f"http://127.0.0.1:{server.port}/")
    assert raised.value.slug == "robots"
    assert time.monotonic() - start < LIMIT_S
    server.close()


def reply(site: Site, path: str, body: bytes = HTML, status: int = 200, **headers: str) -> None:
    kind = type(site.routes["/robots.txt"])
    site.routes[path] = kind(body, status, {k.replace("_", "-"): v for k, v in headers.items()})


def test_no_cookie_nor_credential_is_ever_sent(site: Site, tmp_path: Path) -> None:
    reply(site, "/a", b"", 302, Location="/b", Set_Cookie="secret=1; Path=/")
    reply(site, "/b", Set_Cookie="secret=2", WWW_Authenticate="Basic", ETag='"x"')
    with Fetcher(site.options(tmp_path)) as fetcher:
        fetcher.fetch(f"{site.url}/a")
        fetcher.fetch(f"{site.url}/b")
    sent = {name for request in site.requests for name in request.headers}
    assert not sent & {"cookie", "authorization", "referer", "origin", "proxy-authorization"}
    assert not any(b"secret" in path.read_bytes() for path in tmp_path.iterdir())


def test_the_mark_of_one_address_is_told_to_no_other(site: Site, tmp_path: Path) -> None:
    reply(site, "/a", b"", 302, Location="/b")
    reply(site, "/b", ETag='"marque"')
    with Fetcher(site.options(tmp_path)) as fetcher:
        fetcher.fetch(f"{site.url}/a")
        fetcher.fetch(f"{site.url}/a")
    marked = [r.path for r in site.requests if "marque" in r.headers.get("if-none-match", "")]
    assert marked == ["/b"]


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "gopher://127.0.0.1:25/_HELO",
        "ftp://127.0.0.1/",
        "http://user:secret@example.org/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:10.0.0.1]/",
        "http://[64:ff9b::a00:1]/",
        "http://2130706433/",
        "http://localhost:80/",
        "//192.168.0.1/",
        "\\\\192.168.0.1\\a",
        "http://example.org:6379/",
        "http://[::1",
        "data:text/html,<p>a</p>",
        "javascript:alert(1)",
        "http://\u2488.example.org\\@127.0.0.1/",
    ],
)
def test_the_last_of_many_hops_is_checked_too(
    site: Site, location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        reply(site, f"/{number}", b"", 302, Location=f"/{number + 1}")
    reply(site, "/4", b"", 307, Location=location.encode().decode("latin-1"))
    asked: list[str] = []
    inner = httpcore.SyncBackend.connect_tcp

    def connect(self: Any, host: str, port: int, *args: Any, **kwargs: Any) -> Any:
        asked.append(f"{host}:{port}")
        return inner(self, host, port, *args, **kwargs)

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    with Fetcher(site.options()) as fetcher, pytest.raises(FetchError) as raised:
        fetcher.fetch(f"{site.url}/0")
    assert raised.value.slug in {"adresse-interdite", "http-404"}
    assert set(asked) == {f"127.0.0.1:{site.port}"}


def test_what_a_site_names_is_checked_like_what_a_person_names(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Robots, maps, feeds, APIs and pages that name private places: nobody goes there."""
    private = "http://169.254.169.254/latest"
    reply(site, "/robots.txt", f"User-agent: *\nSitemap: {private}\n".encode())
    reply(
        site,
        "/",
        f'<html><head><link rel="https://api.w.org/" href="{private}"/><link rel="alternate" '
        f'type="application/rss+xml" href="{private}"/></head><body><p>Bonjour.</p>'
        f'<img src="{private}"><iframe src="{private}"></iframe>'
        f'<a href="{private}">a</a></body></html>'.encode(),
    )
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>B</title><link rel="next" '
        f'href="{private}"/><entry><id>1</id><title>T</title><link rel="alternate" '
        f'href="{private}"/><content>Texte</content></entry></feed>'
    )
    reply(site, "/atom", feed.encode())
    reply(site, "/carte.xml", f"<sitemapindex><sitemap><loc>{private}</loc></sitemap>"
          f"</sitemapindex>".encode())  # fmt: skip
    asked: set[str] = set()
    inner = httpcore.SyncBackend.connect_tcp

    def connect(self: Any, host: str, *args: Any, **kwargs: Any) -> Any:
        asked.add(host)
        return inner(self, host, *args, **kwargs)

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    for path in ("/", "/carte.xml"):
        list(iter_source(f"{site.url}{path}", site.options()))
    with pytest.raises(FetchError, match="Adresse refusée"):
        list(iter_source(f"{site.url}/atom", site.options()))
    assert asked == {"127.0.0.1"}


def test_a_record_of_a_private_page_makes_no_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connect(*_args: Any, **_kwargs: Any) -> Any:
        raise AssertionError("somebody went to the network")

    monkeypatch.setattr(socket, "create_connection", connect)
    monkeypatch.setattr(socket.socket, "connect", connect)
    body = b'<html><body><p>Un billet.</p><img src="http://10.0.0.1/a"></body></html>'
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
    records = b"".join(
        (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{number}>\r\n"
            f"WARC-Target-URI: {url}\r\nWARC-Date: 2010-01-01T00:00:00Z\r\n"
            "Content-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(http)}\r\n\r\n"
        ).encode()
        + http
        + b"\r\n\r\n"
        for number, url in enumerate(
            ("http://10.0.0.1/", "http://localhost:9/", "file:///etc/passwd", "javascript:a")
        )
    )
    (tmp_path / "a.warc").write_bytes(records)
    found = list(iter_source(str(tmp_path / "a.warc")))
    assert found
    for one in found:
        if isinstance(one, Page):
            assert one.url is None or one.url.startswith(("http://", "https://"))
        else:
            assert isinstance(one, Rejection)


def test_a_refusal_shows_no_control_of_a_terminal() -> None:
    with pytest.raises(FetchError) as raised:
        AddressPolicy().parse("http://a\x1b[2J\u202e\n.example/")
    assert str(raised.value).isprintable() or "\u00a0" in str(raised.value)
    assert not {"\x1b", "\u202e", "\n"} & set(str(raised.value))
