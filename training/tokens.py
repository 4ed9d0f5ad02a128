"""Texts as token ids, kept flat, and the pairs that both students train on."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

Ids = NDArray[np.int32]

_ENCODE_AT_ONCE: Final = 20_000
# A query that is also in its passage teaches exact matching (Lee et al. 2019 keep 10 %).
_KEPT_IN_PASSAGE: Final = 0.25
_FIRST_SENTENCE: Final = 0.3
_MIN_QUERY_TOKENS: Final = 3
_MAX_QUERY_TOKENS: Final = 48
_RUN: Final = 4


class TokenTable:
    """The token ids of many texts, without special tokens, in one flat array."""

    def __init__(self, tokenizer: Tokenizer, texts: Sequence[str]) -> None:
        flat: list[Ids] = []
        lengths: list[int] = []
        for start in range(0, len(texts), _ENCODE_AT_ONCE):
            block = list(texts[start : start + _ENCODE_AT_ONCE])
            for encoding in tokenizer.encode_batch_fast(block, add_special_tokens=False):
                flat.append(np.asarray(encoding.ids, dtype=np.int32))
                lengths.append(len(flat[-1]))
        self._ids: Ids = np.concatenate(flat) if flat else np.zeros(0, dtype=np.int32)
        self._offsets = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, row: int) -> Ids:
        return self._ids[self._offsets[row] : self._offsets[row + 1]]

    def span(self, first: int, last: int) -> Ids:
        """The ids of the texts `first` to `last` - 1, joined."""
        return self._ids[self._offsets[first] : self._offsets[last]]

    def lengths(self) -> NDArray[np.int64]:
        """The number of tokens of each text."""
        return np.diff(self._offsets)

    def counts(self, vocabulary_size: int) -> NDArray[np.int64]:
        """How often each token occurs."""
        return np.bincount(self._ids, minlength=vocabulary_size)


@dataclass(frozen=True, slots=True)
class TokenPair:
    """The ids of a query-like text and of a passage that answers it."""

    query: Ids
    passage: Ids


class ClozePassages:
    """Passages cut into sentences, for inverse-cloze pairs (Lee et al. 2019)."""

    def __init__(self, tokenizer: Tokenizer, passages: Sequence[Sequence[str]]) -> None:
        self._sentences = TokenTable(tokenizer, [s for passage in passages for s in passage])
        self._starts = np.concatenate([[0], np.cumsum([len(passage) for passage in passages])])

    def __len__(self) -> int:
        return len(self._starts) - 1

    def draw(self, row: int, rng: random.Random) -> TokenPair | None:
        """A sentence of the passage against the rest of it; None where none is long enough."""
        first, last = int(self._starts[row]), int(self._starts[row + 1])
        chosen = first if rng.random() < _FIRST_SENTENCE else rng.randrange(first, last)
        query = self._sentences[chosen][:_MAX_QUERY_TOKENS]
        if len(query) < _MIN_QUERY_TOKENS:
            return None
        if rng.random() < _KEPT_IN_PASSAGE:
            passage = self._sentences.span(first, last)
        else:
            passage = np.concatenate(
                [self._sentences.span(first, chosen), self._sentences.span(chosen + 1, last)]
            )
        return TokenPair(_shortened(query, rng), passage) if len(passage) else None


def _shortened(query: Ids, rng: random.Random) -> Ids:
    """Now and then only a stretch of the query: people ask with a few words."""
    if len(query) <= 8 or rng.random() < 0.5:
        return query
    size = rng.randint(4, len(query))
    start = rng.randrange(len(query) - size + 1)
    return query[start : start + size]


def iter_pair_batches(
    supervised: Sequence[TokenPair],
    cloze: ClozePassages,
    batch_size: int,
    cloze_share: float,
    rng: random.Random,
) -> Iterator[list[TokenPair]]:
    """Endless batches of pairs, `cloze_share` of each inverse-cloze.

    Pairs are taken in short runs of neighbours, which come from one page: passages on one subject
    are the hard negatives of each other.
    """
    pairs = _endless_runs(len(supervised), rng)
    passages = _endless_runs(len(cloze), rng)
    while True:
        batch: list[TokenPair] = []
        while len(batch) < round(batch_size * cloze_share):
            pair = cloze.draw(next(passages), rng)
            if pair is not None:
                batch.append(pair)
        while len(batch) < batch_size:
            batch.append(supervised[next(pairs)])
        yield batch


def repeated_passages(pairs: Sequence[TokenPair]) -> NDArray[np.bool_]:
    """Which pairs share a passage or a query, and so are no negatives: (n, n), no diagonal."""
    passages = _numbered([pair.passage for pair in pairs])
    queries = _numbered([pair.query for pair in pairs])
    same: NDArray[np.bool_] = (passages[:, None] == passages) | (queries[:, None] == queries)
    np.fill_diagonal(same, val=False)
    return same


def _numbered(texts: Sequence[Ids]) -> NDArray[np.int64]:
    numbers: dict[bytes, int] = {}
    return np.array([numbers.setdefault(text.tobytes(), len(numbers)) for text in texts])


def _endless_runs(size: int, rng: random.Random) -> Iterator[int]:
    """Every row once, in runs of neighbours in random order, then again, for ever."""
    starts = list(range(0, size, _RUN))
    while True:
        rng.shuffle(starts)
        for start in starts:
            yield from range(start, min(start + _RUN, size))
