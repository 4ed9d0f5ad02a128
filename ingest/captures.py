"""Several captures of one post become one document, and no text of any of them is lost.

The page with the most text gives the document. What only another holds is kept: its comments
follow the thread, its paragraphs follow the post. Where both have a paragraph in two versions, the
sentences of the version that is left are listed in a `Rejection`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlsplit

from ingest.identity import (
    base_address,
    comment_id,
    comment_passage_id,
    document_id,
    post_passage_id,
)
from ingest.model import Action, Comment, Document, LedgerEntry, Passage, Rejection, Role
from ingest.text import fold_words

__all__ = ["merge_captures"]

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")
_MIN_SENTENCE: Final = 12  # letters and digits: « Oui. » stands somewhere by chance
_SAME_PARAGRAPH: Final = 0.6  # of the words of the shorter version, in one paragraph of the other
_OTHER_POST: Final = (
    0.2  # under this share of common words two texts under two titles are two posts
)
_MIN_WORDS: Final = 30


def merge_captures(documents: Iterable[Document]) -> tuple[list[Document], list[Rejection]]:
    """The documents, those of one post merged into one, in the order of first appearance.

    Offsets of what other pages add count from the end of the first page's linear text, page after
    page. With the rejections that list what was left of other versions.
    """
    groups: dict[str, list[Document]] = {}
    for document in documents:
        groups.setdefault(_post_id(document), []).append(document)
    merged: list[Document] = []
    rejections: list[Rejection] = []
    for doc_id, group in groups.items():
        merged += _merge(doc_id, group, rejections)
    return merged, rejections


def _post_id(document: Document) -> str:
    if document.url is None:
        return document.doc_id
    base = base_address(document.url)
    return document.doc_id if base == document.url else document_id(base, document.source_path)


def _n_post_signs(document: Document) -> int:
    return sum(len(p.text) for p in document.passages if p.role is Role.POST)


def _merge(doc_id: str, group: list[Document], rejections: list[Rejection]) -> list[Document]:
    """The document of the group, then the posts that state its address by mistake."""
    if len(group) == 1:
        return [_renamed(group[0], doc_id)]
    main = max(group, key=_n_post_signs)  # the first of equals
    merged = _renamed(main, doc_id)
    apart: list[Document] = []
    for other in group:
        if other is main:
            continue
        if _is_other_post(merged, other):
            apart.append(_by_its_path(other))
            continue
        addition = _compare(merged, other)
        merged = _with_facts(
            _with_comments(_with_paragraphs(merged, other, addition), other, addition.comments),
            other,
        )
        if addition.sentences:
            rejections.append(_other_version(merged, other, addition.sentences))
    return [merged, *apart]


def _is_other_post(main: Document, other: Document) -> bool:
    """Whether a page is no capture of the post, though it states the post's address.

    Themes give all their pages one canonical address: another title over another text.
    """
    if not main.title or not other.title or _letters(main.title) == _letters(other.title):
        return False
    words, other_words = _post_words(main), _post_words(other)
    if min(len(words), len(other_words)) < _MIN_WORDS:
        return False
    return len(words & other_words) < _OTHER_POST * min(len(words), len(other_words))


def _post_words(document: Document) -> set[str]:
    """The words of the post in threes: single words are common to all posts."""
    words = [w for p in document.passages if p.role is Role.POST for w in _words(p.text)]
    return {" ".join(words[n : n + 3]) for n in range(len(words) - 2)}


def _by_its_path(document: Document) -> Document:
    """The document without the address that it shares with another post."""
    name = document_id(None, document.source_path)
    return replace(_renamed(document, name), url=None)


@dataclass(slots=True)
class _Addition:
    """What a capture holds that the document does not: comments, paragraphs, lone sentences."""

    comments: list[Comment] = field(default_factory=list)
    paragraphs: list[Passage] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)


def _compare(main: Document, other: Document) -> _Addition:
    addition = _Addition()
    known = _Text.of(main)
    owners = {c.comment_id: c for c in other.comments}
    fresh = set()
    for comment in other.comments:
        if not _has_comment(main, other, comment):
            addition.comments.append(comment)
            fresh.add(comment.comment_id)
    for passage in other.passages:
        if passage.comment_id in fresh or known.holds(passage.text):
            continue
        missing = [s for s in _SENTENCE_END.split(passage.text) if not known.holds(s)]
        if passage.comment_id in owners or known.has_version(passage.text):
            addition.sentences += [s for s in missing if _letters(s)]
        else:
            addition.paragraphs.append(passage)
    return addition


@dataclass(frozen=True, slots=True)
class _Text:
    """The text of a document as captures are compared: letters alone, and words by paragraph."""

    letters: str
    dropped: frozenset[str]
    paragraphs: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, document: Document) -> _Text:
        entries = [e for e in document.ledger if e.action is not Action.KEPT]
        return cls(
            "\n".join(_letters(p.text) for p in document.passages),
            frozenset(_letters(e.text) for e in entries),
            tuple(frozenset(_words(p.text)) for p in document.passages),
        )

    def holds(self, text: str) -> bool:
        """Whether `text` stands in the document, kept or dropped by name."""
        letters = _letters(text)
        if len(letters) < _MIN_SENTENCE:
            return letters in self.dropped or f"\n{letters}\n" in f"\n{self.letters}\n"
        return letters in self.letters or letters in self.dropped

    def has_version(self, text: str) -> bool:
        """Whether a paragraph of the document has most of the words of `text`, or the reverse."""
        words = frozenset(_words(text))
        return any(
            len(words & own) >= _SAME_PARAGRAPH * max(1, min(len(words), len(own)))
            and min(len(words), len(own)) >= _SAME_PARAGRAPH * max(len(words), len(own)) / 2
            for own in self.paragraphs
        )


def _letters(text: str) -> str:
    return "".join(_words(text))


def _words(text: str) -> list[str]:
    return fold_words(text).split()


def _has_comment(main: Document, other: Document, comment: Comment) -> bool:
    """Whether `main` has this comment of `other`: its number and writer, or its words."""
    key, text = _number(comment), _letters(_text_of(other, comment))
    for own in main.comments:
        own_text = _letters(_text_of(main, own))
        is_same_writer = (own.author or "") == (comment.author or "")
        if text and own_text == text and (is_same_writer or (key and _number(own) == key)):
            return _day(own) == _day(comment) or not _day(own) or not _day(comment)
        if key and _number(own) == key and is_same_writer:
            return True
        if not text and not own_text and is_same_writer and _day(own) == _day(comment):
            return True
    return False


def _number(comment: Comment) -> str:
    """The digits of the comment's own address, empty where it has none."""
    fragment = urlsplit(comment.url).fragment if comment.url else ""
    return re.sub(r"\D", "", fragment)


def _day(comment: Comment) -> str:
    return comment.date.value[:10] if comment.date else ""


def _text_of(document: Document, comment: Comment) -> str:
    return " ".join(p.text for p in document.passages if p.comment_id == comment.comment_id)


def _with_facts(main: Document, other: Document) -> Document:
    """`main` with the facts that only `other` states."""
    declared = [n for n in (main.n_comments_declared, other.n_comments_declared) if n is not None]
    return replace(
        main,
        title=main.title or other.title,
        author=main.author or other.author,
        date=main.date or other.date,
        site=main.site or other.site,
        categories=main.categories or other.categories,
        tags=main.tags or other.tags,
        n_comments_declared=max(declared) if declared else None,
    )


def _other_version(main: Document, other: Document, sentences: Sequence[str]) -> Rejection:
    quoted = " ".join(f"«\u00a0{s.strip()}\u00a0»" for s in sentences)
    return Rejection(
        other.source_path,
        "source",
        "autre-version",
        f"«\u00a0{other.source_path}\u00a0» est une autre version de "
        f"«\u00a0{main.source_path}\u00a0», dont le texte est gardé\u202f; elle seule "
        f"disait\u00a0: {quoted}",
        other.source,
    )


def _with_paragraphs(main: Document, other: Document, addition: _Addition) -> Document:
    """`main` with the paragraphs of the post that only `other` holds, after its own."""
    if not addition.paragraphs:
        return main
    shift = 1 + max((entry.end for entry in main.ledger), default=0)
    own = [p for p in main.passages if p.comment_id is None]
    thread = [p for p in main.passages if p.comment_id is not None]
    reason = f"Texte du billet, dans une autre capture seulement ({other.source_path})"
    entries: list[LedgerEntry] = []
    for passage in addition.paragraphs:
        moved = replace(
            passage,
            passage_id=post_passage_id(main.doc_id, len(own) + 1),
            doc_id=main.doc_id,
            start=passage.start + shift,
            end=passage.end + shift,
        )
        own.append(moved)
        entries.append(
            LedgerEntry(
                Action.KEPT,
                "autre-capture",
                reason,
                moved.text,
                moved.start,
                moved.end,
                moved.passage_id,
            )
        )
    passages = tuple(replace(p, ordinal=n) for n, p in enumerate([*own, *thread]))
    return replace(main, passages=passages, ledger=(*main.ledger, *entries))


def _renamed(document: Document, doc_id: str) -> Document:
    """`document` under another name; every name derived from it follows."""
    old = document.doc_id
    if old == doc_id:
        return document

    def name(value: str | None) -> str | None:
        return None if value is None else value.replace(old, doc_id, 1)

    return replace(
        document,
        doc_id=doc_id,
        url=base_address(document.url) if document.url else None,
        passages=tuple(
            replace(
                p, doc_id=doc_id, passage_id=str(name(p.passage_id)), comment_id=name(p.comment_id)
            )
            for p in document.passages
        ),
        comments=tuple(
            replace(c, comment_id=str(name(c.comment_id)), parent_id=name(c.parent_id))
            for c in document.comments
        ),
        ledger=tuple(replace(e, passage_id=name(e.passage_id)) for e in document.ledger),
    )


def _with_comments(main: Document, other: Document, fresh: Sequence[Comment]) -> Document:
    """`main` followed by the comments `fresh` of `other`, numbered on."""
    if not fresh:
        return main
    shift = 1 + max((entry.end for entry in main.ledger), default=0)
    names = {
        c.comment_id: comment_id(main.doc_id, len(main.comments) + n)
        for n, c in enumerate(fresh, 1)
    }
    comments, passages, ledger = list(main.comments), list(main.passages), list(main.ledger)
    for comment in fresh:
        number = len(comments) + 1
        parent = names.get(comment.parent_id) if comment.parent_id else None
        new_id = names[comment.comment_id]
        comments.append(replace(comment, comment_id=new_id, number=number, parent_id=parent))
        own = [p for p in other.passages if p.comment_id == comment.comment_id]
        for n, passage in enumerate(own, 1):
            passages.append(_moved(passage, main.doc_id, (number, n), len(passages), shift))
            ledger += [
                _moved_entry(entry, passages[-1].passage_id, shift)
                for entry in other.ledger
                if entry.passage_id == passage.passage_id
            ]
    return replace(main, comments=tuple(comments), passages=tuple(passages), ledger=tuple(ledger))


def _moved(
    passage: Passage, doc_id: str, place: tuple[int, int], ordinal: int, shift: int
) -> Passage:
    number, n = place
    return replace(
        passage,
        passage_id=comment_passage_id(doc_id, number, n),
        doc_id=doc_id,
        ordinal=ordinal,
        comment_id=comment_id(doc_id, number),
        start=passage.start + shift,
        end=passage.end + shift,
    )


def _moved_entry(entry: LedgerEntry, passage_id: str, shift: int) -> LedgerEntry:
    return replace(entry, passage_id=passage_id, start=entry.start + shift, end=entry.end + shift)
