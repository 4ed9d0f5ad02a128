"""Around a passage: others that say something close, and the thread that it belongs to."""

from __future__ import annotations

from dataclasses import replace

from index.encoders.protocol import Question
from index.model import Filters, Hit, Mode, Query, SearchResult
from index.query.parser import ParsedQuery
from index.query.plan import Plan
from index.retrieval.alignment import MENTION, PARENT, QUOTE
from index.retrieval.searcher import Searcher
from index.storage.reader import Store
from index.storage.rows import DocumentRecord
from index.views.passages import PassageReader
from index.views.results import ResultReader

_LINKS = frozenset({QUOTE, MENTION, PARENT})


def similar(
    searcher: Searcher,
    passages: PassageReader,
    passage_id: str,
    k: int = 10,
    *,
    filters: Filters | None = None,
) -> SearchResult:
    """The `k` passages closest in meaning to one, itself and its copies left out, best first.

    Raises:
        UsageError: there is no such passage.
    """
    centre = passages.passage(passage_id)
    query = Query(text=centre.text, k=max(1, k), mode=Mode.DENSE, filters=filters or Filters())
    plan = Plan(
        query=query,
        parsed=ParsedQuery(raw=query.text),
        filters=query.filters,
        question=Question(searcher.vectors_of([centre.passage_id])[0]),
        left_out=frozenset({centre.passage_id, *passages.copies_of(centre.passage_id)}),
    )
    # Nearness is no question: there is nothing to answer, and no calibration is asked.
    result = ResultReader(searcher).run(plan)
    hits = tuple(replace(hit, best_sentence=None) for hit in result.hits)
    return replace(result, hits=hits)


def thread(passages: PassageReader, passage_id: str) -> tuple[Hit, ...]:
    """The comments of the exchange that a comment belongs to, in page order, itself included.

    Two comments belong together when one answers the other by the page's own nesting, by a
    quotation or by name. A passage of the post has no thread: the tuple is empty.

    Raises:
        UsageError: there is no such passage.
    """
    centre = passages.passage(passage_id)
    if centre.comment_id is None:
        return ()
    document = passages.document(centre.doc_id)
    linked = _exchange(document, _links(passages.store, document), centre.comment_id)
    return tuple(
        passages.passage(one.passage_id)
        for one in document.passages
        if one.comment_id is not None and one.comment_id in linked
    )


def _links(store: Store, document: DocumentRecord) -> dict[str, set[str]]:
    """For each comment, those that it answers or that answer it."""
    owners = {p.passage_id: p.comment_id for p in document.passages if p.comment_id is not None}
    answers = store.alignments([comment.comment_id for comment in document.comments])
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
