"""Search quality on the development sets does not fall below the pinned floors.

`floors.json` holds, for each set, the hash of its files, and nDCG@10 x 100 of each mode less a
margin, for a part of the set and for the whole of it. `python -m bench.floors --write` raises them;
lowering one takes `--lower` and a line in CHANGELOG.md.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from bench.floors import EVERY, NAMES, corpus_hash, measure_set
from index.encoders.load import load_encoder
from index.encoders.protocol import Encoder
from index.model import Mode

FLOORS: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent / "floors.json").read_text(encoding="utf-8")
)["development sets"]
# The fusion may lose this much to its better retriever, in points of nDCG@10.
MOST_LOST_BY_FUSION = 0.5


@pytest.fixture(scope="module")
def sets(repository: Path) -> Path:
    """The folder of the development sets."""
    shared = Path(os.environ.get("ARCHIBLOGUE_SHARED", repository.parent / "shared"))
    folder = shared / "data" / "eval"
    if not folder.is_dir():
        pytest.skip(f"needs the development sets, and there is no folder {folder}")
    return folder


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    """The bundled encoder, loaded once."""
    return load_encoder()


@pytest.mark.gate
@pytest.mark.encoder
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", ["part", "full"])
def test_no_mode_falls_below_its_floor(name: str, size: str, sets: Path, encoder: Encoder) -> None:
    if size == "full" and not os.environ.get("ARCHIBLOGUE_FULL_GATE"):
        pytest.skip("whole sets take minutes: set ARCHIBLOGUE_FULL_GATE=1 to measure them")
    floors = FLOORS[name]
    assert corpus_hash(sets / name) == floors["corpus_sha256"], (
        f"the files of {name} are not those that were measured"
    )
    found = measure_set(sets / name, encoder, every=EVERY[name] if size == "part" else 1)
    for mode in Mode:
        assert found[mode.value] >= floors[size][mode.value], (name, found)
    better = max(found["dense"], found["lexical"])
    assert found["hybrid"] >= better - MOST_LOST_BY_FUSION, (name, found)
