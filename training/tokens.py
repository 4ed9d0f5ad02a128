"""Texts as token ids, kept flat, and the pairs that both students train on."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

Ids = NDArray[np.int32]

_ENCODE_AT_ONCE: Final = 20_000
# A query that is also in its passage teaches exact matching (Lee et al. 2019 keep 10 %).
_KEPT_IN_PASSAGE: Final = 0.25
_FIRST_SENTENCE: Final = 0.3
MIN_QUERY_TOKENS: Final = 3
MAX_QUERY_TOKENS: Final = 48
# Of the pairs made from a text, how many ask a made-up question instead of hiding a sentence.
_ASKED: Final = 0.5


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
    """Passages cut into sentences, for inverse-cloze pairs (Lee et al. 2019) and made-up questions.

    Args:
        questions: for each passage a question that it answers, or an empty text.
    """

    def __init__(
        self,
        tokenizer: Tokenizer,
        passages: Sequence[Sequence[str]],
        questions: Sequence[str] | None = None,
    ) -> None:
        self._sentences = TokenTable(tokenizer, [s for passage in passages for s in passage])
        self._starts = np.concatenate([[0], np.cumsum([len(passage) for passage in passages])])
        self._questions = TokenTable(tokenizer, questions or [""] * len(passages))

    def __len__(self) -> int:
        return len(self._starts) - 1

    def passage(self, row: int) -> Ids:
        """The ids of the whole passage."""
        return self._sentences.span(int(self._starts[row]), int(self._starts[row + 1]))

    def draw(self, row: int, rng: random.Random) -> TokenPair | None:
        """A question or a sentence of the passage; None where there is none of enough tokens."""
        question = self._questions[row]
        if len(question) and rng.random() < _ASKED:
            return TokenPair(question[:MAX_QUERY_TOKENS], self.passage(row))
        return self._hidden_sentence(row, rng)

    def _hidden_sentence(self, row: int, rng: random.Random) -> TokenPair | None:
        """A sentence of the passage against the rest of it."""
        first, last = int(self._starts[row]), int(self._starts[row + 1])
        chosen = first if rng.random() < _FIRST_SENTENCE else rng.randrange(first, last)
        query = self._sentences[chosen][:MAX_QUERY_TOKENS]
        if len(query) < MIN_QUERY_TOKENS:
            return None
        if rng.random() < _KEPT_IN_PASSAGE:
            passage = self.passage(row)
        else:
            passage = np.concatenate(
                [self._sentences.span(first, chosen), self._sentences.span(chosen + 1, last)]
            )
        return TokenPair(shortened(query, rng), passage) if len(passage) else None


def shortened(query: Ids, rng: random.Random) -> Ids:
    """The query, or now and then a stretch of it only: people ask with a few words."""
    if len(query) <= 8 or rng.random() < 0.5:
        return query
    size = rng.randint(4, len(query))
    start = rng.randrange(len(query) - size + 1)
    return query[start : start + size]


class PairSource(Protocol):
    """Passages that a question can be drawn for."""

    def __len__(self) -> int: ...

    def passage(self, row: int) -> Ids:
        """The ids of the whole passage."""

    def draw(self, row: int, rng: random.Random) -> TokenPair | None:
        """A question beside the passage of a row; None where none can be made."""


class GivenPairs:
    """Passages that came with their question."""

    def __init__(self, pairs: Sequence[TokenPair]) -> None:
        self._pairs = pairs

    def __len__(self) -> int:
        return len(self._pairs)

    def passage(self, row: int) -> Ids:
        """The ids of the passage."""
        return self._pairs[row].passage

    def draw(self, row: int, _rng: random.Random) -> TokenPair:
        """The question and the passage."""
        return self._pairs[row]


class PairPool:
    """Several sources of pairs, their rows one after the other."""

    def __init__(self, *sources: PairSource) -> None:
        self._sources = sources
        self._starts = np.cumsum([0, *(len(source) for source in sources)])

    def __len__(self) -> int:
        return int(self._starts[-1])

    def rows(self, source: int) -> range:
        """The rows of one of the sources, in the order in which they were given."""
        return range(int(self._starts[source]), int(self._starts[source + 1]))

    def passage(self, row: int) -> Ids:
        """The ids of the whole passage."""
        source, place = self._place(row)
        return source.passage(place)

    def draw(self, row: int, rng: random.Random) -> TokenPair | None:
        """A question beside the passage of a row; None where none can be made."""
        source, place = self._place(row)
        return source.draw(place, rng)

    def _place(self, row: int) -> tuple[PairSource, int]:
        source = int(np.searchsorted(self._starts, row, side="right")) - 1
        return self._sources[source], row - int(self._starts[source])


def iter_pair_batches(
    pool: PairPool, rows: Sequence[int], batch_size: int, rng: random.Random
) -> Iterator[list[TokenPair]]:
    """Endless batches of at most `batch_size` pairs, none twice in a batch.

    Args:
        rows: rows of the pool, repeated as often as they are to be asked.
    """
    order = list(rows)
    while True:
        rng.shuffle(order)
        for start in range(0, max(1, len(order) - batch_size + 1), batch_size):
            chosen = dict.fromkeys(order[start : start + batch_size])
            drawn = (pool.draw(row, rng) for row in chosen)
            batch = [pair for pair in drawn if pair is not None]
            if batch:
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
