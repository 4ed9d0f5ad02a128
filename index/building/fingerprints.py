"""Documents and archives by what they say: equal hashes for equal content, however it was built."""

from __future__ import annotations

import hashlib
import json
from operator import attrgetter
from typing import Final

from index.storage.rows import DocumentRecord
from ingest.model import Document, PublicationDate

_MODULUS: Final = 1 << 256
_DOCUMENT_FACTS: Final = attrgetter(
    "doc_id", "source_path", "title", "author", "site", "url", "language", "categories", "tags",
    "n_comments_declared", "duplicate_of", "platform",
)  # fmt: skip
_PASSAGE_FACTS: Final = attrgetter(
    "passage_id", "ordinal", "role", "kind", "text", "start", "end", "heading", "comment_id",
    "language",
)  # fmt: skip
_COMMENT_FACTS: Final = attrgetter(
    "comment_id", "number", "kind", "author", "url", "parent_id", "depth", "is_post_author", "state"
)
_LEDGER_FACTS: Final = attrgetter(
    "action", "rule", "reason", "text", "start", "end", "passage_id"
)  # fmt: skip


def document_hash(document: Document | DocumentRecord) -> bytes:
    """SHA-256 of all that an archive keeps of a document.

    Where it was read (`source`) is left out.
    """
    facts = (
        _DOCUMENT_FACTS(document),
        _date_facts(document.date),
        [_PASSAGE_FACTS(one) for one in document.passages],
        [(_COMMENT_FACTS(one), _date_facts(one.date)) for one in document.comments],
        [_LEDGER_FACTS(one) for one in document.ledger],
    )
    # A lone surrogate is replaced, as it is in the store.
    content = json.dumps(facts, ensure_ascii=False).encode("utf-8", "replace")
    return hashlib.sha256(content).digest()


class ContentHash:
    """The logical content hash of an archive: equal for equal documents, however it was built.

    The sum of the hashes of its documents (Bellare and Micciancio 1997, AdHash): what one document
    adds or takes away does not depend on the others.
    """

    def __init__(self, value: str = "") -> None:
        """Starts from the hash of an archive, by default an empty one."""
        self._sum = int(value, 16) if value else 0

    def add(self, doc_id: str, fingerprint: bytes) -> None:
        """Counts a document."""
        self._sum = (self._sum + _term(doc_id, fingerprint)) % _MODULUS

    def remove(self, doc_id: str, fingerprint: bytes) -> None:
        """Takes a document away that was counted."""
        self._sum = (self._sum - _term(doc_id, fingerprint)) % _MODULUS

    @property
    def value(self) -> str:
        """64 hexadecimal digits."""
        return f"{self._sum:064x}"


def _term(doc_id: str, fingerprint: bytes) -> int:
    content = doc_id.encode("utf-8", "replace") + b"\0" + fingerprint
    return int.from_bytes(hashlib.sha256(content).digest())


def _date_facts(date: PublicationDate | None) -> tuple[str, ...] | None:
    return None if date is None else (date.value, date.precision, date.source, date.raw)
