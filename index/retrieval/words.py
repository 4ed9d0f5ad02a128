"""The words of an archive, as `index.query.spelling` compares them with those of a question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.analysis.terms import EXACT_MARK, iter_words
from index.retrieval.bm25 import LexicalIndex
from index.storage.columns import Columns, Mask
from index.storage.reader import Store

# Passages read to see how a word is written.
_READ_PASSAGES: Final = 8


class ArchiveWords:
    """The words of one generation; what only hidden rows hold is not among them."""

    def __init__(
        self, store: Store, columns: Columns, lexical: LexicalIndex, hidden: Mask | None
    ) -> None:
        """Reads the words of a store.

        Args:
            store: where the passages are.
            columns: their keys.
            lexical: who holds a word.
            hidden: the rows (n_rows,) that answer nothing, None where there is none.
        """
        self._store = store
        self._columns = columns
        self._lexical = lexical
        self._hidden = hidden

    def words(self) -> tuple[Sequence[str], NDArray[np.int64]]:
        """The folded words, and how many passages hold each, (n,) int64."""
        kept = [
            (term.removeprefix(EXACT_MARK), n)
            for term, n in self._store.vocabulary()
            if term.startswith(EXACT_MARK)
        ]
        return [form for form, _ in kept], np.array([n for _, n in kept], dtype=np.int64)

    def holders(self, term: str) -> NDArray[np.int32] | None:
        """The rows (n,) int32, increasing, that hold a term; None where there are none."""
        rows = self._lexical.rows_holding(term)
        if rows is None or self._hidden is None:
            return rows
        seen = rows[~self._hidden[rows]]
        return seen if len(seen) else None

    def spelt(self, form: str) -> str:
        """A folded word as some of the passages that hold it write it most, in lower case."""
        rows = self.holders(EXACT_MARK + form)
        if rows is None:
            return form
        keys = self._columns.keys[rows[:_READ_PASSAGES]].tolist()
        spellings = Counter(
            text[word.start : word.end].lower()
            for _, text in self._store.texts(keys)
            for word in iter_words(text)
            if word.form == form
        )
        return max(spellings, key=lambda one: (spellings[one], one), default=form)
