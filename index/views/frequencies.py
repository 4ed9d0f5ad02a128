"""How often a word, an expression or the answers to a question come, by year, site, author, role.

What is a word here: a full word, no stop word. The archive keeps the number of full words of each
passage, and no list of stop words is common to all tools: a rate for 10,000 full words compares the
parts of an archive, not two programs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from index.analysis.terms import terms
from index.model import Filters, Mode, Query
from index.notices import Notice, QuestionError
from index.query.parser import ParsedQuery, merge_filters, parse
from index.query.writing import write_question
from index.retrieval.searcher import Searcher
from index.storage.columns import Columns, Mask
from index.views.association import specificity
from index.views.facets import matching_rows
from index.views.occurrences import Occurrences, count_expression, readable_rows
from index.views.table import Table, TableColumn
from ingest.errors import UsageError
from ingest.model import Role

if TYPE_CHECKING:
    from pandas import DataFrame

PER_WORDS: Final = 10_000
# Parts given by default: those with the most occurrences. An archive may have 10,000 authors.
DEFAULT_PARTS: Final = 1000
# Below, a rate says nothing: it is left empty, the counts stay (no percentage of three).
FEWEST_OCCURRENCES: Final = 5
FEWEST_PASSAGES: Final = 10


class By(StrEnum):
    """What the parts of a table are."""

    YEAR = "year"
    SITE = "site"
    AUTHOR = "author"
    ROLE = "role"
    LANGUAGE = "language"


class Counted(StrEnum):
    """What is counted: the occurrences of an expression, or the passages that match a question."""

    EXPRESSION = "expression"
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class FrequencyOptions:
    """How frequencies are counted.

    `filters` bound the whole that the parts are compared with; `limit` is the most parts returned,
    those with the most occurrences.
    """

    by: By = By.YEAR
    counted: Counted = Counted.EXPRESSION
    filters: Filters = field(default_factory=Filters)
    limit: int = DEFAULT_PARTS

    def __post_init__(self) -> None:
        """Reads what is given by its name.

        Raises:
            UsageError: there are no such parts, or nothing of that kind is counted.
        """
        object.__setattr__(self, "by", read_by(self.by))
        object.__setattr__(self, "counted", read_counted(self.counted))


@dataclass(frozen=True, slots=True)
class Frequency:
    """One part of the archive; FREQUENCY_COLUMNS says what each field means."""

    value: str | None
    n_occurrences: int
    n_passages: int
    n_words: int
    n_passages_in_part: int
    per_10000_words: float | None
    per_passage: float | None
    specificity: float | None
    is_small: bool
    question: str | None


FREQUENCY_COLUMNS: Final = (
    TableColumn(
        "value", "string", "année, site, auteur, rôle ou langue\u202f; vide\u00a0: inconnu"
    ),
    TableColumn(
        "n_occurrences", "integer", "occurrences de l’expression\u202f; d’une question, passages"
    ),
    TableColumn("n_passages", "integer", "passages qui en ont au moins une"),
    TableColumn("n_words", "integer", "mots pleins (sans les mots vides) de cette part"),
    TableColumn("n_passages_in_part", "integer", "passages de cette part"),
    TableColumn("per_10000_words", "number", "occurrences pour 10\u202f000 mots pleins"),
    TableColumn("per_passage", "number", "occurrences par passage"),
    TableColumn(
        "specificity",
        "number",
        "spécificité (Lafon 1980)\u00a0: ±(-log10 P), positive quand il y en a trop pour le hasard",
    ),
    TableColumn("is_small", "boolean", "vrai quand le compte est trop petit pour un taux"),
    TableColumn("question", "string", "la question qui mène à ces passages"),
)


@dataclass(frozen=True, slots=True)
class Frequencies:
    """Counts of `expression` in each part, years in order, the rest by falling count.

    `total` is the whole that the parts are compared with; `n_parts` counts the parts, shown or not.
    """

    expression: str
    by: By
    counted: Counted
    rows: tuple[Frequency, ...]
    total: Frequency
    n_parts: int = 0
    n_undated_excluded: int = 0
    notices: tuple[Notice, ...] = ()

    @property
    def table(self) -> Table:
        """The parts as a table, the total left out."""
        names = [one.name for one in fields(Frequency)]
        rows = tuple(tuple(getattr(row, name) for name in names) for row in self.rows)
        return Table("frequences", FREQUENCY_COLUMNS, rows)

    def to_dataframe(self) -> DataFrame:
        """The parts as a pandas table, a row each."""
        return self.table.to_dataframe()

    def as_record(self) -> Mapping[str, object]:
        """The frequencies as JSON values."""
        return {
            "expression": self.expression,
            "by": self.by.value,
            "counted": self.counted.value,
            "rows": self.table.as_records(),
            "total": asdict(self.total),
            "n_parts": self.n_parts,
            "n_undated_excluded": self.n_undated_excluded,
            "notices": [str(notice) for notice in self.notices],
        }


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


def read_by(name: str) -> By:
    """The kind of parts of that name.

    Raises:
        UsageError: there is none.
    """
    try:
        return By(name)
    except ValueError:
        raise UsageError(
            f"On ne compte pas par «\u00a0{name}\u00a0». Choisissez {', '.join(By)}."
        ) from None


def read_counted(name: str) -> Counted:
    """What is counted, by its name.

    Raises:
        UsageError: there is no such thing.
    """
    try:
        return Counted(name)
    except ValueError:
        raise UsageError(
            f"On ne compte pas de «\u00a0{name}\u00a0». Choisissez {', '.join(Counted)}."
        ) from None


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
    mask = matching_rows(searcher, plan)
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
