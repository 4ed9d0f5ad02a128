"""What the server adds to every answer: headers that harden the page, and its true language."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders

from archiblogue.web.paths import STYLE, VIEWS
from archiblogue.web.post.standing_page import POLICY, missing_page
from archiblogue.web.shell import PAGE_LANGUAGE, shell_script
from archiblogue.web.style import style_version
from archiblogue.web.texts import Words

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "SAMEORIGIN",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }
)
# Streamlit sets its styles from script, so styles cannot be limited to files; scripts can.
_POLICY: Final = (
    "default-src 'self'",
    "script-src 'self'{hashes}",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'self'",
)
_INLINE_SCRIPT: Final = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
# Without it the shell looks for its server under the address of each view first, and logs the
# two answers 404 as errors before the view opens.
_BASE_URL_SCRIPT: Final = (
    b"<script>window.__streamlit = {BACKEND_BASE_URL: location.origin + '/'}</script>"
)
_FONT_PRELOAD: Final = re.compile(rb'<link\s[^>]*rel="preload"[^>]*as="font"[^>]*>\s*')


class PageMiddleware:
    """Rewrites the shell that Streamlit serves and adds the headers (an ASGI middleware)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; HTML comes back rewritten, all else with headers only."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await self._app(_uncompressed(scope), receive, _Answer(send, scope).send)


class _Answer:
    """Holds an HTML answer until it is whole, then sends it rewritten."""

    def __init__(self, send: Send, scope: Scope) -> None:
        self._send = send
        self._scope = scope
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            if _is_plain_html(message["status"], headers):
                self._start = message
                return
        elif message["type"] == "http.response.body" and self._start is not None:
            self._body += message.get("body", b"")
            if message.get("more_body", False):
                return
            await self._send_page(self._start)
            return
        await self._send(message)

    async def _send_page(self, start: Message) -> None:
        headers = MutableHeaders(scope=start)
        if self._scope["path"].strip("/") in VIEWS:
            body = rewrite_shell(self._body) if self._body else b""
            headers["Content-Security-Policy"] = content_security_policy(body)
        else:
            # Streamlit serves its shell, status 200, at every address.
            start["status"] = 404
            body = _missing(self._scope) if self._body else b""
            headers["Content-Security-Policy"] = POLICY
        if body:
            headers["Content-Length"] = str(len(body))
        for name in ("ETag", "Last-Modified"):  # they describe the file, not what is sent
            del headers[name]
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})


def rewrite_shell(page: bytes) -> bytes:
    """Streamlit's HTML shell in our language and name, without the fonts that we do not use."""
    page = page.replace(b'<html lang="en">', f'<html lang="{PAGE_LANGUAGE}">'.encode(), 1)
    page = page.replace(b"<title>Streamlit</title>", b"<title>Archiblogue</title>", 1)
    style = f'<link rel="stylesheet" href="{STYLE}?v={style_version()}">'
    ours = style.encode() + _BASE_URL_SCRIPT + f"<script>{shell_script()}</script>".encode()
    page = page.replace(b"<script>", ours + b"<script>", 1)
    return _FONT_PRELOAD.sub(b"", page)


def _missing(scope: Scope) -> bytes:
    """The page of an address that leads nowhere, in the language that it asks for."""
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    words = Words("en" if query.get("lang") == ["en"] else "fr")
    return missing_page(words("error.missing"), words("error.missing.detail"), words).encode()


def content_security_policy(page: bytes) -> str:
    """The policy for this very page: its own inline scripts by hash, no other, no other host."""
    hashes = "".join(
        f" 'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'"
        for script in _INLINE_SCRIPT.findall(page)
    )
    return "; ".join(_POLICY).format(hashes=hashes)


def _uncompressed(scope: Scope) -> Scope:
    """The request, asking for no compression where it asks for a page: it is to be rewritten."""
    headers = Headers(scope=scope)
    if "text/html" not in headers.get("accept", ""):
        return scope
    kept = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
    return {**scope, "headers": kept}


def _is_plain_html(status: int, headers: MutableHeaders) -> bool:
    is_html = headers.get("content-type", "").startswith("text/html")
    # The pages of the door bring their own, stricter policy.
    is_ours = "content-security-policy" in headers
    return status == 200 and is_html and not is_ours and "content-encoding" not in headers
