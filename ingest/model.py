"""What flows through the ingester: frozen records, no behaviour beyond derived values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from ingest.identity import text_hash
from ingest.noise import carries_nothing


class Role(StrEnum):
    """Who speaks in a passage. The values are part of the JSON contract."""

    POST = "billet"
    COMMENT = "commentaire"
    REPLY = "réponse"  # a comment by the author of the post


class PassageKind(StrEnum):
    """The shape of the passage in the page."""

    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    QUOTE = "quote"
    PREFORMATTED = "preformatted"
    TABLE_ROW = "table_row"


class CommentKind(StrEnum):
    COMMENT = "comment"
    PINGBACK = "pingback"
    TRACKBACK = "trackback"


class CommentState(StrEnum):
    PUBLISHED = "published"
    DELETED = "deleted"
    MODERATED = "moderated"


Precision = Literal["year", "month", "day", "minute", "second"]


@dataclass(frozen=True, slots=True)
class PublicationDate:
    """A date as the page gives it: never more precise than its source.

    `value` is ISO 8601 cut at `precision` (`2009`, `2009-05`, `2009-05-04`,
    `2009-09-21T10:38`). `source` says where it was read (`text`, `meta`, `jsonld`,
    `time-element`, `url`, `feed`, `relative`, …); `raw` is the string that was read.
    """

    value: str
    precision: Precision
    source: str
    raw: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page as a source gives it, before anything is read from it.

    `source_path` is what a person would use to find it again (path relative to the source,
    member of an archive, URL). `media_type` is what the source believes (`text/html`,
    `text/plain`, …) or None: the content decides. `captured_at` is an ISO date when known.
    `url_source` says who gave the address where the source itself did not: `chemin-du-miroir`,
    `base-url`.
    """

    source_path: str
    content: bytes
    media_type: str | None = None
    charset: str | None = None
    url: str | None = None
    captured_at: str | None = None
    url_source: str | None = None


@dataclass(frozen=True, slots=True)
class StructuredComment:
    """A comment as an export or a feed states it. `html` is untrusted markup."""

    identifier: str
    html: str
    author: str | None = None
    date: PublicationDate | None = None
    parent: str | None = None
    url: str | None = None
    kind: CommentKind = CommentKind.COMMENT
    state: CommentState = CommentState.PUBLISHED
    is_post_author: bool = False


@dataclass(frozen=True, slots=True)
class StructuredPost:
    """A post as an export or a feed states it: fields are known, bodies are still markup."""

    source_path: str
    identifier: str
    html: str
    title: str | None = None
    author: str | None = None
    date: PublicationDate | None = None
    site: str | None = None
    url: str | None = None
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    comments: tuple[StructuredComment, ...] = ()
    n_comments_declared: int | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """One addressable unit of text, verbatim.

    `start` and `end` are character offsets in the page's linear text (for a text page: the
    decoded file), end exclusive. `heading` is the nearest heading above it. `comment_id` is
    None for a passage of the post. `ordinal` numbers the passages of the document from 0.
    """

    passage_id: str
    doc_id: str
    ordinal: int
    role: Role
    kind: PassageKind
    text: str
    start: int
    end: int
    heading: str | None = None
    comment_id: str | None = None
    language: str | None = None

    @property
    def content_hash(self) -> str:
        """SHA-256 of the text, hexadecimal."""
        return text_hash(self.text)

    @property
    def is_noise(self) -> bool:
        """Whether it carries nothing to search for: it is kept and shown, and not ranked."""
        return carries_nothing(self.text)


@dataclass(frozen=True, slots=True)
class Comment:
    """One reader comment. Its text is the passages that carry its `comment_id`, in order.

    `number` is its place in the page from 1. `parent_id` is another comment's `comment_id`,
    only from explicit markup or data.
    """

    comment_id: str
    number: int
    kind: CommentKind = CommentKind.COMMENT
    author: str | None = None
    date: PublicationDate | None = None
    url: str | None = None
    parent_id: str | None = None
    depth: int = 0
    is_post_author: bool = False
    state: CommentState = CommentState.PUBLISHED


class Action(StrEnum):
    """What the ingester did with a block of the page."""

    KEPT = "kept"  # it is a passage
    CONTEXT = "context"  # a heading: kept beside the passages under it
    METADATA = "metadata"  # its value was taken (title, author, date, comment header)
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One block of the page and what became of it. The ledger covers the whole page.

    `rule` names the rule (`formulaire-commentaire`, …), `reason` is a French sentence.
    """

    action: Action
    rule: str
    reason: str
    text: str
    start: int
    end: int
    passage_id: str | None = None


MIN_TITLE_CONFIDENCE: Final = 0.5
"""Under it a title is none: the site's own name, mostly."""

MIN_AUTHOR_CONFIDENCE: Final = 0.6
"""Under it an author is none: an archive that cites people may not invent them."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a page says of one of its facts, taken or not.

    `source` names the place where it was read (`jsonld`, `signature`, `lien-canonique`, …);
    `confidence` is 0 to 1: the share of pages on which such a place is right, as measured or,
    where too few have it, judged. `is_taken`: it is the document's value; a value under its
    threshold is none.
    """

    fact: Literal["title", "author", "url"]
    value: str
    source: str
    confidence: float
    is_taken: bool = False


@dataclass(frozen=True, slots=True)
class Stated:
    """What a page said before what its site repeats was taken out of its document.

    `title`, `site` and `tags` are the page's own; `titles` are the other titles sure enough, best
    first. `removed` are the passages that were taken out, with the ordinals that they had;
    `entries` say of each ledger entry of theirs its place, rule, reason and passage. `reading` is
    the hash of what the rules of the site said of the page: another makes another document.
    """

    title: str | None = None
    titles: tuple[str, ...] = ()
    site: str | None = None
    tags: tuple[str, ...] = ()
    removed: tuple[Passage, ...] = ()
    entries: tuple[tuple[int, str, str, str], ...] = ()
    reading: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """One post with its passages, its comments and the ledger of its page.

    `doc_id` is stable: it is derived from the canonical URL when the page tells it, otherwise
    from the source path; never from the content.
    """

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
    author_bio: str | None = None
    source: str | None = None  # the source it was read from, as `ingest` names it
    evidence: tuple[Evidence, ...] = ()  # of its title, author and address; no archive keeps it
    stated: Stated | None = None  # None until the pages of its site were compared

    @property
    def drops(self) -> tuple[LedgerEntry, ...]:
        """The ledger's dropped blocks, in page order."""
        return tuple(entry for entry in self.ledger if entry.action is Action.DROPPED)


@dataclass(frozen=True, slots=True)
class Rejection:
    """A page that gave no document: expected, listed, exportable.

    `stage` is where it stopped (`source`, `decode`, `extract`, `limits`), `slug` a stable
    identifier (`vide`, `binaire`, `page-de-liste`, …), `detail` a French sentence.
    """

    source_path: str
    stage: str
    slug: str
    detail: str
    source: str | None = None
