"""The passages of a build to vectors, a batch at a time, each kept in the journal at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from index.building.context import PassageContext
from index.building.embedding_cache import EmbeddingCache
from index.building.progress import BuildProgress, Report
from index.encoders.embedding import Embedded, embed_passages
from index.encoders.protocol import Encoder, PassageReading

BATCH_PASSAGES: Final = 256


class PassageEmbedder:
    """Embeds passages and counts them; what a killed build embedded is not embedded again."""

    def __init__(self, encoder: Encoder, journal: EmbeddingCache, report: Report) -> None:
        self.encoder = encoder
        self.n_embedded = 0
        self._journal = journal
        self._report = report
        self._known = journal.load()
        self._used: set[str] = set()

    def known(self, digest: str) -> PassageReading | None:
        """What a build which was not published left of a passage."""
        if digest not in self._known:
            return None
        self._used.add(digest)
        return self._journal.read(self._known[digest])

    def make_room(self) -> None:
        """Leave in the journal only what this build used or embedded."""
        self._journal.keep_only(self._used)

    def embed(self, contexts: Sequence[PassageContext]) -> Embedded:
        """The vectors and the word pieces of passages.

        Raises:
            EncoderError: the encoder gave vectors of another shape than it states.
        """
        codes: list[bytes] = []
        parts = [np.zeros((0, self.encoder.dimension), dtype=np.float32)]
        for start in range(0, len(contexts), BATCH_PASSAGES):
            batch = contexts[start : start + BATCH_PASSAGES]
            embedded = embed_passages([c.placed for c in batch], self.encoder)
            hashes = [c.embedded_hash for c in batch]
            self._journal.append(hashes, embedded)
            self._used.update(hashes)
            parts.append(embedded.vectors)
            codes += embedded.codes
            self.n_embedded += len(batch)
            self._report(BuildProgress("Vecteurs", self.n_embedded))
        return Embedded(np.concatenate(parts), tuple(codes))
