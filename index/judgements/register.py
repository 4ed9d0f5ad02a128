"""What people judged relevant: kept beside the archive, outside its generations, and read back.

Judgements are one JSON line each in `jugements.jsonl`; the last one on a question and a passage
counts. They hold a question, an identifier and a grade: no text of the archive.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from index.archive import Archive
from index.storage.durability import is_disk_full
from index.storage.io_errors import refused, unreadable
from ingest.errors import ArchiveError, UsageError

FILE_NAME: Final = "jugements.jsonl"
# Grades as in the evaluation campaigns: 0 not relevant, 1 partly, 2 answers.
GRADES: Final = (0, 1, 2)
_MAX_QUESTION_CHARACTERS: Final = 2000
_QREL_HEAD: Final = "query-id\tcorpus-id\tscore\n"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One opinion. `grade` is 0 (not relevant), 1 (partly) or 2 (answers); `judged_at` is UTC."""

    query: str
    passage_id: str
    grade: int
    judged_at: str
    generation: int | None = None


def judgements_path(archive: Path) -> Path:
    """Where the judgements of the archive in the folder `archive` are kept."""
    return archive / FILE_NAME


def judge(archive: Archive, query: str, passage_id: str, grade: int) -> Judgement:
    """The judgement, written beside the archive.

    Raises:
        UsageError: the question is empty or too long, the grade is not 0, 1 or 2, or there is no
            such passage.
        ArchiveError: the file cannot be written.
    """
    asked = " ".join(query.split())
    if not asked or len(asked) > _MAX_QUESTION_CHARACTERS:
        raise UsageError(
            f"Une question de {len(asked)} caractères ne peut pas être jugée\u202f: écrivez de 1 à "
            f"{_MAX_QUESTION_CHARACTERS} caractères."
        )
    if grade not in GRADES:
        raise UsageError(
            f"La note {grade} n’existe pas\u202f: donnez 0 (hors sujet), 1 (en partie) ou 2 "
            "(répond)."
        )
    judgement = Judgement(
        query=asked,
        passage_id=archive.passage(passage_id).passage_id,
        grade=grade,
        judged_at=datetime.now(UTC).isoformat(timespec="seconds"),
        generation=archive.generation.number,
    )
    line = json.dumps(asdict(judgement), ensure_ascii=False) + "\n"
    path = judgements_path(archive.generation.path.parent)
    try:
        # One short write at the end of the file: two people judging at once lose nothing.
        with path.open("ab") as stream:
            stream.write(line.encode("utf-8", "replace"))
    except OSError as error:
        if is_disk_full(error):
            raise refused(path.parent, error) from error
        raise ArchiveError(
            f"Le jugement ne peut pas être écrit dans «\u00a0{path}\u00a0» ({error.strerror}). "
            "Vérifiez les droits du dossier."
        ) from error
    return judgement


def read_judgements(archive: Path) -> tuple[Judgement, ...]:
    """The judgements kept beside an archive, the last on each pair, by question then passage.

    Raises:
        UsageError: a line of the file cannot be read.
        IntegrityError: the file cannot be read.
    """
    path = judgements_path(archive)
    if not path.is_file():
        return ()
    kept: dict[tuple[str, str], Judgement] = {}
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        raise unreadable(path, error) from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            one = _read_line(line, path, number)
            kept[(one.query, one.passage_id)] = one
    return tuple(kept[pair] for pair in sorted(kept))


def to_queries(judgements: Iterable[Judgement]) -> str:
    """The judged questions as JSON lines (`_id`, `text`), the BEIR form."""
    texts = dict.fromkeys(one.query for one in judgements)
    lines = (json.dumps({"_id": query_id(t), "text": t}, ensure_ascii=False) for t in texts)
    return "".join(f"{line}\n" for line in lines)


def to_qrels(judgements: Iterable[Judgement]) -> str:
    """The judgements as a qrels table: question, passage, grade, tab-separated, with a head."""
    rows = (f"{query_id(one.query)}\t{one.passage_id}\t{one.grade}\n" for one in judgements)
    return _QREL_HEAD + "".join(rows)


def query_id(query: str) -> str:
    """A stable identifier of a question: « j- » and 12 hexadecimal digits."""
    return "j-" + hashlib.sha256(query.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _read_line(line: str, path: Path, number: int) -> Judgement:
    try:
        record = json.loads(line)
        judgement = Judgement(
            query=str(record["query"]),
            passage_id=str(record["passage_id"]),
            grade=int(record["grade"]),
            judged_at=str(record.get("judged_at", "")),
        )
        generation = record.get("generation")
        return replace(judgement, generation=None if generation is None else int(generation))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UsageError(
            f"La ligne {number} de «\u00a0{path}\u00a0» n’est pas un jugement. Corrigez-la ou "
            "retirez-la."
        ) from error
