"""Measures an encoder on the development sets: dense alone, BM25 alone, and both fused.

Nothing here is trained on: the sets choose between models and weights, and pin the floors.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Protocol

import bm25s
import numpy as np
import Stemmer
from numpy.typing import NDArray
from scipy.stats import spearmanr

from index.encoders.protocol import SupportsTokens
from index.retrieval.dense import blend
from index.retrieval.late_interaction import UnpackedTokens

RETRIEVAL_SETS: Final = ("piaf", "mesconseilscovid", "spf_qr", "cdtn")
STS_SET: Final = "stsb_fr_dev"
CUTOFF: Final = 10
WEIGHTS: Final = tuple(round(0.1 * step, 1) for step in range(1, 10))
_ELISION: Final = re.compile(r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)['’]", re.IGNORECASE)
_WORD: Final = re.compile(r"\w+")

Scores = NDArray[np.float32]


class SupportsEncoding(Protocol):
    """The part of `index.encoders.sentence_transformers.Encoder` that is measured."""

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]: ...
    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]: ...


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    """A BEIR-style set; `relevant[row]` maps a document's position to its grade."""

    name: str
    queries: list[str]
    documents: list[str]
    relevant: list[dict[int, float]]


@dataclass(frozen=True, slots=True)
class Measure:
    """nDCG@10 x 100 of three modes; `weight` is the dense share of the fused scores.

    `vector` compares whole texts only, `dense` their pieces too, where the encoder has any.
    """

    vector: float
    dense: float
    lexical: float
    fused: float
    weight: float
    fused_by_weight: dict[float, float]


def load_set(folder: Path, *, max_queries: int | None = None) -> RetrievalSet:
    """The set in `folder`; with `max_queries`, about that many evenly spaced queries."""
    corpus = [json.loads(line) for line in (folder / "corpus.jsonl").open(encoding="utf-8")]
    extra = folder / "corpus_distractors.jsonl"
    if extra.exists():
        corpus += [json.loads(line) for line in extra.open(encoding="utf-8")]
    positions = {document["_id"]: row for row, document in enumerate(corpus)}
    grades: dict[str, dict[int, float]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query_id, document_id, grade = line.split("\t")
        if float(grade) > 0:
            grades.setdefault(query_id, {})[positions[document_id]] = float(grade)
    lines = (folder / "queries.jsonl").open(encoding="utf-8")
    queries = [q for q in map(json.loads, lines) if q["_id"] in grades]
    if max_queries and len(queries) > max_queries:
        queries = queries[:: len(queries) // max_queries]
    return RetrievalSet(
        folder.name,
        [query["text"] for query in queries],
        [f"{d.get('title') or ''} {d['text']}".strip() for d in corpus],
        [grades[query["_id"]] for query in queries],
    )


def ndcg(scores: Scores, relevant: Sequence[dict[int, float]], cutoff: int = CUTOFF) -> float:
    """Mean nDCG at `cutoff` x 100 (Järvelin and Kekäläinen 2002), linear gain.

    Args:
        scores: (queries, documents), higher is better; ties go to the earlier document.
        relevant: the grades of each query's relevant documents.
    """
    top = np.argsort(-scores, axis=1, kind="stable")[:, :cutoff]
    discounts = 1 / np.log2(np.arange(2, cutoff + 2))
    total = 0.0
    for row, grades in zip(top, relevant, strict=True):
        gain = sum(grades.get(int(d), 0.0) * w for d, w in zip(row, discounts, strict=False))
        best = sorted(grades.values(), reverse=True)[:cutoff]
        total += gain / float(np.dot(best, discounts[: len(best)]))
    return 100 * total / len(relevant)


def measure_set(encoder: SupportsEncoding, target: RetrievalSet) -> Measure:
    """The three modes on one set; the fused one at the best weight for that set."""
    lexical = lexical_scores(target)
    vector = dense_scores(encoder, target)
    dense = vector if (pieces := piece_scores(encoder, target)) is None else blend(vector, pieces)
    by_weight = {w: ndcg(fuse(dense, lexical, w), target.relevant) for w in WEIGHTS}
    weight = max(by_weight, key=lambda w: by_weight[w])
    return Measure(
        ndcg(vector, target.relevant),
        ndcg(dense, target.relevant),
        ndcg(lexical, target.relevant),
        by_weight[weight],
        weight,
        by_weight,
    )


def dense_scores(encoder: SupportsEncoding, target: RetrievalSet) -> Scores:
    """Cosines, (queries, documents) float32."""
    queries = encoder.encode_queries(target.queries)
    documents = encoder.encode_passages(target.documents)
    scores: Scores = queries @ documents.T
    return scores


def piece_scores(encoder: SupportsEncoding, target: RetrievalSet) -> Scores | None:
    """The similarities of pieces, (queries, documents) float32; None of an encoder without any."""
    if not isinstance(encoder, SupportsTokens):
        return None
    questions = encoder.read_queries(target.queries)
    documents = encoder.read_passages(target.documents)
    found = np.zeros((len(questions), len(documents)), dtype=np.float32)
    filled = [row for row, document in enumerate(documents) if document.codes]
    dimension = len(documents[0].vector)
    unpacked = UnpackedTokens([documents[row].codes for row in filled], dimension)
    for row, question in enumerate(questions):
        if question.tokens is not None:
            found[row, filled] = unpacked.max_sim(question.tokens)
    return found


def lexical_scores(target: RetrievalSet) -> Scores:
    """BM25 (bm25s, k1 = 1.5, b = 0.75) on French stems, (queries, documents) float32."""
    engine = bm25s.BM25()
    engine.index([french_terms(text) for text in target.documents], show_progress=False)
    known = set(engine.vocab_dict)
    scores = np.zeros((len(target.queries), len(target.documents)), dtype=np.float32)
    for row, query in enumerate(target.queries):
        terms = [term for term in french_terms(query) if term in known]
        if terms:
            scores[row] = engine.get_scores(terms)
    return scores


def fuse(dense: Scores, lexical: Scores, weight: float) -> Scores:
    """`weight` x dense + (1 - `weight`) x lexical, each min-max normalised by query."""
    fused: Scores = weight * _min_max(dense) + (1 - weight) * _min_max(lexical)
    return fused


def measure_sts(encoder: SupportsEncoding, folder: Path) -> float:
    """Spearman's rank correlation x 100 of the cosine with the judgements of the STS pairs."""
    pairs = [json.loads(line) for line in (folder / "pairs.jsonl").open(encoding="utf-8")]
    first = encoder.encode_queries([pair["a"] for pair in pairs])
    second = encoder.encode_queries([pair["b"] for pair in pairs])
    cosines = (first * second).sum(axis=1)
    return 100 * float(spearmanr(cosines, [pair["score"] for pair in pairs]).statistic)


def french_terms(text: str) -> list[str]:
    """French stems of a text without stop words, elided articles cut off."""
    words = _WORD.findall(_ELISION.sub(" ", text.lower()))
    return [_stem(word) for word in words if word not in _stop_words()]


@lru_cache(maxsize=1)
def _stop_words() -> frozenset[str]:
    return frozenset(bm25s.stopwords.STOPWORDS_FRENCH)


@lru_cache(maxsize=1)
def _stemmer() -> Callable[[str], str]:
    stem: Callable[[str], str] = Stemmer.Stemmer("french").stemWord
    return stem


@lru_cache(maxsize=200_000)
def _stem(word: str) -> str:
    return _stemmer()(word)


def _min_max(scores: Scores) -> Scores:
    low = scores.min(axis=1, keepdims=True)
    span = scores.max(axis=1, keepdims=True) - low
    scaled: Scores = (scores - low) / np.maximum(span, 1e-9)
    return scaled
