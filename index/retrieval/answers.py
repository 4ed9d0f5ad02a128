"""All that answers a question, in one order that does not depend on the page asked for.

A passage answers when it holds most of the words of the question, or when it stands out by its
meaning. The first `k` hits are shown whatever they are, as the nearest that there are. Those
that the ranker compared closely come first (`Ranker.places`); those that it had no reason to
compare follow, by the cosine of their vectors and their words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
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

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]


class Others:
    """The answers that were not compared: `rows` (n,) in no given order, each text once.

    Their order is worked out when somebody looks so far: a page of hits, their number and how they
    spread do not need it.
    """

    def __init__(self, rows: Rows, rank: Callable[[Rows], Candidates]) -> None:
        self.rows = rows
        self._rank = rank

    @cached_property
    def ranked(self) -> Candidates:
        """The same with their scores, best first."""
        return self._rank(self.rows)


@dataclass(frozen=True, slots=True)
class Answers:
    """The rows (n,) that answer: the first `n_ordered` in order, then the rest of the `others`.

    `places` (n_ordered,) are those among the candidates `found` that the ranker compared closely;
    beyond the last of them, among `others` ranked. `has_words` and `is_near` (n_rows,) say why any
    row answers.
    """

    rows: Rows
    places: Rows
    has_words: Mask
    is_near: Mask
    found: Candidates
    others: Others

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def n_ordered(self) -> int:
        """How many are in order, from the first on."""
        return len(self.places)

    @property
    def n_with_words(self) -> int:
        """How many hold most of the words."""
        return int(np.count_nonzero(self.has_words[self.rows]))

    @property
    def n_near(self) -> int:
        """How many stand out by their meaning."""
        return int(np.count_nonzero(self.is_near[self.rows]))

    def keep(self, mask: Mask) -> Answers:
        """Those of the rows that `mask` (n_rows,) bool keeps, in the same order."""
        kept = mask[self.rows]
        return replace(self, rows=self.rows[kept], places=self.places[kept[: self.n_ordered]])

    def ordered(self) -> Answers:
        """The same, all in order, best first."""
        if self.n_ordered == len(self):
            return self
        ranked = self.others.ranked.rows
        is_left = np.zeros(len(self.has_words), dtype=np.bool_)
        is_left[self.rows[self.n_ordered :]] = True
        after = np.flatnonzero(is_left[ranked])
        return replace(
            self,
            rows=np.concatenate([self.rows[: self.n_ordered], ranked[after]]),
            places=np.concatenate([self.places, len(self.found.rows) + after]),
        )

    def page(self, start: int, n: int) -> Answers:
        """The answers from place `start` on, `n` at most, in order."""
        whole = self if start + n <= self.n_ordered else self.ordered()
        page = slice(start, start + n)
        return replace(whole, rows=whole.rows[page], places=whole.places[page])

    def in_order(self, order: Order, columns: Columns) -> Answers:
        """The same by relevance or by date, the undated last, equal dates by relevance."""
        if order is Order.RELEVANCE:
            return self
        whole = self.ordered()
        dates = columns.date
        ranked = sorted({value for value in dates.values if value})
        rank_of = {value: rank for rank, value in enumerate(ranked)}
        by_code = np.array([rank_of.get(value or "", -1) for value in dates.values], dtype=np.int64)
        ranks = by_code[dates.codes[whole.rows]]
        if order is Order.NEWEST:
            ranks = -ranks
        else:
            ranks[ranks < 0] = len(ranked)
        by_date = np.argsort(ranks, kind="stable")
        return replace(whole, rows=whole.rows[by_date], places=whole.places[by_date])


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
        is_near = np.zeros(len(self._columns), dtype=np.bool_)
        if found.near is not None:
            is_near[found.near] = True
        is_answer = has_words | is_near
        if request.allowed is not None:
            is_answer &= request.allowed
        places = self._ranker.places(found, request, is_answer[found.rows])
        compared = found.rows[places]
        is_answer[found.rows] = False
        others = self._others(np.flatnonzero(is_answer), compared, request)
        return Answers(
            rows=np.concatenate([compared, others.rows]),
            places=places,
            has_words=has_words,
            is_near=is_near,
            found=found,
            others=others,
        )

    def of_rows(self, rows: Rows) -> Answers:
        """These rows (n,) int64 as answers to no question: the oldest first, without copies."""
        nothing = np.zeros(len(self._columns), dtype=np.bool_)
        none = Candidates(rows[:0], np.zeros(0, dtype=np.float32), None, None)
        found = Candidates(rows, np.zeros(len(rows), dtype=np.float32), None, None)
        places = np.arange(len(rows), dtype=np.int64)
        answers = Answers(rows, places, nothing, nothing, found, Others(rows[:0], lambda _: none))
        answers = answers.in_order(Order.OLDEST, self._columns)
        _, first = np.unique(self._columns.content.codes[answers.rows], return_index=True)
        kept = np.sort(first)
        return replace(answers, rows=answers.rows[kept], places=answers.places[kept])

    def describe(self, answers: Answers, start: int, n: int) -> list[RankedRow]:
        """The answers from place `start` on, `n` at most, with what a reader is told of each."""
        page = answers.page(start, n)
        n_found = len(answers.found.rows)
        is_compared = page.places < n_found
        compared = iter(self._ranker.describe(answers.found, page.places[is_compared]))
        after = page.places[~is_compared] - n_found
        others = iter(
            self._ranker.describe(answers.others.ranked, after, n_found) if len(after) else ()
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

    def _others(self, rows: Rows, compared: Rows, request: RankRequest) -> Others:
        """The answers `rows` (n,) that were not compared, without copies of others."""
        content = self._columns.content.codes
        rows = rows[~np.isin(content[rows], content[compared])]

        def rank(others: Rows) -> Candidates:
            return self._ranked(others, request)

        if len(np.unique(content[rows])) == len(rows):
            return Others(rows, rank)
        # The best of the passages with one text stands for all.
        ranked = self._ranked(rows, request)
        _, first = np.unique(content[ranked.rows], return_index=True)
        best = ranked.take(np.sort(first))
        return Others(best.rows, lambda _: best)

    def _ranked(self, rows: Rows, request: RankRequest) -> Candidates:
        """Answers (n,) that were not compared, best first."""
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
        ranked = Candidates(rows, scores, dense, lexical, level)
        return ranked.sorted(self._columns.passage_ids)

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
