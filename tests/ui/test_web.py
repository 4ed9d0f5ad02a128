"""The server's answers: true language, headers, scripts by hash only."""

from __future__ import annotations

import base64
import hashlib

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from ui.web import PageMiddleware

SCRIPT = "\n window.prerenderReady = false\n"
SHELL = (
    '<!DOCTYPE html><html lang="en"><head><title>Streamlit</title>\n'
    '<link\n rel="preload" href="./a.woff2" as="font" crossorigin />\n'
    f"<script>{SCRIPT}</script></head>" + "<!-- -->" * 200 + "</html>"
)


def _page(_: Request) -> HTMLResponse:
    return HTMLResponse(SHELL, headers={"ETag": "x", "Last-Modified": "y"})


def _text(_: Request) -> PlainTextResponse:
    return PlainTextResponse("a" * 2000)


def _client() -> TestClient:
    app = Starlette(
        routes=[Route("/corpus", _page), Route("/a.js", _text)],
        middleware=[Middleware(PageMiddleware), Middleware(GZipMiddleware)],
    )
    return TestClient(app)


def test_the_shell_is_in_our_language_and_name_even_where_compression_is_offered() -> None:
    answer = _client().get("/corpus", headers={"Accept": "text/html", "Accept-Encoding": "gzip"})
    assert '<html lang="fr-CA">' in answer.text
    assert "<title>Archiblogue</title>" in answer.text
    assert "preload" not in answer.text
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert "etag" not in answer.headers


def test_inline_scripts_are_allowed_by_hash_and_no_other_host_is() -> None:
    policy = (
        _client().get("/corpus", headers={"Accept": "text/html"}).headers["content-security-policy"]
    )
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert f"'sha256-{digest}'" in rules["script-src"]
    assert "unsafe-inline" not in rules["script-src"]
    assert "unsafe-eval" not in policy
    assert "http" not in policy
    assert rules["default-src"] == rules["connect-src"] == "'self'"


def test_other_answers_get_the_headers_and_stay_compressed() -> None:
    answer = _client().get("/a.js", headers={"Accept": "*/*", "Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.text == "a" * 2000
