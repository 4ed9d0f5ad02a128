"""The result of a question: its hits, whether they answer, what a reader should know."""

from __future__ import annotations

from dataclasses import dataclass, replace

from index.encoders.protocol import Reranker
from index.model import SearchResult
from index.query.plan import Plan
from index.query.synonyms import expansion_notices
from index.retrieval.confidence import Calibration, Words, gather_evidence, is_answered
from index.retrieval.ranker import Candidates, RankedRow
from index.retrieval.rerank import rerank
from index.retrieval.searcher import Searcher
from index.views.hits import HitReader


@dataclass(frozen=True, slots=True)
class Ranking:
    """The rows that answer a plan, best first; `confident` as in `SearchResult`."""

    rows: tuple[RankedRow, ...]
    confident: bool | None = None
    n_undated_excluded: int = 0


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

    @property
    def reranker_name(self) -> str | None:
        """The name of what reads the best candidates again, if anything does."""
        return None if self._reranker is None else self._reranker.name

    def run(self, plan: Plan) -> SearchResult:
        """The passages that answer a plan, best first.

        Raises:
            EncoderError: the model of the archive cannot be loaded.
        """
        ranking = self.rank(plan)
        confident = ranking.confident
        hits = (replace(hit, confident=confident) for hit in self._hits.read(ranking.rows, plan))
        return SearchResult(
            query=plan.query,
            hits=tuple(hits),
            n_undated_excluded=ranking.n_undated_excluded,
            notices=(*plan.notices, *expansion_notices(plan.expansions, plan.forbidden)),
            confident=confident,
            expansions=plan.expansions,
            left_out=plan.forbidden,
        )

    def rank(self, plan: Plan) -> Ranking:
        """The rows that answer a plan, best first, before any of their text is read.

        Raises:
            EncoderError: the model of the archive cannot be loaded.
        """
        searcher, corpus = self._searcher, self._searcher.corpus
        selection = searcher.select(plan)
        found = searcher.find(plan, selection)
        confident = self._is_answered(found, plan)
        if found is not None and self._reranker is not None:
            found = rerank(found, plan.parsed.text, self._reranker, corpus.store, corpus.columns)
        ranked = searcher.choose(found, plan, selection)
        return Ranking(tuple(ranked), confident, selection.n_undated)

    def _is_answered(self, found: Candidates | None, plan: Plan) -> bool | None:
        """Whether the candidates answer the question, as the archive's calibration tells."""
        words = Words(plan.words, plan.expansions)
        evidence = gather_evidence(found, words, self._searcher.lexical)
        return is_answered(evidence, plan.query.mode.value, self._calibration)
