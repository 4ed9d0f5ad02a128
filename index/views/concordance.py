"""A word or an expression in context, line by line (KWIC), with source and date."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypedDict

import numpy as np
from numpy.typing import NDArray

from index.analysis.phrases import find_phrase
from index.analysis.stemmer import stem
from index.analysis.terms import iter_words, terms
from index.model import Filters, Hit, Span
from index.notices import Notice, QuestionError
from index.query.parser import ParsedQuery, merge_filters, parse
from index.retrieval.filters import select
from index.retrieval.searcher import Searcher
from index.views.passages import PassageReader
from ingest.errors import UsageError
from ingest.text import fold

DEFAULT_WIDTH: Final = 60
MAX_WIDTH: Final = 1000
# Beyond this nobody reads: the count is still exact.
MAX_LINES: Final = 100_000
COLUMNS: Final = (
    *("left", "keyword", "right", "title", "author", "date", "role", "site", "url"),
    *("passage_id", "doc_id", "source_path", "start", "end"),
)


class Sort(StrEnum):
    """The order of the lines."""

    CORPUS = "corpus"
    LEFT = "left"
    RIGHT = "right"
    DATE = "date"


class LineRecord(TypedDict):
    """The JSON contract of a line."""

    left: str
    keyword: str
    right: str
    title: str | None
    author: str | None
    date: str | None
    role: str
    site: str | None
    url: str | None
    passage_id: str
    doc_id: str
    source_path: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Line:
    """One occurrence: `left` and `right` are its context on one line, `span` its place."""

    left: str
    keyword: str
    right: str
    span: Span
    passage: Hit

    def as_record(self) -> LineRecord:
        """The line as the JSON contract states it."""
        return LineRecord(
            left=self.left,
            keyword=self.keyword,
            right=self.right,
            title=self.passage.title,
            author=self.passage.author,
            date=self.passage.date,
            role=self.passage.role.value,
            site=self.passage.site,
            url=self.passage.url,
            passage_id=self.passage.passage_id,
            doc_id=self.passage.doc_id,
            source_path=self.passage.source_path,
            start=self.span.start,
            end=self.span.end,
        )


@dataclass(frozen=True, slots=True)
class Concordance:
    """The occurrences of an expression, in order. `n_lines` counts them all, shown or not."""

    expression: str
    lines: tuple[Line, ...]
    n_lines: int
    n_passages: int
    n_undated_excluded: int = 0
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class ConcordanceOptions:
    """How a concordance is laid out.

    `width` is the most characters of context on each side, from 1 to MAX_WIDTH, words kept whole;
    `sort` orders by the words to the left (nearest first) or to the right, by date (undated last),
    or as in the corpus; `filters` are more conditions; `limit` is the most lines returned.
    """

    width: int = DEFAULT_WIDTH
    sort: Sort = Sort.CORPUS
    filters: Filters = field(default_factory=Filters)
    limit: int = MAX_LINES


def concordance(
    searcher: Searcher, expression: str, options: ConcordanceOptions | None = None
) -> Concordance:
    """The occurrences of a word, of several words in a row, or of a "phrase".

    Plain words ignore accents and inflections and must stand side by side; what is in quotes is
    exact on accents and case. The fields of the query language (`auteur:`, `avant:` …) narrow.

    Raises:
        UsageError: nothing to look for, or the width or the limit is out of range.
    """
    chosen = options or ConcordanceOptions()
    parsed = parse(expression)
    if parsed.is_empty:
        raise QuestionError(Notice("no_expression"), *parsed.notices)
    if not 1 <= chosen.width <= MAX_WIDTH or chosen.limit < 1:
        raise UsageError(
            f"Une largeur de {chosen.width} et une limite de {chosen.limit} ne vont pas\u202f: la "
            f"largeur va de 1 à {MAX_WIDTH} caractères, la limite commence à 1."
        )
    selection = select(merge_filters(chosen.filters, parsed.filters), searcher.columns)
    keys = candidate_keys(searcher, parsed)
    if selection.mask is not None:
        keys = keys[selection.mask[searcher.columns.rows(keys)]]
    passages = PassageReader(searcher.corpus.store, searcher.columns)
    lines = [
        _line(hit, span, chosen.width)
        for hit in passages.of_keys(keys)
        for span in find_expression(hit.text, parsed)
    ]
    order = _ORDERS[chosen.sort]
    ordered = sorted(lines, key=order) if order else lines
    return Concordance(
        expression=expression,
        lines=tuple(ordered[: chosen.limit]),
        n_lines=len(lines),
        n_passages=len({line.passage.passage_id for line in lines}),
        n_undated_excluded=selection.n_undated,
        notices=(*parsed.notices, *_limit_notice(len(lines), chosen.limit)),
    )


def find_expression(text: str, parsed: ParsedQuery) -> tuple[Span, ...]:
    """The places in `text` of the words of a query side by side, and of its phrases."""
    found = {span for phrase in parsed.phrases for span in find_phrase(text, phrase)}
    found |= set(_find_words(text, _forms(" ".join(parsed.words))))
    return tuple(sorted(found, key=lambda span: (span.start, span.end)))


def _find_words(text: str, wanted: Sequence[str]) -> Iterator[Span]:
    if not wanted:
        return
    words = [word for word in iter_words(text) if not word.is_compound]
    forms = [stem(word.form) for word in words]
    place = 0
    while place <= len(forms) - len(wanted):
        if forms[place : place + len(wanted)] == list(wanted):
            yield Span(words[place].start, words[place + len(wanted) - 1].end)
            place += len(wanted)
        else:
            place += 1


def _forms(text: str) -> tuple[str, ...]:
    return tuple(stem(word.form) for word in iter_words(text) if not word.is_compound)


def candidate_keys(searcher: Searcher, parsed: ParsedQuery) -> NDArray[np.int64]:
    """The keys (n,) int64, increasing, of the passages that may hold the expression."""
    keys, lexical = searcher.columns.keys, searcher.lexical
    found = [keys[lexical.may_hold(phrase)] for phrase in parsed.phrases]
    words = " ".join(parsed.words)
    if words:
        sought = terms(words)
        if sought:
            found.append(keys[lexical.holding(_plain(words))])
        else:
            # Stop words only: the lexical retriever leaves them out, phrases are looked up by them.
            forms = [word.form for word in iter_words(words) if not word.is_compound]
            found.append(keys[lexical.may_hold(" ".join(forms))])
    return np.unique(np.concatenate(found))


def _plain(words: str) -> list[str]:
    """The terms of the words, joined compounds left out: their parts are looked for."""
    kept = set(terms(words))
    parts = [stem(word.form) for word in iter_words(words) if not word.is_compound]
    return [term for term in parts if term in kept]


def _line(hit: Hit, span: Span, width: int) -> Line:
    before = " ".join(hit.text[max(0, span.start - 2 * width) : span.start].split(None))
    after = " ".join(hit.text[span.end : span.end + 2 * width].split(None))
    # A space that touches the word is kept out of the context.
    return Line(
        left=_end_of(before, width),
        keyword=" ".join(hit.text[span.start : span.end].split()),
        right=_start_of(after, width),
        span=span,
        passage=hit,
    )


def _start_of(text: str, width: int) -> str:
    """The whole words in the first `width` characters; part of a word that is longer."""
    end = min(width, len(text))
    while 0 < end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end -= 1
    return text[: end or width].rstrip()


def _end_of(text: str, width: int) -> str:
    """The whole words in the last `width` characters; part of a word that is longer."""
    start = max(0, len(text) - width)
    while 0 < start < len(text) and text[start - 1].isalnum() and text[start].isalnum():
        start += 1
    return text[start if start < len(text) else -width :].lstrip()


def _left_key(line: Line) -> tuple[object, ...]:
    return (*reversed(fold(line.left).split()),)


def _right_key(line: Line) -> tuple[object, ...]:
    return (*fold(line.right).split(),)


def _date_key(line: Line) -> tuple[object, ...]:
    return (line.passage.date is None, line.passage.date or "")


_ORDERS: Final = {
    Sort.CORPUS: None,
    Sort.LEFT: _left_key,
    Sort.RIGHT: _right_key,
    Sort.DATE: _date_key,
}


def _limit_notice(n_lines: int, limit: int) -> tuple[Notice, ...]:
    if n_lines <= limit:
        return ()
    return (Notice("lines_shown", {"n": str(n_lines), "most": str(limit)}),)
