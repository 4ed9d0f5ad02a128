"""Stand-ins that need no model: deterministic, and close in meaning when words are shared."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.encoders.protocol import PassageReading, Question
from index.encoders.token_space import pack


class FakeEncoder:
    """A bag of hashed words: texts that share words get close vectors, in every process."""

    def __init__(self, dimension: int = 64, *, name: str = "fake", revision: str = "1") -> None:
        self._dimension = dimension
        self._name = name
        self._revision = revision

    @property
    def name(self) -> str:
        """The name given."""
        return self._name

    @property
    def revision(self) -> str:
        """The revision given."""
        return self._revision

    @property
    def dimension(self) -> int:
        """The number of components of a vector."""
        return self._dimension

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, dimension), float32, L2-normalised."""
        return self._encode(texts)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, dimension), float32, L2-normalised."""
        return self._encode(texts)

    def _encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self._dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            words = re.findall(r"\w+", text.casefold()) or [""]
            vectors[row] = np.sum([_word_vector(w, self._dimension) for w in words], axis=0)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors


class FakeTokenEncoder(FakeEncoder):
    """The same, with a piece for each word: a vector of its own, all counting alike."""

    def read_queries(self, texts: Sequence[str]) -> list[Question]:
        """The questions, with their words."""
        found = []
        for vector, text in zip(self.encode_queries(texts), texts, strict=True):
            words = self._words(text)
            words /= np.linalg.norm(words, axis=1, keepdims=True) * len(words)
            found.append(Question(vector, words))
        return found

    def read_passages(self, texts: Sequence[str]) -> list[PassageReading]:
        """The passages, with their words."""
        return [
            PassageReading(vector, pack(self._words(text)).tobytes())
            for vector, text in zip(self.encode_passages(texts), texts, strict=True)
        ]

    def _words(self, text: str) -> NDArray[np.float32]:
        words = re.findall(r"\w+", text.casefold()) or [""]
        return np.stack([_word_vector(word, self.dimension) for word in words])


class FakeReranker:
    """Scores a passage by the share of the question's words that it holds."""

    @property
    def name(self) -> str:
        """Always `fake`."""
        return "fake"

    def score(self, query: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """(n,), float32, from 0 to 1."""
        asked = set(re.findall(r"\w+", query.casefold()))
        found = [len(asked & set(re.findall(r"\w+", p.casefold()))) for p in passages]
        return (np.asarray(found) / max(1, len(asked))).astype(np.float32)


def _word_vector(word: str, dimension: int) -> NDArray[np.float32]:
    seed = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest())
    return np.random.default_rng(seed).standard_normal(dimension).astype(np.float32)
