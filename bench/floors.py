"""The floors of search quality: `python -m bench.floors` compares, `--write` raises them.

Measures the bundled encoder on the development sets and on the questions over the seed pages. A
floor is what was measured less a margin; it is only lowered with `--lower`. The suite measures a
part of each set, of a size that takes seconds; `--full` measures whole sets (minutes), whose floors
are held when ARCHIBLOGUE_FULL_GATE is set.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Final, TypedDict

from bench.corpus import shared_folder
from bench.tune_fusion import sample
from index.archive import open_archive
from index.building.build import build_archive
from index.encoders.load import load_encoder
from index.encoders.protocol import Encoder
from index.evaluation.beir import EvaluationSet, read_qrels, read_queries, read_set
from index.evaluation.evaluate import corpus_archive, run_questions
from index.judgements.metrics import measure
from index.model import Mode, Query
from ingest.pipeline import ingest

NAMES: Final = ("piaf", "mesconseilscovid", "spf_qr", "cdtn")
# One question in this many in a part; its documents are the relevant ones and as thin a share of
# the others, at least one in four.
EVERY: Final = {"piaf": 40, "mesconseilscovid": 1, "spf_qr": 5, "cdtn": 8}
_MOST_THINNED: Final = 4
MARGIN: Final = 0.7
# Sixty-four questions: one of them is 1.6 points.
SEED_MARGIN: Final = 2.0
RIGHT_GRADE: Final = 2
FLOORS: Final = Path(__file__).parent.parent / "tests" / "relevance" / "floors.json"


def main() -> None:
    """Prints what was measured beside the floors; writes them when asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--lower", action="store_true")
    parser.add_argument("--full", action="store_true")
    options = parser.parse_args()
    encoder = load_encoder()
    known = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    known.setdefault("development sets", {})
    sizes = ("part", "full") if options.full else ("part",)
    for name in NAMES:
        folder = shared_folder() / "data" / "eval" / name
        entry = known["development sets"].setdefault(name, {})
        entry["corpus_sha256"] = corpus_hash(folder)
        for size in sizes:
            found = measure_set(folder, encoder, every=EVERY[name] if size == "part" else 1)
            former = entry.get(size, {})
            print(json.dumps({"set": name, size: found, "floors": former}), flush=True)
            entry[size] = {
                mode: _floor(value - MARGIN, former.get(mode), may_lower=options.lower)
                for mode, value in found.items()
            }
    with tempfile.TemporaryDirectory() as folder:
        seeds = measure_seeds(FLOORS.parent.parent.parent, Path(folder), encoder)
    former = known.get("seed questions", {})
    print(json.dumps({"set": "seed questions", "measured": seeds, "floors": former}))
    known["seed questions"] = {
        mode: {
            metric: _floor(
                value - SEED_MARGIN, former.get(mode, {}).get(metric), may_lower=options.lower
            )
            for metric, value in found.items()
        }
        for mode, found in seeds.items()
    }
    if options.write:
        FLOORS.write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")


SeedQuality = TypedDict("SeedQuality", {"ndcg@10": float, "success@3": float})


def measure_set(folder: Path, encoder: Encoder, *, every: int = 1) -> dict[str, float]:
    """nDCG@10 x 100 of each mode on one question in `every` of the set in `folder`."""
    files = (folder / name for name in ("corpus.jsonl", "queries.jsonl", "qrels.tsv"))
    judged = thin(read_set(*files), every)
    with corpus_archive(judged.documents, encoder) as archive:
        runs = {mode: run_questions(archive, judged, mode) for mode in Mode}
    return {
        mode.value: round(100 * measure(run, judged.qrels)["ndcg@10"], 2)
        for mode, run in runs.items()
    }


def thin(judged: EvaluationSet, every: int) -> EvaluationSet:
    """The set with one question in `every`, their relevant documents and a share of the others."""
    kept = sample(judged, every)
    relevant = {doc_id for query_id in kept.queries for doc_id in judged.qrels[query_id]}
    step = min(every, _MOST_THINNED)
    documents = tuple(
        document
        for place, document in enumerate(judged.documents)
        if place % step == 0 or document.doc_id in relevant
    )
    return replace(kept, documents=documents)


def measure_seeds(repository: Path, folder: Path, encoder: Encoder) -> dict[str, SeedQuality]:
    """For each mode, nDCG@10 x 100 and how many questions in 100 have a right passage (grade 2 or
    3) among the first three, on an archive of the seeds built in `folder`."""
    build_archive(folder / "archive", ingest([str(repository / "seeds")]), encoder)
    judgements = repository / "tests" / "relevance" / "seeds"
    qrels = read_qrels(judgements / "qrels.tsv")
    questions = read_queries(judgements / "queries.jsonl")
    found: dict[str, SeedQuality] = {}
    with open_archive(folder / "archive", encoder=encoder) as archive:
        for mode in Mode:
            run = {
                query_id: [hit.passage_id for hit in archive.search(Query(text, mode=mode)).hits]
                for query_id, text in questions.items()
            }
            right = sum(
                any(qrels[query_id].get(name, 0) >= RIGHT_GRADE for name in names[:3])
                for query_id, names in run.items()
            )
            found[mode.value] = {
                "ndcg@10": round(100 * measure(run, qrels)["ndcg@10"], 2),
                "success@3": round(100 * right / len(run), 2),
            }
    return found


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
