"""A page that stays open sees a newer build by itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from archiblogue.web.views.search import WATCH_S
from index.building.build import build_archive
from index.encoders.load import load_encoder
from tests.archiblogue.web.documents import documents
from tests.browser.server import serving
from tests.browser.watched import watching

pytestmark = pytest.mark.browser


def test_an_open_page_says_that_the_archive_was_updated_and_shows_it_on_demand(
    context: BrowserContext, repository: Path, tmp_path: Path
) -> None:
    gardens, bread, _ = documents()
    archive, encoder = tmp_path / "archive", load_encoder()
    build_archive(archive, [gardens], encoder)
    with serving(archive, repository) as url, watching(context, url) as tab:
        tab.open("?q=farine de sarrasin")
        expect(tab.page.get_by_text("La farine de sarrasin")).to_have_count(0)
        build_archive(archive, [gardens, bread], encoder)
        notice = tab.page.get_by_text("vient d’être mise à jour")
        expect(notice).to_be_visible(timeout=(WATCH_S + 15) * 1000)
        tab.page.get_by_role("button", name="Montrer les nouveaux").click()
        expect(tab.page.get_by_text("La farine de sarrasin")).to_be_visible()
        expect(notice).to_have_count(0)
        tab.settle()
