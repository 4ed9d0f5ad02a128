"""Vectors and word pieces given, not read: what is measured is the archive, not a model."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.encoders.protocol import Encoder, PassageReading, Question, read_passages, read_queries
from index.encoders.token_space import unit

Floats = NDArray[np.float32]

# Read by the encoder itself to learn how many bytes of codes a letter of French takes.
_SAMPLE: Final = (
    "Depuis des années, je lis chaque matin les blogues de mes amies du Québec, et j’y réponds.",
    "La ville a annoncé hier que la bibliothèque du quartier resterait ouverte tout l’hiver.",
    "Merci pour ce billet ! Mon grand-père racontait la même histoire, à quelques détails près.",
)


class GivenVectors:
    """Random unit vectors, the same for the same text, of the dimension of another encoder; random
    codes, of as many bytes as it gives for a text of that length.

    The time of a question does not depend on their values. Questions are read by that encoder where
    `reads_questions`; otherwise they are random too, with pieces of its shape.
    """

    def __init__(self, encoder: Encoder, *, reads_questions: bool) -> None:
        # Its own name: a search of the command line reads its question by that encoder.
        self.name = encoder.name
        self.revision = encoder.revision
        self.dimension = encoder.dimension
        self._encoder = encoder
        self._reads_questions = reads_questions
        codes = [len(one.codes) for one in read_passages(encoder, _SAMPLE)]
        self._code_bytes_a_letter = sum(codes) / sum(map(len, _SAMPLE))
        (asked,) = read_queries(encoder, [_SAMPLE[0]])
        self._components = 0 if asked.tokens is None else int(asked.tokens.shape[1])
        self._pieces_a_letter = 0 if asked.tokens is None else len(asked.tokens) / len(_SAMPLE[0])

    def encode_queries(self, texts: Sequence[str]) -> Floats:
        """The vectors of questions: (n, dimension), float32, L2-normalised."""
        return np.stack([one.vector for one in self.read_queries(texts)])

    def encode_passages(self, texts: Sequence[str]) -> Floats:
        """Random vectors: (n, dimension), float32, L2-normalised."""
        return np.stack([one.vector for one in self.read_passages(texts)])

    def read_queries(self, texts: Sequence[str]) -> list[Question]:
        """The questions, with their pieces."""
        if self._reads_questions:
            return read_queries(self._encoder, texts)
        return [self._question(text) for text in texts]

    def read_passages(self, texts: Sequence[str]) -> list[PassageReading]:
        """Random vectors and codes of passages."""
        return [self._passage(text) for text in texts]

    def _question(self, text: str) -> Question:
        random = _random(text)
        vector = unit(random.standard_normal((1, self.dimension), dtype=np.float32))[0]
        n_pieces = round(len(text) * self._pieces_a_letter)
        if not n_pieces:
            return Question(vector)
        pieces = random.standard_normal((n_pieces, self._components), dtype=np.float32)
        return Question(vector, unit(pieces) / np.float32(n_pieces))

    def _passage(self, text: str) -> PassageReading:
        random = _random(text)
        vector = unit(random.standard_normal((1, self.dimension), dtype=np.float32))[0]
        width = max(1, self._components // 8)
        n_bytes = round(len(text) * self._code_bytes_a_letter / width) * width
        return PassageReading(vector, random.bytes(n_bytes))


def _random(text: str) -> np.random.Generator:
    digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()
    return np.random.Generator(np.random.SFC64(int.from_bytes(digest)))
