"""How what matches a question spreads over years, voices, sites, authors and languages.

Each count narrows the search by one click; what narrows it is shown, and taken away by another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import streamlit as st

from archiblogue.typography import format_number
from archiblogue.web.html import element
from archiblogue.web.texts import Words
from archiblogue.web.views.examples import plain_label
from archiblogue.web.views.filters import Choices, options_of

if TYPE_CHECKING:
    from index.archive import Archive
    from index.model import Query
    from index.views.facets import Facets

_MOST_VALUES: Final = 8
_LONGEST_LABEL: Final = 40
# One passage leaves nothing to narrow.
_FEWEST: Final = 2


@dataclass(frozen=True, slots=True)
class _Group:
    """One facet: its values as they are kept, their labels, and what choosing one does."""

    name: str
    counts: Sequence[tuple[str, str, int]]
    n_unknown: int
    choose: Callable[[str], None]


def render_facets(archive: Archive, query: Query, words: Words) -> None:
    """Draw the counts of what matches, folded away until they are wanted."""
    facets = archive.count(query)
    groups = [group for group in _groups(archive, facets, words) if group.counts]
    if facets.n_passages < _FEWEST or not groups:
        return
    documents = words.count("results.documents", facets.n_documents)
    label = f"{words.count('facets', facets.n_passages)} {documents}"
    with st.expander(label, key="facets"):
        st.html(element("p", words("facets.basis"), class_="legend"))
        with st.container(key="facet-groups"):
            for group in groups:
                _render_group(group, words)


def render_active(choices: Choices, words: Words) -> None:
    """Draw what narrows the search, each condition with the way to take it away."""
    conditions = list(_conditions(choices, words))
    if not conditions:
        return
    with st.container(key="active", horizontal=True):
        st.html(element("p", words("filter.active"), class_="remark"))
        for number, (label, remove) in enumerate(conditions):
            st.button(plain_label(f"✕ {_cut(label)}"), key=f"active-{number}", on_click=remove)


def _render_group(group: _Group, words: Words) -> None:
    with st.container(key=f"facet-{group.name}"):
        st.html(element("h3", words(f"facets.{group.name}")))
        for value, label, n in _most(group.counts):
            st.button(
                plain_label(f"{_cut(label)} ({format_number(n, words.language)})"),
                key=f"facet-{group.name}-{value}",
                type="tertiary",
                on_click=group.choose,
                args=(value,),
            )
        others = len(group.counts) - _MOST_VALUES
        if others > 0:
            st.html(element("p", words.count("facets.others", others), class_="circumstances"))
        if group.n_unknown:
            key = "facets.undated" if group.name == "year" else "facets.unknown"
            text = words.count(key, group.n_unknown)
            st.html(element("p", text, class_="circumstances"))


def _most(counts: Sequence[tuple[str, str, int]]) -> list[tuple[str, str, int]]:
    """The values with the most passages, in the order in which they came."""
    kept = sorted(counts, key=lambda one: -one[2])[:_MOST_VALUES]
    return [one for one in counts if one in kept]


def _groups(archive: Archive, facets: Facets, words: Words) -> list[_Group]:
    whole = archive.facets()

    def known(name: str, label: Callable[[str], str]) -> list[tuple[str, str, int]]:
        counts = getattr(facets, name).items()
        return [(value, label(value), n) for value, n in counts if value]

    def listed(name: str) -> list[tuple[str, str, int]]:
        options = set(options_of(whole[name]))
        return [one for one in known(name, str) if one[0] in options]

    def unknown(name: str) -> int:
        return int(getattr(facets, name).get(None, 0))

    return [
        _Group("year", known("year", str), unknown("year"), _choose_year),
        _Group("role", known("role", lambda v: words(f"roles.{v}")), 0, _choose("role-choice")),
        _Group("site", listed("site"), unknown("site"), _choose("site")),
        _Group("author", listed("author"), unknown("author"), _choose("auteur")),
        _Group(
            "language",
            known("language", lambda v: words(f"language.{v}")),
            unknown("language"),
            _choose("langue-choice"),
        ),
    ]


def _choose(key: str) -> Callable[[str], None]:
    """Sets the filter of that key to one value."""

    def choose(value: str) -> None:
        st.session_state[key] = [value]

    return choose


def _choose_year(year: str) -> None:
    st.session_state["apres"] = st.session_state["avant"] = year


def _conditions(choices: Choices, words: Words) -> list[tuple[str, Callable[[], None]]]:
    chosen = choices.filters
    found: list[tuple[str, Callable[[], None]]] = [
        (words(f"roles.{role.value}"), _without("role-choice", role.value))
        for role in sorted(chosen.roles)
    ]
    if choices.first_year or choices.last_year:
        found.append((_years(choices, words), _without_years))
    found += [(site, _without("site", site)) for site in chosen.sites]
    found += [(author, _without("auteur", author)) for author in chosen.authors]
    found += [
        (words(f"language.{code}"), _without("langue-choice", code)) for code in chosen.languages
    ]
    return found


def _years(choices: Choices, words: Words) -> str:
    first, last = choices.first_year, choices.last_year
    if first and first == last:
        return first
    if first and last:
        return f"{first}\u2013{last}"
    return words("filter.since", year=first) if first else words("filter.until", year=last or "")


def _without(key: str, value: str) -> Callable[[], None]:
    def remove() -> None:
        st.session_state[key] = [one for one in st.session_state[key] if one != value]

    return remove


def _without_years() -> None:
    st.session_state["apres"] = st.session_state["avant"] = None


def _cut(label: str) -> str:
    return label if len(label) <= _LONGEST_LABEL else label[: _LONGEST_LABEL - 1] + "…"
