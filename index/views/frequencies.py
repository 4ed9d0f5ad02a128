"""How often a word, an expression or the answers to a question come, by year, site, author, role.

What is a word here: a full word, no stop word. The archive keeps the number of full words of each
passage, and no list of stop words is common to all tools: a rate for 10,000 full words compares the
parts of an archive, not two programs.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.analysis.terms import terms
from index.model import Filters, Mode, Query
from index.notices import Notice, QuestionError
from index.query.parser import ParsedQuery, merge_filters, parse
from index.query.writing import write_question
from index.retrieval.answers import holding_words
from index.retrieval.searcher import Searcher
from index.storage.columns import Columns, Mask
from index.views.association import specificity
from index.views.frequency_table import (
    FEWEST_OCCURRENCES,
    FEWEST_PASSAGES,
    PER_WORDS,
    By,
    Counted,
    Frequencies,
    Frequency,
    FrequencyOptions,
)
from index.views.occurrences import Occurrences, count_expression, readable_rows
from ingest.errors import UsageError
from ingest.model import Role


def frequencies(
    searcher: Searcher, expression: str, options: FrequencyOptions | None = None
) -> Frequencies:
    """How often an expression, or what matches a question, comes in each part of the archive.

    An expression is found as a concordance finds it; the passages of a question are those that
    `Archive.count` counts by its words. Fields (`role:commentaire`…) bound the whole.

    Raises:
        UsageError: nothing to count, or the limit is below 1.
    """
    chosen = options or FrequencyOptions()
    if chosen.limit < 1:
        raise UsageError(
            f"Une limite de {chosen.limit} ne va pas\u202f: demandez au moins une ligne."
        )
    parsed = parse(expression)
    if parsed.is_empty:
        raise QuestionError(Notice("no_expression"), *parsed.notices)
    filters = merge_filters(chosen.filters, parsed.filters)
    mask, n_undated = readable_rows(searcher, filters)
    is_expression = chosen.counted is Counted.EXPRESSION
    if is_expression:
        found = count_expression(searcher, parsed, mask)
    else:
        found = _matching(searcher, expression, filters)
    counts = _Counts.of(searcher, chosen.by, found.within(mask), mask)
    writer = _RowWriter(parsed, filters, chosen.by, counts.total(), is_words=is_expression)
    parts = counts.parts(keep_empty=chosen.by is not By.AUTHOR)
    rows = [writer.row(one) for one in parts[: chosen.limit]]
    return Frequencies(
        expression=expression,
        by=chosen.by,
        counted=chosen.counted,
        rows=tuple(sorted(rows, key=_ORDERS.get(chosen.by, _by_count))),
        total=writer.whole(),
        n_parts=len(parts),
        n_undated_excluded=n_undated,
        notices=parsed.notices,
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """The plain counts of one part."""

    value: str | None
    n_occurrences: int
    n_passages: int
    n_words: int
    n_passages_in_part: int


@dataclass(frozen=True, slots=True)
class _Counts:
    """Counts by group, (n_groups,) each."""

    labels: tuple[str | None, ...]
    occurrences: NDArray[np.int64]
    passages: NDArray[np.int64]
    words: NDArray[np.int64]
    passages_in_part: NDArray[np.int64]

    @classmethod
    def of(cls, searcher: Searcher, by: By, found: Occurrences, mask: Mask) -> _Counts:
        """The counts of what was found, and of all that `mask` (n_rows,) keeps."""
        labels, group = _groups(searcher.columns, by)
        n_groups = len(labels)
        inside = group[mask]
        where = group[found.rows]
        return cls(
            labels,
            np.bincount(where, weights=found.counts, minlength=n_groups).astype(np.int64),
            np.bincount(where, minlength=n_groups),
            np.bincount(
                inside, weights=searcher.lexical.text_lengths[mask], minlength=n_groups
            ).astype(np.int64),
            np.bincount(inside, minlength=n_groups),
        )

    def parts(self, *, keep_empty: bool) -> list[_Part]:
        """The parts that have passages, those with the most occurrences first.

        Those without any occurrence are there only if `keep_empty`.
        """
        found = [
            _Part(label, int(n), int(n_with), int(n_words), int(n_all))
            for label, n, n_with, n_words, n_all in zip(
                self.labels,
                self.occurrences,
                self.passages,
                self.words,
                self.passages_in_part,
                strict=True,
            )
            if n_all and (n or keep_empty)
        ]
        return sorted(found, key=lambda part: (-part.n_occurrences, part.value or ""))

    def total(self) -> _Part:
        """The sum of the parts."""
        sums = (self.occurrences, self.passages, self.words, self.passages_in_part)
        return _Part(None, *(int(one.sum()) for one in sums))


@dataclass(frozen=True, slots=True)
class _RowWriter:
    """Writes parts as rows; `is_words` says that occurrences are counted, not passages."""

    parsed: ParsedQuery
    filters: Filters
    by: By
    all: _Part
    is_words: bool

    def row(self, part: _Part) -> Frequency:
        """The row of a part."""
        filters = _narrow(self.filters, self.by, part.value)
        question = None if filters is None else write_question(self.parsed, filters)
        return self._rates(part, question, self._specificity(part))

    def whole(self) -> Frequency:
        """The row of the whole: no part of itself, so without specificity."""
        return self._rates(self.all, write_question(self.parsed, self.filters), None)

    def _rates(self, part: _Part, question: str | None, found: float | None) -> Frequency:
        is_small = (
            0 < part.n_occurrences < FEWEST_OCCURRENCES or part.n_passages_in_part < FEWEST_PASSAGES
        )
        has_words = self.is_words and part.n_words > 0
        per_words = part.n_occurrences * PER_WORDS / part.n_words if has_words else None
        return Frequency(
            **asdict(part),
            per_10000_words=None if is_small else per_words,
            per_passage=None if is_small else part.n_occurrences / part.n_passages_in_part,
            specificity=found,
            is_small=is_small,
            question=question,
        )

    def _specificity(self, part: _Part) -> float | None:
        if self.is_words and not terms(self.parsed.text):
            # Stop words are none of the full words of which the whole is made.
            return None
        sizes = (
            (part.n_words, self.all.n_words)
            if self.is_words
            else (part.n_passages_in_part, self.all.n_passages_in_part)
        )
        try:
            return specificity(part.n_occurrences, self.all.n_occurrences, *sizes)
        except ValueError:
            # A phrase of stop words beside a full word may be there more often than full words.
            return None


def _matching(searcher: Searcher, question: str, filters: Filters) -> Occurrences:
    """The passages that match a question by its words, its phrases and exclusions obeyed."""
    plan = searcher.plan(Query(question, mode=Mode.LEXICAL, filters=filters))
    mask = holding_words(searcher.lexical, plan)
    selection = searcher.select(plan)
    if selection.mask is not None:
        mask &= selection.mask
    rows = np.flatnonzero(mask)
    return Occurrences(rows, np.ones(len(rows), dtype=np.int64))


def _groups(columns: Columns, by: By) -> tuple[tuple[str | None, ...], NDArray[np.int64]]:
    """The values of the parts, and which one each row is in (n_rows,)."""
    column = columns.date if by is By.YEAR else getattr(columns, by.value)
    labels: dict[str | None, int] = {}
    places = np.zeros(max(1, len(column.values)), dtype=np.int64)
    for code, value in enumerate(column.values):
        label = value[:4] if by is By.YEAR and value else value
        places[code] = labels.setdefault(label, len(labels))
    return tuple(labels), places[column.codes]


def _narrow(filters: Filters, by: By, value: str | None) -> Filters | None:
    """The filters that keep one part; None where no question can name it."""
    if value is None:
        return None
    if by is By.YEAR:
        after, before = filters.after or value, filters.before or str(int(value) + 1)
        return replace_filters(
            filters, after=max(after, value), before=min(before, str(int(value) + 1))
        )
    if by is By.ROLE:
        return replace_filters(filters, roles=(Role(value),))
    return replace_filters(filters, **{f"{by.value}s": (value,)})


def replace_filters(filters: Filters, **changes: object) -> Filters:
    """The filters with some conditions in place of their own."""
    kept = {one.name: getattr(filters, one.name) for one in fields(Filters)}
    return Filters(**(kept | changes))


def _by_count(row: Frequency) -> tuple[int, str]:
    return (-row.n_occurrences, row.value or "")


def _by_year(row: Frequency) -> tuple[int, str]:
    return (row.value is None, row.value or "")


_ORDERS: Final = {By.YEAR: _by_year}
