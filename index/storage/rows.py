"""What the store gives: rows as frozen records."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ingest.identity import text_hash
from ingest.model import (
    Comment,
    CommentKind,
    CommentState,
    LedgerEntry,
    Passage,
    PassageKind,
    PublicationDate,
    Role,
)

Row = tuple[Any, ...]
"""A row as SQLite gives it."""


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


def document_record(
    row: Row,
    passages: Iterable[Passage],
    comments: Iterable[Row],
    ledger: Iterable[LedgerEntry],
) -> DocumentRecord:
    """A document from its columns, `doc_id` first, and from those of its comments.

    They stand in one order in the present form and in the released one.
    """
    return DocumentRecord(
        doc_id=row[0],
        source_path=row[1],
        title=row[2],
        author=row[3],
        date=_date(row[4:8]),
        site=row[8],
        url=row[9],
        language=row[10],
        categories=tuple(json.loads(row[11])),
        tags=tuple(json.loads(row[12])),
        n_comments_declared=row[13],
        duplicate_of=row[14],
        platform=row[15],
        source=row[16],
        passages=tuple(passages),
        comments=tuple(_comment(one) for one in comments),
        ledger=tuple(ledger),
    )


def _comment(row: Row) -> Comment:
    """A comment from its columns, `comment_id` first; the second is its document."""
    return Comment(
        comment_id=row[0],
        number=row[2],
        kind=CommentKind(row[3]),
        author=row[4],
        date=_date(row[5:9]),
        url=row[9],
        parent_id=row[10],
        depth=row[11],
        is_post_author=bool(row[12]),
        state=CommentState(row[13]),
    )


def _date(row: Row) -> PublicationDate | None:
    return None if row[0] is None else PublicationDate(*row)
