# ruff: noqa: E501  word lists and sentences read better unbroken
"""A post of an export or of a feed -> its Document.

The fields are known; the bodies are untrusted markup. The linear text is that of the post's
body, then of each comment's, joined by a line end; offsets count in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.clean import match_boilerplate
from ingest.errors import ExtractionError
from ingest.html.body import block_kind, heading_level, main_language
from ingest.html.linear import Block, LinearPage, linearise
from ingest.html.parse import parse_html
from ingest.identity import comment_id, document_id
from ingest.language import detect_language
from ingest.model import (
    Action,
    Comment,
    CommentState,
    Document,
    LedgerEntry,
    Passage,
    Role,
    StructuredComment,
    StructuredPost,
)
from ingest.passages import Part, Place, build_passages

__all__ = ["read_post"]


@dataclass(slots=True)
class _Draft:
    doc_id: str
    passages: list[Passage] = field(default_factory=list)
    ledger: list[LedgerEntry] = field(default_factory=list)
    offset: int = 0

    def read(self, html: str, place: Place, rule: str, reason: str) -> None:
        """Add the passages of one body and its part of the ledger."""
        tree = parse_html(f"<div>{html}</div>") if html.strip() else None
        if tree is None:
            return
        page = linearise(tree)
        parts: list[Part] = []
        heading: str | None = None
        for block in page.blocks:
            text = page.text[block.start : block.end]
            start, end = block.start + self.offset, block.end + self.offset
            dropped = match_boilerplate(text, allow_weak=False)
            # an export holds what was written: a reader who quotes an error wrote it
            is_written = dropped is not None and dropped.error and place.comment_number is not None
            if dropped is not None and not is_written:
                self._note(Action.DROPPED, dropped.name, dropped.reason, (text, start, end))
            elif heading_level(block) is not None and place.comment_number is None:
                heading = text
                context = "Intertitre, gardé à côté de ses passages"
                self._note(Action.CONTEXT, "intertitre", context, (text, start, end))
            else:
                parts.append(_part(page, block, (start, end), heading))
        built = build_passages(place, parts, first_ordinal=len(self.passages))
        self.passages += built
        self.ledger += [
            LedgerEntry(Action.KEPT, rule, reason, p.text, p.start, p.end, p.passage_id)
            for p in built
        ]
        self.offset += len(page.text) + 1

    def _note(self, action: Action, rule: str, reason: str, span: tuple[str, int, int]) -> None:
        self.ledger.append(LedgerEntry(action, rule, reason, *span))


def read_post(post: StructuredPost) -> Document:
    """The document of a post of an export, its comments in the order of the thread and of time.

    Raises:
        ExtractionError: `sans-texte` where neither the post nor a comment has text.
    """
    name = post.url or (f"{post.source_path}#{post.identifier}" if post.identifier else None)
    draft = _Draft(document_id(post.url, name or post.source_path))
    draft.read(post.html, Place(draft.doc_id, Role.POST), "billet", "Texte du billet")
    thread = _in_thread_order(post.comments)
    numbers = {comment.identifier: n for n, comment in enumerate(thread, 1)}
    depths: dict[str, int] = {}
    comments = tuple(
        _comment(draft, comment, number, numbers, depths)
        for number, comment in enumerate(thread, 1)
    )
    if not draft.passages and not comments:
        raise ExtractionError(
            "sans-texte",
            f"Le billet «\u00a0{post.title or post.identifier}\u00a0» de «\u00a0{post.source_path}\u00a0» "
            "n’a aucun texte\u202f; vérifiez l’export.",
        )
    passages = tuple(draft.passages)
    return Document(
        doc_id=draft.doc_id,
        source_path=post.source_path,
        passages=passages,
        comments=comments,
        ledger=tuple(sorted(draft.ledger, key=lambda entry: (entry.start, entry.end))),
        title=post.title,
        author=post.author,
        date=post.date,
        site=post.site,
        url=post.url,
        language=main_language(passages),
        categories=post.categories,
        tags=post.tags,
        n_comments_declared=post.n_comments_declared,
    )


def _in_thread_order(comments: tuple[StructuredComment, ...]) -> list[StructuredComment]:
    """The comments by date, each answer after the one that it answers and before the next thread.

    Where a date is missing, those of one parent stay in the order of the export.
    """
    known = {comment.identifier for comment in comments}
    answers: dict[str | None, list[StructuredComment]] = {}
    for comment in comments:
        is_answer = comment.parent in known and comment.parent != comment.identifier
        answers.setdefault(comment.parent if is_answer else None, []).append(comment)
    for siblings in answers.values():
        if all(comment.date is not None for comment in siblings):
            siblings.sort(key=lambda comment: comment.date.value if comment.date else "")
    ordered: list[StructuredComment] = []
    waiting = answers.pop(None, [])[::-1]
    while waiting or answers:
        if not waiting:  # answers that answer each other in a circle
            waiting = answers.pop(next(iter(answers)))[::-1]
        comment = waiting.pop()
        ordered.append(comment)
        waiting += answers.pop(comment.identifier, [])[::-1]
    return ordered


def _comment(
    draft: _Draft,
    comment: StructuredComment,
    number: int,
    numbers: dict[str, int],
    depths: dict[str, int],
) -> Comment:
    """Read the comment's body into the draft and return its record."""
    role = Role.REPLY if comment.is_post_author else Role.COMMENT
    if comment.state is CommentState.PUBLISHED:
        place = Place(draft.doc_id, role, number)
        draft.read(comment.html, place, "commentaire", "Texte d’un commentaire")
    parent = numbers.get(comment.parent) if comment.parent else None
    if parent == number:
        parent = None
    depth = depths.get(comment.parent or "", -1) + 1 if parent is not None else 0
    depths[comment.identifier] = depth
    return Comment(
        comment_id=comment_id(draft.doc_id, number),
        number=number,
        kind=comment.kind,
        author=comment.author,
        date=comment.date,
        url=comment.url,
        parent_id=None if parent is None else comment_id(draft.doc_id, parent),
        depth=depth,
        is_post_author=comment.is_post_author,
        state=comment.state,
    )


def _part(page: LinearPage, block: Block, span: tuple[int, int], heading: str | None) -> Part:
    text = page.text[block.start : block.end]
    return Part(text, span[0], span[1], block_kind(block), heading, detect_language(text))
