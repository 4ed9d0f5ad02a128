"""What an encoder is: questions and passages to vectors of one space, whole and by piece."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from ingest.errors import EncoderError

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Question:
    """A question as an encoder read it.

    `vector` (dimension,) is L2-normalised. `tokens` (n, dimension), float32, are the vectors of
    its pieces, each as long as it counts, the lengths summing to 1; None where the encoder
    compares whole texts only, or where no piece counts.
    """

    vector: Floats
    tokens: Floats | None = None


@dataclass(frozen=True, slots=True)
class PassageReading:
    """A passage as an encoder read it.

    `vector` (dimension,) is L2-normalised; `codes` are the signs of the vectors of its pieces
    (`index.encoders.token_space.pack`) as bytes, empty where the encoder compares whole texts only.
    """

    vector: Floats
    codes: bytes = b""


class Encoder(Protocol):
    """Turns questions and passages into unit vectors of one space."""

    @property
    def name(self) -> str:
        """What the manifest records, e.g. `archiblogue-fr`."""

    @property
    def revision(self) -> str:
        """A hash of the model's files, or the hub's commit."""

    @property
    def dimension(self) -> int:
        """The number of components of a vector."""

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of questions: (n, dimension), float32, L2-normalised."""

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of passages: (n, dimension), float32, L2-normalised."""


@runtime_checkable
class SupportsTokens(Protocol):
    """An encoder whose word pieces can be compared one by one (late interaction)."""

    def read_queries(self, texts: Sequence[str]) -> list[Question]:
        """The questions, in order."""

    def read_passages(self, texts: Sequence[str]) -> list[PassageReading]:
        """The passages, in order."""


@runtime_checkable
class LocatesPieces(Protocol):
    """An encoder that says where the word pieces of a text stand."""

    def piece_spans(self, text: str) -> list[tuple[int, int]]:
        """Where the pieces of a passage stand in its text, those of its codes, in order."""


def read_queries(encoder: Encoder, texts: Sequence[str]) -> list[Question]:
    """The questions as the encoder reads them, with their pieces where it has any."""
    if isinstance(encoder, SupportsTokens):
        return encoder.read_queries(texts)
    return [Question(vector) for vector in encoder.encode_queries(texts)]


def read_passages(encoder: Encoder, texts: Sequence[str]) -> list[PassageReading]:
    """The passages as the encoder reads them, with their pieces where it has any.

    Raises:
        EncoderError: the encoder gave vectors of another shape than it states.
    """
    if isinstance(encoder, SupportsTokens):
        return encoder.read_passages(texts)
    vectors = np.asarray(encoder.encode_passages(texts), dtype=np.float32)
    expected = (len(texts), encoder.dimension)
    if vectors.shape != expected:
        raise EncoderError(
            f"Le modèle « {encoder.name} » a rendu des vecteurs de forme {vectors.shape} au lieu "
            f"de {expected}. Choisissez un autre modèle (--encoder)."
        )
    return [PassageReading(vector) for vector in vectors]


@runtime_checkable
class HasDirectory(Protocol):
    """An encoder that was read from a folder."""

    @property
    def directory(self) -> Path | None:
        """The model's folder; None for one of a hub."""


class Reranker(Protocol):
    """Reads a question and a passage together: slower and finer than two vectors."""

    @property
    def name(self) -> str:
        """The model's name or folder."""

    def score(self, query: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """One score a passage: (n,), float32, higher is better, on the model's own scale."""
