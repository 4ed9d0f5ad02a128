"""The server's answers: true language, headers, scripts by hash only."""

from __future__ import annotations

import base64
import gzip
import hashlib

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route

from archiblogue.web.desk.files import slug
from archiblogue.web.middleware import PageMiddleware
from archiblogue.web.style import style_version
from tests.archiblogue.web.asking import Answer, ask

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


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("L'œuvre d'Éric", "l-oeuvre-d-eric"),
        ("« Été », ça & là ?", "ete-ca-la"),
        ("../../etc/passwd", "etc-passwd"),
        ("Łódź\u202e.exe", "lodz-exe"),
        ("日本", "recherche"),
        ("a" * 39 + " bc", "a" * 39),
    ],
)
def test_a_question_gives_a_plain_file_name(question: str, name: str) -> None:
    assert slug(question) == name


def get(path: str, **headers: str) -> Answer:
    """The answer of an application that serves a shell everywhere, as Streamlit does."""
    app = Starlette(
        routes=[Route("/a.js", _text), Route("/{path:path}", _page)],
        middleware=[Middleware(PageMiddleware), Middleware(GZipMiddleware)],
    )
    return ask(app, path, **headers)


def test_the_shell_is_in_our_language_and_name_even_where_compression_is_offered() -> None:
    answer = get("/corpus", accept="text/html", accept_encoding="gzip")
    page = answer.body.decode()
    assert '<html lang="fr-CA">' in page
    assert "<title>Archiblogue</title>" in page
    assert "preload" not in page
    assert int(answer.headers["content-length"]) == len(answer.body)
    assert "etag" not in answer.headers


def test_inline_scripts_are_allowed_by_hash_and_no_other_host_is() -> None:
    policy = get("/corpus", accept="text/html").headers["content-security-policy"]
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert f"'sha256-{digest}'" in rules["script-src"]
    assert "unsafe-inline" not in rules["script-src"]
    assert "unsafe-eval" not in policy
    assert "http" not in policy
    assert rules["default-src"] == rules["connect-src"] == "'self'"


def test_other_answers_get_the_headers_and_stay_compressed() -> None:
    answer = get("/a.js", accept="*/*", accept_encoding="gzip")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert gzip.decompress(answer.body) == b"a" * 2000


def test_an_unknown_address_is_a_404_in_french_and_in_english() -> None:
    answer = get("/nulle-part", accept="text/html")
    assert answer.status == 404
    page = answer.body.decode()
    assert "Cette adresse ne mène nulle part" in page
    assert "<script" not in page
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "leads nowhere" in get("/nulle-part?lang=en", accept="text/html").body.decode()
    assert get("/corpus", accept="text/html").status == 200


def test_the_style_sheet_comes_with_the_shell() -> None:
    page = get("/", accept="text/html").body.decode()
    assert f'<link rel="stylesheet" href="/bureau/page.css?v={style_version()}">' in page
