"""The site is built from the documentation and from the code, without a broken link."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from archiblogue.settings import Settings
from index.export.record import COLUMNS


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as `make docs` builds it: a broken link stops it."""
    repository = Path(__file__).resolve().parent.parent.parent
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_every_setting_and_every_column_is_in_the_reference(site: Path) -> None:
    settings = (site / "reference" / "reglages.html").read_text("utf-8")
    for name in Settings.__dataclass_fields__:
        assert f"<code>{name}</code>" in settings
    columns = (site / "reference" / "colonnes.html").read_text("utf-8")
    for column in COLUMNS:
        assert f"<code>{column.name}</code>" in columns


def test_every_command_is_in_the_reference(site: Path) -> None:
    import typer.main

    from archiblogue.cli.main import app

    page = (site / "reference" / "commandes.html").read_text("utf-8")
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        assert (f"archiblogue {name}</h2>" in page) != command.hidden, name


def test_no_page_of_the_site_asks_another_host_for_anything(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text("utf-8")
        assert not re.findall(r'(?:src|rel="stylesheet" href)="(?:https?:)?//', text), page.name
