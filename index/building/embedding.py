"""Passages to vectors: the text says most, what stands around it a little."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.encoder import Encoder
from ingest.errors import EncoderError

# What the title above a passage, or the comment that it answers, weighs beside the text. Measured
# with the bundled encoder (nDCG@10 x 100, dense): over the seeds 47.2 without, 47.5 with 0.15,
# 45.5 with the title written before the text; on piaf 57.3, 57.9 and 57.4.
CONTEXT_WEIGHT: Final = 0.15
_SMALLEST_NORM: Final = 1e-12

Vectors = NDArray[np.float32]


def embed_passages(
    texts: Sequence[str], contexts: Sequence[Sequence[str]], encoder: Encoder
) -> Vectors:
    """The vectors of passages, (n, dimension), L2-normalised.

    Args:
        texts: what the passages say.
        contexts: for each passage, the texts around it that place it (title, what it answers).
        encoder: the model.

    Raises:
        EncoderError: the encoder gave vectors of another shape than it states.
    """
    around = list(dict.fromkeys(one for context in contexts for one in context))
    read = np.asarray(encoder.encode_passages([*texts, *around]), dtype=np.float32)
    expected = (len(texts) + len(around), encoder.dimension)
    if read.shape != expected:
        raise EncoderError(
            f"Le modèle « {encoder.name} » a rendu des vecteurs de forme {read.shape} au lieu de "
            f"{expected}. Choisissez un autre modèle (--encoder)."
        )
    vectors: Vectors = read[: len(texts)].copy()
    places = {one: place for place, one in enumerate(around, start=len(texts))}
    for row, context in enumerate(contexts):
        for one in context:
            vectors[row] += np.float32(CONTEXT_WEIGHT) * read[places[one]]
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, _SMALLEST_NORM), dtype=np.float32)
