"""How well an archive ranks what its own readers judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from index.archive import Archive
from index.judgements.metrics import measure
from index.judgements.register import Judgement
from index.model import Mode, Query
from ingest.errors import UsageError

DEPTH: Final = 100
_NO_CAP: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class JudgedScore:
    """How well an archive ranks what people judged relevant.

    `metrics` by mode, in [0, 1] (`metrics.METRICS`). `n_gone` judgements are on passages
    that the archive no longer holds: they are left out.
    """

    metrics: Mapping[Mode, Mapping[str, float]]
    n_queries: int
    n_judgements: int
    n_gone: int


def evaluate_archive(
    archive: Archive,
    judgements: Sequence[Judgement],
    modes: Sequence[Mode] = (Mode.HYBRID, Mode.DENSE, Mode.LEXICAL),
) -> JudgedScore:
    """The scores of an archive against judgements on its own passages.

    Raises:
        UsageError: no judgement is on a passage that it still holds and that someone found
            relevant.
    """
    held = [one for one in judgements if archive.holds(one.passage_id)]
    qrels: dict[str, dict[str, int]] = {}
    for one in held:
        qrels.setdefault(one.query, {})[one.passage_id] = one.grade
    asked = {q: grades for q, grades in qrels.items() if any(grades.values())}
    if not asked:
        raise UsageError(
            "Aucun jugement favorable ne porte sur un passage de cette archive. Jugez d’abord "
            "quelques résultats (archiblogue judge)."
        )
    metrics = {
        mode: measure({text: _ranking(archive, text, mode) for text in asked}, asked)
        for mode in modes
    }
    return JudgedScore(metrics, len(asked), len(held), len(judgements) - len(held))


def _ranking(archive: Archive, text: str, mode: Mode) -> list[str]:
    query = Query(text=text, k=DEPTH, mode=mode, max_per_document=_NO_CAP)
    return [hit.passage_id for hit in archive.search(query).hits]
