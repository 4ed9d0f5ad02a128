"""The examples of the Python guide run, in order, on an archive of the seed pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from index.building.build import build_archive
from index.encoders.load import load_encoder
from ingest.pipeline import ingest

_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.encoder
def test_every_example_runs(
    repository: Path,
    seeds: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    guide = (repository / "docs" / "guide" / "api.md").read_text(encoding="utf-8")
    build_archive(tmp_path / "archive", list(ingest([str(seeds)])), load_encoder())
    (tmp_path / "seeds").symlink_to(seeds)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    blocks = _BLOCK.findall(guide)
    assert len(blocks) >= 12
    for number, block in enumerate(blocks, start=1):
        exec(compile(block, f"api.md, exemple {number}", "exec"), names)
    printed = capsys.readouterr().out
    assert "qui gère les médias sociaux ? True" in printed
    assert "comment tailler un rosier grimpant ? False" in printed
    assert "gestionnaire de communauté" in printed
    assert (
        (tmp_path / "concordance.csv").read_text(encoding="utf-8").startswith("left,keyword,right,")
    )


def test_every_example_imports_from_archiblogue_alone(repository: Path) -> None:
    guide = (repository / "docs" / "guide" / "api.md").read_text(encoding="utf-8")
    imports = re.findall(r"^(?:from|import) (\w+)", "\n".join(_BLOCK.findall(guide)), re.M)
    assert imports
    assert set(imports) <= {"archiblogue", "pathlib"}
