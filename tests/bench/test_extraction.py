"""The bench of extraction runs on small pages, and says what is missing where there are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.extraction import find_pages, measure


def test_pages_of_a_folder_are_spread_evenly(tmp_path: Path) -> None:
    for number in range(10):
        (tmp_path / f"{number}.html").write_text("<p>texte</p>", encoding="utf-8")
    found = find_pages(tmp_path, 5)
    assert [path.stem for path in found[tmp_path.name]] == ["0", "2", "4", "6", "8"]


def test_both_contenders_and_both_numbers_of_workers_are_measured(repository: Path) -> None:
    pages = find_pages(repository / "tests" / "pages" / "html", 4)
    report = measure(pages, 1)
    assert report["n_pages"] == {"html": 4}
    rates, by_workers = report["pages_per_cpu_second"], report["pages_per_second_by_workers"]
    assert isinstance(rates, dict)
    assert isinstance(by_workers, dict)
    assert report["ratio"] == pytest.approx(rates["archiblogue"] / rates["trafilatura"], rel=0.05)
    assert report["two_workers_to_one"] == pytest.approx(by_workers[2] / by_workers[1], rel=0.1)
    assert report["ratio_by_set"] == {"html": report["ratio"]}


def test_a_missing_folder_is_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SystemExit, match="Aucune page HTML"):
        find_pages(tmp_path, 5)
    monkeypatch.setenv("ARCHIBLOGUE_SHARED", str(tmp_path / "absent"))
    with pytest.raises(SystemExit, match="n’existe pas"):
        find_pages(None, 5)
