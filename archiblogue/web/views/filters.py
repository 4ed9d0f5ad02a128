"""The filters of a search, each kept in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import streamlit as st

from archiblogue.web import url_state
from archiblogue.web.texts import Words
from index.model import Filters, Mode
from ingest.model import Role
from ingest.text import fold

Facets = Mapping[str, Mapping[str | None, int]]

EXACT: Final = "exact"
# The forms that the lexicon may not add, in the address.
REMOVED: Final = "sans"
LANGUAGE_CODES: Final = ("fr", "en", "other")
K_CHOICES: Final = (10, 20, 50, 100)
# A list longer than this cannot be read; the fields `auteur:` and `site:` of a query reach the
# rest.
MAX_OPTIONS: Final = 500


@dataclass(frozen=True, slots=True)
class Choices:
    """What the person chose beside the question."""

    filters: Filters
    mode: Mode
    k: int
    expand: bool = True
    first_year: str | None = None
    last_year: str | None = None

    @property
    def n_active(self) -> int:
        """How many filters narrow the search."""
        chosen = self.filters
        values = (chosen.roles, chosen.sites, chosen.authors, chosen.languages)
        return sum(bool(value) for value in (*values, chosen.after, chosen.before))


def choose(facets: Facets, words: Words) -> Choices:
    """Draw the filters and give what they say."""
    roles = _choose_labelled("role", "filter.role", "roles", _roles_of(facets), words)
    n_active = sum(bool(st.query_params.get_all(name)) for name in _REFINEMENTS)
    label = words.count("filter.more.active", n_active) if n_active else words("filter.more")
    with st.expander(label, key="refine"):
        first_year, last_year = _choose_years(years_of(facets), words)
        sites = _choose_some("site", "filter.site", facets["site"], words)
        authors = _choose_some("auteur", "filter.author", facets["author"], words)
        codes = [code for code in LANGUAGE_CODES if facets["language"].get(code)]
        languages = _choose_labelled("langue", "filter.language", "language", codes, words)
        left, right = st.columns(2)
        with left:
            mode = _choose_mode(words)
        with right:
            k = st.selectbox(words("filter.k"), K_CHOICES, key="k", bind="query-params")
        is_exact = st.checkbox(words("filter.exact"), key=EXACT, bind="query-params")
        st.button(words("filter.clear"), key="clear", type="tertiary", on_click=_clear)
    filters = Filters(
        roles=frozenset(Role(role) for role in roles),
        languages=tuple(languages),
        sites=tuple(sites),
        authors=tuple(authors),
        after=first_year,
        before=None if last_year is None else str(int(last_year) + 1).zfill(4),
    )
    return Choices(filters, mode, k, not is_exact, first_year, last_year)


_REFINEMENTS: Final = ("apres", "avant", "site", "auteur", "langue", "mode", EXACT)


def years_of(facets: Facets) -> list[int]:
    """The years that have passages, in order."""
    return sorted(int(year) for year in facets["year"] if year and year.isdigit())


def _roles_of(facets: Facets) -> list[str]:
    return [role.value for role in Role if facets["role"].get(role.value)]


def _choose_labelled(
    name: str, label: str, labels: str, present: list[str], words: Words
) -> list[str]:
    """Some of a few values with translated labels; nothing to choose where there is only one."""
    if len(present) < 2:
        return []
    key = f"{name}-choice"
    url_state.adopt(name, key, present)
    chosen = st.pills(
        words(label),
        present,
        selection_mode="multi",
        format_func=lambda value: words(f"{labels}.{value}"),
        key=key,
    )
    values = [value for value in present if value in chosen]
    url_state.publish(name, values)
    return values


def _choose_mode(words: Words) -> Mode:
    names = [mode.value for mode in Mode]
    url_state.adopt("mode", "mode-choice", names, default=Mode.HYBRID.value)
    chosen = st.selectbox(
        words("filter.mode"),
        names,
        format_func=lambda mode: words(f"filter.mode.{mode}"),
        key="mode-choice",
    )
    url_state.publish("mode", [] if chosen == Mode.HYBRID.value else [chosen])
    return Mode(chosen)


def _choose_years(years: Sequence[int], words: Words) -> tuple[str | None, str | None]:
    """The first and the last year, both included."""
    if not years:
        return None, None
    options = [str(year) for year in range(years[0], years[-1] + 1)]
    left, right = st.columns(2)
    with left:
        after = _choose_year("apres", "filter.after", options, words)
    with right:
        before = _choose_year("avant", "filter.before", options, words)
    return after, before


def _choose_year(name: str, label: str, options: list[str], words: Words) -> str | None:
    year: str | None = st.selectbox(
        words(label),
        options,
        index=None,
        key=name,
        bind="query-params",
        placeholder=words("filter.any_year"),
    )
    return year


def _choose_some(
    name: str, label: str, counts: Mapping[str | None, int], words: Words
) -> list[str]:
    """Several values among the most frequent ones, listed in alphabetical order."""
    options = options_of(counts)
    if not options:
        return []
    chosen: list[str] = st.multiselect(
        words(label),
        options,
        key=name,
        bind="query-params",
        placeholder=words("filter.choose"),
        select_all=False,
    )
    return chosen


def options_of(counts: Mapping[str | None, int]) -> list[str]:
    """The most frequent of these values, in alphabetical order."""
    known = [(-number, value) for value, number in counts.items() if value]
    return sorted((value for _, value in sorted(known)[:MAX_OPTIONS]), key=fold)


def _clear() -> None:
    """Back to no filter; the question stays."""
    for name in ("apres", "avant"):
        st.session_state[name] = None
    for name in ("site", "auteur", "role-choice", "langue-choice"):
        st.session_state[name] = []
    st.session_state["mode-choice"] = Mode.HYBRID.value
    st.session_state[EXACT] = False
    st.query_params.pop(REMOVED, None)
