"""What the page's address asks: a question, what narrows it, how it is laid out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from index.model import Filters, Mode, Order, Query
from ingest.model import Role

Parameters = Mapping[str, Sequence[str]]
Counts = Mapping[str, Mapping[str | None, int]]

K_CHOICES: Final = (10, 20, 50, 100)
ORDERS: Final = {"anciens": Order.OLDEST, "recents": Order.NEWEST}
LANGUAGE_CODES: Final = ("fr", "en", "other")
NAMES: Final = (
    *("q", "role", "apres", "avant", "sansdate", "site", "auteur", "langue"),
    *("mode", "k", "tri", "debut", "exact", "telquel", "sans", "plus", "moins"),
)
"""The parameters of a search; the desk writes these and no other."""

OF_ONE_QUESTION: Final = ("plus", "moins", "debut", "sans", "telquel")
"""What was said of the hits of one question: another question forgets it."""

# More would drown the question.
MOST_LIKED: Final = 20
# More forms than a lexicon adds to one question.
_MOST_REMOVED: Final = 20
_LONGEST_FORM: Final = 80
# Beyond it nobody walks page by page, and a hostile address costs nothing.
_LARGEST_OFFSET: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """A search as the address holds it. The bounds are whole years, both included.

    `within` is what the desk keeps of the answer: a facet's number is what its choice leaves.
    """

    query: Query
    within: Filters
    plus: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()
    first_year: str | None = None
    last_year: str | None = None

    @property
    def question(self) -> str:
        """The question, without the spaces around."""
        return self.query.text

    @property
    def n_filters(self) -> int:
        """How many filters narrow the search."""
        chosen = self.within
        values = (chosen.roles, chosen.sites, chosen.authors, chosen.languages)
        years = self.first_year or self.last_year or chosen.undated
        return sum(bool(value) for value in (*values, years))


def read_wanted(parameters: Parameters, counts: Counts) -> Wanted:
    """The search that the parameters of an address ask for; what is not understood is ignored.

    Args:
        parameters: each parameter with its values.
        counts: the roles, sites, authors, years and languages that the archive has.
    """
    first, last = _year(parameters, "apres"), _year(parameters, "avant")
    if first and last and first > last:
        first, last = last, first
    within = Filters(
        roles=_among(parameters, "role", [role.value for role in Role]),
        sites=_among(parameters, "site", counts["site"]),
        authors=_among(parameters, "auteur", counts["author"]),
        languages=_among(parameters, "langue", LANGUAGE_CODES),
        after=first,
        before=None if last is None else str(int(last) + 1).zfill(4),
        undated=last_value(parameters, "sansdate") == "true",
    )
    plus = _several(parameters, "plus", MOST_LIKED)
    minus = _several(parameters, "moins", MOST_LIKED)
    query = Query(
        last_value(parameters, "q").strip(),
        k=_number(parameters, "k", K_CHOICES),
        mode=_mode(parameters),
        expand=last_value(parameters, "exact") != "true",
        as_typed=last_value(parameters, "telquel") == "true",
        without=tuple(form[:_LONGEST_FORM] for form in _several(parameters, "sans", _MOST_REMOVED)),
        offset=_offset(parameters),
        order=ORDERS.get(last_value(parameters, "tri"), Order.RELEVANCE),
    )
    return Wanted(query, within, plus, tuple(one for one in minus if one not in plus), first, last)


def kept_parameters(parameters: Parameters) -> dict[str, list[str]]:
    """The parameters that belong to a search, as lists."""
    return {name: list(parameters[name]) for name in NAMES if parameters.get(name)}


def of_another_question(parameters: Parameters, question: str) -> dict[str, list[str]]:
    """The parameters when the question changes: the filters stay, what it was told is forgotten."""
    kept = {
        name: list(values) for name, values in parameters.items() if name not in OF_ONE_QUESTION
    }
    kept.pop("q", None)
    return {"q": [question], **kept} if question else kept


def last_value(parameters: Parameters, name: str) -> str:
    """The last value that a parameter was given; empty without one."""
    values = parameters.get(name) or ("",)
    return values[-1]


def _several(parameters: Parameters, name: str, most: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, parameters.get(name) or ())))[:most]


def _among(parameters: Parameters, name: str, allowed: object) -> tuple[str, ...]:
    values = _several(parameters, name, MOST_LIKED)
    return tuple(value for value in values if value in allowed)  # type: ignore[operator]


def _year(parameters: Parameters, name: str) -> str | None:
    written = last_value(parameters, name)
    return written if len(written) == 4 and written.isascii() and written.isdigit() else None


def _mode(parameters: Parameters) -> Mode:
    written = last_value(parameters, "mode")
    return Mode(written) if written in {mode.value for mode in Mode} else Mode.HYBRID


def _number(parameters: Parameters, name: str, choices: Sequence[int]) -> int:
    written = last_value(parameters, name)
    return next((choice for choice in choices if str(choice) == written), choices[0])


def _offset(parameters: Parameters) -> int:
    written = last_value(parameters, "debut")
    is_number = written.isascii() and written.isdigit() and len(written) <= 7
    return min(int(written), _LARGEST_OFFSET) if is_number else 0
