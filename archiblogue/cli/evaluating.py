"""`evaluate`: the three modes measured on a BEIR-style set."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from archiblogue.cli.terminal import progress, say, say_json
from index.encoders.load import load_encoder
from index.evaluation.evaluate import evaluate
from index.model import Mode, read_mode
from ingest.errors import UsageError

ALL = "all"


@dataclass(frozen=True, slots=True)
class EvaluationFiles:
    """The three files of a BEIR-style set."""

    corpus: Path
    queries: Path
    qrels: Path


def name_files(corpus: Path | None, queries: Path | None, qrels: Path | None) -> EvaluationFiles:
    """The three files of a set.

    Raises:
        UsageError: one of them is not given.
    """
    if corpus is None or queries is None or qrels is None:
        raise UsageError(
            "Il manque un fichier\u00a0: donnez --corpus, --queries et --qrels d’un jeu au format "
            "BEIR, ou --archive pour mesurer une archive sur ses propres jugements."
        )
    return EvaluationFiles(corpus=corpus, queries=queries, qrels=qrels)


def run_evaluate(files: EvaluationFiles, *, mode: str, encoder: str | None, as_json: bool) -> int:
    """Write the metrics of the mode asked for; of each of the three for `all`."""
    modes = tuple(Mode) if mode == ALL else (read_mode(mode),)
    for path in (files.corpus, files.queries, files.qrels):
        if not path.is_file():
            raise UsageError(
                f"Le fichier «\u00a0{path}\u00a0» n’existe pas. Indiquez corpus.jsonl, "
                "queries.jsonl et qrels.tsv d’un jeu au format BEIR."
            )
    with progress("Évaluation"):
        metrics = evaluate(
            files.corpus, files.queries, files.qrels, modes=modes, encoder=load_encoder(encoder)
        )
    if as_json:
        record = {one.value: values for one, values in metrics.items()}
        say_json(record if mode == ALL else record[modes[0].value])
        return 0
    for one, values in metrics.items():
        cells = "  ".join(f"{name} {value:.4g}" for name, value in values.items())
        say(f"{one.value:<8}  {cells}")
    return 0
