"""What is counted part by part, and the table of what was counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from index.model import Filters
from index.notices import Notice
from index.views.table import Table, TableColumn
from ingest.errors import UsageError

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
