"""The right to be forgotten: what was withdrawn, and documents without it.

A withdrawal is remembered by keyed hashes (`index/withdrawals/register.py`), so that the same text
stays out when the same sources are read again, under another address or in another order:

- a post by its address, its document id, or the text of its paragraphs;
- a comment by its permalink, by its id with its author or date (numbers move when a page changes),
  or by its text;
- a person by name: their posts and their comments, those to come included.

New marks are taken over words as `ingest/text.py` folds them; the marks of older registers hold
too, over the form that they were taken of (`former_words`).

Where a thread needs it, « Commentaire retiré » stands in the place, without name, date or address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol

from index.storage.manifest import RegisterStamp
from index.withdrawals.documents import COMMENT_PLACEHOLDER, PASSAGE_PLACEHOLDER, without
from index.withdrawals.register import Ledger, read_ledger
from ingest.identity import base_address, document_id
from ingest.model import Comment, Document, Passage, Rejection
from ingest.text import fold_words, former_words, name_key

# The builder's name for a second page of one document; its detail cites the title.
TWICE_SLUG: Final = "document-en-double"

# Shorter texts (« Merci beaucoup pour cet article ») are said by many: they are recognised only
# inside the document where they were withdrawn. Not measured.
_MIN_TEXT_CHARS: Final = 60
# A page whose paragraphs were nearly all withdrawn with their post is that post at another address.
_SAME_POST_SHARE: Final = 0.8
_DOCUMENT_ID: Final = re.compile(r"d-[0-9a-f]{16}")


class Shown(Protocol):
    """What a reader sees of a passage: a hit, or a row of the store."""

    @property
    def doc_id(self) -> str:
        """The document's id."""

    @property
    def comment_id(self) -> str | None:
        """The comment's id, None for the post."""

    @property
    def text(self) -> str:
        """The verbatim text."""

    @property
    def author(self) -> str | None:
        """Who wrote it."""

    @property
    def date(self) -> str | None:
        """When, ISO 8601."""

    @property
    def url(self) -> str | None:
        """Its address."""


@dataclass(frozen=True, slots=True)
class Withdrawals:
    """What an archive must not show, as its register says."""

    ledger: Ledger

    def __bool__(self) -> bool:
        """Whether anything was ever withdrawn."""
        return bool(self.ledger.marks)

    def __len__(self) -> int:
        """The number of withdrawals."""
        return len(self.ledger.lines)

    def filter(self, records: Iterable[Document | Rejection]) -> Iterator[Document | Rejection]:
        """Yields the records without what was withdrawn; whole documents may be missing."""
        for record in records:
            kept: Document | Rejection | None
            if isinstance(record, Rejection):
                kept = self._without_detail(record)
            else:
                kept = self.apply(record)
            if kept is not None:
                yield kept

    def apply(self, document: Document) -> Document | None:
        """The document without what was withdrawn, or None when nothing of it may be shown."""
        if not self:
            return document
        if self._is_whole(document):
            return None
        gone = {c.comment_id for c in document.comments if self._is_comment(document, c)}
        gone_passages = {
            p.passage_id
            for p in document.passages
            if p.comment_id not in gone and self._has_text(p.doc_id, p.text)
        }
        is_author_gone = self.hides_author(document.author)
        if not gone and not gone_passages and not is_author_gone:
            return document
        return without(document, frozenset(gone), frozenset(gone_passages), is_author_gone)

    def _without_detail(self, rejection: Rejection) -> Rejection | None:
        """A rejected page without the title that it may repeat, None at a withdrawn address."""
        if self and self._has_url(rejection.source_path):
            return None
        if self and rejection.slug == TWICE_SLUG:
            told = _DOCUMENT_ID.search(rejection.detail)
            if told and self._has("document", told[0]):
                return None  # its file may be named after the title
            # Its id stays, so that a later withdrawal of that document is obeyed here too.
            which = f" {told[0]}" if told else ""
            return replace(rejection, detail=f"Cette page répète le document{which}, déjà lu.")
        return rejection

    def hides(self, shown: Shown) -> bool:
        """Whether a passage of an older generation was withdrawn since."""
        if not self or shown.text in {COMMENT_PLACEHOLDER, PASSAGE_PLACEHOLDER}:
            return False
        if self._has("document", shown.doc_id) or self.hides_author(shown.author):
            return True
        if self._has_text(shown.doc_id, shown.text):
            return True
        if shown.comment_id is None:
            return shown.url is not None and self._has_url(shown.url)
        if shown.url is not None and self._has("comment-url", shown.url.strip()):
            return True
        return self._has_comment(shown.comment_id, shown.author, shown.date)

    def hides_document(self, doc_id: str) -> bool:
        """Whether the document of that id was withdrawn whole."""
        return self._has("document", doc_id)

    def hides_author(self, author: str | None) -> bool:
        """Whether a person of that name withdrew what they wrote."""
        if not author:
            return False
        return self._has("author", name_key(author)) or self._has("author", former_words(author))

    def _is_whole(self, document: Document) -> bool:
        if self._has("document", document.doc_id):
            return True
        if document.url is not None and self._has_url(document.url):
            return True
        bodies = [p.text for p in document.passages if p.comment_id is None]
        long_bodies = [body for body in bodies if len(fold_words(body)) >= _MIN_TEXT_CHARS]
        n_gone = sum(
            any(self._has("post-text", form) for form in _forms(body)) for body in long_bodies
        )
        return bool(long_bodies) and n_gone / len(long_bodies) >= _SAME_POST_SHARE

    def _is_comment(self, document: Document, comment: Comment) -> bool:
        if self.hides_author(comment.author):
            return True
        if comment.url is not None and self._has("comment-url", comment.url.strip()):
            return True
        date = comment.date.value if comment.date else None
        if self._has_comment(comment.comment_id, comment.author, date):
            return True
        texts = [p.text for p in document.passages if p.comment_id == comment.comment_id]
        return any(self._has_text(document.doc_id, text) for text in texts)

    def _has_url(self, url: str) -> bool:
        return any(self._has("document", key) for key in url_keys(url))

    def _has_comment(self, comment_id: str, author: str | None, date: str | None) -> bool:
        who = {_who(author, date)} | ({_former_who(author)} if author else set())
        return any(self._has("comment", comment_id, one) for one in who)

    def _has_text(self, doc_id: str, text: str) -> bool:
        return any(
            (len(form) >= _MIN_TEXT_CHARS and self._has("text", form))
            or self._has("short-text", doc_id, form)
            for form in _forms(text)
        )

    def _has(self, kind: str, *parts: str) -> bool:
        return self.ledger.mark(kind, *parts) in self.ledger.marks


def load_withdrawals(archive: Path, *, expected: RegisterStamp | None = None) -> Withdrawals:
    """What must not be shown of this archive; nothing when nobody asked.

    Args:
        archive: the archive's folder.
        expected: how far the register went when the generation was made.

    Raises:
        IntegrityError: the register is missing or damaged.
    """
    return Withdrawals(read_ledger(archive, expected=expected))


def marks_of_document(ledger: Ledger, document: Document) -> set[str]:
    """The marks that keep a whole document out, comments included."""
    marks = {ledger.mark("document", document.doc_id)}
    if document.url:
        marks.add(ledger.mark("document", url_key(document.url)))
    for comment in document.comments:
        marks |= marks_of_comment(ledger, document, comment)
    for passage in document.passages:
        if passage.comment_id is None:
            marks |= marks_of_passage(ledger, passage)
            marks.add(ledger.mark("post-text", fold_words(passage.text)))
    return marks


def marks_of_comment(ledger: Ledger, document: Document, comment: Comment) -> set[str]:
    """The marks that keep a comment out wherever it is read again."""
    date = comment.date.value if comment.date else None
    marks = {ledger.mark("comment", comment.comment_id, _who(comment.author, date))}
    if comment.url:
        marks.add(ledger.mark("comment-url", comment.url.strip()))
    for passage in document.passages:
        if passage.comment_id == comment.comment_id:
            marks |= marks_of_passage(ledger, passage)
    return marks


def marks_of_passage(ledger: Ledger, passage: Passage) -> set[str]:
    """The marks that keep a passage's text out; none for a placeholder."""
    if passage.text in {COMMENT_PLACEHOLDER, PASSAGE_PLACEHOLDER}:
        return set()
    words = fold_words(passage.text)
    marks = {ledger.mark("short-text", passage.doc_id, words)}
    if len(words) >= _MIN_TEXT_CHARS:
        marks.add(ledger.mark("text", words))
    return marks


def same_author(name: str, other: str | None) -> bool:
    """Whether two names are one: accents, case, ligatures and punctuation aside."""
    return bool(other) and name_key(name) == name_key(other or "")


def _who(author: str | None, date: str | None) -> str:
    """What tells a comment from another that came to have its number."""
    if author:
        return f"author {name_key(author)}"
    return f"date {date}" if date else ""


def _former_who(author: str) -> str:
    return f"author {former_words(author)}"


def _forms(text: str) -> set[str]:
    """What marks are taken over: a text's words as they are folded now, and as they once were.

    They are one form for nearly all texts.
    """
    return {fold_words(text), former_words(text)}


def url_key(url: str) -> str:
    """The document id that an address has: equal for all spellings of one address."""
    return document_id(url, "")


def url_keys(url: str) -> set[str]:
    """The ids of an address and of the post that it is another view of (print, comment page)."""
    try:
        return {url_key(url), url_key(base_address(url))}
    except ValueError:  # no address: a path, or one that cannot be taken apart
        return {url_key(url)}
