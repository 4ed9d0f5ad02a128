"""How the passages that match a question spread over years, sites, authors, roles, languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, TypedDict

import numpy as np
from numpy.typing import NDArray

from index.model import Mode, Query
from index.query.plan import Plan
from index.retrieval.searcher import Searcher
from index.storage.columns import Columns, Mask

# A passage matches a question when it holds this share of its words, rarity counted.
LEAST_COVERAGE: Final = 0.5
# In dense mode every passage is more or less near: the nearest ones are counted.
N_NEAREST: Final = 200
_FEWEST_IN_PLURAL: Final = 2
NAMES: Final = ("year", "site", "author", "role", "language")

Counts = Mapping[str | None, int]


class FacetsRecord(TypedDict):
    """The JSON contract of facets. A value that is not known is the empty string."""

    n_passages: int
    n_documents: int
    n_undated: int
    n_undated_excluded: int
    basis: str
    year: dict[str, int]
    site: dict[str, int]
    author: dict[str, int]
    role: dict[str, int]
    language: dict[str, int]


@dataclass(frozen=True, slots=True)
class Facets:
    """Counts of passages; `None` stands for what is not known.

    Years are in order, the rest by falling count. `n_undated` of the `n_passages` have no date;
    `n_undated_excluded` more were left out by a date filter. `basis` says in French what counts:
    the nearest passages when `is_nearest`, else those that hold most of the words.
    """

    n_passages: int
    n_documents: int
    n_undated: int
    n_undated_excluded: int
    basis: str
    year: Counts
    site: Counts
    author: Counts
    role: Counts
    language: Counts
    is_nearest: bool = False

    @property
    def notices(self) -> tuple[str, ...]:
        """What a reader of the counts must know, in French."""
        said: list[str] = []
        if self.n_undated_excluded:
            said.append(undated_excluded(self.n_undated_excluded))
        if self.n_undated:
            plural = "s" if self.n_undated > 1 else ""
            said.append(f"{self.n_undated} passage{plural} sans date, hors des années.")
        return tuple(said)

    def as_record(self) -> FacetsRecord:
        """The facets as the JSON contract states them."""
        return FacetsRecord(
            n_passages=self.n_passages,
            n_documents=self.n_documents,
            n_undated=self.n_undated,
            n_undated_excluded=self.n_undated_excluded,
            basis=self.basis,
            year=_named(self.year),
            site=_named(self.site),
            author=_named(self.author),
            role=_named(self.role),
            language=_named(self.language),
        )


def undated_excluded(n: int) -> str:
    """The sentence that says how many undated passages a date filter left out."""
    return f"{n} passage{'s' if n > 1 else ''} sans date exclu{'s' if n > 1 else ''}."


def query_facets(searcher: Searcher, query: Query) -> Facets:
    """The facets of the passages that match `query` under its filters.

    Raises:
        UsageError: the question is empty.
        EncoderError: the model of the archive cannot be loaded (dense mode).
    """
    plan = searcher.plan(query)
    selection = searcher.select(plan)
    if query.mode is Mode.DENSE and plan.question is not None:
        allowed = None if selection.mask is None else searcher.columns.keys[selection.mask]
        keys = searcher.dense.nearest(plan.question, N_NEAREST, allowed)
        return _count_nearest(searcher, keys, selection.n_undated)
    mask = _matching(searcher, plan)
    if selection.mask is not None:
        mask &= selection.mask
    return count_facets(
        searcher.columns,
        mask,
        _basis(int(np.count_nonzero(mask))),
        n_undated_excluded=selection.n_undated,
    )


def _basis(n: int) -> str:
    if n == 0:
        return "Aucun passage ne contient l’essentiel des mots cherchés\u202f: rien à compter."
    if n == 1:
        return "Comptes sur le seul passage qui contient l’essentiel des mots cherchés."
    return f"Comptes sur les {n} passages qui contiennent l’essentiel des mots cherchés."


def found_facets(searcher: Searcher, query: Query) -> Facets:
    """The facets of the very passages that a search gives, whatever words they hold.

    Raises:
        UsageError: the question is empty.
        EncoderError: the model of the archive cannot be loaded.
    """
    plan = searcher.plan(query)
    n_undated = searcher.select(plan).n_undated
    return _count_nearest(searcher, searcher.keys_found(plan), n_undated)


def _count_nearest(searcher: Searcher, keys: NDArray[np.int64], n_undated: int) -> Facets:
    mask = np.zeros(len(searcher.columns), dtype=np.bool_)
    mask[searcher.columns.rows(keys)] = True
    n = len(keys)
    basis = f"Comptes sur les {n} passages les plus proches."
    if n < _FEWEST_IN_PLURAL:
        basis = "Comptes sur le passage le plus proche." if n else "Aucun passage à compter."
    facets = count_facets(searcher.columns, mask, basis, n_undated_excluded=n_undated)
    return replace(facets, is_nearest=True)


def count_facets(
    columns: Columns, mask: Mask, basis: str, *, n_undated_excluded: int = 0
) -> Facets:
    """The facets of the passages that `mask` (n_rows,) bool keeps."""
    years: Counter[str | None] = Counter()
    for date, n in columns.date.counts(mask).items():
        years[date[:4] if date else None] += n
    return Facets(
        n_passages=int(np.count_nonzero(mask)),
        n_documents=len(columns.document.counts(mask)),
        n_undated=years.get(None, 0),
        n_undated_excluded=n_undated_excluded,
        basis=basis,
        year=dict(sorted(years.items(), key=lambda pair: pair[0] or "~")),
        site=_by_count(columns.site.counts(mask)),
        author=_by_count(columns.author.counts(mask)),
        role=_by_count(columns.role.counts(mask)),
        language=_by_count(columns.language.counts(mask)),
    )


def _matching(searcher: Searcher, plan: Plan) -> Mask:
    rows = np.arange(len(searcher.columns), dtype=np.int64)
    mask: Mask = searcher.lexical.coverage(plan.weights, rows) >= LEAST_COVERAGE
    for expansion in plan.expansions:
        mask |= searcher.lexical.holding(expansion.terms)
    return mask


def whole_facets(columns: Columns) -> Mapping[str, Counts]:
    """How many passages have each role, site, author, year and language."""
    years: Counter[str | None] = Counter()
    for date, n in columns.date.counts().items():
        years[date[:4] if date else None] += n
    return {
        "role": columns.role.counts(),
        "site": columns.site.counts(),
        "author": columns.author.counts(),
        "year": dict(sorted(years.items(), key=lambda pair: pair[0] or "")),
        "language": columns.language.counts(),
    }


def _by_count(counts: Counts) -> Counts:
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0] or "")))


def _named(counts: Counts) -> dict[str, int]:
    return {value or "": n for value, n in counts.items()}
