"""The passages of a build to vectors, a batch at a time, each kept in the journal at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.building.context import PassageContext
from index.building.embedding import embed_passages
from index.building.progress import BuildProgress, Report
from index.building.vector_journal import VectorJournal
from index.encoder import Encoder

BATCH_PASSAGES: Final = 256

Vectors = NDArray[np.float32]


class PassageEmbedder:
    """Embeds passages and counts them; what a killed build embedded is not embedded again."""

    def __init__(self, encoder: Encoder, journal: VectorJournal, report: Report) -> None:
        self.encoder = encoder
        self.n_embedded = 0
        self._journal = journal
        self._report = report
        self._known = journal.load()
        self._used: set[str] = set()

    def known(self, digest: str) -> Vectors | None:
        """The vector (dimension,) that a build which was not published left."""
        if digest in self._known:
            self._used.add(digest)
        return self._known.get(digest)

    def make_room(self) -> None:
        """Leave in the journal only what this build used or embedded."""
        self._journal.keep_only(self._used)

    def embed(self, contexts: Sequence[PassageContext]) -> Vectors:
        """The vectors of passages (n, dimension), L2-normalised.

        Raises:
            EncoderError: the encoder gave vectors of another shape than it states.
        """
        parts = [np.zeros((0, self.encoder.dimension), dtype=np.float32)]
        for start in range(0, len(contexts), BATCH_PASSAGES):
            batch = contexts[start : start + BATCH_PASSAGES]
            texts, around = [c.passage.text for c in batch], [c.around for c in batch]
            vectors = embed_passages(texts, around, self.encoder)
            hashes = [c.embedded_hash for c in batch]
            self._journal.append(hashes, vectors)
            self._used.update(hashes)
            parts.append(vectors)
            self.n_embedded += len(batch)
            self._report(BuildProgress("Vecteurs", self.n_embedded))
        return np.concatenate(parts)
