"""Reads evaluation sets in the BEIR form: corpus.jsonl, queries.jsonl, qrels.tsv."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ingest.errors import UsageError

_SHOWN_CHARACTERS: Final = 60


@dataclass(frozen=True, slots=True)
class CorpusDocument:
    """One document of an evaluation set."""

    doc_id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    """Documents, questions by id, and grades by question and document (0 is not relevant)."""

    documents: tuple[CorpusDocument, ...]
    queries: Mapping[str, str]
    qrels: Mapping[str, Mapping[str, int]]

    @property
    def judged(self) -> tuple[str, ...]:
        """The ids of the questions that have a relevant document, in the order of the file."""
        return tuple(q for q in self.queries if any(n > 0 for n in self.qrels.get(q, {}).values()))


def read_set(corpus: Path, queries: Path, qrels: Path) -> EvaluationSet:
    """The evaluation set in these three files.

    Raises:
        UsageError: a file cannot be read, or none of the questions is judged.
    """
    found = EvaluationSet(read_corpus(corpus), read_queries(queries), read_qrels(qrels))
    if not found.judged:
        raise UsageError(
            f"Aucune question de « {queries} » n’a de document pertinent dans « {qrels} ». "
            "Vérifiez que les deux fichiers vont ensemble."
        )
    return found


def read_corpus(path: Path) -> tuple[CorpusDocument, ...]:
    """The documents of a corpus file (`_id`, `title` if any, `text`).

    Raises:
        UsageError: the file cannot be read, or a line lacks a field.
    """
    return tuple(
        CorpusDocument(
            str(record["_id"]), str(record.get("title") or ""), str(record.get("text") or "")
        )
        for record in _iter_json_lines(path, "_id", "text")
    )


def read_queries(path: Path) -> dict[str, str]:
    """The questions of a file by id (`_id`, `text`).

    Raises:
        UsageError: the file cannot be read, or a line lacks a field.
    """
    return {str(r["_id"]): str(r["text"]) for r in _iter_json_lines(path, "_id", "text")}


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """The grades of a file by question and document; a header line is skipped.

    Three columns (question, document, grade) or TREC's four are read.

    Raises:
        UsageError: the file cannot be read, or a line is not such a row.
    """
    grades: dict[str, dict[str, int]] = {}
    for number, line in enumerate(_read(path).splitlines(), start=1):
        cells = line.split("\t") if "\t" in line else line.split()
        if not line.strip():
            continue
        try:
            query_id, doc_id, grade = cells[0], cells[-2], int(float(cells[-1]))
        except (IndexError, ValueError) as error:
            if number == 1:
                continue
            raise UsageError(
                f"Ligne {number} de « {path} » illisible\u202f: "
                f"«\u00a0{line[:_SHOWN_CHARACTERS]}\u00a0». Attendu\u00a0: question, document et "
                "note, séparés par des tabulations."
            ) from error
        grades.setdefault(query_id, {})[doc_id] = grade
    return grades


def _iter_json_lines(path: Path, *required: str) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(_read(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError:
            record = None
        if not isinstance(record, dict) or any(name not in record for name in required):
            raise UsageError(
                f"Ligne {number} de « {path} »\u202f: il y faut un objet JSON avec les champs "
                f"{', '.join(required)}. Corrigez-la, puis recommencez."
            )
        yield record


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"Le fichier « {path} » ne peut pas être lu ({error}). Vérifiez son chemin et "
            "enregistrez-le en UTF-8."
        ) from error
