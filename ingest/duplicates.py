"""The same post under several addresses becomes one document; near-duplicates are marked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from datasketch import MinHash, MinHashLSH

from ingest.identity import base_address, comment_id, comment_passage_id, document_id
from ingest.model import Comment, Document, LedgerEntry, Passage, Rejection, Role
from ingest.text import fold_words

__all__ = ["mark_near_duplicates", "merge_addresses", "unify"]

_SHINGLE_WORDS: Final = 4
_N_PERMUTATIONS: Final = 128
_MIN_WORDS: Final = 30  # shorter posts (« Bonnes vacances ! ») resemble each other by chance
NEAR_DUPLICATE_THRESHOLD: Final = 0.8
"""Estimated Jaccard similarity of word 4-shingles from which two posts are one text."""


def unify(records: Iterable[Document | Rejection]) -> Iterator[Document | Rejection]:
    """Rejections as they come; at the end the documents, merged and marked.

    Which pages belong together is known only when all are read: memory holds the documents.
    """
    documents: list[Document] = []
    named: dict[str, Document] = {}
    for record in records:
        if isinstance(record, Rejection):
            yield record
        elif _has_the_name_of_another(record, named):
            yield _same_name(record, named[record.doc_id])
        else:
            documents.append(record)
    yield from mark_near_duplicates(merge_addresses(documents))


def _has_the_name_of_another(document: Document, named: dict[str, Document]) -> bool:
    """Whether another source has a page of this path with another text, and neither an address.

    Both would be one document, and one of the texts lost. `named` remembers the first.
    """
    if document.url is not None:
        return False
    first = named.setdefault(document.doc_id, document)
    return first.source != document.source and [p.text for p in first.passages] != [
        p.text for p in document.passages
    ]


def _same_name(document: Document, first: Document) -> Rejection:
    return Rejection(
        document.source_path,
        "source",
        "nom-en-double",
        f"«\u00a0{document.source_path}\u00a0» existe aussi, avec un autre texte, dans "
        f"«\u00a0{first.source}\u00a0», et aucune des deux pages ne dit son adresse\u202f: donnez "
        "un autre nom au dossier de l’une d’elles.",
        document.source,
    )


def merge_addresses(documents: Iterable[Document]) -> list[Document]:
    """The documents, those of one post merged into one, in the order of first appearance.

    The page with the most text of the post gives the document; the comments that only the
    others have (page 2 of a thread, a feed of comments) follow its own. Their offsets count
    from the end of its linear text, page after page.
    """
    groups: dict[str, list[Document]] = {}
    for document in documents:
        groups.setdefault(_post_id(document), []).append(document)
    return [_merge(doc_id, group) for doc_id, group in groups.items()]


def _post_id(document: Document) -> str:
    if document.url is None:
        return document.doc_id
    base = base_address(document.url)
    return document.doc_id if base == document.url else document_id(base, document.source_path)


def _n_post_signs(document: Document) -> int:
    return sum(len(p.text) for p in document.passages if p.role is Role.POST)


def _merge(doc_id: str, group: list[Document]) -> Document:
    if len(group) == 1:
        only = group[0]
        return only if only.doc_id == doc_id else _renamed(only, doc_id)
    main = max(group, key=_n_post_signs)  # the first of equals
    merged = _renamed(main, doc_id)
    known = {_comment_key(main, comment) for comment in main.comments}
    for other in group:
        if other is main:
            continue
        fresh = [c for c in other.comments if _comment_key(other, c) not in known]
        known |= {_comment_key(other, c) for c in fresh}
        if fresh:
            merged = _with_comments(merged, other, fresh)
    declared = [d.n_comments_declared for d in group if d.n_comments_declared is not None]
    return replace(merged, n_comments_declared=max(declared) if declared else None)


def _comment_key(document: Document, comment: Comment) -> tuple[str, ...]:
    """What makes two records the same comment: its address, or author, day and text."""
    fragment = urlsplit(comment.url).fragment if comment.url else ""
    if re.search(r"\d", fragment):
        return (re.sub(r"\D", "", fragment),)
    text = " ".join(p.text for p in document.passages if p.comment_id == comment.comment_id)
    day = comment.date.value[:10] if comment.date else ""
    return (comment.author or "", day, " ".join(text.split()))


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


def mark_near_duplicates(
    documents: Sequence[Document], *, threshold: float = NEAR_DUPLICATE_THRESHOLD
) -> list[Document]:
    """The documents in their order; those that repeat an earlier post's text say which.

    The earliest dated post of a family is the original; among undated ones the first given.
    """
    lsh = MinHashLSH(threshold=threshold, num_perm=_N_PERMUTATIONS)
    signatures: dict[int, MinHash] = {}
    order = sorted(range(len(documents)), key=lambda n: (_date_key(documents[n]), n))
    originals: dict[int, str] = {}
    for n in order:
        signature = _signature(documents[n])
        if signature is None:
            continue
        near = [
            (signature.jaccard(signatures[int(key)]), -int(key), int(key))
            for key in lsh.query(signature)
        ]
        best = max(near, default=None)
        if best is not None and best[0] >= threshold:
            first = best[2]
            originals[n] = originals.get(first, documents[first].doc_id)
        else:
            signatures[n] = signature
            lsh.insert(str(n), signature)
    return [
        replace(document, duplicate_of=originals[n])
        if n in originals and originals[n] != document.doc_id
        else document
        for n, document in enumerate(documents)
    ]


def _date_key(document: Document) -> str:
    return document.date.value if document.date else "9999"


def _signature(document: Document) -> MinHash | None:
    """MinHash of the post's word shingles; None for a post too short to compare."""
    words = [
        word
        for passage in document.passages
        if passage.role is Role.POST
        for word in fold_words(passage.text).split()
    ]
    if len(words) < _MIN_WORDS:
        return None
    shingles = {
        " ".join(words[n : n + _SHINGLE_WORDS]).encode()
        for n in range(len(words) - _SHINGLE_WORDS + 1)
    }
    signature = MinHash(num_perm=_N_PERMUTATIONS, seed=1)
    signature.update_batch(sorted(shingles))
    return signature
