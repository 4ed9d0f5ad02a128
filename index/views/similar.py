"""Around a passage: others that say something close, and the thread that it belongs to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from index.encoders.protocol import Question
from index.model import Filters, Hit, Mode, Query, SearchResult
from index.query.parser import ParsedQuery
from index.query.plan import Plan
from index.retrieval.alignment import MENTION, PARENT, QUOTE

if TYPE_CHECKING:
    from index.archive import Archive
    from index.storage.rows import DocumentRecord

_LINKS = frozenset({QUOTE, MENTION, PARENT})


def similar(
    archive: Archive, passage_id: str, k: int = 10, *, filters: Filters | None = None
) -> SearchResult:
    """The `k` passages closest in meaning to one, itself and its copies left out, best first.

    Raises:
        UsageError: there is no such passage.
    """
    centre = archive.passage(passage_id)
    copies = archive.copies_of(passage_id)
    query = Query(text=centre.text, k=max(1, k), mode=Mode.DENSE, filters=filters or Filters())
    plan = _plan(archive, query, passage_id)
    result = archive.run(replace(plan, left_out=frozenset({passage_id, *copies})))
    # Nearness is no question: there is nothing to answer.
    hits = tuple(replace(hit, confident=None, best_sentence=None) for hit in result.hits)
    return replace(result, hits=hits, confident=None)


def _plan(archive: Archive, query: Query, passage_id: str) -> Plan:
    return Plan(
        query=query,
        parsed=ParsedQuery(raw=query.text),
        filters=query.filters,
        weights={},
        question=Question(archive.vectors_of([passage_id])[0]),
    )


def thread(archive: Archive, passage_id: str) -> tuple[Hit, ...]:
    """The comments of the exchange that a comment belongs to, in page order, itself included.

    Two comments belong together when one answers the other by the page's own nesting, by a
    quotation or by name. A passage of the post has no thread: the tuple is empty.

    Raises:
        UsageError: there is no such passage.
    """
    centre = archive.passage(passage_id)
    if centre.comment_id is None:
        return ()
    document = archive.document(centre.doc_id)
    linked = _exchange(document, _links(archive, document), centre.comment_id)
    return tuple(
        archive.passage(one.passage_id)
        for one in document.passages
        if one.comment_id is not None and one.comment_id in linked
    )


def _links(archive: Archive, document: DocumentRecord) -> dict[str, set[str]]:
    """For each comment, those that it answers or that answer it."""
    owners = {p.passage_id: p.comment_id for p in document.passages if p.comment_id is not None}
    answers = archive.store.alignments([comment.comment_id for comment in document.comments])
    pairs = [(one.comment_id, one.parent_id) for one in document.comments if one.parent_id]
    pairs += [
        (comment_id, owners[answer.passage_id])
        for comment_id, answer in answers.items()
        if answer.method in _LINKS and answer.passage_id in owners
    ]
    links: dict[str, set[str]] = {}
    for one, other in pairs:
        links.setdefault(one, set()).add(other)
        links.setdefault(other, set()).add(one)
    return links


def _exchange(document: DocumentRecord, links: dict[str, set[str]], start: str) -> set[str]:
    known = {comment.comment_id for comment in document.comments}
    found, waiting = {start}, [start]
    while waiting:
        for other in links.get(waiting.pop(), ()):
            if other not in found and other in known:
                found.add(other)
                waiting.append(other)
    return found
