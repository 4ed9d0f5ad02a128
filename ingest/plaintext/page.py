"""Plain-text dumps of blog pages -> documents: the post, its comments, and the whole ledger.

A dump has no markup left: what is a title, a comment or a menu shows only in the layout. The
steps: lines (`lines`), where the comments are (`thread`, `readings`, `layout`), what each says
(`comments`), the post and its metadata (`post`, `header`, `menus`), and paragraphs
(`units`). Every sign that is not white space ends in exactly one entry of the ledger.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.clean import match_line
from ingest.errors import ExtractionError
from ingest.identity import comment_id, document_id
from ingest.language import detect_language
from ingest.model import Action, Comment, Document, Page, Passage, Role
from ingest.passages import Part, Place, build_passages
from ingest.plaintext.comments import CommentLines, read_comment
from ingest.plaintext.lines import Claim, Ledger, Line, read_lines
from ingest.plaintext.post import PostLines, claim_footer, read_post
from ingest.plaintext.thread import Thread, read_thread
from ingest.plaintext.units import (
    Unit,
    group_lines,
    is_heading,
    is_prose,
    may_be_heading,
    strip_bullets,
)
from ingest.text import fold_line

__all__ = ["read_text"]

_HEADING = Claim(Action.CONTEXT, "intertitre", "Intertitre, gardé avec les passages qui le suivent")
_MARKER = Claim(Action.METADATA, "numero-commentaire", "Numéro ou puce d’un commentaire")
_COUNTER = Claim(Action.METADATA, "compteur", "Titre de la section des commentaires")
_BY_AUTHOR = Claim(Action.KEPT, "texte-billet", "Écrit par l’auteur")
_BY_READER = Claim(Action.KEPT, "texte-commentaire", "Écrit par un lecteur")
_UNPLACED = Claim(
    Action.KEPT,
    "texte-non-place",
    "Texte du fil dont rien ne dit l’auteur ni le début\u00a0: gardé à part, sans nom",
)
_REST = Claim(Action.DROPPED, "reste", "Signes isolés, sans texte")


@dataclass(slots=True)
class _Draft:
    """The document while it is read."""

    page: Page
    text: str
    doc_id: str
    ledger: Ledger
    passages: list[Passage]


def read_text(page: Page, text: str) -> Document:
    """The document of a plain-text page: `text` is the decoded page, offsets are its own.

    Raises:
        ExtractionError: slug `aucun-texte`, when nothing on the page was written by anyone.
    """
    draft = _Draft(page, text, document_id(page.url, page.source_path), Ledger(text), [])
    lines, thread = read_thread(read_lines(text))
    post = read_post(lines, thread)
    _keep_post(draft, post)
    comments = _keep_comments(draft, lines, thread, post.facts.author)
    for line in post.footer:
        draft.ledger.add(claim_footer(line), line.start, line.end)
    if not draft.passages:
        raise ExtractionError(
            "aucun-texte",
            f"La page «\u00a0{page.source_path}\u00a0» ne contient que des menus, des formulaires "
            "ou des renvois\u00a0: ouvrez-la pour vérifier qu’elle porte un billet.",
        )
    facts = post.facts
    return Document(
        doc_id=draft.doc_id,
        source_path=page.source_path,
        passages=tuple(draft.passages),
        comments=comments,
        ledger=draft.ledger.close(_REST),
        title=facts.title,
        author=facts.author,
        date=facts.date,
        site=facts.site,
        url=page.url,
        language=_main_language(draft.passages),
        categories=facts.categories,
        tags=facts.tags,
        n_comments_declared=facts.n_comments,
        author_bio=facts.bio,
    )


def _keep_post(draft: _Draft, post: PostLines) -> None:
    for place, claim in post.facts.claims.items():
        draft.ledger.add(claim, post.lines[place].start, post.lines[place].end)
    units = group_lines(strip_bullets(_split_headings(post.body), draft.ledger), draft.text)
    parts: list[Part] = []
    heading: str | None = None
    for i, unit in enumerate(units):
        following = units[i + 1] if i + 1 < len(units) else None
        if is_heading(unit, following):
            heading = unit.text(draft.text)
            draft.ledger.add_lines(_HEADING, unit.lines)
            continue
        parts.append(_part(draft, unit, heading))
    _keep(draft, Place(draft.doc_id), parts, _BY_AUTHOR)


def _split_headings(body: Sequence[Line]) -> list[Line]:
    """The lines, with a blank line told under a title that stands right above its paragraph."""
    lines = list(body)
    for i, line in enumerate(lines[:-1]):
        below = lines[i + 1]
        is_first = i == 0 or line.n_blank > 0
        if is_first and not below.n_blank and is_prose(below.text) and may_be_heading(line.text):
            lines[i + 1] = replace(below, n_blank=1)
    return lines


def _keep_comments(
    draft: _Draft, lines: Sequence[Line], thread: Thread | None, author: str | None
) -> tuple[Comment, ...]:
    if thread is None:
        return ()
    for place in thread.headings:
        rule = match_line(lines[place].text, allow_weak=False)
        claim = Claim(Action.DROPPED, rule.name, rule.reason) if rule else _COUNTER
        draft.ledger.add(claim, lines[place].start, lines[place].end)
    for place in thread.noise:
        draft.ledger.add(claim_footer(lines[place]), lines[place].start, lines[place].end)
    comments = []
    for n, item in enumerate(thread.items, start=1):
        if item.marker is not None:
            draft.ledger.add(_MARKER, *item.marker)
        read = read_comment(item)
        is_author = read.head.is_post_author or _same_name(read.head.author, author)
        who = Place(draft.doc_id, Role.REPLY if is_author else Role.COMMENT, n)
        _keep_comment(draft, read, who, is_placed=item.is_placed)
        comments.append(
            Comment(
                comment_id=comment_id(draft.doc_id, n),
                number=n,
                kind=read.head.kind,
                author=read.head.author,
                date=read.head.date,
                parent_id=None
                if item.parent is None
                else comment_id(draft.doc_id, item.parent + 1),
                depth=item.depth,
                is_post_author=is_author,
                state=read.state,
            )
        )
    return tuple(comments)


def _keep_comment(draft: _Draft, read: CommentLines, place: Place, *, is_placed: bool) -> None:
    for claim, line in read.claims:
        draft.ledger.add(claim, line.start, line.end)
    units = group_lines(strip_bullets(read.body, draft.ledger), draft.text)
    parts = [_part(draft, unit, None) for unit in units]
    _keep(draft, place, parts, _BY_READER if is_placed else _UNPLACED)


def _part(draft: _Draft, unit: Unit, heading: str | None) -> Part:
    text = unit.text(draft.text)
    start, end = unit.lines[0].start, unit.lines[-1].end
    return Part(text, start, end, unit.kind, heading, detect_language(text))


def _keep(draft: _Draft, place: Place, parts: Sequence[Part], kept: Claim) -> None:
    for passage in build_passages(place, parts, first_ordinal=len(draft.passages)):
        draft.passages.append(passage)
        draft.ledger.add(kept, passage.start, passage.end, passage.passage_id)


def _same_name(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and fold_line(one) == fold_line(other)


def _main_language(passages: Sequence[Passage]) -> str | None:
    n_chars: dict[str, int] = {}
    for passage in passages:
        if passage.language:
            n_chars[passage.language] = n_chars.get(passage.language, 0) + len(passage.text)
    return max(n_chars, key=lambda name: (n_chars[name], name)) if n_chars else None
