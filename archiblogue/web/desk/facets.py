"""What narrows a search, as JSON: each value with the number of passages that its click gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from archiblogue.web.desk.address import LANGUAGE_CODES, Counts, Wanted
from archiblogue.web.html import shown
from archiblogue.web.texts import Words
from index.views.facets import Facets
from ingest.model import Role

# A longer list is not read; the fields `auteur:` and `site:` of a question reach the rest.
MOST_VALUES: Final = 200

Group = dict[str, Any]


def facets_json(facets: Facets, wanted: Wanted, whole: Counts, words: Words) -> dict[str, Any]:
    """The groups of values with their counts, and the years that can be chosen.

    Args:
        facets: the counts of all that answers under the filters.
        wanted: the search.
        whole: the counts of the whole archive: what a filter may name.
        words: the page's language.
    """
    chosen = wanted.within
    roles = {role.value: facets.role.get(role.value, 0) for role in Role}
    languages = {code: facets.language.get(code, 0) for code in LANGUAGE_CODES}
    return {
        "n": facets.n_passages,
        "documents": facets.n_documents,
        "years": _years(facets, wanted, whole),
        "groups": [
            _labelled("role", roles, {role.value for role in chosen.roles}, "roles", words),
            _named("site", facets.site, chosen.sites, whole["site"]),
            _named("auteur", facets.author, chosen.authors, whole["author"]),
            _labelled("langue", languages, set(chosen.languages), "language", words),
        ],
    }


def _years(facets: Facets, wanted: Wanted, whole: Counts) -> dict[str, Any]:
    known = sorted(int(year) for year in whole["year"] if year and year.isdigit())
    counts = {year: n for year, n in facets.year.items() if year}
    return {
        "first": known[0] if known else None,
        "last": known[-1] if known else None,
        "counts": counts,
        "from": wanted.first_year,
        "to": wanted.last_year,
        "undated": facets.n_undated,
        "left_out": facets.n_undated_excluded,
        "only_undated": wanted.within.undated,
    }


def _labelled(
    name: str, counts: Mapping[str, int], chosen: set[str], labels: str, words: Words
) -> Group:
    values = [
        {"value": value, "label": words(f"{labels}.{value}"), "n": n, "on": value in chosen}
        for value, n in counts.items()
        if n or value in chosen
    ]
    return {"name": name, "values": values, "others": 0, "unknown": 0}


def _named(
    name: str, counts: Mapping[str | None, int], chosen: tuple[str, ...], whole: object
) -> Group:
    known = {value: n for value, n in counts.items() if value and value in whole}  # type: ignore[operator]
    for value in chosen:
        known.setdefault(value, 0)
    ordered = sorted(known.items(), key=lambda pair: (pair[0] not in chosen, -pair[1], pair[0]))
    values = [
        {"value": value, "label": shown(value), "n": n, "on": value in chosen}
        for value, n in ordered[:MOST_VALUES]
    ]
    others = len(ordered) - len(values)
    return {"name": name, "values": values, "others": others, "unknown": counts.get(None, 0)}
