"""Documents and archives by what they say: equal hashes for equal content, however it was built."""

from __future__ import annotations

import hashlib
import json
from operator import attrgetter
from typing import Final

from index.storage.manifest import logical_hash
from index.storage.previous import FormerStore
from index.storage.rows import DocumentRecord
from ingest.model import Document, PublicationDate

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


def document_hash(document: Document | DocumentRecord) -> str:
    """SHA-256 of all that an archive keeps of a document, hexadecimal.

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
    return hashlib.sha256(content).hexdigest()


def content_hash(store: FormerStore) -> str:
    """The logical content hash of an archive: its documents' fingerprints, by id."""
    stamps = store.document_stamps().items()
    return logical_hash((doc_id, stamp.fingerprint) for doc_id, stamp in stamps)


def _date_facts(date: PublicationDate | None) -> tuple[str, ...] | None:
    return None if date is None else (date.value, date.precision, date.source, date.raw)
