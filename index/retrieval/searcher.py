"""A question asked of the passages of one generation: read once, then ranked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.encoders.protocol import Encoder, Question, read_queries
from index.model import Correction, Expansion, Mode, Order, Query
from index.query.absent import absence_notices, absent_words
from index.query.parser import ParsedQuery, explain_empty, merge_filters, parse
from index.query.plan import Plan, asks_nothing, names_things, weigh, weigh_exact
from index.query.spelling import Speller, correction_notices
from index.query.synonyms import Lexicon, weigh_forms
from index.retrieval.answers import AnswerReader, Answers, holding_words
from index.retrieval.bm25 import BM25, LexicalIndex
from index.retrieval.dense import DenseRetriever
from index.retrieval.exact import ExactConditions
from index.retrieval.filters import Selection, select
from index.retrieval.pasted import lead_with_pasted
from index.retrieval.ranker import (
    DEFAULT_MAX_PER_DOCUMENT,
    Candidates,
    RankedRow,
    Ranker,
    RankRequest,
)
from index.retrieval.vectors import VectorIndex
from index.retrieval.words import ArchiveWords
from index.storage.columns import Columns, Mask
from index.storage.reader import Store
from ingest.errors import UsageError

# The page asks the same question for hits and for counts, and again at every click.
_CACHED_QUESTIONS: Final = 256
_CACHED_PLANS: Final = 64


@dataclass(frozen=True, slots=True)
class Corpus:
    """The passages that a searcher asks.

    `vectors` and `encoder` are given when a question first needs them. `hidden` (n_rows,) are the
    rows that answer nothing, None where there is none.
    """

    store: Store
    columns: Columns
    lexicon: Lexicon
    vectors: Callable[[], VectorIndex]
    encoder: Callable[[], Encoder]
    hidden: Mask | None = None


class Searcher:
    """Plans questions over a corpus and ranks its passages; for any number of threads."""

    def __init__(self, corpus: Corpus, constants: BM25 | None = None) -> None:
        self.corpus = corpus
        self.columns: Columns = corpus.columns
        self.lexical = LexicalIndex(corpus.store, constants)
        self._ranker = Ranker(corpus.columns, self.lexical)
        unranked = [one for one in (corpus.hidden, corpus.columns.noise) if one is not None]
        mask: Mask = np.logical_or.reduce(unranked)
        self._unranked = mask if mask.any() else None
        self._answers = AnswerReader(self._ranker, corpus.columns, lambda: self.dense)
        self._exact = ExactConditions(corpus.store, corpus.columns, self.lexical)
        self._words = ArchiveWords(corpus.store, corpus.columns, self.lexical, corpus.hidden)
        self._speller = Speller(self._words)
        self._encoded = lru_cache(maxsize=_CACHED_QUESTIONS)(self._encode)
        self._planned = lru_cache(maxsize=_CACHED_PLANS)(self._plan)

    @cached_property
    def vectors(self) -> VectorIndex:
        """The vectors of the passages, read when first needed."""
        return self.corpus.vectors()

    @cached_property
    def dense(self) -> DenseRetriever:
        """The retriever by meaning, read when first needed."""
        return DenseRetriever(self.vectors, self.corpus.store)

    def plan(self, query: Query) -> Plan:
        """`query` read into words, vector and filters, ready to `rank` or to be changed first.

        The plan of every page of a query is the same.

        Raises:
            UsageError: the question is empty, `k` is below 1 or `offset` below 0.
            EncoderError: the model of the archive cannot be loaded.
        """
        if query.offset < 0:
            raise UsageError(
                f"Le nombre de passages à sauter est {query.offset}\u202f: donnez 0 ou plus."
            )
        return self._planned(replace(query, offset=0, order=Order.RELEVANCE))

    def select(self, plan: Plan) -> Selection:
        """The rows that may answer a plan: by its filters, phrases, exclusions; none withdrawn, and
        none that carries nothing to search for (`Passage.is_noise`)."""
        selection = select(plan.filters, self.columns)
        mask = self._exact.narrow(plan.parsed, selection.mask)
        if self._unranked is not None:
            mask = ~self._unranked if mask is None else mask & ~self._unranked
        if plan.left_out:
            mask = np.ones(len(self.columns), dtype=np.bool_) if mask is None else mask.copy()
            mask[self.rows_of(plan.left_out)] = False
        return replace(selection, mask=mask)

    def find(self, plan: Plan, selection: Selection) -> Candidates | None:
        """The candidates of a plan, best first, before documents are capped; None if none."""
        dense = None if plan.query.mode is Mode.LEXICAL else self.dense
        found = self._ranker.find(_request(plan, selection), dense)
        if found is None or not plan.weights:
            return found
        coverage = self.lexical.coverage(plan.words, found.rows)
        led = lead_with_pasted(found, plan.parsed.text, coverage, self._texts_of)
        return found if led is found else led.sorted(self.columns.passage_ids)

    def _texts_of(self, rows: Sequence[int]) -> Mapping[int, str]:
        """The texts of these rows, by row."""
        keys = self.columns.keys[np.array(rows, dtype=np.int64)].tolist()
        by_key = dict(self.corpus.store.texts(keys))
        return {row: by_key[key] for row, key in zip(rows, keys, strict=True)}

    def choose(self, found: Candidates | None, plan: Plan, selection: Selection) -> list[RankedRow]:
        """The rows shown of candidates: copies folded, documents capped, `k` at most."""
        return [] if found is None else self._ranker.choose(found, _request(plan, selection))

    def answers(self, found: Candidates | None, plan: Plan, selection: Selection) -> Answers | None:
        """All that answers a plan, by relevance; its first `k` are those that `choose` shows."""
        if found is None:
            return None
        request = _request(plan, selection)
        return self._answers.gather(found, request, holding_words(self.lexical, plan))

    def walk(self, selection: Selection) -> Answers | None:
        """All that a selection keeps, the oldest first, the undated last; None if nothing.

        Of passages with the very same text only the first counts.
        """
        mask = selection.mask
        rows = np.arange(len(self.columns)) if mask is None else np.flatnonzero(mask)
        return None if not len(rows) else self._answers.of_rows(rows)

    def describe(self, answers: Answers | None, start: int, n: int) -> list[RankedRow]:
        """The answers from place `start` on, `n` at most."""
        return [] if answers is None else self._answers.describe(answers, start, n)

    def keys_found(self, plan: Plan, selection: Selection | None = None) -> NDArray[np.int64]:
        """The keys of the passages that answer a plan, (n,) int64, best first, n <= `k`.

        `selection` spares what `select` gave already.
        """
        selection = selection or self.select(plan)
        ranked = self.choose(self.find(plan, selection), plan, selection)
        return self.columns.keys[np.array([one.row for one in ranked], dtype=np.int64)]

    def rows_of(self, passage_ids: Iterable[str]) -> NDArray[np.int64]:
        """The rows of these passages, (n,) int64, in the order of their ids.

        Raises:
            UsageError: one is not in the archive.
        """
        keys = [self.corpus.store.require(passage_id).key for passage_id in sorted(passage_ids)]
        return self.columns.rows(np.array(keys, dtype=np.int64))

    def vectors_of(self, passage_ids: Iterable[str]) -> NDArray[np.float32]:
        """The vectors of these passages, (n, dimension) float32, L2-normalised.

        Raises:
            UsageError: one is not in the archive.
        """
        keys = [self.corpus.store.require(passage_id).key for passage_id in passage_ids]
        return self.vectors.reconstruct(np.array(keys, dtype=np.int64))

    def _plan(self, query: Query) -> Plan:
        if query.k < 1:
            raise UsageError(
                f"Le nombre de passages demandé est {query.k}\u202f: demandez-en au moins un."
            )
        typed = parse(query.text)
        if typed.is_empty:
            return _walk(query, typed)
        parsed, corrections = (typed, ()) if query.as_typed else self._correct(typed)
        corrected = parsed.raw if corrections else None
        question = None if query.mode is Mode.LEXICAL else self._encoded(parsed.text)
        expansions: tuple[Expansion, ...] = ()
        forbidden: tuple[Expansion, ...] = ()
        if query.expand and query.mode is not Mode.DENSE:
            words_asked = " ".join(parsed.words)
            lexicon = self.corpus.lexicon
            expansions = lexicon.expand(words_asked, query.without)
            if query.without:
                called = lexicon.expand(words_asked)
                forbidden = tuple(one for one in called if one not in expansions)
        absent = absent_words(parsed, self._words, self.lexical.n_rows, expansions)
        words = weigh(parsed.text)
        filters = merge_filters(query.filters, parsed.filters)
        return Plan(
            query=query,
            parsed=parsed,
            filters=filters,
            words=words,
            weights={} if query.mode is Mode.DENSE else words,
            exact={} if query.mode is Mode.DENSE else weigh_exact(parsed.text),
            is_name=names_things(parsed),
            question=question,
            notices=(
                *typed.notices,
                *correction_notices(query.text, corrected),
                *absence_notices(absent),
            ),
            absent=absent,
            corrected=corrected,
            corrections=corrections,
            expansions=expansions,
            forbidden=forbidden,
        )

    def _correct(self, typed: ParsedQuery) -> tuple[ParsedQuery, tuple[Correction, ...]]:
        """A question with the words that were probably meant, and those that were changed."""
        lexicon = self.corpus.lexicon
        found = self._speller.correct(
            typed, lambda: [one.typed for one in lexicon.expand(" ".join(typed.words))]
        )
        if not found.corrections:
            return typed, ()
        parsed = parse(found.text)
        return (typed, ()) if parsed.is_empty else (parsed, found.corrections)

    def _encode(self, text: str) -> Question:
        (question,) = read_queries(self.corpus.encoder(), [text])
        question.vector.setflags(write=False)
        return question


def _walk(query: Query, typed: ParsedQuery) -> Plan:
    """The plan of a question without a word to look for: conditions alone.

    Raises:
        UsageError: it has none, or one cannot be read.
    """
    filters = merge_filters(query.filters, typed.filters)
    if asks_nothing(query, typed):
        raise explain_empty(typed)
    return Plan(query=query, parsed=typed, filters=filters, question=None)


def _request(plan: Plan, selection: Selection) -> RankRequest:
    query = plan.query
    cap = query.max_per_document
    return RankRequest(
        k=query.k,
        mode=query.mode,
        question=plan.question,
        weights=plan.weights,
        allowed=selection.mask,
        max_per_document=DEFAULT_MAX_PER_DOCUMENT if cap is None else cap,
        exact=plan.exact,
        forms=weigh_forms(plan.expansions),
        is_name=plan.is_name,
        finds_near=True,
    )
