"""Passages in English and French: a sentence of one language asks for a passage of the other."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final

import numpy as np
from tokenizers import Tokenizer

from training.corpus import Translation
from training.questions import make_question
from training.tokens import (
    MAX_QUERY_TOKENS,
    MIN_QUERY_TOKENS,
    Ids,
    TokenPair,
    TokenTable,
    shortened,
)

# Questions in English on French text are what readers miss most; French on English comes next.
_ENGLISH_ASKS: Final = 0.6
_ASKED: Final = 0.3


class BilingualPassages:
    """Passages of consecutive translated sentences, for pairs across languages."""

    def __init__(self, tokenizer: Tokenizer, passages: Sequence[Sequence[Translation]]) -> None:
        rng = random.Random(len(passages))
        english = [[pair[0] for pair in passage] for passage in passages]
        french = [[pair[1] for pair in passage] for passage in passages]
        self._sentences = tuple(
            TokenTable(tokenizer, [s for passage in one for s in passage])
            for one in (english, french)
        )
        self._questions = TokenTable(tokenizer, [make_question(one, rng) for one in french])
        self._starts = np.concatenate([[0], np.cumsum([len(passage) for passage in passages])])

    def __len__(self) -> int:
        return len(self._starts) - 1

    def passage(self, row: int) -> Ids:
        """The ids of the French passage."""
        return self._passage(1, row)

    def draw(self, row: int, rng: random.Random) -> TokenPair | None:
        """A sentence, or a stretch of one, beside the passage in the other language."""
        asking = 0 if rng.random() < _ENGLISH_ASKS else 1
        question = self._questions[row]
        if asking and len(question) and rng.random() < _ASKED:
            return TokenPair(question[:MAX_QUERY_TOKENS], self._passage(0, row))
        chosen = rng.randrange(int(self._starts[row]), int(self._starts[row + 1]))
        query = self._sentences[asking][chosen][:MAX_QUERY_TOKENS]
        if len(query) < MIN_QUERY_TOKENS:
            return None
        return TokenPair(shortened(query, rng), self._passage(1 - asking, row))

    def _passage(self, language: int, row: int) -> Ids:
        return self._sentences[language].span(int(self._starts[row]), int(self._starts[row + 1]))
