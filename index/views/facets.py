"""How the passages that match a question spread over years, sites, authors, roles, languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict

import numpy as np

from index.model import Totals
from index.storage.columns import Columns, Mask
from index.views.results import Ranking

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
    `n_undated_excluded` more were left out by a date filter. `basis` says in French what counts.
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


def ranking_facets(columns: Columns, ranking: Ranking) -> Facets:
    """The facets of all that answers a question: the very passages that its hits walk through."""
    mask = np.zeros(len(columns), dtype=np.bool_)
    if ranking.answers is not None:
        mask[ranking.answers.rows] = True
    return count_facets(
        columns, mask, _basis(ranking.totals), n_undated_excluded=ranking.n_undated_excluded
    )


def _basis(totals: Totals) -> str:
    n = totals.n_answers
    if n == 0:
        return "Aucun passage trouvé\u202f: rien à compter."
    found = "Compte du seul passage trouvé" if n == 1 else f"Comptes sur les {n} passages trouvés"
    return f"{found}\u202f: {explain_totals(totals)}."


def explain_totals(totals: Totals) -> str:
    """Why passages were found, in French: how many hold the words, how many are near."""
    if totals.is_walk:
        return "tous ceux qui remplissent les conditions, par date"
    words = _how_many(totals.n_with_words, "aucun ne contient", "contient", "contiennent")
    near = _how_many(totals.n_near, "aucun n’est proche", "est proche", "sont proches")
    return f"{words} l’essentiel des mots cherchés, {near} par le sens"


def _how_many(n: int, none: str, one: str, several: str) -> str:
    return none if n == 0 else f"{n} {one if n == 1 else several}"


def count_facets(
    columns: Columns, mask: Mask, basis: str, *, n_undated_excluded: int = 0
) -> Facets:
    """The facets of the passages that `mask` (n_rows,) bool keeps."""
    years = _count_years(columns, mask)
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


def whole_facets(columns: Columns) -> Mapping[str, Counts]:
    """How many passages have each role, site, author, year and language."""
    years = _count_years(columns)
    return {
        "role": columns.role.counts(),
        "site": columns.site.counts(),
        "author": columns.author.counts(),
        "year": dict(sorted(years.items(), key=lambda pair: pair[0] or "")),
        "language": columns.language.counts(),
    }


def _count_years(columns: Columns, mask: Mask | None = None) -> Counter[str | None]:
    """How many passages, all of them or those that a mask keeps, are of each year."""
    years: Counter[str | None] = Counter()
    for date, n in columns.date.counts(mask).items():
        years[date[:4] if date else None] += n
    return years


def _by_count(counts: Counts) -> Counts:
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0] or "")))


def _named(counts: Counts) -> dict[str, int]:
    return {value or "": n for value, n in counts.items()}
