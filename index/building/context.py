"""What is embedded and counted for a passage: its text, and the little that it needs around it.

What is shown, cited and exported stays the verbatim passage.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from index.analysis.terms import index_terms
from index.encoders.embedding import PlacedText
from ingest.model import Document, Passage

# Of the comment that is answered, only the beginning: the passage itself must weigh most.
_MAX_ANSWERED_CHARS: Final = 160
_SEPARATOR: Final = "\n"
# Changed when the same passage would get another vector from the same encoder.
CONTEXT_VERSION: Final = "3"


@dataclass(frozen=True, slots=True)
class PassageContext:
    """A passage with what stands around it: `above` is title and heading, `answered` the start
    of the comment that it replies to."""

    passage: Passage
    above: tuple[str, ...] = ()
    answered: str | None = None

    @property
    def placed(self) -> PlacedText:
        """The passage with the texts that place it."""
        title = _SEPARATOR.join(self.above)
        around = tuple(part for part in (title, self.answered) if part)
        is_comment = self.passage.comment_id is not None
        return PlacedText(self.passage.text, around, None if is_comment else title)

    @property
    def terms_above(self) -> list[str]:
        """What the lexical retriever counts of what stands above the passage."""
        return index_terms(" \n ".join(self.above))

    @property
    def embedded_hash(self) -> str:
        """SHA-256 of everything that vectors and terms depend on, hexadecimal."""
        parts = [CONTEXT_VERSION, "\x1e".join(self.above), self.answered or "", self.passage.text]
        return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def iter_contexts(document: Document) -> Iterator[PassageContext]:
    """Yields the passages of a document in order, each with its context."""
    openings: dict[str, str] = {}
    for passage in document.passages:
        if passage.comment_id is not None and passage.comment_id not in openings:
            openings[passage.comment_id] = _beginning(passage.text)
    parents = {comment.comment_id: comment.parent_id for comment in document.comments}
    for passage in document.passages:
        above = [text for text in (document.title, passage.heading) if text]
        parent = parents.get(passage.comment_id or "")
        yield PassageContext(
            passage=passage,
            above=tuple(dict.fromkeys(above)),
            answered=openings.get(parent) if parent else None,
        )


def _beginning(text: str) -> str:
    if len(text) <= _MAX_ANSWERED_CHARS:
        return text
    return text[:_MAX_ANSWERED_CHARS].rsplit(None, 1)[0]
