"""The commands that the guides and the README show exist, with the options that they show."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer.main

from archiblogue.cli import main as cli
from archiblogue.cli.former_names import FORMER_COMMANDS, FORMER_OPTIONS
from index.export.search_json import SearchJson
from index.export.spreadsheet import COLUMNS, REJECTION_COLUMNS
from index.model import HitRecord
from index.views.concordance import LineRecord
from index.views.facets import FacetsRecord

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs" / "guide").glob("*.md"))]
_CALL = re.compile(r"(?<![\w/-])archiblogue ([a-zà-ü][a-zà-ü-]+)([^`\n|]*)")
_COMMANDS = typer.main.get_command(cli.app).commands  # type: ignore[attr-defined]


def calls(page: Path) -> list[tuple[str, list[str]]]:
    """Each command that a page shows, with its options."""
    found = []
    text = page.read_text("utf-8").replace("\\\n", " ")
    for block in re.findall(r"```sh\n(.*?)```|`([^`\n]+)`", text, re.DOTALL):
        for name, rest in _CALL.findall("\n".join(block)):
            words = shlex.split(rest, comments=True)
            found.append((name, [word.partition("=")[0] for word in words if word[:2] == "--"]))
    return found


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_what_is_shown_can_be_typed(page: Path) -> None:
    for name, options in calls(page):
        assert name in _COMMANDS, f"{page.name}: archiblogue {name}"
        known = {option for one in _COMMANDS[name].params for option in one.opts} | {"--help"}
        assert set(options) <= known, f"{page.name}: archiblogue {name} {options}"


def test_the_guides_show_commands() -> None:
    assert sum(len(calls(page)) for page in PAGES) > 40


def test_former_names_are_said_once() -> None:
    for name in (*FORMER_COMMANDS, *FORMER_OPTIONS):
        named = re.compile(rf"`(?:archiblogue )?{name}[ `]")
        pages = [page.name for page in PAGES if named.search(page.read_text("utf-8"))]
        assert pages == ["exploitation.md"], name


def test_every_field_that_is_written_is_explained() -> None:
    page = (ROOT / "docs" / "guide" / "formats.md").read_text("utf-8")
    named = set(re.findall(r"`([a-z_]+)`", page))
    for record in (SearchJson, HitRecord, FacetsRecord, LineRecord):
        assert set(record.__annotations__) <= named, record.__name__
    assert {*COLUMNS, *REJECTION_COLUMNS} <= named
