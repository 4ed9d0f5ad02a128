"""The result of a question: its hits, whether they answer, what a reader should know."""

from __future__ import annotations

from dataclasses import dataclass, replace
from threading import Lock
from typing import Final

from index.encoders.protocol import Reranker
from index.model import Filters, Query, SearchResult, Totals
from index.query.plan import Plan
from index.query.synonyms import expansion_notices
from index.retrieval.answers import Answers
from index.retrieval.confidence import Calibration, Words, gather_evidence, is_answered
from index.retrieval.ranker import Candidates, RankedRow
from index.retrieval.rerank import rerank
from index.retrieval.searcher import Searcher
from index.views.hits import HitReader
from index.views.narrowing import narrow

# A page asks the same question for hits and for counts.
_REMEMBERED: Final = 4


@dataclass(frozen=True, slots=True)
class Ranking:
    """All that answers a plan, by relevance; `confident` as in `SearchResult`.

    `answers` is None when nothing was found; `is_walk` as in `Totals`.
    """

    answers: Answers | None
    confident: bool | None = None
    n_undated_excluded: int = 0
    is_walk: bool = False

    @property
    def totals(self) -> Totals:
        """How many passages answer."""
        if self.answers is None:
            return Totals(is_walk=self.is_walk)
        return Totals(
            is_walk=self.is_walk,
            n_answers=len(self.answers),
            n_with_words=self.answers.n_with_words,
            n_near=self.answers.n_near,
        )


class ResultReader:
    """Runs plans and reads their results."""

    def __init__(
        self,
        searcher: Searcher,
        calibration: Calibration | None = None,
        reranker: Reranker | None = None,
    ) -> None:
        """Reads the results of a searcher.

        Args:
            searcher: finds and ranks.
            calibration: what the archive learned about its own silences; None where it has none.
            reranker: reads the best candidates again, if any.
        """
        self._searcher = searcher
        self._calibration = calibration
        self._reranker = reranker
        self._hits = HitReader(searcher)
        self._rankings: dict[int, tuple[Plan, Ranking]] = {}
        self._remembering = Lock()

    @property
    def reranker_name(self) -> str | None:
        """The name of what reads the best candidates again, if anything does."""
        return None if self._reranker is None else self._reranker.name

    def run(
        self, plan: Plan, query: Query | None = None, within: Filters | None = None
    ) -> SearchResult:
        """The passages that answer a plan.

        Args:
            plan: the question.
            query: the order wanted, and how many hits to pass over; by default the best first.
            within: what is kept of the answer (`index.views.narrowing`); by default all of it.

        Raises:
            EncoderError: the model of the archive cannot be loaded.
        """
        asked = query or plan.query
        ranking = self.rank(plan, within)
        confident = ranking.confident
        rows = self.page(ranking, asked)
        hits = self._hits.read(rows, plan, asked.offset)
        return SearchResult(
            query=asked,
            hits=tuple(replace(hit, confident=confident) for hit in hits),
            n_undated_excluded=ranking.n_undated_excluded,
            notices=(*plan.notices, *expansion_notices(plan.expansions, plan.forbidden)),
            confident=confident,
            expansions=plan.expansions,
            left_out=plan.forbidden,
            totals=ranking.totals,
            corrected=plan.corrected,
            corrections=plan.corrections,
            absent=plan.absent,
        )

    def page(self, ranking: Ranking, query: Query) -> list[RankedRow]:
        """The rows of a ranking that `query` asks for, in its order."""
        answers = ranking.answers
        if answers is None:
            return []
        ordered = answers.in_order(query.order, self._searcher.columns)
        return self._searcher.describe(ordered, query.offset, query.k)

    def rank(self, plan: Plan, within: Filters | None = None) -> Ranking:
        """All that answers a plan and is `within`, before any of its text is read.

        Plans of the last questions are not ranked again: a page asks for hits, then for counts.

        Raises:
            EncoderError: the model of the archive cannot be loaded.
        """
        with self._remembering:
            known = self._rankings.get(id(plan))
        if known is not None:
            return self._narrowed(known[1], within)
        ranking = self._rank(plan)
        with self._remembering:
            # The plan is kept beside: its id is its own as long as it lives.
            self._rankings[id(plan)] = plan, ranking
            while len(self._rankings) > _REMEMBERED:
                del self._rankings[next(iter(self._rankings))]
        return self._narrowed(ranking, within)

    def _narrowed(self, ranking: Ranking, within: Filters | None) -> Ranking:
        if ranking.answers is None or within is None or within == Filters():
            return ranking
        answers, n_undated = narrow(ranking.answers, within, self._searcher.columns)
        return replace(
            ranking,
            answers=answers,
            n_undated_excluded=ranking.n_undated_excluded + n_undated,
        )

    def _rank(self, plan: Plan) -> Ranking:
        searcher, corpus = self._searcher, self._searcher.corpus
        selection = searcher.select(plan)
        if plan.is_walk:
            return Ranking(searcher.walk(selection), None, selection.n_undated, is_walk=True)
        found = searcher.find(plan, selection)
        confident = self._is_answered(found, plan)
        if plan.asked is not None:
            # A question that was moved is the same question: so is whether it is answered.
            confident = self.rank(plan.asked).confident
        if found is not None and self._reranker is not None:
            found = rerank(found, plan.parsed.text, self._reranker, corpus.store, corpus.columns)
        answers = searcher.answers(found, plan, selection)
        return Ranking(answers, confident, selection.n_undated)

    def _is_answered(self, found: Candidates | None, plan: Plan) -> bool | None:
        """Whether the candidates answer the question, as the archive's calibration tells."""
        words = Words(plan.words, plan.expansions)
        evidence = gather_evidence(found, words, self._searcher.lexical)
        return is_answered(evidence, plan.query.mode.value, self._calibration, plan.absent)
