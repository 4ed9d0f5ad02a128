"""Rows in order for a question: both retrievers, fusion, documents capped, copies grouped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.encoders.protocol import Question
from index.model import Mode, RetrieverScore
from index.query.synonyms import WeighedForms
from index.retrieval.bm25 import LexicalIndex
from index.retrieval.dense import DenseRetriever
from index.retrieval.fusion import FusionContext, Naming, fuse
from index.storage.columns import Columns, Mask

# Candidates that each retriever hands over: deeper changes no figure of the development sets.
_MIN_DEPTH: Final = 200
_DEPTH_PER_HIT: Final = 4
# Over the seeds (five long pages) nDCG@10 x 100 is 36.8 with 3, 38.0 with 5 and 38.3 without cap.
DEFAULT_MAX_PER_DOCUMENT: Final = 5
_SCORE_DECIMALS: Final = 6
# The share of a name that a passage holds when it says it in the lexicon's other words.
_OTHER_NAME: Final = 0.9

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class RankRequest:
    """One question in the form that the retrievers read.

    `question` is None in lexical mode; `weights` is empty in dense mode. `allowed`
    (n_rows,) is None when every passage may answer. `exact` weighs the words as typed
    (`exact_terms`). `forms` are what the lexicon adds, one group for each form that was typed.
    `is_name` says that the question only names things; `finds_near` that all passages which stand
    out by their meaning are wanted, beyond the candidates.
    """

    k: int
    mode: Mode
    question: Question | None = None
    weights: Mapping[str, float] = field(default_factory=dict)
    allowed: Mask | None = None
    max_per_document: int = DEFAULT_MAX_PER_DOCUMENT
    forms: tuple[WeighedForms, ...] = ()
    exact: Mapping[str, float] = field(default_factory=dict)
    is_name: bool = False
    finds_near: bool = False


@dataclass(frozen=True, slots=True)
class RankedRow:
    """A row with its score, its place in each retriever, and what it stands for.

    `n_more_in_document` counts the other candidates of its document that are not shown;
    `copies` are the rows with the very same text that it hides.
    """

    row: int
    score: float
    retrievers: tuple[RetrieverScore, ...]
    n_more_in_document: int = 0
    copies: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidates:
    """Rows with their scores; best first once sorted.

    `level` is what an ordinary similarity is for the question, where the dense retriever was asked;
    `naming` what each row holds of it, where it only names things. `near` (m,) are all rows that
    stand out by the cosines of their vectors, candidates or not, where they were wanted.
    """

    rows: Rows
    scores: Scores
    dense: Scores | None
    lexical: Scores | None
    level: FusionContext | None = None
    naming: Naming | None = None
    near: Rows | None = None

    def sorted(self, passage_ids: NDArray[np.bytes_]) -> Candidates:
        """The same, best first; equal scores in the order of the ids of all rows.

        `passage_ids` (n_rows,) are those ids, as bytes of one dtype.
        """
        keys = -np.round(self.scores, _SCORE_DECIMALS)
        order = np.argsort(keys, kind="stable")
        # Ids are compared where scores are equal, and nowhere else: they are long.
        is_next = keys[order[1:]] == keys[order[:-1]]
        is_tied = np.zeros(len(order), dtype=np.bool_)
        is_tied[1:] |= is_next
        is_tied[:-1] |= is_next
        tied = order[is_tied]
        order[is_tied] = tied[np.lexsort((passage_ids[self.rows[tied]], keys[tied]))]
        return self.take(order)

    def take(self, order: NDArray[np.int64]) -> Candidates:
        """The same at the places `order`, (m,) int64."""
        return Candidates(
            self.rows[order],
            self.scores[order],
            None if self.dense is None else self.dense[order],
            None if self.lexical is None else self.lexical[order],
            self.level,
            None if self.naming is None else self.naming.take(order),
            self.near,
        )


class Ranker:
    """Ranks the passages of one generation."""

    def __init__(self, columns: Columns, lexical: LexicalIndex) -> None:
        self._columns = columns
        self._lexical = lexical

    def rank(self, request: RankRequest, dense_retriever: DenseRetriever | None) -> list[RankedRow]:
        """The best `request.k` rows, best first; fewer when fewer answer.

        Args:
            request: the question.
            dense_retriever: needed unless the mode is lexical.
        """
        found = self.find(request, dense_retriever)
        return [] if found is None else self.choose(found, request)

    def find(
        self, request: RankRequest, dense_retriever: DenseRetriever | None
    ) -> Candidates | None:
        """The candidates of both retrievers, best first, before documents are capped; None if none.

        How many does not depend on `request.k` until it is large.
        """
        found = self._candidates(request, dense_retriever, self.depth(request))
        return None if found is None else found.sorted(self._columns.passage_ids)

    def depth(self, request: RankRequest) -> int:
        """How many candidates each retriever hands over."""
        return max(_MIN_DEPTH, _DEPTH_PER_HIT * request.k)

    def lexical_scores(self, request: RankRequest) -> Scores | None:
        """The score of each row by its words, (n_rows,) float32, filters apart; None in dense mode.

        The lexicon's other forms count.
        """
        return None if request.mode is Mode.DENSE else self._score_words(request)[0]

    def _score_words(self, request: RankRequest) -> tuple[Scores, list[Scores]]:
        """The score of each row (n_rows,) by all words, and by each group of other forms alone."""
        scores = self._lexical.score(request.weights, request.exact)
        other_names = [self._lexical.score_forms(forms) for forms in request.forms]
        for one in other_names:
            scores += one
        return scores, other_names

    def _candidates(
        self, request: RankRequest, dense_retriever: DenseRetriever | None, depth: int
    ) -> Candidates | None:
        lexical = None
        other_names: list[Scores] = []
        rows = np.zeros(0, dtype=np.int64)
        if request.mode is not Mode.DENSE:
            lexical, other_names = self._score_words(request)
            if request.allowed is not None:
                lexical = np.where(request.allowed, lexical, np.float32(0.0))
            rows = _best_rows(lexical, depth)
        if request.mode is Mode.LEXICAL or request.question is None or dense_retriever is None:
            if lexical is None or not len(rows):
                return None
            scores = lexical[rows]
            ceiling = max(self._lexical.ceiling(request.weights), float(scores.max()))
            return Candidates(rows, scores / np.float32(ceiling), None, scores)
        near: Rows | None = None
        if request.finds_near:
            keys, keys_near = dense_retriever.near(request.question, depth, request.allowed)
            near = self._columns.rows(keys_near)
        else:
            keys = dense_retriever.nearest(request.question, depth, request.allowed)
        # np.union1d would import numpy.ma: 40 ms of a cold search.
        both = np.concatenate([rows, self._columns.rows(keys)])
        rows, _ = np.unique(both, return_index=True)
        if not len(rows):
            return None
        dense = dense_retriever.scores(request.question, self._columns.keys[rows])
        level = FusionContext(*dense_retriever.level(request.question))
        if lexical is None:
            return Candidates(rows, np.clip(dense, 0.0, 1.0), dense, None, level, near=near)
        naming = self._naming(request.weights, other_names, rows) if request.is_name else None
        fused = fuse(dense, lexical[rows], level, naming=naming)
        return Candidates(rows, fused, dense, lexical[rows], level, naming, near)

    def _naming(
        self, weights: Mapping[str, float], other_names: list[Scores], rows: Rows
    ) -> Naming:
        """What `rows` hold of a name; the lexicon's other names count too."""
        held = self._lexical.coverage(weights, rows)
        for scores in other_names:
            held = np.where(scores[rows] > 0, np.maximum(held, np.float32(_OTHER_NAME)), held)
        return Naming(held, len(weights))

    def choose(self, found: Candidates, request: RankRequest) -> list[RankedRow]:
        """The first `k` candidates, copies folded, under the smallest cap that still gives k."""
        return self.describe(found, self.places(found, request))

    def places(self, found: Candidates, request: RankRequest, kept: Mask | None = None) -> Rows:
        """The places among the candidates of the rows to show, (n,) int64, in their order.

        First the `k` that `choose` shows; then, where `kept` (n_candidates,) bool is given, those
        others that it keeps. Of rows with the very same text only the first counts.
        """
        firsts = self._firsts(found)
        document = self._columns.document.codes[found.rows]
        chosen = _cap(firsts, document, request.k, request.max_per_document)
        if kept is None:
            return chosen
        is_left = kept.copy()
        is_left[chosen] = False
        return np.concatenate([chosen, firsts[is_left[firsts]]])

    def distinct_rows(self, found: Candidates) -> Rows:
        """The rows of the candidates, (n,) int64, without copies."""
        return found.rows[self._firsts(found)]

    def _firsts(self, found: Candidates) -> Rows:
        """The places of the first candidate with each text, (n,) int64 increasing."""
        content = self._columns.content.codes[found.rows]
        _, first = np.unique(content, return_index=True)
        return np.sort(first)

    def describe(self, found: Candidates, places: Rows, n_before: int = 0) -> list[RankedRow]:
        """The candidates at these places (n,) int64: scores, ranks, copies.

        `n_before` more are known to come before them in each retriever.
        """
        if not len(places):
            return []
        content = self._columns.content.codes[found.rows]
        _, group, sizes = np.unique(content, return_inverse=True, return_counts=True)
        n_same = sizes[group]
        document = self._columns.document.codes[found.rows]
        n_documents = int(document.max()) + 1
        shown = np.bincount(document[places], minlength=n_documents)
        seen = np.bincount(document[self._firsts(found)], minlength=n_documents)
        dense_ranks = _ranks(found.dense, n_before)
        lexical_ranks = _ranks(found.lexical, n_before)
        return [
            RankedRow(
                row=int(found.rows[place]),
                score=float(found.scores[place]),
                retrievers=(
                    *_lane("dense", found.dense, dense_ranks, place),
                    *_lane("lexical", found.lexical, lexical_ranks, place),
                ),
                n_more_in_document=int(seen[document[place]] - shown[document[place]]),
                copies=()
                if n_same[place] == 1
                else tuple(
                    int(found.rows[other])
                    for other in np.flatnonzero(content == content[place])
                    if other != place
                ),
            )
            for place in places
        ]


def _cap(places: Rows, document: NDArray[np.int32], k: int, cap: int) -> Rows:
    """The first `k` of `places` with at most `cap` of a document, more when that gives fewer."""
    ordinals = _ordinals(document[places])
    limit = max(1, cap)
    while np.count_nonzero(ordinals < limit) < min(k, len(places)):
        limit *= 2
    return places[ordinals < limit][:k]


def _ordinals(codes: NDArray[np.int32]) -> NDArray[np.int64]:
    """For each place, how many equal codes come before it."""
    order = np.argsort(codes, kind="stable")
    ordered = codes[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    lengths = np.diff(np.r_[starts, len(ordered)])
    ordinals = np.empty(len(codes), dtype=np.int64)
    ordinals[order] = np.arange(len(codes)) - np.repeat(starts, lengths)
    return ordinals


def _best_rows(scores: Scores, n: int) -> Rows:
    """The rows of the `n` highest positive scores, in no given order."""
    positive = np.flatnonzero(scores > 0)
    if len(positive) <= n:
        return positive
    best: Rows = positive[np.argpartition(-scores[positive], n)[:n]]
    return best


def _ranks(scores: Scores | None, n_before: int = 0) -> NDArray[np.int64] | None:
    """The rank of each candidate in a retriever, from 1 after `n_before` others."""
    if scores is None:
        return None
    ranks = np.empty(len(scores), dtype=np.int64)
    ranks[np.argsort(-scores, kind="stable")] = n_before + np.arange(1, len(scores) + 1)
    return ranks


def _lane(
    name: str, scores: Scores | None, ranks: NDArray[np.int64] | None, place: int
) -> tuple[RetrieverScore, ...]:
    if scores is None or ranks is None or (name == "lexical" and scores[place] <= 0):
        return ()
    return (RetrieverScore(name, int(ranks[place]), float(scores[place])),)
