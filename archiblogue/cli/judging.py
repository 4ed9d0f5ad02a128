"""`judge`, `judgements`: what people found relevant, kept beside the archive."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from archiblogue.cli.terminal import printable, say, say_json, warn
from index.archive import open_archive
from index.evaluation.judged import evaluate_archive
from index.judgements.register import judge, read_judgements, to_qrels, to_queries
from ingest.errors import UsageError

if TYPE_CHECKING:
    from archiblogue.settings import Settings


FORMS = ("text", "json", "queries", "qrels")


def run_judge(question: str, passage_id: str, grade: int, settings: Settings) -> int:
    """Keep one judgement."""
    with open_archive(settings.archive) as archive:
        kept = judge(archive, question, passage_id, grade)
    say(f"Jugement gardé\u00a0: {kept.grade} pour {kept.passage_id}.")
    return 0


def run_judgements(settings: Settings, *, form: str) -> int:
    """Write the judgements as a table, as JSON lines, or as BEIR queries or qrels.

    Raises:
        UsageError: there is no such format.
    """
    if form not in FORMS:
        raise UsageError(
            f"Le format «\u00a0{form}\u00a0» n’existe pas. Choisissez {', '.join(FORMS)}."
        )
    kept = read_judgements(settings.archive)
    if form == "qrels":
        say(to_qrels(kept).removesuffix("\n"))
    elif form == "queries":
        say(to_queries(kept).removesuffix("\n"))
    elif form == "json":
        for one in kept:
            say_json(asdict(one))
    else:
        for one in kept:
            say(f"{one.grade}\t{one.passage_id}\t{printable(one.query)}")
        if not kept:
            warn("Aucun jugement. Gardez-en avec «\u00a0archiblogue judge\u00a0».")
    return 0


def run_evaluate_archive(settings: Settings, *, as_json: bool) -> int:
    """Score an archive against its own judgements, in the three modes."""
    with open_archive(settings.archive) as archive:
        score = evaluate_archive(archive, read_judgements(settings.archive))
    if as_json:
        record: dict[str, object] = {
            mode.value: dict(metrics) for mode, metrics in score.metrics.items()
        }
        record |= {
            "n_queries": score.n_queries,
            "n_judgements": score.n_judgements,
            "n_gone": score.n_gone,
        }
        say_json(record)
        return 0
    for mode, metrics in score.metrics.items():
        cells = "  ".join(f"{name} {value:.4g}" for name, value in metrics.items())
        say(f"{mode.value:<8}  {cells}")
    return 0
