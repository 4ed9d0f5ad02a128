"""The fetch layer against a server on loopback: hops, bounds, manners, memory of answers."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from ingest.errors import FetchError
from ingest.fetch import AnswerCache, Fetcher, Pace
from ingest.fetch.robots import Rules
from ingest.fetch.transport import open_pool

Site = Any  # the fixture's class lives in conftest.py
HTML = b"<html><body><p>Bonjour.</p></body></html>"


def reply(site: Site, path: str, body: bytes = HTML, status: int = 200, **headers: str) -> None:
    kind = type(site.routes["/robots.txt"])
    site.routes[path] = kind(body, status, {k.replace("_", "-"): v for k, v in headers.items()})


def refusal(fetcher: Fetcher, url: str) -> str:
    with pytest.raises(FetchError) as raised:
        fetcher.fetch(url)
    return raised.value.slug


def test_a_page_is_fetched_with_a_polite_agent(site: Site) -> None:
    reply(site, "/a", Content_Type="text/html; charset=ISO-8859-1")
    with Fetcher(site.options()) as fetcher:
        answer = fetcher.fetch(f"{site.url}/a#commentaires")
    assert (answer.status, answer.content, answer.url) == (200, HTML, f"{site.url}/a")
    assert (answer.media_type, answer.charset) == ("text/html", "iso-8859-1")
    asked = site.requests[-1].headers
    assert asked["user-agent"].startswith("archiblogue/")
    assert "https://exemple.org/contact" in asked["user-agent"]
    assert asked["host"] == f"127.0.0.1:{site.port}"


def test_accents_in_an_address_are_encoded(site: Site) -> None:
    reply(site, "/%C3%A9t%C3%A9?q=%C3%A0")
    with Fetcher(site.options()) as fetcher:
        assert fetcher.fetch(f"{site.url}/été?q=à").status == 200


@pytest.mark.parametrize(
    "location", ["http://127.0.0.1:1/", "http://10.0.0.1/", "file:///etc/passwd", "//[::1]/"]
)
def test_every_hop_is_checked(site: Site, location: str) -> None:
    reply(site, "/a", b"", 302, Location="/b")
    reply(site, "/b", b"", 301, Location=location)
    with Fetcher(site.options()) as fetcher:
        assert refusal(fetcher, f"{site.url}/a") == "adresse-interdite"
    assert site.paths() == ["/a", "/b"]


def test_redirects_are_followed_and_end(site: Site) -> None:
    reply(site, "/a", b"", 301, Location="b")
    reply(site, "/b")
    reply(site, "/loop", b"", 302, Location="/loop")
    with Fetcher(site.options()) as fetcher:
        assert fetcher.fetch(f"{site.url}/a").url == f"{site.url}/b"
        assert refusal(fetcher, f"{site.url}/loop") == "redirections"


def test_gzip_is_taken_off(site: Site) -> None:
    reply(site, "/a", gzip.compress(HTML, mtime=0), Content_Encoding="gzip")
    with Fetcher(site.options()) as fetcher:
        assert fetcher.fetch(f"{site.url}/a").content == HTML


@pytest.mark.parametrize(
    ("name", "body", "encoding", "slug"),
    [
        ("bomb", gzip.compress(b"a" * 60_000_000, mtime=0), "gzip", "bombe-de-compression"),
        ("long", b"a" * 21_000_000, "identity", "trop-gros"),
        (
            "twice",
            gzip.compress(gzip.compress(HTML, mtime=0), mtime=0),
            "gzip, gzip",
            "compression-inconnue",
        ),
        ("brotli", HTML, "br", "compression-inconnue"),
        ("damaged", b"\x1f\x8b\x08rubbish rubbish", "gzip", "compression-illisible"),
    ],
)
def test_bodies_out_of_bounds_are_refused(
    site: Site, name: str, body: bytes, encoding: str, slug: str
) -> None:
    reply(site, f"/{name}", body, Content_Encoding=encoding)
    with Fetcher(site.options()) as fetcher:
        start = time.monotonic()
        assert refusal(fetcher, f"{site.url}/{name}") == slug
        assert time.monotonic() - start < 2.0


def serve_once(answer: bytes, pause_s: float = 0.0, n_parts: int = 1) -> tuple[int, socket.socket]:
    """A port that answers one connection after another with the given bytes, slowly."""
    server = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        while True:
            try:
                connection, _ = server.accept()
                connection.recv(65_536)
                for _ in range(n_parts):
                    connection.sendall(answer)
                    time.sleep(pause_s)
                connection.close()
            except OSError:
                return

    threading.Thread(target=run, daemon=True).start()
    return server.getsockname()[1], server


def test_a_dripping_answer_ends_at_the_limit(site: Site) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
    port, server = serve_once(head, pause_s=0.1, n_parts=60)
    options = site.options()
    allowed = frozenset({("127.0.0.1", port)})
    policy = type(options.policy)(allowed=allowed)
    slow = type(options)(
        interval_s=0.0, timeout_s=0.5, n_attempts=1, retry_wait_s=0.01, policy=policy
    )
    with Fetcher(slow) as fetcher:
        fetcher._rules[f"http://127.0.0.1:{port}"] = Rules()
        start = time.monotonic()
        assert refusal(fetcher, f"http://127.0.0.1:{port}/") == "delai"
        assert time.monotonic() - start < 2.0
    server.close()


def test_tls_is_always_verified(site: Site) -> None:
    context = open_pool(site.options().policy)._ssl_context
    assert isinstance(context, ssl.SSLContext)
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def test_robots_are_obeyed(site: Site) -> None:
    reply(
        site,
        "/robots.txt",
        b"User-agent: *\nDisallow: /prive\nDisallow: /*?replytocom=\nAllow: /prive/sauf\n",
    )
    for path in ("/prive/a", "/prive/sauf", "/billet", "/billet?replytocom=3"):
        reply(site, path)
    with Fetcher(site.options()) as fetcher:
        assert refusal(fetcher, f"{site.url}/prive/a") == "robots"
        assert refusal(fetcher, f"{site.url}/billet?replytocom=3") == "robots"
        assert fetcher.fetch(f"{site.url}/prive/sauf").status == 200
        assert fetcher.fetch(f"{site.url}/billet").status == 200
    assert site.paths(robots="with").count("/robots.txt") == 1


@pytest.mark.parametrize(("status", "is_open"), [(404, True), (403, True), (500, False)])
def test_a_missing_robots_file_opens_and_a_broken_one_closes(
    site: Site, status: int, *, is_open: bool
) -> None:
    reply(site, "/robots.txt", b"Disallow: /", status)
    reply(site, "/a")
    with Fetcher(site.options()) as fetcher:
        if is_open:
            assert fetcher.fetch(f"{site.url}/a").status == 200
        else:
            assert refusal(fetcher, f"{site.url}/a") == "robots"


def test_a_page_behind_a_redirect_is_under_robots_too(site: Site) -> None:
    reply(site, "/robots.txt", b"User-agent: archiblogue\nDisallow: /ferme\n")
    reply(site, "/a", b"", 302, Location="/ferme")
    reply(site, "/ferme")
    with Fetcher(site.options()) as fetcher:
        assert refusal(fetcher, f"{site.url}/a") == "robots"
    assert "/ferme" not in site.paths()


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 100.0
        self.pauses: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


def test_requests_to_one_host_keep_their_distance(site: Site) -> None:
    clock = Clock()
    reply(site, "/a")
    reply(site, "/b")
    pace = Pace(5.0, clock=lambda: clock.now, sleep=clock.sleep)
    with Fetcher(site.options(), pace=pace) as fetcher:
        fetcher.fetch(f"{site.url}/a")
        fetcher.fetch(f"{site.url}/b")
    assert clock.pauses == [5.0, 5.0]  # robots.txt, /a, /b


def test_two_hosts_do_not_wait_for_one_another() -> None:
    clock = Clock()
    pace = Pace(5.0, clock=lambda: clock.now, sleep=clock.sleep)
    for host in ("a", "b", "a"):
        pace.wait(host)
    assert clock.pauses == [5.0]


def test_two_sources_of_one_process_share_their_pace(site: Site) -> None:
    options = site.options()
    with Fetcher(options) as one, Fetcher(options) as other:
        assert one._pace is other._pace


def test_a_crawl_delay_is_kept_up_to_a_minute(site: Site) -> None:
    clock = Clock()
    reply(site, "/robots.txt", b"User-agent: *\nCrawl-delay: 100000\n")
    reply(site, "/a")
    pace = Pace(5.0, clock=lambda: clock.now, sleep=clock.sleep)
    with Fetcher(site.options(), pace=pace) as fetcher:
        fetcher.fetch(f"{site.url}/a")
    assert clock.pauses == [60.0]


def test_passing_failures_are_tried_again(site: Site) -> None:
    kind = type(site.routes["/robots.txt"])
    answers = [kind(b"", 503), kind(b"", 429, {"Retry-After": "0"}), kind(HTML)]
    site.routes["/a"] = lambda _request: answers.pop(0)
    with Fetcher(site.options()) as fetcher:
        assert fetcher.fetch(f"{site.url}/a").content == HTML
    assert site.paths() == ["/a", "/a", "/a"]


def test_lasting_failures_are_not(site: Site) -> None:
    reply(site, "/busy", b"", 503)
    with Fetcher(site.options()) as fetcher:
        assert refusal(fetcher, f"{site.url}/absent") == "http-404"
        assert refusal(fetcher, f"{site.url}/busy") == "injoignable"
    assert site.paths().count("/absent") == 1
    assert site.paths().count("/busy") == 3


def test_retry_after_is_waited_for(site: Site) -> None:
    kind = type(site.routes["/robots.txt"])
    answers = [kind(b"", 429, {"Retry-After": "1"}), kind(HTML)]
    site.routes["/a"] = lambda _request: answers.pop(0)
    start = time.monotonic()
    with Fetcher(site.options()) as fetcher:
        fetcher.fetch(f"{site.url}/a")
    assert 1.0 <= time.monotonic() - start < 2.5


def test_a_long_retry_after_stops_the_run(site: Site) -> None:
    reply(site, "/a", b"", 429, Retry_After="3600")
    with Fetcher(site.options()) as fetcher:
        assert refusal(fetcher, f"{site.url}/a") == "patience"
    assert site.paths() == ["/a"]


def test_an_unchanged_page_is_not_sent_again(site: Site, tmp_path: Path) -> None:
    kind = type(site.routes["/robots.txt"])

    def route(request: Any) -> Any:
        if request.headers.get("if-none-match") == '"v1"':
            assert request.headers["if-modified-since"] == "Mon, 04 May 2009 10:00:00 GMT"
            return kind(b"", 304)
        stamps = {"ETag": '"v1"', "Last-Modified": "Mon, 04 May 2009 10:00:00 GMT"}
        return kind(HTML, 200, {**stamps, "Content-Type": "text/html"})

    site.routes["/a"] = route
    for is_from_cache in (False, True, True):
        with Fetcher(site.options(tmp_path)) as fetcher:
            answer = fetcher.fetch(f"{site.url}/a")
        assert (answer.content, answer.is_from_cache) == (HTML, is_from_cache)
        assert answer.media_type == "text/html"


def test_a_damaged_cache_is_asked_again(site: Site, tmp_path: Path) -> None:
    reply(site, "/a", ETag='"v1"')
    with Fetcher(site.options(tmp_path)) as fetcher:
        fetcher.fetch(f"{site.url}/a")
        (body,) = tmp_path.glob("*.body")
        body.write_bytes(b"autre")
        assert fetcher.fetch(f"{site.url}/a").content == HTML
    assert "if-none-match" not in site.requests[-1].headers


def test_a_forgotten_address_leaves_nothing(site: Site, tmp_path: Path) -> None:
    reply(site, "/a")
    with Fetcher(site.options(tmp_path)) as fetcher:
        fetcher.fetch(f"{site.url}/a")
    cache = AnswerCache(tmp_path)
    assert cache.forget(f"{site.url}/a")
    assert not cache.forget(f"{site.url}/a")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_name_is_a_clear_error(site: Site) -> None:
    def unknown(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(-2, "unknown")

    with Fetcher(site.options(), resolver=unknown) as fetcher, pytest.raises(FetchError) as raised:
        fetcher.fetch("http://nulle-part.example/a")
    assert "nulle-part.example" in str(raised.value)


@pytest.mark.parametrize(
    "answer", [b"", b"rubbish\r\n\r\n", b"HTTP/1.1 200 OK\r\nA: " + b"a" * 200_000]
)
def test_a_broken_server_is_a_clear_error(site: Site, answer: bytes) -> None:
    port, server = serve_once(answer)
    options = site.options()
    policy = type(options.policy)(allowed=frozenset({("127.0.0.1", port)}))
    once = type(options)(interval_s=0.0, n_attempts=1, policy=policy)
    with Fetcher(once) as fetcher, pytest.raises(FetchError):
        fetcher.fetch(f"http://127.0.0.1:{port}/a")
    server.close()
