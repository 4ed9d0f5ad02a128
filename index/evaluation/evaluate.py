"""Measures search on a judged set: an archive of its documents is built and asked, as any other.

Nothing here ranks: the build, the plan of a question and its ranking are the product's own. Each
document is a post; it answers by its best passage.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.archive import Archive, open_archive
from index.building.build import build_archive
from index.encoders.protocol import Encoder
from index.encoders.remembering import RememberingEncoder
from index.evaluation.beir import CorpusDocument, EvaluationSet, read_set
from index.judgements.metrics import Run, measure
from index.model import Mode, Query
from index.query.plan import Plan
from ingest.errors import UsageError
from ingest.identity import post_passage_id
from ingest.model import Document, Passage, PassageKind, Role

DEPTH: Final = 100
# A passage of a blog has 80 words on average, the longest a few hundred; longer documents of a
# judged set are cut at paragraphs.
PASSAGE_WORDS: Final = 200
_QUERIES_AT_ONCE: Final = 256


def evaluate(
    corpus_path: Path,
    queries_path: Path,
    qrels_path: Path,
    modes: Sequence[Mode],
    encoder: Encoder | None,
) -> dict[Mode, dict[str, float]]:
    """For each mode, the metrics of METRICS in [0, 1], `n_queries` and `n_docs`.

    Only questions that have a relevant document count.

    Args:
        corpus_path: the documents, as `index.evaluation.beir` reads them.
        queries_path: the questions.
        qrels_path: the judgements.
        modes: the modes to measure.
        encoder: the model; None for the lexical mode alone.

    Raises:
        UsageError: a file cannot be read or holds nothing to measure.
    """
    judged = read_set(corpus_path, queries_path, qrels_path)
    sizes = {"n_queries": len(judged.judged), "n_docs": len(judged.documents)}
    with corpus_archive(judged.documents, encoder) as archive:
        return {
            mode: measure(run_questions(archive, judged, mode), judged.qrels) | sizes
            for mode in modes
        }


@contextmanager
def corpus_archive(
    documents: Sequence[CorpusDocument], encoder: Encoder | None
) -> Iterator[Archive]:
    """Yields an archive of these documents, thrown away at the end.

    Args:
        documents: of a judged set; the id of each is that of its post.
        encoder: the model; without any, only the lexical mode means something.
    """
    model = RememberingEncoder(encoder or _WordsOnly())
    with tempfile.TemporaryDirectory(prefix="archiblogue-evaluation-") as folder:
        build_archive(Path(folder), map(as_post, documents), model)
        with open_archive(folder, encoder=model) as archive:
            yield archive


def run_questions(archive: Archive, judged: EvaluationSet, mode: Mode) -> Run:
    """The DEPTH best documents of each judged question, best first."""
    run: dict[str, Sequence[str]] = {}
    model = archive.encoder
    for start in range(0, len(judged.judged), _QUERIES_AT_ONCE):
        batch = judged.judged[start : start + _QUERIES_AT_ONCE]
        if mode is not Mode.LEXICAL and isinstance(model, RememberingEncoder):
            model.read_queries([judged.queries[query_id] for query_id in batch])
        for query_id in batch:
            run[query_id] = best_documents(archive, Query(judged.queries[query_id], mode=mode))
    return run


def best_documents(archive: Archive, query: Query) -> list[str]:
    """The ids of the DEPTH best documents for a question, each once, best first."""
    try:
        plan = plan_documents(archive, query)
    except UsageError:  # a question of signs only
        return []
    return documents_of(archive, archive.searcher.keys_found(plan))


def plan_documents(archive: Archive, query: Query) -> Plan:
    """The plan that asks for the DEPTH best documents of a question, one passage of each.

    Raises:
        UsageError: nothing is left to look for in the question.
    """
    return archive.searcher.plan(replace(query, k=DEPTH, max_per_document=1))


def documents_of(archive: Archive, keys: NDArray[np.int64]) -> list[str]:
    """The ids of the documents of these passages (n,), each once, in their order."""
    columns = archive.searcher.columns
    names = [columns.document.values[code] for code in columns.document.codes[columns.rows(keys)]]
    return list(dict.fromkeys(name for name in names if name is not None))


def as_post(document: CorpusDocument) -> Document:
    """A document of a judged set as a post of an archive."""
    passages = []
    start = 0
    for n, text in enumerate(split_passages(document.text, PASSAGE_WORDS), start=1):
        passages.append(
            Passage(
                passage_id=post_passage_id(document.doc_id, n),
                doc_id=document.doc_id,
                ordinal=n - 1,
                role=Role.POST,
                kind=PassageKind.PARAGRAPH,
                text=text,
                start=start,
                end=start + len(text),
            )
        )
        start += len(text) + 1
    return Document(
        doc_id=document.doc_id,
        source_path=document.doc_id,
        passages=tuple(passages),
        title=document.title or None,
    )


def split_passages(text: str, n_words: int) -> list[str]:
    """`text` cut at line ends into pieces of at most `n_words` words, longer lines at words."""
    pieces: list[str] = []
    current: list[str] = []
    size = 0
    for line in text.split("\n"):
        words = line.split()
        for start in range(0, len(words), n_words):
            part = words[start : start + n_words]
            if size and size + len(part) > n_words:
                pieces.append("\n".join(current))
                current, size = [], 0
            current.append(" ".join(part))
            size += len(part)
    if current or not pieces:
        pieces.append("\n".join(current))
    return pieces


class _WordsOnly:
    """Stands for an encoder where only words are compared: every vector is the same."""

    name = "words-only"
    revision = "1"
    dimension = 8

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, 8), float32, L2-normalised."""
        return np.full((len(texts), self.dimension), self.dimension**-0.5, dtype=np.float32)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, 8), float32, L2-normalised."""
        return self.encode_queries(texts)
