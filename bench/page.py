"""How fast and how steady the page is: `make bench-page [ARCHIVE=…]`.

A real server and a real Chromium: from Enter to hits, the server's processor time a question, what
jumps (CLS), what is in sight, and how much a cold visit weighs. Times are wall-clock and mean
little on a busy machine; processor time holds.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import CHROMIUM_FLAGS, CHROMIUM_NAMES
from tests.browser.server import serving

REPOSITORY: Final = Path(__file__).resolve().parent.parent
SIZES: Final = ((1440, 900), (390, 844))
WAIT_MS: Final = 60_000
_SHIFTS: Final = """window.cls = 0;
new PerformanceObserver(list => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) window.cls += one.value;
}).observe({type: 'layout-shift', buffered: true})"""
_IN_SIGHT: Final = """() => [...document.querySelectorAll('.hit')].filter(e => {
    const r = e.getBoundingClientRect();
    return r.top >= 0 && r.bottom <= innerHeight + 1;
}).length"""
_DRAWN: Final = """question => {
    const desk = document.querySelector('.desk[data-kind=answer]:not([aria-busy])');
    return desk?.dataset.question === question && desk.querySelector('.hit, .notice') !== null;
}"""
_HOME_DRAWN: Final = "() => document.querySelector('.desk[data-kind=home]') !== null"
_WEIGHT: Final = """() => performance.getEntriesByType('resource')
    .reduce((sum, one) => sum + one.transferSize, 0)"""


def main() -> None:
    """Measure the page of one archive and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--archive", type=Path, default=Path("archive"))
    parser.add_argument("--questions", type=Path, help="a question a line; by default ten")
    arguments = parser.parse_args()
    questions = _questions(arguments.questions)
    chromium = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)))
    with serving(arguments.archive.resolve(), REPOSITORY) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM_FLAGS))
        _visits(browser, url, questions[0])
        _asking(browser, url, questions)
        browser.close()


def _questions(path: Path | None) -> list[str]:
    if path is not None:
        return [line.strip() for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [
        "médias sociaux",
        "Combien faut-il payer un gestionnaire de communauté ?",
        "relations publiques",
        "qui doit répondre aux lecteurs ?",
        "budget",
        "un métier en voie d’extinction",
        "agence réputée",
        "stratégie de communication",
        "comment mesurer le succès",
        "blogue d’entreprise",
    ]


def _visits(browser: Browser, url: str, question: str) -> None:
    for width, height in SIZES:
        for name, path in (("home", ""), ("deep link", f"?q={question}")):
            page = _new_page(browser, width, height)
            page.goto(f"{url}/{path}")
            page.wait_for_function(_DRAWN if path else _HOME_DRAWN, arg=question, timeout=WAIT_MS)
            page.wait_for_load_state("networkidle")
            seen = f", hits in sight {page.evaluate(_IN_SIGHT)}" if path else ""
            paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]")
            first = f"{paint['startTime']:.0f} ms" if paint else "?"
            _say(
                f"{width} x {height}, {name}: CLS {page.evaluate('window.cls'):.3f}, first paint "
                f"{first}, {page.evaluate(_WEIGHT) / 1_000_000:.2f} MB{seen}"
            )
            page.context.close()


def _asking(browser: Browser, url: str, questions: list[str]) -> None:
    page = _new_page(browser, *SIZES[0])
    page.goto(url)
    page.wait_for_function(_HOME_DRAWN, timeout=WAIT_MS)
    server = _server_of(url)
    box = page.get_by_label("Votre question")
    _ask(page, box, "la première lit le modèle")
    waits, spent = [], []
    for question in questions:
        before = _cpu_s(server)
        waits.append(_ask(page, box, question))
        spent.append(1000 * (_cpu_s(server) - before))
    _say(
        f"{len(questions)} questions, Enter to hits: median {statistics.median(waits):.0f} ms, "
        f"p95 {_p95(waits):.0f} ms; server CPU a question: median "
        f"{statistics.median(spent):.0f} ms, p95 {_p95(spent):.0f} ms"
    )
    page.context.close()


def _ask(page: Page, box: Any, question: str) -> float:  # noqa: ANN401 (a locator)
    """Milliseconds from Enter to the hits, as the browser counts them."""
    box.fill(question)
    page.evaluate("window.asked = performance.now()")
    box.press("Enter")
    found = page.wait_for_function(
        f"q => ({_DRAWN})(q) && performance.now() - window.asked", arg=question, polling=10
    )
    return float(found.json_value())


def _new_page(browser: Browser, width: int, height: int) -> Page:
    context = browser.new_context(viewport={"width": width, "height": height}, locale="fr-CA")
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    page.add_init_script(_SHIFTS)
    return page


def _server_of(url: str) -> int:
    """The process that listens at that address: our child of that port."""
    port = url.rsplit(":", 1)[1]
    listed = subprocess.run(
        ["ps", "-eo", "pid,args"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    lines = (line for line in listed.splitlines() if f"--port {port}" in line)
    return int(next(lines).split()[0])


def _cpu_s(process: int) -> float:
    """Seconds of processor time that a process has used, its threads included (Linux)."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _p95(values: list[float]) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    started = time.monotonic()
    main()
    _say(f"{time.monotonic() - started:.0f} s")
