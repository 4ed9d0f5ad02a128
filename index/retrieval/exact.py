"""Conditions that a passage's words must meet exactly: phrases and exclusions."""

from __future__ import annotations

import numpy as np

from index.analysis.phrases import holds_phrases
from index.analysis.terms import query_terms
from index.query.parser import ParsedQuery
from index.retrieval.bm25 import LexicalIndex
from index.storage.columns import Columns, Mask
from index.storage.reader import Store


class ExactConditions:
    """Reads what must be in a passage, or must not."""

    def __init__(self, store: Store, columns: Columns, lexical: LexicalIndex) -> None:
        self._store = store
        self._columns = columns
        self._lexical = lexical

    def narrow(self, parsed: ParsedQuery, allowed: Mask | None) -> Mask | None:
        """`allowed` (n_rows,) bool without the passages that lack a phrase or hold an exclusion.

        None stands for every passage, given or returned.
        """
        if not parsed.has_exact_conditions:
            return allowed
        mask = np.ones(len(self._columns), dtype=np.bool_) if allowed is None else allowed.copy()
        for phrase in parsed.phrases:
            mask &= self.holding(phrase)
        for phrase in parsed.excluded_phrases:
            mask &= ~self.holding(phrase)
        for word in parsed.excluded_words:
            mask &= ~self._lexical.holding(query_terms(word))
        return mask

    def holding(self, phrase: str) -> Mask:
        """The rows (n_rows,) bool whose text holds a phrase, exact on accents and case."""
        found = np.zeros(len(self._columns), dtype=np.bool_)
        if not any(letter.isalnum() for letter in phrase):
            return found
        keys = self._columns.keys[self._lexical.may_hold(phrase)].tolist()
        exact = [key for key, text in self._store.texts(keys) if holds_phrases(text, [phrase])]
        found[self._columns.rows(np.array(exact, dtype=np.int64))] = True
        return found
