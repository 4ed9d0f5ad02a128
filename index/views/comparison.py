"""Two questions, or two sub-corpora, side by side: passages, years, words.

A side is written in the query language. With words it is the `k` best passages of that question,
those of a search; with conditions alone (`role:commentaire`) it is every passage that meets them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from index.analysis.terms import count_words, term_of
from index.model import Filters, Mode, Query, read_mode
from index.query.parser import explain_empty, merge_filters, parse
from index.query.writing import write_question
from index.retrieval.searcher import Searcher
from index.views.association import log_likelihood, specificity
from index.views.frequency_table import FEWEST_OCCURRENCES, PER_WORDS
from index.views.occurrences import readable_rows
from index.views.table import Cell, Table, TableColumn
from ingest.errors import UsageError

if TYPE_CHECKING:
    from pandas import DataFrame

DEFAULT_K: Final = 200
DEFAULT_LIMIT: Final = 100

SIDE_COLUMN: Final = TableColumn("side", "string", "A, B, ou A+B pour les deux")
WORD_COLUMNS: Final = (
    TableColumn("word", "string", "le mot, sous sa forme la plus fréquente"),
    TableColumn("side", "string", "A ou B\u00a0: le côté qui en a plus que sa part"),
    TableColumn("n_a", "integer", "occurrences dans A"),
    TableColumn("n_b", "integer", "occurrences dans B"),
    TableColumn("per_10000_words_a", "number", "pour 10\u202f000 mots pleins de A"),
    TableColumn("per_10000_words_b", "number", "pour 10\u202f000 mots pleins de B"),
    TableColumn("log_likelihood", "number", "rapport de vraisemblance (Dunning 1993)"),
    TableColumn(
        "specificity", "number", "spécificité dans A (Lafon 1980)\u202f; négative\u00a0: dans B"
    ),
    TableColumn("question_a", "string", "la question qui mène aux passages de A"),
    TableColumn("question_b", "string", "la question qui mène aux passages de B"),
)
PASSAGE_COLUMNS: Final = (
    TableColumn("passage_id", "string", "identifiant stable du passage"),
    SIDE_COLUMN,
    TableColumn("rank_a", "integer", "rang dans A\u202f; vide\u00a0: il n’y est pas"),
    TableColumn("rank_b", "integer", "rang dans B\u202f; vide\u00a0: il n’y est pas"),
)
YEAR_COLUMNS: Final = (
    TableColumn("year", "string", "année\u202f; vide\u00a0: sans date"),
    TableColumn("n_a", "integer", "passages de A"),
    TableColumn("n_b", "integer", "passages de B"),
    TableColumn("n_shared", "integer", "passages des deux"),
)


@dataclass(frozen=True, slots=True)
class ComparisonOptions:
    """How both sides are read.

    `k` is the number of passages of a question; `filters` bound both sides, `filters_a` and
    `filters_b` one each; `limit` is the most words for each side.
    """

    k: int = DEFAULT_K
    mode: Mode = Mode.HYBRID
    filters: Filters = field(default_factory=Filters)
    filters_a: Filters = field(default_factory=Filters)
    filters_b: Filters = field(default_factory=Filters)
    limit: int = DEFAULT_LIMIT

    def __post_init__(self) -> None:
        """Reads a mode given by its name.

        Raises:
            UsageError: there is no such mode.
        """
        object.__setattr__(self, "mode", read_mode(self.mode))


@dataclass(frozen=True, slots=True)
class Side:
    """One side as it was read: `question` with all its conditions, counts of its passages."""

    question: str
    n_passages: int
    n_words: int
    n_undated_excluded: int = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both sides and three tables: the words, the passages and the years.

    Words are counted in the passages that one side has and the other has not; where one side holds
    the whole of the other, the smaller is set against the rest of the larger.
    """

    a: Side
    b: Side
    n_shared: int
    words: Table
    passages: Table
    years: Table

    @property
    def tables(self) -> Mapping[str, Table]:
        """The three tables by name: `words`, `passages`, `years`."""
        return {"words": self.words, "passages": self.passages, "years": self.years}

    def to_dataframe(self, what: str = "words") -> DataFrame:
        """One of the tables as a pandas table.

        Raises:
            UsageError: there is no such table.
        """
        return self.table(what).to_dataframe()

    def table(self, what: str) -> Table:
        """The table of that name.

        Raises:
            UsageError: there is none.
        """
        if what not in self.tables:
            raise UsageError(
                f"Il n’y a pas de tableau «\u00a0{what}\u00a0» dans une comparaison. Choisissez "
                f"{', '.join(self.tables)}."
            )
        return self.tables[what]

    def as_record(self) -> Mapping[str, object]:
        """The comparison as JSON values."""
        sides = {
            name: {
                "question": side.question,
                "n_passages": side.n_passages,
                "n_words": side.n_words,
                "n_undated_excluded": side.n_undated_excluded,
            }
            for name, side in (("a", self.a), ("b", self.b))
        }
        tables = {name: table.as_records() for name, table in self.tables.items()}
        return {**sides, "n_shared": self.n_shared, **tables}


def compare(
    searcher: Searcher, first: str, second: str, options: ComparisonOptions | None = None
) -> Comparison:
    """What two questions or sub-corpora share, and what is each one's own.

    Raises:
        UsageError: a side asks for nothing, or `k` or the limit is below 1.
        EncoderError: the model of the archive cannot be loaded.
    """
    chosen = options or ComparisonOptions()
    if chosen.k < 1 or chosen.limit < 1:
        raise UsageError(
            f"{chosen.k} passages et {chosen.limit} mots ne vont pas\u202f: "
            "demandez-en au moins un."
        )
    a = _read_side(searcher, first, chosen, chosen.filters_a)
    b = _read_side(searcher, second, chosen, chosen.filters_b)
    return Comparison(
        a=a.side,
        b=b.side,
        n_shared=len(np.intersect1d(a.rows, b.rows)),
        words=_words(searcher, a, b, chosen.limit),
        passages=_passages(searcher, a, b),
        years=_years(searcher, a, b),
    )


@dataclass(frozen=True, slots=True)
class _Read:
    """A side and its rows (n,) int64, best first when `is_ranked`: it asks a question."""

    side: Side
    rows: NDArray[np.int64]
    is_ranked: bool


def _read_side(searcher: Searcher, text: str, chosen: ComparisonOptions, own: Filters) -> _Read:
    parsed = parse(text)
    filters = merge_filters(merge_filters(chosen.filters, own), parsed.filters)
    is_bounded = filters != chosen.filters
    if parsed.is_empty and (parsed.notices or not is_bounded):
        raise explain_empty(parsed)
    if parsed.is_empty:
        mask, n_undated = readable_rows(searcher, filters)
        rows = np.flatnonzero(mask)
    else:
        query = Query(text, chosen.k, chosen.mode, filters, max_per_document=chosen.k)
        plan = searcher.plan(query)
        n_undated = searcher.select(plan).n_undated
        rows = searcher.columns.rows(searcher.keys_found(plan))
    n_words = int(searcher.lexical.text_lengths[rows].sum())
    question = write_question(parsed, filters)
    return _Read(Side(question, len(rows), n_words, n_undated), rows, not parsed.is_empty)


def _passages(searcher: Searcher, a: _Read, b: _Read) -> Table:
    """The passages of the questions, the shared ones first, then by their best rank.

    Those of a sub-corpus may be all of the archive: they are counted, and not listed.
    """
    ranks = [
        {row: rank for rank, row in enumerate(one.rows.tolist(), start=1)} if one.is_ranked else {}
        for one in (a, b)
    ]
    inside = [set(one.rows.tolist()) for one in (a, b)]
    last = len(searcher.columns)

    def order(row: int) -> tuple[bool, int, int]:
        is_alone = row not in inside[0] or row not in inside[1]
        return (is_alone, min(one.get(row, last) for one in ranks), row)

    places = sorted(ranks[0].keys() | ranks[1].keys(), key=order)
    keys = searcher.columns.keys[np.array(places, dtype=np.int64)].tolist()
    found = searcher.corpus.store.passages(keys)
    rows = tuple(
        (
            found[key].passage_id,
            "+".join(name for name, rows in zip("AB", inside, strict=True) if row in rows),
            ranks[0].get(row),
            ranks[1].get(row),
        )
        for row, key in zip(places, keys, strict=True)
    )
    return Table("passages", PASSAGE_COLUMNS, rows)


def _years(searcher: Searcher, a: _Read, b: _Read) -> Table:
    counts = [
        _count_years(searcher, rows) for rows in (a.rows, b.rows, np.intersect1d(a.rows, b.rows))
    ]
    years = sorted(counts[0].keys() | counts[1].keys(), key=lambda year: year or "~")
    return Table(
        "annees", YEAR_COLUMNS, tuple((year, *(one[year] for one in counts)) for year in years)
    )


def _count_years(searcher: Searcher, rows: NDArray[np.int64]) -> Counter[str | None]:
    years: Counter[str | None] = Counter()
    for date, n in searcher.columns.date.counts(rows).items():
        years[date[:4] if date else None] += n
    return years


class _Vocabulary:
    """The full words of some passages: how often each term is there, in which forms."""

    def __init__(self, searcher: Searcher, rows: NDArray[np.int64]) -> None:
        """Reads the texts of these rows (n,)."""
        keys = searcher.columns.keys[rows].tolist()
        words = count_words(text for _, text in searcher.corpus.store.texts(keys))
        self.terms: Counter[str] = Counter()
        self.spellings: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for (form, spelling), n in words.items():
            term = term_of(form)
            if term is not None:
                self.terms[term] += n
                self.spellings[term].append((n, spelling))
        self.size = sum(self.terms.values())


def _words(searcher: Searcher, a: _Read, b: _Read, limit: int) -> Table:
    """The words that one side has more of, the most surprising first, `limit` for each."""
    rows_a, rows_b = _apart(a.rows, b.rows)
    first, second = _Vocabulary(searcher, rows_a), _Vocabulary(searcher, rows_b)
    terms = sorted(first.terms.keys() | second.terms.keys())
    terms = [t for t in terms if first.terms[t] + second.terms[t] >= FEWEST_OCCURRENCES]
    size = first.size + second.size
    if not terms or not first.size or not second.size:
        return Table("mots", WORD_COLUMNS, ())
    n_a = np.array([first.terms[term] for term in terms], dtype=np.float64)
    n_b = np.array([second.terms[term] for term in terms], dtype=np.float64)
    surprise = log_likelihood(n_a, float(first.size), n_a + n_b, float(size))
    order = np.lexsort((np.arange(len(terms)), -surprise))
    chosen = [place for place in order[:limit] if surprise[place] > 0]
    chosen += [place for place in order[::-1][:limit] if surprise[place] < 0]
    rows = tuple(
        _word_row(terms[place], float(surprise[place]), (first, second), (a.side, b.side))
        for place in chosen
    )
    return Table("mots", WORD_COLUMNS, rows)


def _word_row(
    term: str, surprise: float, both: tuple[_Vocabulary, _Vocabulary], sides: tuple[Side, Side]
) -> tuple[Cell, ...]:
    first, second = both
    n_a, n_b = first.terms[term], second.terms[term]
    spellings: Counter[str] = Counter()
    for n, spelling in (*first.spellings[term], *second.spellings[term]):
        spellings[spelling] += n
    word = min(spellings, key=lambda one: (-spellings[one], one))
    is_over = surprise > 0
    return (
        word,
        "A" if is_over else "B",
        n_a,
        n_b,
        _rate(n_a, first.size),
        _rate(n_b, second.size),
        abs(surprise),
        specificity(n_a, n_a + n_b, first.size, first.size + second.size),
        f"{word} {sides[0].question}",
        f"{word} {sides[1].question}",
    )


def _rate(n: int, n_words: int) -> float | None:
    """Occurrences for 10,000 words; None where they are too few for a rate."""
    return None if 0 < n < FEWEST_OCCURRENCES else n * PER_WORDS / n_words


def _apart(
    first: NDArray[np.int64], second: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The rows of each side that the other has not; a side within the other stays whole."""
    own_a, own_b = np.setdiff1d(first, second), np.setdiff1d(second, first)
    if not len(own_a) and len(own_b):
        return np.sort(first), own_b
    if not len(own_b) and len(own_a):
        return own_a, np.sort(second)
    return own_a, own_b
