"""Ranked rows to hits: their facts, why they were found, what they answer."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from index.encoders.protocol import LocatesPieces
from index.model import Hit, Span
from index.query.plan import Plan
from index.query.synonyms import EXPANSION_WEIGHT
from index.retrieval.late_interaction import UnpackedTokens
from index.retrieval.ranker import RankedRow
from index.retrieval.searcher import Searcher
from index.storage.rows import PassageRow
from index.views.highlight import Closeness, Wanted, highlight


class HitReader:
    """Reads the passages of ranked rows and says why each was found."""

    def __init__(self, searcher: Searcher) -> None:
        """Reads from the corpus of a searcher, whose encoder is asked only for what it read."""
        self._store = searcher.corpus.store
        self._columns = searcher.columns
        self._lexical = searcher.lexical
        self._encoder = searcher.corpus.encoder

    def read(self, ranked: Sequence[RankedRow], plan: Plan, n_before: int = 0) -> Iterator[Hit]:
        """Yields the hits of a plan, in the order given, ranked after `n_before` others."""
        keys = [int(self._columns.keys[one.row]) for one in ranked]
        rows = self._store.passages(keys)
        shown = [rows[key] for key in keys]
        marks = highlight(
            [row.text for row in shown], self._wanted(plan), self._closeness(shown, plan)
        )
        comments = [row.comment_id for row in shown if row.comment_id is not None]
        answers = self._store.alignments(comments) if comments else {}
        for rank, (one, row, mark) in enumerate(
            zip(ranked, shown, marks, strict=True), start=n_before + 1
        ):
            yield replace(
                hit_of(row),
                rank=rank,
                score=min(1.0, max(0.0, one.score)),
                matches=mark.matches,
                best_sentence=mark.best_sentence,
                retrievers=one.retrievers,
                n_more_in_document=one.n_more_in_document,
                n_copies=len(one.copies),
                answers=answers.get(row.comment_id or ""),
            )

    def _closeness(self, shown: Sequence[PassageRow], plan: Plan) -> Closeness | None:
        """How near the sentences of these passages are to the question, by their pieces."""
        tokens = None if plan.question is None else plan.question.tokens
        if tokens is None or not isinstance(encoder := self._encoder(), LocatesPieces):
            return None
        codes = self._store.token_codes([row.key for row in shown])

        def closeness(number: int, sentences: Sequence[Span]) -> NDArray[np.float32] | None:
            row = shown[number]
            starts = [start for start, _ in encoder.piece_spans(row.text)]
            # The pieces of a title come after those of the text.
            own = codes.get(row.key, b"")[: len(starts) * tokens.shape[1] // 8]
            if not own:
                return None
            ranges = [
                (bisect_left(starts, one.start), bisect_left(starts, one.end)) for one in sentences
            ]
            return UnpackedTokens([own], tokens.shape[1]).parts(tokens, ranges)

        return closeness

    def _wanted(self, plan: Plan) -> Wanted:
        words = plan.weights or plan.words
        idf = self._lexical.idf
        forms = {one.terms: EXPANSION_WEIGHT * sum(map(idf, one.terms)) for one in plan.expansions}
        weights = {term: weight * idf(term) for term, weight in words.items()}
        return Wanted(weights, plan.parsed.phrases, forms)


def hit_of(row: PassageRow) -> Hit:
    """A passage as a hit without a rank."""
    return Hit(
        rank=0,
        score=0.0,
        passage_id=row.passage_id,
        doc_id=row.doc_id,
        role=row.role,
        text=row.text,
        source_path=row.source_path,
        title=row.title,
        author=row.author,
        date=row.date,
        url=row.url,
        site=row.site,
        heading=row.heading,
        language=row.language,
        comment_id=row.comment_id,
        comment_number=row.comment_number,
    )
