"""A tab of the browser, as the tests use it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page, Request

WAIT_MS = 60_000
QUIET_MS = 300
# True once the page has been drawn and still for so many milliseconds; `busyAt` is the last moment
# at which it was not.
_IS_QUIET = """quiet => {
    const app = document.querySelector('[data-testid=stApp]');
    // The desk draws what the script sent it a little later than the script ends.
    const box = document.querySelector('.st-key-desk');
    const desk = box?.querySelector('.desk[data-kind]:not([aria-busy])');
    const asked = (new URLSearchParams(location.search).get('q') ?? '').trim();
    const isDrawn = !box || desk?.dataset.question === asked;
    const isStill = isDrawn && app?.getAttribute('data-test-script-state') === 'notRunning'
        && app.getAttribute('data-test-connection-state') === 'CONNECTED'
        && !document.querySelector('[data-stale=true]');
    const now = performance.now();
    if (!isStill || window.busyAt === undefined) window.busyAt = now;
    if (now - window.busyAt < quiet) return false;
    window.busyAt = undefined;
    return true;
}"""


@dataclass
class Watched:
    """A tab and all that went wrong in it."""

    page: Page
    base_url: str
    complaints: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def open(self, path: str = "") -> None:
        """Go there and wait until the view is drawn."""
        self.page.goto(f"{self.base_url}/{path}")
        self.settle()

    def settle(self) -> None:
        """Wait until the script has run to its end, and does not start again at once."""
        self.page.locator("footer").wait_for(timeout=WAIT_MS)
        self.page.wait_for_function(_IS_QUIET, arg=QUIET_MS, polling=50, timeout=WAIT_MS)

    def ask(self, question: str) -> None:
        """Type a question as a person does."""
        box = self.page.get_by_label("Votre question")
        box.fill(question)
        box.press("Enter")
        self.page.wait_for_url("**q=**", timeout=WAIT_MS)
        self.settle()


@contextmanager
def watching(context: BrowserContext, base_url: str) -> Iterator[Watched]:
    """A new tab; it must end without a complaint and without a word to another host."""
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    watched = Watched(page, base_url)

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            watched.complaints.append(message.text)

    def see(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and parts.hostname != "127.0.0.1":
            watched.complaints.append(f"request to {request.url}")

    def dismiss(dialog: Dialog) -> None:
        watched.dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
    page.on("console", hear)
    page.on("pageerror", lambda error: watched.complaints.append(str(error)))
    page.on("request", see)
    yield watched
    page.close()
    assert watched.complaints == []
