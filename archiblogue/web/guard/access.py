"""Who may read the page: the door that stands before Streamlit, for pages and web sockets alike.

Three ways, chosen by the settings:

- no password, no other guard (the default): only this computer, under its own names. A web site
  that points its name at 127.0.0.1 (DNS rebinding) gets nothing;
- a password: every request needs an open session, but for the health check and the login form;
- `external_guard`: something in front (a reverse proxy, a container's port) has checked already.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, quote, urlsplit

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from archiblogue.web.guard.login_page import (
    LOGIN_PATH,
    LOGOUT_PATH,
    PASSWORD_FIELD,
    POLICY,
    RETURN_FIELD,
    login_html,
    logout_html,
)
from archiblogue.web.guard.password import PasswordHash, parse_hash
from archiblogue.web.guard.sessions import SESSION_S, Attempts, Sessions
from archiblogue.web.texts import Words
from ingest.errors import UsageError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from archiblogue.settings import Settings

COOKIE: Final = "archiblogue_session"
HEALTH_PATH: Final = "/_stcore/health"

_MAX_FORM_BYTES: Final = 16_384
_FORM_WAIT_S: Final = 10.0
_MAX_WAITING: Final = 20
"""Tries checked one after the other, a quarter of a second each; a longer queue is sent away."""

_POLICY_VIOLATION: Final = 1008
_NOT_HERE: Final = (
    "Cette page ne répond qu’à cet ordinateur, sous l’adresse http://127.0.0.1.\n\n"
    "Pour l’ouvrir à d’autres, donnez-lui un mot de passe (archiblogue password), ou lancez-la "
    "avec «\u00a0archiblogue serve --external-guard\u00a0» si un serveur mandataire la garde.\n"
)
_NOT_FROM_THERE: Final = "Demande refusée\u00a0: elle vient d’un autre site.\n"
_LOG_IN: Final = "Connexion requise.\n"
_LOGGER: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AccessPolicy:
    """What the door asks for. Neither a password nor a guard: this computer only."""

    password: PasswordHash | None = None
    has_external_guard: bool = False


def access_policy(settings: Settings) -> AccessPolicy:
    """What the settings ask for.

    Raises:
        UsageError: the password's hash cannot be read, or a guard is named beside it.
    """
    password = parse_hash(settings.password_hash) if settings.password_hash else None
    if password is not None and settings.external_guard:
        raise UsageError(
            "Un mot de passe et «\u00a0--external-guard\u00a0» (external_guard) se contredisent"
            "\u00a0: gardez l’un des deux."
        )
    return AccessPolicy(password, settings.external_guard)


def is_loopback(host: str) -> bool:
    """Whether an address or a name is this computer's own."""
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        name = host.lower().rstrip(".")
        return name == "localhost" or name.endswith(".localhost")


@dataclass(slots=True)
class AccessGuard:
    """The ASGI middleware. What it lets through reaches Streamlit unchanged."""

    app: ASGIApp
    policy: AccessPolicy
    sessions: Sessions = field(default_factory=Sessions)
    attempts: Attempts = field(default_factory=Attempts)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _n_waiting: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, answer it, or refuse it."""
        if scope["type"] == "lifespan" or self.policy.has_external_guard or _is_health(scope):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if self.policy.password is None and not _is_local(scope, headers):
            await _refuse(scope, receive, send, _NOT_HERE)
        elif not _is_same_origin(scope, headers):
            await _refuse(scope, receive, send, _NOT_FROM_THERE)
        elif self.policy.password is None:
            await self.app(scope, receive, send)
        else:
            await self._with_password(scope, receive, send, headers)

    async def _with_password(
        self, scope: Scope, receive: Receive, send: Send, headers: Headers
    ) -> None:
        token = cookie_parser(headers.get("cookie", "")).get(COOKIE)
        is_open = self.sessions.is_open(token)
        if scope["type"] == "websocket":
            if is_open:
                await self.app(scope, self._while_open(token, receive, send), send)
            else:
                await _refuse(scope, receive, send, _LOG_IN)
        elif scope["path"] == LOGIN_PATH and scope["method"] == "POST":
            await (await self._log_in(scope, receive, headers))(scope, receive, send)
        elif not is_open:
            await _login_needed(scope, headers)(scope, receive, send)
        elif scope["path"] == LOGIN_PATH:
            await _redirect("/")(scope, receive, send)
        elif scope["path"] == LOGOUT_PATH:
            await self._log_out(scope, token)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _while_open(self, token: str | None, receive: Receive, send: Send) -> Receive:
        """The messages of a web socket until its session ends; then the socket is closed."""

        async def guarded() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive" and not self.sessions.is_open(token):
                await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
                return {"type": "websocket.disconnect", "code": _POLICY_VIOLATION}
            return message

        return guarded

    async def _log_in(self, scope: Scope, receive: Receive, headers: Headers) -> Response:
        words, address = _words(scope), _address(scope)
        form = await _read_form(receive)
        return_to = _local_path(form.get(RETURN_FIELD, "/"))
        wait_s = self.attempts.wait_s(address)
        if wait_s or self._n_waiting >= _MAX_WAITING:
            minutes = max(1, round(wait_s / 60))
            alert = words.count("login.wait", minutes)
            response = _page(login_html(words, return_to, alert=alert), 429)
            response.headers["Retry-After"] = str(60 * minutes)
            return response
        self.attempts.begin(address)
        if not await self._accepts(form.get(PASSWORD_FIELD, "")):
            _LOGGER.warning("wrong password from %s", address)
            return _page(login_html(words, return_to, alert=words("login.wrong")), 401)
        self.attempts.forgive(address)
        response = _redirect(return_to)
        response.set_cookie(
            COOKIE,
            self.sessions.open(),
            max_age=SESSION_S,
            httponly=True,
            samesite="strict",
            secure=_is_https(scope, headers),
        )
        return response

    async def _accepts(self, password: str) -> bool:
        """Whether it is the password: checked in a thread, one at a time."""
        if self.policy.password is None:
            return False
        self._n_waiting += 1
        try:
            async with self._turn:
                return await asyncio.to_thread(self.policy.password.accepts, password)
        finally:
            self._n_waiting -= 1

    def _log_out(self, scope: Scope, token: str | None) -> Response:
        if scope["method"] != "POST":
            return _page(logout_html(_words(scope)), 200)
        self.sessions.close(token)
        response = _redirect("/")
        response.delete_cookie(COOKIE, httponly=True, samesite="strict")
        return response


def _is_health(scope: Scope) -> bool:
    is_asked = scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}
    return is_asked and scope["path"] == HEALTH_PATH


def _is_local(scope: Scope, headers: Headers) -> bool:
    """Whether this computer asks, under one of its own names."""
    return is_loopback(_address(scope)) and is_loopback(_host_name(headers.get("host", "")))


def _is_same_origin(scope: Scope, headers: Headers) -> bool:
    """Whether no other site's page made the browser send this. Plain visits name no origin."""
    origin = headers.get("origin")
    is_reading = scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}
    if origin is None:
        return is_reading or headers.get("sec-fetch-site") in {None, "same-origin", "none"}
    if origin == "null":
        # A browser hides the origin of a form under `no-referrer`, and says that it is the same.
        return is_reading or headers.get("sec-fetch-site") == "same-origin"
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    default = ":443" if parts.scheme == "https" else ":80"
    return parts.netloc.removesuffix(default) == headers.get("host", "").removesuffix(default)


def _is_https(scope: Scope, headers: Headers) -> bool:
    """Whether the browser speaks HTTPS, to us or to a proxy in front of us."""
    return scope["scheme"] == "https" or headers.get("origin", "").startswith("https://")


def _login_needed(scope: Scope, headers: Headers) -> Response:
    """The form where a person opens a page, a short refusal elsewhere."""
    is_page = scope["method"] == "GET" and "text/html" in headers.get("accept", "")
    if not is_page:
        return PlainTextResponse(_LOG_IN, 401, {"Cache-Control": "no-store"})
    query = scope.get("query_string", b"").decode("latin-1")
    path = quote(scope["path"], safe="/%") + (f"?{query}" if query else "")
    return_to = "/" if scope["path"] in {LOGIN_PATH, LOGOUT_PATH} else _local_path(path)
    is_far = headers.get("sec-fetch-site") in {"cross-site", "same-site"}
    page = login_html(_words(scope), return_to, has_come_from_afar=is_far)
    return _page(page, 401)


def _page(content: str, status: int) -> Response:
    headers = {
        "Content-Security-Policy": POLICY,
        "Cache-Control": "no-store",
        # With `no-referrer` the browser would hide the form's origin, which tells HTTPS.
        "Referrer-Policy": "same-origin",
    }
    return HTMLResponse(content, status, headers)


def _redirect(path: str) -> Response:
    return RedirectResponse(path, 303, {"Cache-Control": "no-store"})


async def _refuse(scope: Scope, receive: Receive, send: Send, sentence: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
        return
    response = PlainTextResponse(sentence, 403, {"Cache-Control": "no-store"})
    await response(scope, receive, send)


async def _read_form(receive: Receive) -> dict[str, str]:
    """The fields of a small form; none when it is too large, too slow or no form."""
    body = b""
    try:
        async with asyncio.timeout(_FORM_WAIT_S):
            while True:
                message = await receive()
                body += message.get("body", b"")
                if len(body) > _MAX_FORM_BYTES or message["type"] != "http.request":
                    return {}
                if not message.get("more_body", False):
                    break
        fields = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=10)
    except (TimeoutError, ValueError):
        return {}
    return {name: values[0] for name, values in fields.items()}


def _local_path(path: str) -> str:
    """The path, when it leads nowhere but to this server; else the first page."""
    is_plain = path.isascii() and path.isprintable() and "\\" not in path and len(path) <= 4_000
    is_local = path.startswith("/") and not path.startswith("//")
    return path if is_plain and is_local else "/"


def _words(scope: Scope) -> Words:
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    return Words("en" if query.get("lang") == ["en"] else "fr")


def _address(scope: Scope) -> str:
    """The visitor's address, in one form; `?` when there is none (never text of a header)."""
    client = scope.get("client")
    try:
        return str(ipaddress.ip_address(client[0])) if client else "?"
    except ValueError:
        return "?"


def _host_name(host: str) -> str:
    """The name in a `Host` header, without its port."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
