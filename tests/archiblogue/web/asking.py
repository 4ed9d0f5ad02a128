"""One request asked of an application itself, without a server."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starlette.applications import Starlette


@dataclass
class Answer:
    """What the application sent."""

    status: int
    headers: dict[str, str]
    body: bytes


def ask(app: Starlette, address: str, form: bytes | None = None, **headers: str) -> Answer:
    """The answer to one request; with a form, to a POST of it."""
    path, _, query = address.partition("?")
    sent: list[dict[str, Any]] = []

    unread = [{"type": "http.request", "body": form or b"", "more_body": False}]

    async def receive() -> dict[str, Any]:
        if not unread:
            await asyncio.Event().wait()  # the browser stays
        return unread.pop()

    async def send(message: Any) -> None:
        sent.append(message)

    fields = [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()]
    scope = {
        "type": "http",
        "method": "GET" if form is None else "POST",
        "scheme": "http",
        "path": path,
        "headers": [(b"host", b"127.0.0.1:8501"), *fields],
        "query_string": query.encode(),
        "server": ("127.0.0.1", 8501),
    }
    # In a thread of its own: the browser's tests leave an event loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, app(scope, receive, send)).result()
    start, *rest = sent
    names = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    return Answer(start["status"], names, b"".join(part.get("body", b"") for part in rest))
