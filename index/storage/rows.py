"""What the store gives: rows as frozen records."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.identity import text_hash
from ingest.model import Comment, LedgerEntry, Passage, PassageKind, PublicationDate, Role


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A passage with the facts of its document and comment that a hit shows.

    `author` and `date` are the comment's own for a comment. `key` is the vector's id.
    """

    key: int
    passage_id: str
    doc_id: str
    ordinal: int
    role: Role
    text: str
    heading: str | None
    language: str | None
    comment_id: str | None
    comment_number: int | None
    title: str | None
    author: str | None
    date: str | None
    url: str | None
    site: str | None
    source_path: str

    @property
    def content_hash(self) -> str:
        """SHA-256 of the text, hexadecimal."""
        return text_hash(self.text)


@dataclass(frozen=True, slots=True)
class PassageDetails:
    """What an export says of a passage beyond `PassageRow`.

    `start` and `end` are character offsets in the page's linear text. `date_precision` and
    `date_source` are those of `PassageRow.date`. `reply_to` is the comment answered, by the page's
    own markup, and `reply_to_number` its place; `post_author`, `post_date` and `post_url` are the
    post's, for a comment too.
    """

    kind: PassageKind
    start: int
    end: int
    date_precision: str | None = None
    date_source: str | None = None
    reply_to: str | None = None
    reply_to_number: int | None = None
    depth: int | None = None
    post_author: str | None = None
    post_date: str | None = None
    post_url: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A whole document as the archive holds it: passages in page order, comments, ledger."""

    doc_id: str
    source_path: str
    passages: tuple[Passage, ...]
    comments: tuple[Comment, ...] = ()
    ledger: tuple[LedgerEntry, ...] = ()
    title: str | None = None
    author: str | None = None
    date: PublicationDate | None = None
    site: str | None = None
    url: str | None = None
    language: str | None = None
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    n_comments_declared: int | None = None
    duplicate_of: str | None = None
    platform: str | None = None
    source: str | None = None
