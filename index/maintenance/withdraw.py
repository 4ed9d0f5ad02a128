"""Withdrawing a text: the register first, then every byte of it out of the archive.

From the moment the register holds the line, nothing of the text is shown. The current generation
is then rebuilt without it, and every other generation that holds it is removed. A withdrawal that
was interrupted between both is finished by the next build.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

import numpy as np

from index.building.build import build_archive
from index.building.embedding_cache import clear_embedding_cache
from index.building.publish import (
    Generation,
    current_generation,
    list_generations,
    read_generation,
    writing,
)
from index.encoders.load import load_encoder
from index.encoders.protocol import Encoder
from index.judgements.register import judgements_path
from index.notebook.forgetting import Withdrawn, forget_in_notebook
from index.retrieval.bm25 import LexicalIndex
from index.storage.durability import write_durably
from index.storage.layout import remove_leftovers
from index.storage.lock import resolved
from index.storage.reader import Store
from index.storage.segment import LiveSegment, Segment
from index.withdrawals.generations import Suspects, as_document, remove_holders
from index.withdrawals.proof import (
    files_holding,
    forget_pending,
    needles_of,
    note_pending,
    read_pending,
    withdrawn_strings,
)
from index.withdrawals.redaction import (
    Withdrawals,
    marks_of_comment,
    marks_of_document,
    marks_of_passage,
    same_author,
    url_keys,
)
from index.withdrawals.register import Ledger, append_line, open_ledger
from ingest.errors import ArchiveError, UsageError
from ingest.identity import text_hash
from ingest.model import Comment, Document, Passage
from ingest.text import fold, fold_words, name_key

_ID_FORM: Final = re.compile(r"d-[0-9a-f]{16}(#c\d+(\.p\d+)?|#p\d+)?")


@dataclass(frozen=True, slots=True)
class Selector:
    """What is to be withdrawn: an address, an id (document, comment, passage) or an author."""

    kind: Literal["url", "id", "author"]
    value: str


@dataclass(frozen=True, slots=True)
class WithdrawalReport:
    """What a withdrawal did.

    `n_documents` counts the posts withdrawn, whole or in part, `n_comments` and `n_passages` what
    was taken out of the generation that answered. `n_mentions` counts the passages that stay and
    still hold the author's name: a person must read them.
    """

    n_documents: int
    n_comments: int
    n_passages: int
    n_mentions: int
    generation: Generation


def parse_selector(raw: str) -> Selector:
    """What a person typed: `https://…`, `d-…`, `d-…#c3`, `d-…#p2`, or `auteur:Nom`.

    Raises:
        UsageError: it is none of these.
    """
    value = raw.strip()
    if re.match(r"https?://", value, re.IGNORECASE):
        return Selector("url", value)
    if _ID_FORM.fullmatch(value):
        return Selector("id", value)
    prefix, colon, name = value.partition(":")
    name = name.strip(' "«»\u00a0')
    if colon and fold(prefix.strip()) in {"auteur", "author"} and fold_words(name):
        return Selector("author", name)
    raise UsageError(
        f"On ne sait pas quoi retirer d’après «\u00a0{raw}\u00a0». Donnez une adresse "
        "(https://…), un identifiant de document, de commentaire ou de passage (d-…), ou "
        "«\u00a0auteur:Nom\u00a0»."
    )


def withdraw(
    archive: Path,
    selector: Selector,
    *,
    encoder: Encoder | None = None,
) -> WithdrawalReport:
    """What was withdrawn, for ever, from every generation and every build to come.

    Four steps, each of which the same command, or any other withdrawal, takes up again where it was
    cut: registered (the register's line), hidden (from then on), purged (the segments that hold the
    text are written again without it, what stood on the former ones is removed), proved (no file of
    the archive holds its words). An address or an author that the archive does not hold is
    registered all the same: it stays out of the builds to come.

    Args:
        archive: the archive's folder.
        selector: what to withdraw.
        encoder: the archive's encoder, to embed what changed around the text; None loads the one
            that the manifest names.

    Raises:
        UsageError: the id is not in the archive, and was never withdrawn.
        ArchiveNotFoundError: there is no archive at that place.
        IntegrityError: the register or the current generation is damaged.
        LockedError: another process is writing.
        EncoderError: the archive's encoder cannot be loaded; nothing was done.
        ArchiveError: the disk refuses, or files still hold what was withdrawn; the message says
            whether the register holds the line, and names the files.
    """
    archive = resolved(archive)
    current_generation(archive)
    with writing(archive):
        current = current_generation(archive)
        current.check()
        model = encoder or load_encoder(
            current.manifest.encoder.name, revision=current.manifest.encoder.revision
        )
        ledger = open_ledger(archive)
        asked = ledger.mark("asked", selector.kind, selector.value)
        found = [one for _, one in _documents_meant(archive, selector)]
        marks = _marks_of_selector(ledger, selector) | {asked}
        for document in found:
            marks |= _marks_in(ledger, selector, document)
        if selector.kind == "id" and not found and asked not in ledger.marks:
            raise UsageError(
                f"L’archive ne contient pas «\u00a0{selector.value}\u00a0». Copiez l’identifiant "
                "tel que le montre «\u00a0archiblogue search --json\u00a0», ou retirez par "
                "adresse (https://…)."
            )
        meant = Withdrawals(replace(ledger, marks=ledger.marks | marks))
        strings = (text for one in found for text in withdrawn_strings(one, meant.apply(one)))
        note_pending(archive, needles_of(strings))
        withdrawals = Withdrawals(append_line(archive, ledger, selector.kind, marks))
        with _registered(), writing(archive):
            suspects = None
            if _is_alone(current, withdrawals.ledger, asked):
                suspects = _suspects(archive, selector, meant)
            generation, changed = _erase(archive, current, withdrawals, model, suspects)
            gone = _gone_passages(changed, withdrawals)
            _forget_judgements(archive, selector, gone)
            forget_in_notebook(archive, _withdrawn(selector, changed, gone))
            prove(archive)
    return WithdrawalReport(
        n_documents=len(changed),
        n_comments=_count_comments(changed, withdrawals),
        n_passages=len(gone),
        n_mentions=_count_mentions(selector, generation),
        generation=generation,
    )


def prove(archive: Path) -> None:
    """Looks for what was withdrawn in every byte of the archive (the write lock is held).

    Raises:
        ArchiveError: files still hold it; the message names them.
        OSError: the disk refuses.
    """
    held = files_holding(archive, read_pending(archive))
    if held:
        raise ArchiveError(
            f"Des fichiers tiennent encore ce qui a été retiré\u202f: {', '.join(held)}. "
            "Enlevez ce qui empêche de les effacer (droits, attributs, copie ouverte)."
        )
    forget_pending(archive)


def _erase(
    archive: Path,
    current: Generation,
    withdrawals: Withdrawals,
    model: Encoder,
    suspects: Suspects | None,
) -> tuple[Generation, tuple[Document, ...]]:
    """The generation that answers once all that was withdrawn is erased, and the documents as they
    were from which something was taken."""
    clear_embedding_cache(archive)
    generation, changed = purge(archive, current, withdrawals, model, suspects)
    remove_holders(archive, generation, withdrawals, suspects)
    remove_leftovers(archive)
    return generation, changed


@contextmanager
def _registered() -> Iterator[None]:
    """What is already so when the erasing fails: the register is obeyed from its line on."""
    try:
        yield
    except ArchiveError as error:
        raise ArchiveError(
            f"{error} Le retrait est déjà inscrit\u00a0: rien n’en est plus montré, mais ses "
            "octets sont encore sur le disque. Relancez la même commande pour les effacer."
        ) from error


def purge(
    archive: Path,
    generation: Generation,
    withdrawals: Withdrawals,
    encoder: Encoder,
    suspects: Suspects | None = None,
) -> tuple[Generation, tuple[Document, ...]]:
    """The generation that answers, without anything withdrawn, and the documents as they were.

    It is the one given when that one was made after the last withdrawal (the write lock is held,
    and the one given is the current one).

    Raises:
        IntegrityError: a file of the generation is damaged.
    """
    if generation.manifest.n_withdrawals >= len(withdrawals):
        return generation, ()
    # The builder obeys the register: it leaves out, or replaces, what was withdrawn. A person's
    # right weighs more than a probe that finds its post no longer.
    built = build_archive(archive, (), encoder, replaces=(), force=True, suspects=suspects)
    return built.generation, built.obeyed


def _is_alone(current: Generation, ledger: Ledger, asked: str) -> bool:
    """Whether the one line of the register that the current generation does not obey yet is that
    of this very request."""
    n_left = len(ledger.lines) - current.manifest.n_withdrawals
    return n_left == 1 and asked in ledger.lines[-1].marks


def _suspects(archive: Path, selector: Selector, meant: Withdrawals) -> Suspects:
    """For each segment on the disk, the documents that a selector means, and those that may say
    the same as what is withdrawn."""
    suspects: dict[str, set[str]] = {}
    texts: dict[str, None] = {}
    urls: set[str] = set()
    for name, document in _documents_meant(archive, selector):
        suspects.setdefault(name, set()).add(document.doc_id)
        kept = meant.apply(document)
        staying = {one.text for one in kept.passages} if kept else set()
        texts |= dict.fromkeys(p.text for p in document.passages if p.text not in staying)
        urls |= {one.url for one in document.comments if one.url}
    for segment in _segments(archive):
        store = Store([LiveSegment(segment, np.zeros(0, dtype=np.int64))], ())
        lexical = LexicalIndex(store)
        rows = np.zeros(segment.n_rows, dtype=np.bool_)
        for text in texts:
            rows |= lexical.may_hold(text)
        numbers = np.searchsorted(segment.first_rows, np.flatnonzero(rows), side="right") - 1
        own = set(np.unique(numbers).tolist())
        comments = segment.all("SELECT document, url FROM comments WHERE url IS NOT NULL")
        own |= {number for number, url in comments if url in urls}
        suspects.setdefault(segment.name, set()).update(segment.doc_ids[one] for one in own)
    return suspects


def _segments(archive: Path) -> Iterator[Segment]:
    """Yields the segments of all generations that are whole, each once, open meanwhile."""
    seen: set[str] = set()
    for path in list_generations(archive):
        try:
            generation = read_generation(path)
            generation.check()
        except ArchiveError:
            continue
        for entry in generation.manifest.segments:
            if entry.name not in seen:
                seen.add(entry.name)
                with closing(Segment(archive / entry.name)) as segment:
                    yield segment


def _documents_meant(archive: Path, selector: Selector) -> Iterator[tuple[str, Document]]:
    """Yields the documents of all generations that a selector means something of, deleted ones
    too, each with the name of its segment."""
    for segment in _segments(archive):
        store = Store([LiveSegment(segment, np.zeros(0, dtype=np.int64))], ())
        for doc_id in _doc_ids_meant(segment, selector):
            record = store.document(doc_id)
            if record is not None and _is_meant(selector, as_document(record)):
                yield segment.name, as_document(record)


def _doc_ids_meant(segment: Segment, selector: Selector) -> Iterator[str]:
    """Yields the ids of documents of a segment, among which are all that a selector means."""
    if selector.kind == "id":
        yield selector.value.partition("#")[0]
        return
    documents = segment.all("SELECT number, doc_id, url, author FROM documents")
    comments = segment.all("SELECT DISTINCT document, url, author FROM comments")
    if selector.kind == "author":
        names = {row[-1] for row in (*documents, *comments)}
        wanted = {name for name in names if same_author(selector.value, name)}
        numbers = {row[0] for row in (*documents, *comments) if row[-1] in wanted}
        yield from (row[1] for row in documents if row[0] in numbers)
        return
    keys = url_keys(selector.value)
    numbers = {row[0] for row in comments if row[1] and row[1].strip() == selector.value}
    for number, doc_id, url, _ in documents:
        if number in numbers or doc_id in keys or (url and not keys.isdisjoint(url_keys(url))):
            yield doc_id


def _is_meant(selector: Selector, document: Document) -> bool:
    """Whether a selector means the document, or something in it."""
    if selector.kind == "author":
        names = (document.author, *(one.author for one in document.comments))
        return any(same_author(selector.value, name) for name in names)
    return (
        _is_document(selector, document)
        or any(_is_comment(selector, one) for one in document.comments)
        or any(one.passage_id == selector.value for one in document.passages)
    )


def _marks_in(ledger: Ledger, selector: Selector, document: Document) -> set[str]:
    if selector.kind == "author":
        return _marks_of_author(ledger, selector.value, document)
    if _is_document(selector, document):
        return marks_of_document(ledger, document)
    marks: set[str] = set()
    for comment in document.comments:
        if _is_comment(selector, comment):
            marks |= marks_of_comment(ledger, document, comment)
    for passage in document.passages:
        if selector.kind == "id" and passage.passage_id == selector.value:
            marks |= _marks_of_one_passage(ledger, document, passage)
    return marks


def _marks_of_author(ledger: Ledger, name: str, document: Document) -> set[str]:
    marks: set[str] = set()
    for comment in document.comments:
        if same_author(name, comment.author):
            marks |= marks_of_comment(ledger, document, comment)
    if same_author(name, document.author):
        for passage in document.passages:
            if passage.comment_id is None:
                marks |= marks_of_passage(ledger, passage)
    return marks


def _marks_of_one_passage(ledger: Ledger, document: Document, passage: Passage) -> set[str]:
    # A paragraph of a comment is not shown without the rest of it.
    for comment in document.comments:
        if comment.comment_id == passage.comment_id:
            return marks_of_comment(ledger, document, comment)
    return marks_of_passage(ledger, passage)


def _marks_of_selector(ledger: Ledger, selector: Selector) -> set[str]:
    """The marks that keep out what has not been read yet."""
    if selector.kind == "author":
        return {ledger.mark("author", name_key(selector.value))}
    if selector.kind == "url":
        marks = {ledger.mark("comment-url", selector.value)}
        if "#" not in selector.value:
            marks |= {ledger.mark("document", key) for key in url_keys(selector.value)}
        return marks
    return set()


def _is_document(selector: Selector, document: Document) -> bool:
    if selector.kind == "id":
        return document.doc_id == selector.value
    if "#" in selector.value:
        return False
    wanted = url_keys(selector.value)
    return document.doc_id in wanted or (
        document.url is not None and not wanted.isdisjoint(url_keys(document.url))
    )


def _is_comment(selector: Selector, comment: Comment) -> bool:
    if selector.kind == "id":
        return comment.comment_id == selector.value
    return comment.url is not None and comment.url.strip() == selector.value


def _gone_passages(changed: Sequence[Document], withdrawals: Withdrawals) -> frozenset[str]:
    gone: set[str] = set()
    for document in changed:
        kept = withdrawals.apply(document)
        texts = {p.passage_id: p.text for p in kept.passages} if kept else {}
        gone |= {p.passage_id for p in document.passages if texts.get(p.passage_id) != p.text}
    return frozenset(gone)


def _count_comments(changed: Sequence[Document], withdrawals: Withdrawals) -> int:
    n_comments = 0
    for document in changed:
        kept = withdrawals.apply(document)
        comments = set(kept.comments) if kept else set()
        n_comments += sum(comment not in comments for comment in document.comments)
    return n_comments


def _forget_judgements(archive: Path, selector: Selector, gone: frozenset[str]) -> None:
    """Drop the judgements on what is gone: their questions may repeat its words."""
    path = judgements_path(archive)
    if not path.exists():
        return
    name = _name_withdrawn(selector)
    lines = path.read_bytes().splitlines(keepends=True)
    kept = [line for line in lines if not _judges(line, gone, name)]
    if len(kept) < len(lines):
        write_durably(path, b"".join(kept))


def _name_withdrawn(selector: Selector) -> str | None:
    return name_key(selector.value) if selector.kind == "author" else None


def _withdrawn(selector: Selector, changed: Sequence[Document], gone: frozenset[str]) -> Withdrawn:
    hashes = {
        text_hash(passage.text)
        for document in changed
        for passage in document.passages
        if passage.passage_id in gone
    }
    wholes = {"id": {selector.value}, "url": url_keys(selector.value)}.get(selector.kind, set())
    return Withdrawn(gone, frozenset(hashes), frozenset(wholes), _name_withdrawn(selector))


def _judges(line: bytes, gone: frozenset[str], name: str | None) -> bool:
    try:
        said = json.loads(line)
        query, passage_id = str(said["query"]), str(said["passage_id"])
    except (ValueError, KeyError, TypeError):
        return False
    return passage_id in gone or (name is not None and name in fold_words(query))


def _count_mentions(selector: Selector, generation: Generation) -> int:
    if selector.kind != "author":
        return 0
    name = f" {name_key(selector.value)} "
    with Store.open(generation) as store:
        return sum(name in f" {fold_words(p.text)} " for p in store.iter_passages())
