"""A document without what was withdrawn from it, and without what tells of it beside it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection
from dataclasses import replace
from typing import Final
from urllib.parse import unquote

from ingest.model import Comment, CommentState, Document, LedgerEntry, Passage
from ingest.text import fold_words

COMMENT_PLACEHOLDER: Final = "Commentaire retiré"
PASSAGE_PLACEHOLDER: Final = "Passage retiré"
WITHDRAWAL_RULE: Final = "retrait"
_WITHDRAWAL_REASON: Final = "Texte retiré à la demande d’une personne."
# Words of a title or a name that say something of it in an address; shorter ones are everywhere.
_MIN_TELLING_CHARS: Final = 4


def without(
    document: Document, comments: frozenset[str], passages: frozenset[str], is_author_gone: bool
) -> Document | None:
    """The document without these comments and passages, by id, placeholders where a thread needs
    them, and without its author's own part if they withdrew; None when nothing is left."""
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
        stated=None,  # what its page said before may hold what was withdrawn
    )
    return _without_author(shown, document) if is_author_gone else shown


def _without_author(shown: Document, document: Document) -> Document:
    """The document without what its author said of it: title, name and labels, nor the addresses
    (of the page, its file, its site, its comments) that repeat words of the title or the name."""
    texts = (document.author, document.title, *document.tags, *document.categories)
    words = {
        word
        for text in texts
        for word in fold_words(text or "").split()
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
    squeezed = fold_words(unquote(address or "")).replace(" ", "")
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
    secrets = [fold_words(name) for name in names if name]
    return tuple(
        entry
        if entry.passage_id in kept_ids
        or (bisect_right(starts, entry.start) not in gaps and not _holds_any(entry.text, secrets))
        else replace(entry, rule=WITHDRAWAL_RULE, reason=_WITHDRAWAL_REASON, text="")
        for entry in document.ledger
    )


def _holds_any(text: str, secrets: Collection[str]) -> bool:
    normal = fold_words(text)
    return any(secret in normal for secret in secrets if secret)
