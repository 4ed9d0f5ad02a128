"""How a model's word pieces are compared: where they stand, and what each counts.

The file `tokens.safetensors` beside the weights holds the point from which signs are taken, the
mean of unit token vectors, and the weight of each piece of the vocabulary: its rarity in the
training text, 0 for punctuation and special tokens, which are left out. A model trained for this
comparison may bring a projection of token vectors to fewer components, in which the point then
lies, and have neighbouring pieces of a passage kept as one (Clavié et al. 2024): less room.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from index.encoders.directory import TOKENS_NAME

_SMALLEST_NORM: Final = 1e-12

Floats = NDArray[np.float32]
Codes = NDArray[np.uint8]


class TokenSpace:
    """The comparison of word pieces.

    `mean` (components,) is where signs are taken from, `weights` (vocabulary,) what pieces count;
    `projection` is (dimension, components), None where components are the model's own; so many
    neighbouring pieces of a passage as `n_pooled` are kept as one.
    """

    def __init__(
        self,
        mean: Floats,
        weights: Floats,
        projection: Floats | None = None,
        *,
        n_pooled: int = 1,
    ) -> None:
        self._mean = mean
        self._weights = weights
        self._projection = projection
        self._n_pooled = n_pooled

    @property
    def shape(self) -> tuple[int, int]:
        """The number of pieces and of components, those of the model's table."""
        width = len(self._mean) if self._projection is None else len(self._projection)
        return len(self._weights), width

    @classmethod
    def load(cls, folder: Path) -> TokenSpace:
        """The space of the model in `folder`.

        Raises:
            OSError, KeyError, SafetensorError: the file is missing or damaged.
        """
        tensors = load_file(folder / TOKENS_NAME)
        single = {name: tensor.astype(np.float32) for name, tensor in tensors.items()}
        n_pooled = int(tensors["n_pooled"][0]) if "n_pooled" in tensors else 1
        return cls(single["mean"], single["weights"], single.get("projection"), n_pooled=n_pooled)

    def save(self, folder: Path) -> None:
        """Writes the space beside the model's weights, in half precision."""
        tensors = {"mean": self._mean, "weights": self._weights}
        if self._projection is not None:
            tensors["projection"] = self._projection
        kept = {name: tensor.astype(np.float16) for name, tensor in tensors.items()}
        n_pooled = np.array([self._n_pooled], dtype=np.int32)
        save_file(kept | {"n_pooled": n_pooled}, folder / TOKENS_NAME)
        (folder / TOKENS_NAME).chmod(0o644)

    def counts(self, ids: Sequence[int]) -> NDArray[np.bool_]:
        """Which of these pieces count, (n,)."""
        return np.asarray(self._weights[ids] > 0)

    def weigh(self, ids: Sequence[int], vectors: Floats) -> Floats | None:
        """The token vectors of a question, (n, projected) float32, as long as they count.

        Their lengths sum to 1; None where no piece counts. `vectors` are (m, dimension) float32.
        """
        weights = self._weights[ids]
        kept = weights > 0
        if not kept.any():
            return None
        shares = weights[kept] / weights.sum()
        weighed: Floats = unit(self._projected(vectors[kept])) * shares[:, None]
        return weighed

    def codes(self, ids: Sequence[int], vectors: Floats) -> bytes:
        """The signs of the token vectors of a passage, packed: eight to a byte.

        Of the pieces of `vectors` (m, dimension) float32 that count, joined with their neighbours.
        """
        pieces = self._projected(vectors[self.counts(ids)])
        if self._n_pooled > 1 and len(pieces):
            pieces = np.add.reduceat(unit(pieces), np.arange(0, len(pieces), self._n_pooled))
        return pack(pieces).tobytes()

    def pooled_spans(
        self, ids: Sequence[int], spans: Sequence[tuple[int, int]]
    ) -> list[tuple[int, int]]:
        """The spans (start, end) of pieces as their codes stand for them, in order."""
        counts = self.counts(ids).tolist()
        kept = [span for span, is_kept in zip(spans, counts, strict=True) if is_kept]
        groups = [kept[at : at + self._n_pooled] for at in range(0, len(kept), self._n_pooled)]
        return [(group[0][0], group[-1][1]) for group in groups]

    def _projected(self, vectors: Floats) -> Floats:
        single = unit(vectors)
        return (single if self._projection is None else single @ self._projection) - self._mean


def unit(vectors: Floats) -> Floats:
    """Vectors (n, dimension) float32 to length 1; zero stays zero."""
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    made: Floats = vectors / np.maximum(norms, _SMALLEST_NORM)
    return made


def pack(vectors: Floats) -> Codes:
    """The signs of vectors (n, dimension), (n, dimension / 8) uint8; `dimension` is a multiple
    of 8."""
    return np.packbits(vectors > 0, axis=1)
