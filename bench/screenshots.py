"""The images of the guide, taken from the page as it is: `make screenshots`."""

from __future__ import annotations

import argparse
import os
import shutil
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.conftest import CHROMIUM_FLAGS, CHROMIUM_NAMES
from tests.browser.server import serving

REPOSITORY: Final = Path(__file__).resolve().parent.parent
IMAGES: Final = REPOSITORY / "docs" / "images"
QUESTION: Final = "médias sociaux"


def main() -> None:
    """Take every image of the guide from the page of one archive."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--archive", type=Path, default=Path("archive"))
    parser.add_argument("--to", type=Path, default=IMAGES)
    arguments = parser.parse_args()
    chromium = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)))
    arguments.to.mkdir(parents=True, exist_ok=True)
    with serving(arguments.archive.resolve(), REPOSITORY) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM_FLAGS))
        for name, size, read in (
            ("page", (1440, 900), False),
            ("bureau", (1440, 900), True),
            ("bureau-telephone", (390, 844), True),
        ):
            width, height = size
            page = browser.new_page(viewport={"width": width, "height": height}, locale="fr-CA")
            _ask(page, url)
            if read:
                _read(page)
            page.screenshot(path=arguments.to / f"{name}.png")
            page.close()
        page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="fr-CA")
        _point(page, url)
        page.screenshot(path=arguments.to / "carte.png")
        browser.close()


def _point(page: Page, url: str) -> None:
    page.goto(f"{url}/corpus")
    expect(page.locator(".map .map-tools button").first).to_be_visible(timeout=60_000)
    page.locator(".map-regions summary").first.click()
    page.locator(".map-regions button").first.click()
    canvas = page.locator(".map canvas")
    box = canvas.bounding_box() or {"width": 0, "height": 0}
    for step in range(60):
        across = box["width"] * (0.5 + 0.004 * step)
        canvas.click(position={"x": across, "y": box["height"] / 2})
        if page.locator(".map .spot .passage").count():
            break
    expect(page.locator(".map .spot .passage")).to_be_visible()
    page.evaluate("document.querySelector('.map').scrollIntoView()")


def _ask(page: Page, url: str) -> None:
    page.goto(f"{url}/?q={QUESTION}")
    expect(page.locator(".hit").first).to_be_visible(timeout=60_000)


def _read(page: Page) -> None:
    page.locator(".hit a.open").nth(2).click()
    expect(page.locator(".reader #found")).to_be_in_viewport(timeout=60_000)


if __name__ == "__main__":
    main()
