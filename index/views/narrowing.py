"""What is kept of an answer: the passages with the values chosen, among all that answers.

A filter of a question says where to look: others come in, for the nearest passages are always
shown. What narrows an answer only takes passages out: the number that a facet counts is the number
that choosing it leaves.
"""

from __future__ import annotations

import numpy as np

from index.model import Filters
from index.retrieval.answers import Answers
from index.retrieval.filters import select
from index.storage.columns import Columns, Mask


def narrow(answers: Answers, within: Filters, columns: Columns) -> tuple[Answers, int]:
    """The answers that meet `within`, in their order, and how many only lack a date to meet it.

    Sites and authors are whole values here, as facets count them: no part of a name.
    """
    selection = select(_without_names(within), columns)
    mask = np.ones(len(columns), dtype=np.bool_) if selection.mask is None else selection.mask
    whole = _holding(within, columns)
    kept = answers.keep(mask & whole)
    if not selection.n_undated:
        return kept, 0
    # Those without a date that would stay if no year were asked for.
    others = select(_without_names(within, with_dates=False), columns).mask
    free = whole if others is None else whole & others
    undated = np.array([value is None for value in columns.date.values], dtype=np.bool_)
    left_out = free & undated[columns.date.codes]
    return kept, int(np.count_nonzero(left_out[answers.rows]))


def _without_names(within: Filters, *, with_dates: bool = True) -> Filters:
    """The conditions without those on names, which are compared whole."""
    return Filters(
        roles=within.roles,
        titles=within.titles,
        languages=within.languages,
        after=within.after if with_dates else None,
        before=within.before if with_dates else None,
        doc_ids=within.doc_ids,
        undated=within.undated,
    )


def _holding(within: Filters, columns: Columns) -> Mask:
    """The rows (n_rows,) bool whose site and author are among those named."""
    mask = np.ones(len(columns), dtype=np.bool_)
    for column, wanted in ((columns.site, within.sites), (columns.author, within.authors)):
        if wanted:
            is_wanted = np.array([value in wanted for value in column.values], dtype=np.bool_)
            mask &= is_wanted[column.codes]
    return mask
