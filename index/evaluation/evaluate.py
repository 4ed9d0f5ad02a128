"""Measures search on a judged set, with a throw-away index and the archive's own lanes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.analysis.terms import index_terms
from index.encoders.embedding import PlacedText, embed_passages
from index.encoders.protocol import Encoder, Question, read_queries
from index.evaluation.beir import CorpusDocument, EvaluationSet, read_set
from index.model import Mode
from index.query.parser import parse
from index.query.plan import names_things, weigh, weigh_exact
from index.retrieval.bm25 import LexicalIndex
from index.retrieval.dense import DenseLane
from index.retrieval.fusion import Fusion, FusionContext, Naming, fuse
from index.retrieval.vectors import build_vectors
from index.storage.postings import LexicalPart, PassageTerms, part_of

METRICS: Final = ("ndcg@10", "mrr@10", "recall@10", "recall@100")
DEPTH: Final = 100
# A passage of a blog has 80 words on average, the longest a few hundred; longer documents of a
# judged set are cut at paragraphs and answer by their best passage.
PASSAGE_WORDS: Final = 200
_LANE_DEPTH: Final = 200
_QUERIES_AT_ONCE: Final = 256

Scores = NDArray[np.float32]
Run = Mapping[str, Sequence[str]]
Qrels = Mapping[str, Mapping[str, int]]


def evaluate(
    corpus_path: Path,
    queries_path: Path,
    qrels_path: Path,
    modes: Sequence[Mode],
    encoder: Encoder | None,
) -> dict[Mode, dict[str, float]]:
    """For each mode, the metrics of METRICS in [0, 1], `n_queries` and `n_docs`.

    Only questions that have a relevant document count.

    Raises:
        UsageError: a file cannot be read or holds nothing to measure.
    """
    judged = read_set(corpus_path, queries_path, qrels_path)
    index = MemoryIndex(judged.documents, encoder)
    sizes = {"n_queries": len(judged.judged), "n_docs": len(judged.documents)}
    runs = index.run(judged, modes)
    return {mode: measure(runs[mode], judged.qrels) | sizes for mode in modes}


def measure(run: Run, qrels: Qrels) -> dict[str, float]:
    """The mean metrics of a run over its questions that have a relevant document.

    nDCG as in trec_eval: the gain is the grade, the discount log2(rank + 1) (Järvelin and
    Kekäläinen 2002).
    """
    totals = dict.fromkeys(METRICS, 0.0)
    n = 0
    for query_id, ranked in run.items():
        grades = {doc: grade for doc, grade in qrels.get(query_id, {}).items() if grade > 0}
        if not grades:
            continue
        n += 1
        gains = [grades.get(doc, 0) for doc in ranked]
        ideal = sorted(grades.values(), reverse=True)
        first = next((rank for rank, gain in enumerate(gains[:10], start=1) if gain), None)
        totals["ndcg@10"] += _dcg(gains[:10]) / _dcg(ideal[:10])
        totals["mrr@10"] += 1.0 / first if first else 0.0
        totals["recall@10"] += sum(map(bool, gains[:10])) / len(grades)
        totals["recall@100"] += sum(map(bool, gains[:100])) / len(grades)
    return {name: total / max(1, n) for name, total in totals.items()}


@dataclass(frozen=True, slots=True)
class LaneScores:
    """What both lanes say of one question.

    `rows` (n,) are the candidates, or without encoder every passage that holds a word; `lexical`
    (n,) and `dense` (n,) are their scores, `level` what an ordinary similarity is. `naming` is what
    each holds of the question, where it only names things.
    """

    query_id: str
    rows: NDArray[np.int64]
    lexical: Scores
    dense: Scores | None = None
    level: FusionContext = field(default_factory=FusionContext)
    naming: Naming | None = None


class MemoryIndex:
    """A judged corpus in memory: the same terms, BM25, vectors and fusion as an archive."""

    def __init__(
        self,
        documents: Sequence[CorpusDocument],
        encoder: Encoder | None,
        *,
        passage_words: int = PASSAGE_WORDS,
    ) -> None:
        self.doc_ids = [document.doc_id for document in documents]
        self._encoder = encoder
        passages = [
            (row, document.title, text)
            for row, document in enumerate(documents)
            for text in split_passages(document.text, passage_words)
        ]
        self.owners = np.array([row for row, _, _ in passages], dtype=np.int64)
        self.postings = _build_postings(passages)
        self.lexical = LexicalIndex(self.postings)
        self.dense = None if encoder is None else _build_dense(passages, encoder)
        self._tie_order = np.argsort(np.argsort(self.doc_ids, kind="stable"))

    def run(self, judged: EvaluationSet, modes: Sequence[Mode]) -> dict[Mode, Run]:
        """For each mode, the DEPTH best documents of each judged question, best first."""
        runs: dict[Mode, dict[str, Sequence[str]]] = {mode: {} for mode in modes}
        for lanes in self.iter_lanes(judged, modes):
            for mode in modes:
                runs[mode][lanes.query_id] = self.best_documents(lanes, mode)
        return dict(runs)

    def iter_lanes(self, judged: EvaluationSet, modes: Sequence[Mode]) -> Iterator[LaneScores]:
        """Yields the candidates of each judged question with their scores in the lanes needed."""
        ids = judged.judged
        is_dense = any(mode is not Mode.LEXICAL for mode in modes)
        for start in range(0, len(ids), _QUERIES_AT_ONCE):
            batch = ids[start : start + _QUERIES_AT_ONCE]
            texts = [judged.queries[query_id] for query_id in batch]
            questions: Sequence[Question | None] = [None] * len(batch)
            if is_dense and self._encoder is not None:
                questions = read_queries(self._encoder, texts)
            for query_id, text, question in zip(batch, texts, questions, strict=True):
                yield self.lanes(query_id, text, question)

    def lanes(self, query_id: str, text: str, question: Question | None) -> LaneScores:
        """The candidates of one question, which the encoder may have read, with their scores."""
        lexical = self.lexical.score(weigh(text), weigh_exact(text))
        if question is None or self.dense is None:
            rows = np.flatnonzero(lexical > 0)
            return LaneScores(query_id, rows, lexical[rows], naming=self._naming(text, rows))
        rows = np.union1d(self.dense.nearest(question, _LANE_DEPTH), _top(lexical))
        return LaneScores(
            query_id,
            rows,
            lexical[rows],
            self.dense.scores(question, rows),
            FusionContext(*self.dense.level(question)),
            self._naming(text, rows),
        )

    def _naming(self, text: str, rows: NDArray[np.int64]) -> Naming | None:
        """What these passages hold of a question that only names things; None of any other."""
        if not names_things(parse(text)):
            return None
        weights = weigh(text)
        return Naming(self.lexical.coverage(weights, rows), len(weights))

    def best_documents(
        self, lanes: LaneScores, mode: Mode, fusion: Fusion | None = None
    ) -> list[str]:
        """The DEPTH best documents for one question, each by its best passage."""
        scores = _scores(lanes, mode, fusion)
        is_found = scores > -np.inf
        best = np.full(len(self.doc_ids), -np.inf, dtype=np.float32)
        np.maximum.at(best, self.owners[lanes.rows[is_found]], scores[is_found])
        found = np.flatnonzero(best > -np.inf)
        order = np.lexsort((self._tie_order[found], -best[found]))[:DEPTH]
        return [self.doc_ids[row] for row in found[order]]


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


class _MemoryPostings:
    """Postings and lengths of a throw-away index."""

    def __init__(self, part: LexicalPart) -> None:
        self._part = part

    def lexical_parts(self) -> tuple[LexicalPart, ...]:
        return (self._part,)


def _build_postings(passages: Sequence[tuple[int, str, str]]) -> _MemoryPostings:
    terms = (PassageTerms(index_terms(text), index_terms(title)) for _, title, text in passages)
    return _MemoryPostings(part_of(terms))


def _build_dense(passages: Sequence[tuple[int, str, str]], encoder: Encoder) -> DenseLane:
    placed = [PlacedText(text, (title,) if title else (), title) for _, title, text in passages]
    embedded = embed_passages(placed, encoder)
    keys = np.arange(len(passages), dtype=np.int64)
    return DenseLane(build_vectors(keys, embedded.vectors), _MemoryTokens(embedded.codes))


class _MemoryTokens:
    """The word pieces of a throw-away index; a passage's key is its place."""

    def __init__(self, codes: Sequence[bytes]) -> None:
        self._codes = codes

    def token_codes(self, keys: Sequence[int]) -> dict[int, bytes]:
        return {key: self._codes[key] for key in keys}


def _scores(lanes: LaneScores, mode: Mode, fusion: Fusion | None) -> Scores:
    """The score of each candidate (n,), minus infinity where it is none in this mode."""
    if mode is Mode.LEXICAL or lanes.dense is None:
        return np.where(lanes.lexical > 0, lanes.lexical, np.float32(-np.inf))
    if mode is Mode.DENSE:
        return lanes.dense
    return fuse(lanes.dense, lanes.lexical, lanes.level, fusion, naming=lanes.naming)


def _top(scores: Scores) -> NDArray[np.int64]:
    if len(scores) <= _LANE_DEPTH:
        return np.arange(len(scores))
    return np.argpartition(-scores, _LANE_DEPTH)[:_LANE_DEPTH]


def _dcg(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))
