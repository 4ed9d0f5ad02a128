"""The door before Streamlit: what passes, what is asked for, what is refused."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest

from archiblogue.settings import Settings
from archiblogue.web.guard.access import (
    COOKIE,
    AccessGuard,
    AccessPolicy,
    access_policy,
    is_loopback,
)
from archiblogue.web.guard.password import PasswordHash
from archiblogue.web.guard.sessions import N_TRIES, SESSION_S, TRIES_WINDOW_S, Attempts, Sessions
from archiblogue.web.middleware import PageMiddleware
from ingest.errors import UsageError

PASSWORD = "érable pont citron vélo"
PATHS = (
    *("/", "/corpus", "/billet?id=d-1", "/index.html", "/static/js/a.js", "/media/abc.csv"),
    *("/_stcore/stream", "/_stcore/host-config", "/_stcore/metrics", "/_stcore/upload_file/a/b"),
    *("/_stcore/script-health-check", "/_stcore/agent/mcp", "/component/a/b.js", "/app/static/a"),
    *("/_stcore/health/", "/_stcore/Health", "//_stcore/health", "/x/../_stcore/health"),
    *("/oauth2callback", "/auth/login", "/healthz"),
)


@pytest.fixture(scope="module")
def hashed() -> PasswordHash:
    """A hash that costs little: the door opens many times here."""
    salt = bytes(16)
    digest = hashlib.scrypt(PASSWORD.encode(), salt=salt, n=2, r=8, p=1, dklen=32)
    return PasswordHash(2, 8, 1, salt, digest)


@dataclass
class Answer:
    """What the door, or Streamlit behind it, sent."""

    status: int
    headers: dict[str, str]
    body: str
    cookies: list[str]

    @property
    def token(self) -> str:
        found = re.search(rf"{COOKIE}=([^;]+)", self.cookies[0])
        assert found
        return found[1]


@dataclass
class Clock:
    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Door:
    """The door with a witness behind it, which notes what reaches it."""

    policy: AccessPolicy
    clock: Clock = field(default_factory=Clock)
    reached: list[str] = field(default_factory=list)
    client: str = "127.0.0.1"
    host: str = "127.0.0.1:8501"

    def __post_init__(self) -> None:
        guard = AccessGuard(self._witness, self.policy, Sessions(self.clock), Attempts(self.clock))
        self.guard = guard
        self.app = PageMiddleware(guard)

    async def _witness(self, scope: Any, receive: Any, send: Any) -> None:
        self.reached.append(scope.get("path", scope["type"]))
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            while (message := await receive())["type"] == "websocket.receive":
                await send({"type": "websocket.send", "bytes": message["bytes"]})
            self.reached.append("closed")
        elif scope["type"] == "http":
            head = {"type": "http.response.start", "status": 200}
            await send({**head, "headers": [(b"content-type", b"text/plain")]})
            await send({"type": "http.response.body", "body": b"l'archive"})

    def ask(
        self,
        target: str,
        *,
        method: str = "GET",
        body: bytes = b"",
        scheme: str = "http",
        **fields: str,
    ) -> Answer:
        """The answer to one request."""
        sent: list[dict[str, Any]] = []
        parts = [body[i : i + 1_000] for i in range(0, len(body), 1_000)] or [b""]

        async def receive() -> dict[str, Any]:
            part = parts.pop(0)
            return {"type": "http.request", "body": part, "more_body": bool(parts)}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {**self._scope(target, fields), "type": "http", "method": method, "scheme": scheme}
        run(self.app(scope, receive, send))
        start, *rest = sent
        raw = [(name.decode().lower(), value.decode()) for name, value in start["headers"]]
        cookies = [value for name, value in raw if name == "set-cookie"]
        text = b"".join(part.get("body", b"") for part in rest).decode()
        return Answer(start["status"], dict(raw), text, cookies)

    def talk(self, incoming: list[Any], **fields: str) -> list[dict[str, Any]]:
        """What a web socket that sends these messages gets back; a callable is an event."""
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            while callable(incoming[0]):
                incoming.pop(0)()
            return incoming.pop(0)  # type: ignore[no-any-return]

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {**self._scope("/_stcore/stream", fields), "type": "websocket", "scheme": "ws"}
        run(self.app(scope, receive, send))
        return sent

    def log_in(self, password: str = PASSWORD, suite: str = "/", **fields: str) -> Answer:
        """The answer to the form."""
        body = urlencode({"mot-de-passe": password, "suite": suite}).encode()
        return self.ask("/connexion", method="POST", body=body, **fields)

    def _scope(self, target: str, fields: dict[str, str]) -> dict[str, Any]:
        path, _, query = target.partition("?")
        named = {"host": self.host, **fields}
        headers = [(k.replace("_", "-").encode(), v.encode()) for k, v in named.items()]
        client = (self.client, 4_000) if self.client else None
        return {"path": path, "query_string": query.encode(), "headers": headers, "client": client}


def run(coroutine: Any) -> None:
    # In a thread of its own: the browser's tests leave an event loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, coroutine).result()


@pytest.fixture
def door(hashed: PasswordHash) -> Door:
    """A door with a password, reached from another machine."""
    return Door(AccessPolicy(hashed), client="192.0.2.7", host="archive.example")


@pytest.fixture
def open_door() -> Door:
    """The default: no password, this computer only."""
    return Door(AccessPolicy())


OPEN = [{"type": "websocket.connect"}, {"type": "websocket.receive", "bytes": b"a"}]
LEAVE = {"type": "websocket.disconnect", "code": 1000}


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "OPTIONS", "DELETE"])
def test_without_a_session_nothing_reaches_streamlit(door: Door, method: str) -> None:
    cookies = ("", f"{COOKIE}=", f"{COOKIE}={'A' * 43}; streamlit_session=x")
    for number, path in enumerate(PATHS):
        cookie, accept = cookies[number % 3], ("*/*", "text/html")[number % 2]
        answer = door.ask(path, method=method, accept=accept, cookie=cookie)
        assert answer.status == 401, path
        assert "l'archive" not in answer.body
    assert door.reached == []


def test_the_health_check_is_open_to_be_read_only(door: Door) -> None:
    assert door.ask("/_stcore/health").status == 200
    assert door.ask("/_stcore/health", method="POST").status == 401
    assert door.reached == ["/_stcore/health"]


def test_a_web_socket_without_a_session_is_closed_before_it_opens(door: Door) -> None:
    for cookie in ("", f"{COOKIE}=x"):
        sent = door.talk([*OPEN, LEAVE], cookie=cookie)
        assert [(one["type"], one["code"]) for one in sent] == [("websocket.close", 1008)]
    assert door.reached == []


def test_the_password_opens_pages_and_web_sockets(door: Door) -> None:
    form = door.ask("/corpus?q=a&lang=fr", accept="text/html")
    assert form.status == 401
    assert 'name="suite" value="/corpus?q=a&amp;lang=fr"' in form.body
    answer = door.log_in(suite="/corpus?q=a&lang=fr")
    assert (answer.status, answer.headers["location"]) == (303, "/corpus?q=a&lang=fr")
    cookie = f"a=b; {COOKIE}={answer.token}"
    assert door.ask("/corpus", accept="text/html", cookie=cookie).body == "l'archive"
    assert door.ask("/media/a.csv", cookie=cookie).status == 200
    sent = door.talk([*OPEN, LEAVE], cookie=cookie)
    assert [one["type"] for one in sent] == ["websocket.accept", "websocket.send"]
    assert door.ask("/connexion", cookie=cookie).headers["location"] == "/"


def test_the_cookie_is_strict_hidden_from_scripts_and_ends(door: Door) -> None:
    (cookie,) = door.log_in().cookies
    for attribute in ("HttpOnly", "SameSite=strict", "Path=/", f"Max-Age={SESSION_S}"):
        assert attribute in cookie
    assert "Secure" not in cookie
    assert (
        "Secure"
        in door.ask(
            "/connexion",
            method="POST",
            body=urlencode({"mot-de-passe": PASSWORD}).encode(),
            scheme="https",
        ).cookies[0]
    )
    behind_proxy = door.log_in(origin="https://archive.example")
    assert "Secure" in behind_proxy.cookies[0]


def test_a_wrong_password_opens_nothing_and_is_logged_without_it(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="archiblogue.web.guard.access"):
        answer = door.log_in("pas le bon\r\nFaux: journal", "/corpus")
    assert (answer.status, answer.cookies) == (401, [])
    assert "Ce n’est pas le bon mot de passe." in answer.body
    assert 'value="/corpus"' in answer.body
    assert [record.getMessage() for record in caplog.records] == ["wrong password from 192.0.2.7"]
    assert door.reached == []


def test_five_failures_then_a_wait_even_for_the_right_password(door: Door) -> None:
    for _ in range(N_TRIES):
        assert door.log_in("faux").status == 401
    answer = door.log_in()
    assert (answer.status, answer.cookies) == (429, [])
    assert int(answer.headers["retry-after"]) == TRIES_WINDOW_S
    assert "Attendez 15\u00a0minutes" in answer.body or "Attendez 15 minutes" in answer.body
    door.client = "192.0.2.8"
    assert door.log_in().status == 303
    door.client = "192.0.2.7"
    door.clock.now += TRIES_WINDOW_S
    assert door.log_in().status == 303
    assert door.log_in("faux").status == 401, "the right password starts the count again"


def test_tries_at_one_time_do_not_pass_the_limit(door: Door) -> None:
    statuses: list[int] = []

    async def one() -> None:
        body = urlencode({"mot-de-passe": "faux"}).encode()

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        scope = {**door._scope("/connexion", {}), "type": "http", "method": "POST"}
        await door.app({**scope, "scheme": "http"}, receive, send)

    async def all_at_once() -> None:
        await asyncio.gather(*(one() for _ in range(30)))

    run(all_at_once())
    assert sorted(statuses) == [401] * N_TRIES + [429] * (30 - N_TRIES)


def test_leaving_ends_the_session_on_the_server_and_in_open_pages(door: Door) -> None:
    token = door.log_in().token
    cookie = f"{COOKIE}={token}"
    page = door.ask("/deconnexion", accept="text/html", cookie=cookie)
    assert page.status == 200
    assert '<form method="post" action="/deconnexion">' in page.body
    assert door.ask("/", cookie=cookie).status == 200, "a visit to the page ends nothing"

    def leave() -> None:
        answer = door.ask("/deconnexion", method="POST", cookie=cookie)
        assert (answer.status, answer.headers["location"]) == (303, "/")
        assert 'archiblogue_session=""' in answer.cookies[0]
        assert "Max-Age=0" in answer.cookies[0]

    sent = door.talk([*OPEN, leave, OPEN[1], OPEN[1], LEAVE], cookie=cookie)
    assert [one["type"] for one in sent] == [
        "websocket.accept",
        "websocket.send",
        "websocket.close",
    ]
    assert door.reached[-1] == "closed"
    assert door.ask("/", cookie=cookie).status == 401


def test_a_session_comes_to_its_end_in_open_pages_too(door: Door) -> None:
    cookie = f"{COOKIE}={door.log_in().token}"

    def wait() -> None:
        door.clock.now += SESSION_S

    sent = door.talk([*OPEN, wait, OPEN[1], LEAVE], cookie=cookie)
    assert [one["type"] for one in sent][-1] == "websocket.close"
    assert door.ask("/", cookie=cookie).status == 401


@pytest.mark.parametrize(
    "fields",
    [
        {"origin": "https://pirate.example"},
        {"origin": "http://archive.example:8080"},
        {"origin": "http://archive.example.pirate.example"},
        {"origin": "null"},
        {"origin": "http://[::1"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
    ],
)
def test_another_site_can_neither_log_in_nor_out_nor_open_a_socket(
    door: Door, fields: dict[str, str]
) -> None:
    token = door.log_in().token
    cookie = f"{COOKIE}={token}"
    door.reached.clear()
    assert door.log_in(**fields).status == 403
    assert door.ask("/deconnexion", method="POST", cookie=cookie, **fields).status == 403
    sent = door.talk([*OPEN, LEAVE], cookie=cookie, **fields)
    assert [one["type"] for one in sent] == ["websocket.close"]
    assert door.reached == []
    assert door.ask("/", cookie=cookie).status == 200


def test_the_form_works_where_the_browser_hides_its_origin(door: Door) -> None:
    assert door.log_in(origin="null", sec_fetch_site="same-origin").status == 303


@pytest.mark.parametrize(
    "suite",
    [
        "//pirate.example/",
        "/\\pirate.example",
        "https://pirate.example",
        "javascript:alert(1)",
        "\t//pirate.example",
        "/a\r\nSet-Cookie: x=y",
        "/\u00e9",
        "/" + "a" * 5_000,
        "",
    ],
)
def test_the_form_leads_to_no_other_place(door: Door, suite: str) -> None:
    assert door.log_in(suite=suite).headers["location"] == "/"


def test_what_is_in_the_address_is_escaped(door: Door) -> None:
    page = door.ask('/corpus?q="><script>alert(1)</script>', accept="text/html")
    assert "<script" not in page.body
    assert page.body.count("<form") == 1


@pytest.mark.parametrize(
    "body", [b"a" * 20_000, b"mot-de-passe=" + b"\xff" * 10, b"&" * 100, b"", b"\0"]
)
def test_a_form_that_is_none_opens_nothing(door: Door, body: bytes) -> None:
    answer = door.ask("/connexion", method="POST", body=body)
    assert answer.status == 401
    assert answer.cookies == []


def test_the_pages_of_the_door_run_no_script_and_are_kept_nowhere(door: Door) -> None:
    cookie = f"{COOKIE}={door.log_in().token}"
    for answer in (
        door.ask("/", accept="text/html"),
        door.ask("/deconnexion", accept="text/html", cookie=cookie),
    ):
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "script-src" not in policy
        assert "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-frame-options"] == "SAMEORIGIN"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "<script" not in answer.body


def test_a_link_from_another_site_is_loaded_once_more_to_get_the_strict_cookie(door: Door) -> None:
    refresh = '<meta http-equiv="refresh"'
    far = door.ask("/?q=a", accept="text/html", sec_fetch_site="cross-site")
    near = door.ask("/?q=a", accept="text/html", sec_fetch_site="same-origin")
    assert refresh in far.body
    assert refresh not in near.body


def test_the_form_speaks_english_where_the_page_does(door: Door) -> None:
    assert "Password" in door.ask("/?lang=en", accept="text/html").body
    assert '<html lang="fr-CA">' in door.ask("/", accept="text/html").body


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8501", "localhost:8501", "LOCALHOST", "[::1]:8501", "a.localhost"]
)
def test_without_a_password_this_computer_is_let_in(open_door: Door, host: str) -> None:
    open_door.host = host
    assert open_door.ask("/").status == 200
    assert open_door.ask("/", origin=f"http://{host}").status == 200
    sent = open_door.talk([*OPEN, LEAVE], origin=f"http://{host}")
    assert sent[0]["type"] == "websocket.accept"


@pytest.mark.parametrize(
    ("client", "host"),
    [
        ("127.0.0.1", "pirate.example"),  # DNS rebinding: its name leads here
        ("127.0.0.1", "pirate.example:8501"),
        ("127.0.0.1", "127.0.0.1.pirate.example"),
        ("127.0.0.1", "127.0.0.1@pirate.example"),
        ("127.0.0.1", "0.0.0.0:8501"),
        ("127.0.0.1", "192.168.1.4:8501"),
        ("127.0.0.1", ""),
        ("127.0.0.1", "[::1"),
        ("192.168.1.9", "127.0.0.1:8501"),  # another machine says what it likes
        ("::ffff:192.168.1.9", "localhost"),
        ("texte", "localhost"),
        ("", "localhost"),
    ],
)
def test_without_a_password_nobody_else_is(open_door: Door, client: str, host: str) -> None:
    open_door.client, open_door.host = client, host
    answer = open_door.ask("/", accept="text/html")
    assert answer.status == 403
    assert "archiblogue password" in answer.body
    sent = open_door.talk([*OPEN, LEAVE], origin=f"http://{host}")
    assert [one["type"] for one in sent] == ["websocket.close"]
    assert open_door.reached == []


def test_another_program_of_this_computer_is_another_site(open_door: Door) -> None:
    for origin in ("http://localhost:3000", "http://127.0.0.1:3000", "null"):
        sent = open_door.talk([*OPEN, LEAVE], origin=origin)
        assert [one["type"] for one in sent] == ["websocket.close"]
    assert open_door.reached == []


def test_a_guard_in_front_is_trusted_with_everything() -> None:
    door = Door(AccessPolicy(has_external_guard=True), client="172.17.0.1", host="archive.example")
    assert door.ask("/").status == 200
    assert door.talk([*OPEN, LEAVE], origin="https://archive.example")[0]["type"] == (
        "websocket.accept"
    )


def test_the_settings_choose(hashed: PasswordHash) -> None:
    assert access_policy(Settings()) == AccessPolicy()
    assert access_policy(Settings(password_hash=str(hashed))) == AccessPolicy(hashed)
    assert access_policy(Settings(external_guard=True)).has_external_guard
    with pytest.raises(UsageError, match="se contredisent"):
        access_policy(Settings(password_hash=str(hashed), external_guard=True))
    with pytest.raises(UsageError, match="n’est pas une empreinte"):
        access_policy(Settings(password_hash="un mot de passe en clair"))


@pytest.mark.parametrize(
    ("host", "is_ours"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("localhost.", True),
        ("0.0.0.0", False),
        ("::", False),
        ("::ffff:127.0.0.1", False),
        ("localhost.example", False),
        ("notlocalhost", False),
        ("", False),
    ],
)
def test_names_of_this_computer(host: str, *, is_ours: bool) -> None:
    assert is_loopback(host) is is_ours
