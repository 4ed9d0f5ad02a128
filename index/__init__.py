"""From passages to ranked hits.

`open_archive` is the Python door: it imports the search engine when it is called, not before.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.encoder import Encoder, Reranker
    from index.search import Archive

__all__ = ["open_archive"]


def open_archive(
    path: Path | str, *, encoder: Encoder | None = None, reranker: Reranker | None = None
) -> Archive:
    """The archive in the folder `path`, as its last published build left it.

    Args:
        path: the archive's folder.
        encoder: the model that reads questions; by default the one named in the manifest, loaded
            when a question first needs it.
        reranker: a cross-encoder that reads the best candidates again, if any.

    Raises:
        ArchiveNotFoundError: there is no archive at that place.
        IntegrityError: a file of the archive is damaged.
        EncoderError: `encoder` is not the one that built the archive.
    """
    from index.search import open_archive as _open

    return _open(path, encoder=encoder, reranker=reranker)
