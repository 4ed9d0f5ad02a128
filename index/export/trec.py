"""A TREC run: what trec_eval, ir-measures and ranx read."""

from __future__ import annotations

from typing import IO, Final

from index.export.format import Export, on_one_line, utf8
from index.export.record import ExportRecord

FIELDS: Final = {
    "1": "identifiant de la question, celui de «\u00a0archiblogue judgements --format qrels\u00a0»",
    "2": "Q0",
    "3": "identifiant du passage",
    "4": "rang",
    "5": "score\u00a0; la place, négative, sans question",
    "6": "archiblogue",
}
_TAG: Final = "archiblogue"


def write_trec(export: Export, stream: IO[bytes]) -> None:
    """Writes a run, one line a passage: question, Q0, passage, rank, score, tag."""
    for record in export.records:
        if record.thread_of is not None:
            continue
        fields = (
            _word(record.query_id or "q0", export),
            "Q0",
            _word(record.passage_id, export),
            str(record.rank),
            _score(record),
            _TAG,
        )
        stream.write(utf8(" ".join(fields) + "\n"))


def _score(record: ExportRecord) -> str:
    return f"{record.score:.6f}" if record.score is not None else str(-record.rank)


def _word(text: str, export: Export) -> str:
    """The text without what would end a field."""
    return "_".join(on_one_line(text, export.tally).split())
