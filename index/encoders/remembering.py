"""An encoder that reads each text once: for those that ask the same questions several times."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from index.encoders.protocol import (
    Encoder,
    PassageReading,
    Question,
    read_passages,
    read_queries,
)

_Read = TypeVar("_Read")


class RememberingEncoder:
    """The vectors and the pieces of another encoder, kept in memory once they are read."""

    def __init__(self, encoder: Encoder, *, keeps_passages: bool = False) -> None:
        self.name, self.revision = encoder.name, encoder.revision
        self.dimension = encoder.dimension
        self._encoder = encoder
        self._keeps_passages = keeps_passages
        self._queries: dict[str, Question] = {}
        self._passages: dict[str, PassageReading] = {}

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of questions: (n, dimension), float32, L2-normalised."""
        return np.stack([question.vector for question in self.read_queries(texts)])

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of passages: (n, dimension), float32, L2-normalised."""
        return np.stack([passage.vector for passage in self.read_passages(texts)])

    def read_queries(self, texts: Sequence[str]) -> list[Question]:
        """The questions, with their pieces where the model has any."""
        return _recall(texts, self._queries, partial(read_queries, self._encoder))

    def read_passages(self, texts: Sequence[str]) -> list[PassageReading]:
        """The passages, with their pieces where the model has any."""
        if not self._keeps_passages:
            return read_passages(self._encoder, texts)
        return _recall(texts, self._passages, partial(read_passages, self._encoder))


def _recall(
    texts: Sequence[str], known: dict[str, _Read], read: Callable[[list[str]], list[_Read]]
) -> list[_Read]:
    new = [text for text in dict.fromkeys(texts) if text not in known]
    if new:
        known.update(zip(new, read(new), strict=True))
    return [known[text] for text in texts]
