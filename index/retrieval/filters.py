"""Filters to a mask over the passages, before any retriever searches: k hits stay k hits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from index.analysis.terms import terms
from index.model import Filters
from index.storage.columns import Column, Columns, Mask
from ingest.text import fold, name_key


@dataclass(frozen=True, slots=True)
class Selection:
    """What a set of filters keeps: `mask` (n_rows,), None when everything stays.

    `n_undated` counts the passages that only lack a date to meet all conditions.
    """

    mask: Mask | None
    n_undated: int = 0


def select(filters: Filters, columns: Columns) -> Selection:
    """The rows that meet every condition of `filters`."""
    masks: list[Mask] = []
    if filters.roles:
        wanted = {role.value for role in filters.roles}
        masks.append(_keep(columns.role, lambda value: value in wanted))
    if filters.languages:
        masks.append(_keep(columns.language, lambda value: value in filters.languages))
    if filters.doc_ids:
        masks.append(_keep(columns.document, lambda value: value in filters.doc_ids))
    if filters.authors:
        masks.append(_keep(columns.author, _any(filters.authors, _holds_words)))
    if filters.sites:
        is_wanted = _any(filters.sites, _is_site)
        masks.append(_keep(columns.site, is_wanted) | _keep(columns.host, is_wanted))
    if filters.titles:
        masks.append(_keep(columns.title, _any(filters.titles, _is_about)))
    mask = _all(masks)
    is_bounded = filters.after is not None or filters.before is not None
    if not is_bounded and not filters.undated:
        return Selection(mask)
    undated = _without_value(columns.date)
    dated = np.zeros(len(columns), dtype=np.bool_)
    if is_bounded:
        dated = _keep(columns.date, lambda value: is_within(value, filters.after, filters.before))
    if mask is not None:
        undated &= mask
        dated &= mask
    if filters.undated:
        return Selection(dated | undated)
    return Selection(dated, int(np.count_nonzero(undated)))


def is_within(date: str | None, after: str | None, before: str | None) -> bool:
    """Whether the whole period that `date` names lies in [`after`, `before`).

    An ISO date cut short names a period: `2012` is not surely before `2012-05`.
    """
    if date is None:
        return False
    if after is not None and date < after:
        return False
    return before is None or (date < before and not before.startswith(date))


def _keep(column: Column, accepts: Callable[[str], bool]) -> Mask:
    codes = [c for c, value in enumerate(column.values) if value is not None and accepts(value)]
    return column.mask(codes)


def _without_value(column: Column) -> Mask:
    return column.mask([code for code, value in enumerate(column.values) if value is None])


def _all(masks: Sequence[Mask]) -> Mask | None:
    if not masks:
        return None
    whole = masks[0].copy()
    for mask in masks[1:]:
        whole &= mask
    return whole


def _any(wanted: Sequence[str], matches: Callable[[str, str], bool]) -> Callable[[str], bool]:
    return lambda value: any(matches(one, value) for one in wanted)


def _holds_words(wanted: str, value: str) -> bool:
    """« martine » finds « Martine L. », « L. Martine » does not; a withdrawal reads names alike."""
    asked = name_key(wanted)
    return bool(asked) and f" {asked} " in f" {name_key(value)} "


def _is_site(wanted: str, value: str) -> bool:
    """A host finds itself and its subdomains; a name finds the sites that hold its words."""
    asked, host = wanted.lower().strip("/"), value.lower().removeprefix("www.")
    return host == asked or host.endswith("." + asked) or _holds_words(wanted, value)


def _is_about(wanted: str, value: str) -> bool:
    """A title matches when it holds every word, whatever the accents and inflections."""
    asked = terms(wanted)
    return set(asked) <= set(terms(value)) if asked else fold(wanted) in fold(value)
