"""The floors of search quality: `python -m bench.floors` compares, `--write` raises them.

Measures the bundled encoder on the development sets and on the questions over the seed pages. A
floor is what was measured less MARGIN points; it is only lowered with `--lower`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any, Final

from bench.corpus import shared_folder
from bench.tune_fusion import sample
from index.beir import read_set
from index.encoder import Encoder, load_encoder
from index.evaluate import MemoryIndex, measure
from index.model import Mode

NAMES: Final = ("piaf", "mesconseilscovid", "spf_qr", "cdtn")
# One question in this many: piaf has 7,566, and the suite has minutes.
EVERY: Final = {"piaf": 5}
MARGIN: Final = 0.7
FLOORS: Final = Path(__file__).parent.parent / "tests" / "relevance" / "floors.json"


def main() -> None:
    """Prints what was measured beside the floors; writes them when asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--lower", action="store_true")
    options = parser.parse_args()
    encoder = load_encoder()
    known = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    known.setdefault("development sets", {})
    for name in NAMES:
        folder = shared_folder() / "data" / "eval" / name
        every = EVERY.get(name, 1)
        found = measure_set(folder, encoder, every=every)
        former = known["development sets"].get(name, {})
        print(json.dumps({"set": name, "measured": found, "floors": former}), flush=True)
        floors: dict[str, Any] = {"corpus_sha256": corpus_hash(folder), "every": every}
        for mode, value in found.items():
            floors[mode] = _floor(value - MARGIN, former.get(mode), may_lower=options.lower)
        known["development sets"][name] = floors
    if options.write:
        FLOORS.write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")


def measure_set(folder: Path, encoder: Encoder, *, every: int = 1) -> dict[str, float]:
    """nDCG@10 x 100 of each mode on the set in `folder`."""
    files = (folder / name for name in ("corpus.jsonl", "queries.jsonl", "qrels.tsv"))
    judged = sample(read_set(*files), every)
    runs = MemoryIndex(judged.documents, encoder).run(judged, tuple(Mode))
    return {
        mode.value: round(100 * measure(run, judged.qrels)["ndcg@10"], 2)
        for mode, run in runs.items()
    }


def corpus_hash(folder: Path) -> str:
    """SHA-256 of the three files of a set."""
    digest = hashlib.sha256()
    for name in ("corpus.jsonl", "queries.jsonl", "qrels.tsv"):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()


def _floor(value: float, former: float | None, *, may_lower: bool) -> float:
    if former is None or may_lower:
        return round(value, 1)
    return max(round(value, 1), former)


if __name__ == "__main__":
    main()
