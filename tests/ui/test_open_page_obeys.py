"""A page that is open obeys what happens to its archive meanwhile."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from index.build import build_archive
from index.withdrawals import withdraw as withdrawing
from index.withdrawals.withdraw import Selector, withdraw
from tests.fakes import FakeEncoder
from tests.ui.documents import documents

TIMEOUT_S = 30


@pytest.fixture
def archive(tiny_archive: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_archive, tmp_path / "archive"))


@pytest.fixture
def page(
    archive: Path, fake_encoder: FakeEncoder, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> AppTest:
    """The page, open on the answer to a question."""
    monkeypatch.setattr("index.search.load_encoder", lambda *_, **__: fake_encoder)
    monkeypatch.setenv("ARCHIBLOGUE_ARCHIVE", str(archive))
    opened = AppTest.from_file(repository / "app.py", default_timeout=TIMEOUT_S)
    opened.query_params["q"] = "farine de sarrasin"
    return opened.run()


def shown(page: AppTest) -> str:
    """All the HTML that the page made."""
    return "\n".join(str(one.proto.body) for one in page.get("html"))


def test_a_withdrawal_cut_short_hides_the_text_at_the_next_click(
    page: AppTest, archive: Path, fake_encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "<mark>farine</mark>" in shown(page)

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(withdrawing, "purge", cut)
    bread = next(one for one in documents() if one.title == "Le pain du dimanche")
    with pytest.raises(KeyboardInterrupt):
        withdraw(archive, Selector("id", bread.doc_id), encoder=fake_encoder)
    page.run()
    assert not page.exception
    assert "<mark>farine</mark>" not in shown(page)
    assert "Le pain du dimanche" not in shown(page)
    assert "retiré" not in shown(page), "what says only that something is gone answers nothing"


def test_a_new_build_is_shown_at_the_next_click(
    page: AppTest, archive: Path, fake_encoder: FakeEncoder
) -> None:
    kept = [one for one in documents() if one.title != "Le pain du dimanche"]
    build_archive(archive, kept, fake_encoder, force=True)
    page.run()
    assert not page.exception
    assert "Le pain du dimanche" not in shown(page)
