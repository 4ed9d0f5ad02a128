"""The right to be forgotten: what was withdrawn, and documents without it.

A withdrawal is remembered by keyed hashes (`index/withdrawals/ledger.py`), so that the same text
stays out when the same sources are read again, under another address or in another order:

- a post by its address, its document id, or the text of its paragraphs;
- a comment by its permalink, by its id with its author or date (numbers move when a page changes),
  or by its text;
- a person by name: their posts and their comments, those to come included.

Where a thread needs it, « Commentaire retiré » stands in the place, without name, date or address.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import unquote

from index.withdrawals.ledger import Ledger, read_ledger
from ingest.identity import document_id
from ingest.model import (
    Comment,
    CommentState,
    Document,
    LedgerEntry,
    Passage,
    Rejection,
)

COMMENT_PLACEHOLDER: Final = "Commentaire retiré"
PASSAGE_PLACEHOLDER: Final = "Passage retiré"
# The builder's name for a second page of one document; its detail cites the title.
TWICE_SLUG: Final = "document-en-double"
WITHDRAWAL_RULE: Final = "retrait"
_WITHDRAWAL_REASON: Final = "Texte retiré à la demande d’une personne."

# Shorter texts (« Merci beaucoup pour cet article ») are said by many: they are recognised only
# inside the document where they were withdrawn. Not measured.
_MIN_TEXT_CHARS: Final = 60
# A page whose paragraphs were nearly all withdrawn with their post is that post at another address.
_SAME_POST_SHARE: Final = 0.8
# Words of a title or a name that say something of it in an address; shorter ones are everywhere.
_MIN_TELLING_CHARS: Final = 4
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
        return _without(document, frozenset(gone), frozenset(gone_passages), is_author_gone)

    def _without_detail(self, rejection: Rejection) -> Rejection | None:
        """A rejected page without the title that it may repeat, None at a withdrawn address."""
        if self and self._has_url(rejection.source_path):
            return None
        if self and rejection.slug == TWICE_SLUG:
            told = _DOCUMENT_ID.search(rejection.detail)
            if told and self._has("document", told[0]):
                return None  # its file may be named after the title
            return replace(rejection, detail="Cette page répète un document déjà lu.")
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
        return self._has("comment", shown.comment_id, _who(shown.author, shown.date))

    def hides_document(self, doc_id: str) -> bool:
        """Whether the document of that id was withdrawn whole."""
        return self._has("document", doc_id)

    def hides_author(self, author: str | None) -> bool:
        """Whether a person of that name withdrew what they wrote."""
        return bool(author) and self._has("author", normal_form(author or ""))

    def _is_whole(self, document: Document) -> bool:
        if self._has("document", document.doc_id):
            return True
        if document.url is not None and self._has_url(document.url):
            return True
        bodies = [p.text for p in document.passages if p.comment_id is None]
        long_bodies = [body for body in bodies if len(normal_form(body)) >= _MIN_TEXT_CHARS]
        n_gone = sum(self._has("post-text", normal_form(body)) for body in long_bodies)
        return bool(long_bodies) and n_gone / len(long_bodies) >= _SAME_POST_SHARE

    def _is_comment(self, document: Document, comment: Comment) -> bool:
        if self.hides_author(comment.author):
            return True
        if comment.url is not None and self._has("comment-url", comment.url.strip()):
            return True
        date = comment.date.value if comment.date else None
        if self._has("comment", comment.comment_id, _who(comment.author, date)):
            return True
        texts = [p.text for p in document.passages if p.comment_id == comment.comment_id]
        return any(self._has_text(document.doc_id, text) for text in texts)

    def _has_url(self, url: str) -> bool:
        return any(self._has("document", key) for key in url_keys(url))

    def _has_text(self, doc_id: str, text: str) -> bool:
        normal = normal_form(text)
        if len(normal) >= _MIN_TEXT_CHARS and self._has("text", normal):
            return True
        return self._has("short-text", doc_id, normal)

    def _has(self, kind: str, *parts: str) -> bool:
        return self.ledger.mark(kind, *parts) in self.ledger.marks


def load_withdrawals(archive: Path, *, n_expected: int = 0) -> Withdrawals:
    """What must not be shown of this archive; nothing when nobody asked.

    Args:
        archive: the archive's folder.
        n_expected: the number of withdrawals that the generation says it was built after.

    Raises:
        IntegrityError: the register is missing or damaged.
    """
    return Withdrawals(read_ledger(archive, n_expected=n_expected))


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
            marks.add(ledger.mark("post-text", normal_form(passage.text)))
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
    normal = normal_form(passage.text)
    marks = {ledger.mark("short-text", passage.doc_id, normal)}
    if len(normal) >= _MIN_TEXT_CHARS:
        marks.add(ledger.mark("text", normal))
    return marks


def same_author(name: str, other: str | None) -> bool:
    """Whether two names are one: accents, case and punctuation aside."""
    return bool(other) and normal_form(name) == normal_form(other or "")


def _without(
    document: Document, comments: frozenset[str], passages: frozenset[str], is_author_gone: bool
) -> Document | None:
    kept: list[Passage] = []
    untouched: list[Passage] = []
    placed: set[str] = set()
    for passage in document.passages:
        is_comment_gone = passage.comment_id in comments
        is_body_gone = passage.comment_id is None and is_author_gone
        if not (is_comment_gone or is_body_gone or passage.passage_id in passages):
            kept.append(passage)
            untouched.append(passage)
        elif is_comment_gone and passage.comment_id not in placed:
            placed.add(passage.comment_id or "")
            kept.append(_placeholder(passage, COMMENT_PLACEHOLDER))
        elif not is_comment_gone and not is_body_gone:
            kept.append(_placeholder(passage, PASSAGE_PLACEHOLDER))
    if not kept:
        return None
    names = [c.author for c in document.comments if c.comment_id in comments]
    names += [document.author, document.title] if is_author_gone else []
    shown = replace(
        document,
        passages=tuple(kept),
        comments=tuple(_anonymous(c) if c.comment_id in comments else c for c in document.comments),
        ledger=_clean_ledger(document, untouched, names),
    )
    return _without_author(shown, document) if is_author_gone else shown


def _without_author(shown: Document, document: Document) -> Document:
    """The document without what its author said of it: title, name and labels, nor the addresses
    (of the page, its file, its site, its comments) that repeat words of the title or the name."""
    texts = (document.author, document.title, *document.tags, *document.categories)
    words = {
        word
        for text in texts
        for word in normal_form(text or "").split()
        if len(word) >= _MIN_TELLING_CHARS
    }
    is_own_source = document.source in {document.url, document.source_path}
    return replace(
        shown,
        comments=tuple(
            replace(one, url=None) if _tells(one.url, words) else one for one in shown.comments
        ),
        title=None,
        author=None,
        author_bio=None,
        tags=(),
        categories=(),
        url=None if _tells(document.url, words) else document.url,
        source_path="" if _tells(document.source_path, words) else document.source_path,
        site=None if _tells(document.site, words) else document.site,
        source=None if is_own_source and _tells(document.source, words) else document.source,
    )


def _tells(address: str | None, words: Collection[str]) -> bool:
    """Whether an address or a file name repeats one of the words."""
    squeezed = normal_form(unquote(address or "")).replace(" ", "").replace("_", "")
    return any(word in squeezed for word in words)


def _placeholder(passage: Passage, text: str) -> Passage:
    # The offsets stay: they say nothing, and the order of the page depends on them.
    return replace(passage, text=text, heading=None, language="fr")


def _anonymous(comment: Comment) -> Comment:
    return replace(
        comment, author=None, date=None, url=None, is_post_author=False, state=CommentState.DELETED
    )


def _clean_ledger(
    document: Document, kept: Collection[Passage], names: Collection[str | None]
) -> tuple[LedgerEntry, ...]:
    """The ledger without the text of what was withdrawn, nor of any block beside it.

    A block beside a withdrawn passage (header, signature, quotation, e-mail address) stands in the
    same gap between two passages that stay.
    """
    kept_ids = {passage.passage_id for passage in kept}
    starts = sorted(p.start for p in document.passages if p.passage_id in kept_ids)
    gaps = {
        bisect_right(starts, p.start) for p in document.passages if p.passage_id not in kept_ids
    }
    secrets = [normal_form(name) for name in names if name]
    return tuple(
        entry
        if entry.passage_id in kept_ids
        or (bisect_right(starts, entry.start) not in gaps and not _holds_any(entry.text, secrets))
        else replace(entry, rule=WITHDRAWAL_RULE, reason=_WITHDRAWAL_REASON, text="")
        for entry in document.ledger
    )


def _holds_any(text: str, secrets: Collection[str]) -> bool:
    normal = normal_form(text)
    return any(secret in normal for secret in secrets if secret)


def _who(author: str | None, date: str | None) -> str:
    """What tells a comment from another that came to have its number."""
    if author:
        return f"author {normal_form(author)}"
    return f"date {date}" if date else ""


def url_key(url: str) -> str:
    """The document id that an address has: equal for all spellings of one address."""
    return document_id(url, "")


def url_keys(url: str) -> set[str]:
    """The ids of an address and of the post that it is another view of (print, comment page)."""
    # Near-duplicates need scipy, which a cold search must not load.
    from ingest.duplicates import base_address

    try:
        return {url_key(url), url_key(base_address(url))}
    except ValueError:  # no address: a path, or one that cannot be taken apart
        return {url_key(url)}


def normal_form(text: str) -> str:
    """Letters and digits without case or accents, one space between words."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(char for char in folded if not unicodedata.combining(char))
    return " ".join(re.findall(r"\w+", plain))
