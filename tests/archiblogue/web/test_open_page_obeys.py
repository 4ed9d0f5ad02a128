"""A page that is open obeys what happens to its archive meanwhile."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from index.building.build import build_archive
from index.maintenance import withdraw as withdrawing
from index.maintenance.withdraw import Selector, withdraw
from tests.archiblogue.web.conftest import OpenPage, desk
from tests.archiblogue.web.documents import documents
from tests.fakes import FakeEncoder


@pytest.fixture
def page_archive(tiny_archive: Path, tmp_path: Path) -> Path:
    """An archive of one's own: it changes while the page is open."""
    return Path(shutil.copytree(tiny_archive, tmp_path / "archive"))


@pytest.fixture
def page(open_page: OpenPage) -> AppTest:
    """The page, open on the answer to a question."""
    return open_page(q="farine de sarrasin")


def test_a_withdrawal_cut_short_hides_the_text_at_the_next_click(
    page: AppTest, page_archive: Path, fake_encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "farine" in str(desk(page))

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(withdrawing, "purge", cut)
    bread = next(one for one in documents() if one.title == "Le pain du dimanche")
    with pytest.raises(KeyboardInterrupt):
        withdraw(page_archive, Selector("id", bread.doc_id), encoder=fake_encoder)
    page.run()
    assert not page.exception
    assert "La farine" not in str(desk(page)["hits"])
    assert "Le pain du dimanche" not in str(desk(page))
    # What says only that something is gone answers nothing.
    assert "retiré" not in str(desk(page)["hits"])


def test_a_new_build_is_shown_at_the_next_click(
    page: AppTest, page_archive: Path, fake_encoder: FakeEncoder
) -> None:
    kept = [one for one in documents() if one.title != "Le pain du dimanche"]
    build_archive(page_archive, kept, fake_encoder, force=True)
    page.run()
    assert not page.exception
    assert "Le pain du dimanche" not in str(desk(page))
