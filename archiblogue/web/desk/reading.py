"""A post as JSON for the desk: its paragraphs, the passages that answer, the thread, the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from archiblogue.typography import format_date
from archiblogue.web.desk.address import Parameters, read_wanted
from archiblogue.web.desk.answer import ask, known
from archiblogue.web.desk.excerpt import PLAIN, Piece, pieces
from archiblogue.web.html import safe_url, shown
from archiblogue.web.texts import Words
from index.model import Answer, Filters, Hit
from ingest.errors import UsageError
from ingest.model import Comment, CommentKind, CommentState, Passage, Role

if TYPE_CHECKING:
    from index.archive import Archive
    from index.storage.rows import DocumentRecord

# The passages of one post that answer, marked in it.
MOST_MATCHES: Final = 60
MAX_LEDGER_CHARACTERS: Final = 600


def reading_json(
    archive: Archive, doc_id: str, parameters: Parameters, words: Words
) -> dict[str, Any]:
    """The post of that id, with what answers the question of the address marked in it.

    Raises:
        UsageError: there is no such post.
        EncoderError: the model of the archive cannot be loaded.
    """
    document = archive.document(doc_id)
    found = {hit.passage_id: hit for hit in matches_in(archive, doc_id, parameters)}
    answers = archive.store.alignments([one.comment_id for one in document.comments])
    body = [one for one in document.passages if one.comment_id is None]
    date = document.date.value if document.date else None
    return {
        "doc": document.doc_id,
        "title": shown(document.title or words("card.untitled")),
        "author": shown(document.author or words("card.anonymous")),
        "date": format_date(date, words.language) or words("card.undated"),
        "iso": date,
        "site": shown(document.site) if document.site else None,
        "url": safe_url(document.url),
        "path": shown(document.source_path),
        "labels": [
            {"name": words(name), "values": [shown(value) for value in values]}
            for name, values in (
                ("document.categories", document.categories),
                ("document.tags", document.tags),
            )
            if values
        ],
        "blocks": blocks(body, found, document.title),
        "comments": _comments(document, found, answers, words),
        "declared": document.n_comments_declared,
        "ledger": ledger(document),
    }


def matches_in(archive: Archive, doc_id: str, parameters: Parameters) -> tuple[Hit, ...]:
    """The passages of one post that answer the question of the address, best first."""
    wanted = known(archive, read_wanted(parameters, archive.facets()))
    if not wanted.question:
        return ()
    within = Filters(doc_ids=[doc_id])
    wanted = replace(wanted, query=replace(wanted.query, offset=0), within=within)
    found: list[Hit] = []
    try:
        # Page after page of the very answer that the list shows: it was ranked once.
        while len(found) < MOST_MATCHES:
            page = ask(archive, wanted)
            found += page.hits
            if page.next_query is None:
                break
            wanted = replace(wanted, query=page.next_query)
    except UsageError:
        return ()  # the list says why the question cannot be read
    return tuple(hit for hit in found if hit.matches or hit.best_sentence)


def blocks(
    passages: Iterable[Passage], found: Mapping[str, Hit], title: str | None = None
) -> list[dict[str, Any]]:
    """Passages as blocks of running text, a heading before those that it heads."""
    made: list[dict[str, Any]] = []
    heading = title
    for passage in passages:
        if passage.heading is not None and passage.heading != heading:
            heading = passage.heading
            made.append({"kind": "heading", "text": shown(heading)})
        hit = found.get(passage.passage_id)
        made.append(
            {
                "kind": passage.kind.value,
                "id": passage.passage_id,
                "pieces": _pieces(passage.text, hit),
                "match": hit is not None,
            }
        )
    return made


def ledger(document: DocumentRecord) -> list[dict[str, str]]:
    """What was left out of the page, with the rule that decided it."""
    return [
        {
            "rule": entry.rule,
            "reason": entry.reason,
            "text": shown(cut(entry.text, MAX_LEDGER_CHARACTERS)),
        }
        for entry in document.ledger
        if entry.action == "dropped"
    ]


def cut(text: str, most: int) -> str:
    """The beginning of a text, its end said by an ellipsis."""
    return text if len(text) <= most else text[:most].rstrip() + "…"


def state(comment: Comment, words: Words) -> str:
    """Why a comment has no text."""
    if comment.state is CommentState.DELETED:
        return words("document.comment.deleted")
    if comment.state is CommentState.MODERATED:
        return words("document.comment.moderated")
    return words("document.comment.withdrawn")


def _pieces(text: str, hit: Hit | None) -> list[Piece]:
    if hit is None:
        return [[shown(text), PLAIN]]
    found = pieces(text, hit.matches, hit.best_sentence)
    return [[shown(str(piece)), mark] for piece, mark in found]


def _comments(
    document: DocumentRecord, found: Mapping[str, Hit], answers: Mapping[str, Answer], words: Words
) -> list[dict[str, Any]]:
    numbers = {comment.comment_id: comment.number for comment in document.comments}
    passages: dict[str, list[Passage]] = {}
    for passage in document.passages:
        if passage.comment_id is not None:
            passages.setdefault(passage.comment_id, []).append(passage)
    return [
        {
            **_comment(comment, numbers, words),
            "blocks": blocks(passages.get(comment.comment_id, ()), found),
            "answers": answers[comment.comment_id].passage_id
            if comment.comment_id in answers
            else None,
        }
        for comment in document.comments
    ]


def _comment(comment: Comment, numbers: Mapping[str, int], words: Words) -> dict[str, Any]:
    date = comment.date.value if comment.date else None
    role = Role.REPLY if comment.is_post_author else Role.COMMENT
    return {
        "id": comment.comment_id,
        "number": comment.number,
        "role": role.value,
        "author": shown(comment.author or words("card.anonymous")),
        "date": format_date(date, words.language) or words("card.undated"),
        "iso": date,
        "depth": comment.depth,
        "parent": numbers.get(comment.parent_id or ""),
        "pingback": comment.kind is not CommentKind.COMMENT,
        "state": state(comment, words),
    }
