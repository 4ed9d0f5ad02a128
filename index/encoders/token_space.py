"""How the bundled model's word pieces are compared: where they stand, and what each counts.

The file `tokens.safetensors` beside the weights holds the mean of unit token vectors, from which
signs are taken, and the weight of each piece of the vocabulary: its rarity in the training text, 0
for punctuation and special tokens, which are left out.
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
    """The mean (dimension,) of token vectors and the weight of each piece (vocabulary,)."""

    def __init__(self, mean: Floats, weights: Floats) -> None:
        self._mean = mean
        self._weights = weights

    @property
    def shape(self) -> tuple[int, int]:
        """The number of pieces and of components, those of the model's table."""
        return len(self._weights), len(self._mean)

    @classmethod
    def load(cls, folder: Path) -> TokenSpace:
        """The space of the model in `folder`.

        Raises:
            OSError, KeyError, SafetensorError: the file is missing or damaged.
        """
        tensors = load_file(folder / TOKENS_NAME)
        return cls(tensors["mean"].astype(np.float32), tensors["weights"].astype(np.float32))

    def save(self, folder: Path) -> None:
        """Writes the space beside the model's weights, in half precision."""
        tensors = {"mean": self._mean, "weights": self._weights}
        halved = {name: tensor.astype(np.float16) for name, tensor in tensors.items()}
        save_file(halved, folder / TOKENS_NAME)
        (folder / TOKENS_NAME).chmod(0o644)

    def counts(self, ids: Sequence[int]) -> NDArray[np.bool_]:
        """Which of these pieces count, (n,)."""
        return np.asarray(self._weights[ids] > 0)

    def weigh(self, ids: Sequence[int], vectors: Floats) -> Floats | None:
        """The token vectors of a question (n, dimension), as long as they count, lengths summing
        to 1; None where no piece counts."""
        weights = self._weights[ids]
        kept = weights > 0
        if not kept.any():
            return None
        shares = weights[kept] / weights.sum()
        weighed: Floats = unit(self._centred(vectors[kept])) * shares[:, None]
        return weighed

    def codes(self, ids: Sequence[int], vectors: Floats) -> bytes:
        """The signs of the token vectors of a passage (n, dimension), pieces that count only."""
        return pack(self._centred(vectors[self.counts(ids)])).tobytes()

    def _centred(self, vectors: Floats) -> Floats:
        return unit(vectors) - self._mean


def unit(vectors: Floats) -> Floats:
    """Vectors (n, dimension) to length 1; zero stays zero."""
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    made: Floats = vectors / np.maximum(norms, _SMALLEST_NORM)
    return made


def pack(vectors: Floats) -> Codes:
    """The signs of vectors (n, dimension), (n, dimension / 8) uint8; `dimension` is a multiple
    of 8."""
    return np.packbits(vectors > 0, axis=1)
