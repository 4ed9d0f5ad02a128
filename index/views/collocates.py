"""The words that keep company with an expression: how often, and whether more than by chance.

The words counted are full words within `window` words, stop words included, of an occurrence, in
its passage. A word between two occurrences counts once. The contingency table of a word sets the
words of all those windows against the rest of the corpus (Evert, S. (2008), « Corpora and
collocations », in Corpus Linguistics: An International Handbook: surface co-occurrence).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from index.analysis.terms import term_of
from index.model import Filters
from index.notices import Notice, QuestionError
from index.query.parser import ParsedQuery, merge_filters, parse
from index.query.writing import write_question
from index.retrieval.searcher import Searcher
from index.storage.columns import Mask
from index.views.association import log_dice, log_likelihood
from index.views.concordance import candidate_keys
from index.views.neighbourhoods import Neighbourhoods, single_word
from index.views.occurrences import readable_rows
from index.views.table import Table, TableColumn
from ingest.errors import UsageError

if TYPE_CHECKING:
    from pandas import DataFrame

DEFAULT_WINDOW: Final = 5
MAX_WINDOW: Final = 50
DEFAULT_LIMIT: Final = 100
# A pair seen less often says nothing about chance.
DEFAULT_FEWEST: Final = 5


class Measure(StrEnum):
    """What orders the collocates."""

    LOG_DICE = "log-dice"
    LOG_LIKELIHOOD = "log-likelihood"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class CollocateOptions:
    """How collocates are looked for.

    `window` is the number of words on each side, from 1 to MAX_WINDOW; `fewest` the least times
    that a word must be near; `limit` the most rows returned.
    """

    window: int = DEFAULT_WINDOW
    fewest: int = DEFAULT_FEWEST
    sort: Measure = Measure.LOG_DICE
    limit: int = DEFAULT_LIMIT
    filters: Filters = field(default_factory=Filters)

    def __post_init__(self) -> None:
        """Reads a measure given by its name.

        Raises:
            UsageError: there is no such measure.
        """
        object.__setattr__(self, "sort", read_measure(self.sort))


@dataclass(frozen=True, slots=True)
class Collocate:
    """One word near the expression; COLLOCATE_COLUMNS says what each field means."""

    word: str
    n_near: int
    n_passages: int
    n_in_corpus: int
    log_dice: float
    log_likelihood: float
    is_over: bool
    question: str


COLLOCATE_COLUMNS: Final = (
    TableColumn("word", "string", "le mot, sous sa forme la plus fréquente près de l’expression"),
    TableColumn("n_near", "integer", "occurrences du mot près de l’expression"),
    TableColumn("n_passages", "integer", "passages où il est près d’elle"),
    TableColumn("n_in_corpus", "integer", "occurrences du mot dans tout ce qui est compté"),
    TableColumn("log_dice", "number", "logDice (Rychlý 2008), 14 au plus"),
    TableColumn(
        "log_likelihood",
        "number",
        "rapport de vraisemblance (Dunning 1993)\u202f; 10,83\u00a0: 1 sur 1\u202f000",
    ),
    TableColumn("is_over", "boolean", "vrai quand il est là plus souvent que par hasard"),
    TableColumn("question", "string", "la question qui mène aux passages qui ont les deux"),
)


@dataclass(frozen=True, slots=True)
class Collocates:
    """The words near `expression`, best first. `n_words` are the full words of what is counted."""

    expression: str
    rows: tuple[Collocate, ...]
    n_occurrences: int
    n_passages: int
    n_words: int
    n_undated_excluded: int = 0
    notices: tuple[Notice, ...] = ()

    @property
    def table(self) -> Table:
        """The words as a table."""
        names = [one.name for one in fields(Collocate)]
        rows = tuple(tuple(getattr(row, name) for name in names) for row in self.rows)
        return Table("cooccurrents", COLLOCATE_COLUMNS, rows)

    def to_dataframe(self) -> DataFrame:
        """The words as a pandas table, a row each."""
        return self.table.to_dataframe()

    def as_record(self) -> Mapping[str, object]:
        """The collocates as JSON values."""
        return {
            "expression": self.expression,
            "rows": self.table.as_records(),
            "n_occurrences": self.n_occurrences,
            "n_passages": self.n_passages,
            "n_words": self.n_words,
            "n_undated_excluded": self.n_undated_excluded,
            "notices": [str(notice) for notice in self.notices],
        }


def collocates(
    searcher: Searcher, expression: str, options: CollocateOptions | None = None
) -> Collocates:
    """The words near the occurrences of an expression, found as a concordance finds them.

    Raises:
        UsageError: nothing to look for, or an option is out of range.
    """
    chosen = options or CollocateOptions()
    parsed = parse(expression)
    if parsed.is_empty:
        raise QuestionError(Notice("no_expression"), *parsed.notices)
    _check(chosen)
    filters = merge_filters(chosen.filters, parsed.filters)
    mask, n_undated = readable_rows(searcher, filters)
    near = _read(searcher, parsed, mask, chosen.window)
    return Collocates(
        expression=expression,
        rows=_rows(searcher, near, chosen, mask, _Writer(parsed, filters)),
        n_occurrences=near.n_occurrences,
        n_passages=near.n_passages,
        n_words=_n_words(searcher, mask),
        n_undated_excluded=n_undated,
        notices=parsed.notices,
    )


def read_measure(name: str) -> Measure:
    """The measure of that name.

    Raises:
        UsageError: there is none.
    """
    try:
        return Measure(name)
    except ValueError:
        raise UsageError(
            f"La mesure «\u00a0{name}\u00a0» n’existe pas. Choisissez {', '.join(Measure)}."
        ) from None


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes the question that leads to the passages that hold the expression and a word."""

    parsed: ParsedQuery
    filters: Filters

    def question(self, word: str) -> str:
        """The expression as a phrase of its own, and the word."""
        return f"{word} {write_question(self.parsed, self.filters)}"


def _check(chosen: CollocateOptions) -> None:
    if not 1 <= chosen.window <= MAX_WINDOW or chosen.fewest < 1 or chosen.limit < 1:
        raise UsageError(
            f"Une fenêtre de {chosen.window} mots, un seuil de {chosen.fewest} et une limite de "
            f"{chosen.limit} ne vont pas\u202f: la fenêtre va de 1 à {MAX_WINDOW}, le seuil et la "
            "limite commencent à 1."
        )


def _read(searcher: Searcher, parsed: ParsedQuery, mask: Mask, width: int) -> Neighbourhoods:
    """The words near the expression in the passages of `mask` (n_rows,)."""
    near = Neighbourhoods(parsed, width)
    keys = candidate_keys(searcher, parsed)
    keys = keys[mask[searcher.columns.rows(keys)]]
    least: dict[int, int] = {}
    term = single_word(parsed)
    for _, rows, counts in searcher.lexical.occurrences([term] if term else []):
        least = dict(zip(searcher.columns.keys[rows].tolist(), counts.tolist(), strict=True))
    texts = searcher.corpus.store.texts(keys.tolist())
    near.read([(text, least.get(key, 0)) for key, text in texts])
    return near


def _rows(
    searcher: Searcher, near: Neighbourhoods, chosen: CollocateOptions, mask: Mask, writer: _Writer
) -> tuple[Collocate, ...]:
    together, passages, shown = _by_term(near)
    n_window = sum(together.values())
    terms = sorted(term for term, n in together.items() if n >= chosen.fewest)
    totals = dict.fromkeys(terms, 0)
    for term, rows, counts in searcher.lexical.occurrences(terms):
        totals[term] = int(counts[mask[rows]].sum())
    if not terms:
        return ()
    both = np.array([together[term] for term in terms], dtype=np.float64)
    everywhere = np.array([max(totals[t], together[t]) for t in terms], dtype=np.float64)
    n_words = max(_n_words(searcher, mask), n_window)
    likelihood = log_likelihood(both, float(n_window), everywhere, float(n_words))
    dice = log_dice(both, float(near.n_occurrences), everywhere)
    scores = {Measure.LOG_DICE: dice, Measure.LOG_LIKELIHOOD: likelihood, Measure.COUNT: both}
    order = np.lexsort((np.arange(len(terms)), -scores[chosen.sort]))[: chosen.limit]
    return tuple(
        Collocate(
            word=shown[terms[place]],
            n_near=together[terms[place]],
            n_passages=passages[terms[place]],
            n_in_corpus=int(everywhere[place]),
            log_dice=float(dice[place]),
            log_likelihood=abs(float(likelihood[place])),
            is_over=bool(likelihood[place] > 0),
            question=writer.question(shown[terms[place]]),
        )
        for place in order
    )


def _by_term(near: Neighbourhoods) -> tuple[Counter[str], Counter[str], dict[str, str]]:
    """The counts near, those of passages, and the most frequent spelling, of each index term."""
    together: Counter[str] = Counter()
    passages: Counter[str] = Counter()
    spellings: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for word, n in near.words.items():
        term = term_of(word[0])
        if term is None:
            continue
        together[term] += n
        # Two forms of a word in one passage are counted twice: at most so many passages.
        passages[term] += near.passages[word]
        spellings[term].append((-n, word[1]))
    return together, passages, {term: min(found)[1] for term, found in spellings.items()}


def _n_words(searcher: Searcher, mask: Mask) -> int:
    return int(searcher.lexical.text_lengths[mask].sum())
