"""A question as it will be asked: read, weighed, and open to change before it runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from index.analysis.stopwords import STOP_WORDS
from index.analysis.terms import exact_terms, iter_words, query_terms
from index.encoders.protocol import Question
from index.model import AbsentWord, Correction, Expansion, Filters, Query
from index.notices import Notice
from index.query.parser import ParsedQuery

# What joins the words of a name without asking anything.
_JOINING_WORDS: Final = "de du des d le la les l a au aux en et un une par pour sur dans"
_JOINING: Final = frozenset(_JOINING_WORDS.split())


@dataclass(frozen=True, slots=True)
class Plan:
    """A question as it will be asked: what other modules may change before it runs.

    `words` says how much each typed term counts and `exact` each word unstemmed; `weights` are the
    terms that the retriever by words asks, none in dense mode. `question` is what the retriever by
    meaning reads, None in lexical mode. `is_name` says that the words only name things.
    `forbidden` is what the lexicon may not add; `left_out` are passages that may not answer, by
    id. `corrected` is the text that is asked in place of the query's own, None where none is.
    """

    query: Query
    parsed: ParsedQuery
    filters: Filters
    question: Question | None
    weights: Mapping[str, float] = field(default_factory=dict)
    words: Mapping[str, float] = field(default_factory=dict)
    exact: Mapping[str, float] = field(default_factory=dict)
    is_name: bool = False
    notices: tuple[Notice, ...] = ()
    expansions: tuple[Expansion, ...] = ()
    forbidden: tuple[Expansion, ...] = ()
    left_out: frozenset[str] = frozenset()
    corrected: str | None = None
    corrections: tuple[Correction, ...] = ()
    absent: tuple[AbsentWord, ...] = ()
    asked: Plan | None = None

    @property
    def is_walk(self) -> bool:
        """Whether it holds conditions only: all that meets them answers, by date."""
        return self.parsed.is_empty and self.question is None


def asks_nothing(query: Query, parsed: ParsedQuery) -> bool:
    """Whether a question without a word to look for has no condition either, or one that cannot be
    read."""
    return bool(parsed.notices) or Filters() == parsed.filters == query.filters


def names_things(parsed: ParsedQuery) -> bool:
    """Whether a query is words to find (« agence réputée », « fin de semaine ») and no question."""
    words = iter_words(parsed.text)
    return "?" not in parsed.raw and all(
        word.form in _JOINING or word.form not in STOP_WORDS for word in words
    )


def weigh(text: str) -> Mapping[str, float]:
    """How much each term of a question counts: once for each time that it is asked."""
    return {term: float(n) for term, n in Counter(query_terms(text)).items()}


def weigh_exact(text: str) -> Mapping[str, float]:
    """How much each word of a question counts, not stemmed."""
    return {term: float(n) for term, n in Counter(exact_terms(text)).items()}
