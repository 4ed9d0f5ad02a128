"""All that answers a question, in one order that does not depend on the page asked for.

A passage answers when it holds most of the words of the question, or when it stands out by its
meaning. The first `k` hits are shown whatever they are, as the nearest that there are. Those
that the ranker compared closely come first (`Ranker.places`); those that it had no reason to
compare follow, by the cosine of their vectors and their words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.encoders.protocol import Question
from index.model import Order
from index.query.plan import Plan
from index.retrieval.bm25 import LexicalIndex
from index.retrieval.dense import DenseRetriever
from index.retrieval.fusion import FusionContext, fuse
from index.retrieval.ranker import Candidates, RankedRow, Ranker, RankRequest
from index.storage.columns import Columns, Mask

# A passage holds the words of a question when it holds this share of them, rarity counted.
LEAST_COVERAGE: Final = 0.5
# A passage is near when its cosine is this many standard deviations above an ordinary one. On
# mesconseilscovid (154 passages) the right passage is near or holds the words for 95, 81, 74 and 69
# of 100 questions with 1.5, 2, 2.5 and 3; 9, 3, 1 and 0 passages are near for the median question.
LEAST_STAND_OUT: Final = 2.0
_SMALLEST_SPREAD: Final = 0.02

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Answers:
    """The rows (n,) that answer, in order; `has_words` and `is_near` (n,) say why.

    `places` (n,) are those among the candidates `found` that the ranker compared closely; beyond
    the last of them, among `others`.
    """

    rows: Rows
    places: Rows
    has_words: Mask
    is_near: Mask
    found: Candidates
    others: Candidates

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, order: Rows) -> Answers:
        """The same at the places `order`, (m,) int64."""
        return replace(
            self,
            rows=self.rows[order],
            places=self.places[order],
            has_words=self.has_words[order],
            is_near=self.is_near[order],
        )

    def in_order(self, order: Order, columns: Columns) -> Answers:
        """The same by relevance or by date, the undated last, equal dates by relevance."""
        if order is Order.RELEVANCE:
            return self
        dates = columns.date
        ranked = sorted({value for value in dates.values if value})
        rank_of = {value: rank for rank, value in enumerate(ranked)}
        by_code = np.array([rank_of.get(value or "", -1) for value in dates.values], dtype=np.int64)
        ranks = by_code[dates.codes[self.rows]]
        if order is Order.NEWEST:
            return self.take(np.argsort(-ranks, kind="stable"))
        ranks[ranks < 0] = len(ranked)
        return self.take(np.argsort(ranks, kind="stable"))


class AnswerReader:
    """Gathers all that answers over the passages of one generation."""

    def __init__(
        self, ranker: Ranker, columns: Columns, dense: Callable[[], DenseRetriever]
    ) -> None:
        """Reads from a ranker, and from the retriever by meaning when a question needs it."""
        self._ranker = ranker
        self._columns = columns
        self._dense = dense

    def gather(self, found: Candidates, request: RankRequest, has_words: Mask) -> Answers:
        """All that answers, by relevance.

        Args:
            found: the candidates, best first.
            request: the question.
            has_words: the rows (n_rows,) bool that hold most of its words.
        """
        near = self._near(found, request)
        is_near = np.zeros(len(self._columns), dtype=np.bool_)
        is_near[near] = True
        is_answer = has_words | is_near
        if request.allowed is not None:
            is_answer &= request.allowed
        places = self._ranker.places(found, request, is_answer[found.rows])
        compared = found.rows[places]
        is_answer[found.rows] = False
        others = self._others(np.flatnonzero(is_answer), compared, request)
        rows = np.concatenate([compared, others.rows])
        after = len(found.rows) + np.arange(len(others.rows), dtype=np.int64)
        return Answers(
            rows=rows,
            places=np.concatenate([places, after]),
            has_words=has_words[rows],
            is_near=is_near[rows],
            found=found,
            others=others,
        )

    def of_rows(self, rows: Rows) -> Answers:
        """These rows (n,) int64 as answers to no question: the oldest first, without copies."""
        nothing = np.zeros(len(rows), dtype=np.bool_)
        none = Candidates(rows[:0], np.zeros(0, dtype=np.float32), None, None)
        found = Candidates(rows, np.zeros(len(rows), dtype=np.float32), None, None)
        places = np.arange(len(rows), dtype=np.int64)
        answers = Answers(rows, places, nothing, nothing, found, none)
        answers = answers.in_order(Order.OLDEST, self._columns)
        _, first = np.unique(self._columns.content.codes[answers.rows], return_index=True)
        return answers.take(np.sort(first))

    def describe(self, answers: Answers, start: int, n: int) -> list[RankedRow]:
        """The answers from place `start` on, `n` at most, with what a reader is told of each."""
        page = answers.take(np.arange(start, min(start + n, len(answers)), dtype=np.int64))
        n_found = len(answers.found.rows)
        is_compared = page.places < n_found
        compared = iter(self._ranker.describe(answers.found, page.places[is_compared]))
        others = iter(
            self._ranker.describe(answers.others, page.places[~is_compared] - n_found, n_found)
        )
        documents = self._columns.document.codes
        seen = np.concatenate([self._ranker.distinct_rows(answers.found), answers.others.rows])
        of_all = np.bincount(documents[seen])
        of_page = np.bincount(documents[page.rows], minlength=len(of_all))
        n_more = (of_all - of_page)[documents[page.rows]]
        return [
            replace(next(compared if is_one else others), n_more_in_document=int(n))
            for is_one, n in zip(is_compared, n_more, strict=True)
        ]

    def _near(self, found: Candidates, request: RankRequest) -> Rows:
        """The rows that stand out by the cosine of their vectors, (n,) int64."""
        question = request.question
        if found.dense is None or question is None:
            return np.zeros(0, dtype=np.int64)
        dense = self._dense()
        context = FusionContext(*dense.vectors.level(question.vector))
        bar = context.mean + LEAST_STAND_OUT * max(context.spread, _SMALLEST_SPREAD)
        # The nearest are among the candidates: where some of those are not near, all that are near
        # have been seen.
        keys = self._columns.keys[found.rows]
        cosines = dense.vectors.scores(question.vector, keys)
        if np.count_nonzero(cosines >= bar) < self._ranker.depth(request):
            return self._columns.rows(keys[cosines >= bar])
        keys, _ = dense.vectors.within(question.vector, bar, request.allowed)
        return self._columns.rows(np.sort(keys))

    def _others(self, rows: Rows, compared: Rows, request: RankRequest) -> Candidates:
        """The answers `rows` (n,) that were not compared, best first, without copies of others."""
        content = self._columns.content.codes
        rows = rows[~np.isin(content[rows], content[compared])]
        if not len(rows):
            return Candidates(rows, np.zeros(0, dtype=np.float32), None, None)
        lexical = self._ranker.lexical_scores(request)
        dense, level = None, None
        scores = np.zeros(len(rows), dtype=np.float32)
        if lexical is not None:
            lexical = lexical[rows]
            scores = lexical / np.float32(max(float(lexical.max(initial=0.0)), 1.0))
        if request.question is not None:
            dense, level = self._cosines(request.question, rows)
            words = np.zeros(len(rows), dtype=np.float32) if lexical is None else lexical
            scores = fuse(dense, words, level)
        ranked = Candidates(rows, scores, dense, lexical, level).sorted(self._columns.passage_ids)
        _, first = np.unique(content[ranked.rows], return_index=True)
        return ranked.take(np.sort(first))

    def _cosines(self, question: Question, rows: Rows) -> tuple[Scores, FusionContext]:
        vectors = self._dense().vectors
        cosines = vectors.scores(question.vector, self._columns.keys[rows])
        return cosines, FusionContext(*vectors.level(question.vector))


def holding_words(lexical: LexicalIndex, plan: Plan) -> Mask:
    """The rows (n_rows,) bool that hold most of the words of a plan, whatever its filters.

    Where the plan is made of exact phrases, its filters say who holds them: every row may answer.
    """
    if plan.parsed.phrases and not plan.parsed.words:
        return np.ones(lexical.n_rows, dtype=np.bool_)
    mask: Mask = lexical.covered(plan.weights) >= LEAST_COVERAGE
    for expansion in plan.expansions:
        mask |= lexical.holding(expansion.terms)
    return mask
