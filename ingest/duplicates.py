"""The pages of a build become its documents: captures are merged, near-duplicates are marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from datasketch import MinHash, MinHashLSH

from ingest.captures import merge_captures
from ingest.model import Document, Rejection, Role
from ingest.repeats import KnownSites, without_repeats
from ingest.text import fold_words

__all__ = ["mark_near_duplicates", "unify"]

_SHINGLE_WORDS: Final = 4
_N_PERMUTATIONS: Final = 128
_MIN_WORDS: Final = 30  # shorter posts (« Bonnes vacances ! ») resemble each other by chance
NEAR_DUPLICATE_THRESHOLD: Final = 0.8
"""Estimated Jaccard similarity of word 4-shingles from which two posts are one text."""


def unify(
    records: Iterable[Document | Rejection], known: KnownSites | None = None
) -> Iterator[Document | Rejection]:
    """Rejections as they come; at the end the documents, merged and marked.

    Which pages belong together is known only when all are read: memory holds the documents. Those
    of `known` whose site changed come last.
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
    merged, rejections = merge_captures(documents)
    yield from rejections
    read, changed = without_repeats(merged, known)
    yield from mark_near_duplicates(read)
    yield from changed


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
