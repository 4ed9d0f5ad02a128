"""The result of a question: its hits, whether they answer, what a reader should know."""

from __future__ import annotations

from dataclasses import replace

from index.encoders.protocol import Reranker
from index.model import SearchResult
from index.query.plan import Plan
from index.query.synonyms import expansion_notices
from index.retrieval.confidence import Calibration, Words, gather_evidence, is_answered
from index.retrieval.ranker import Candidates
from index.retrieval.rerank import rerank
from index.retrieval.searcher import Searcher
from index.views.hits import HitReader


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

    def run(self, plan: Plan) -> SearchResult:
        """The passages that answer a plan, best first.

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
        hits = (replace(hit, confident=confident) for hit in self._hits.read(ranked, plan))
        return SearchResult(
            query=plan.query,
            hits=tuple(hits),
            n_undated_excluded=selection.n_undated,
            notices=(*plan.notices, *expansion_notices(plan.expansions, plan.forbidden)),
            confident=confident,
            expansions=plan.expansions,
            left_out=plan.forbidden,
        )

    def _is_answered(self, found: Candidates | None, plan: Plan) -> bool | None:
        """Whether the candidates answer the question, as the archive's calibration tells."""
        words = Words(plan.words, plan.expansions)
        evidence = gather_evidence(found, words, self._searcher.lexical)
        return is_answered(evidence, plan.query.mode.value, self._calibration)
