"""What one page teaches of its site, and the document as its page stated it.

An archive keeps the lesson of each document: a page that comes or goes changes what its site
repeats without any other page being read again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ingest.identity import host_of, text_hash
from ingest.masking import mask_contacts, mask_document, mask_stated
from ingest.model import (
    MIN_TITLE_CONFIDENCE,
    Action,
    Document,
    LedgerEntry,
    Passage,
    Role,
    Stated,
)
from ingest.text import fold_words

__all__ = ["Lesson", "block_code", "folded", "lesson_of", "restored", "site_key", "stated_of"]

MAX_BLOCK_CHARS: Final = 240
_N_FIRST: Final = 3
_N_LAST: Final = 12
_CODE_DIGITS: Final = 16
_AT_EDGE: Final = 1
"""The last bit of a code: 63 bits tell the blocks of a site apart."""

_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a page teaches: its short blocks, its title and its tags, without its text.

    `site` names its site (`site_key`), `title` and `body` tell its post from others, `blocks` are
    the codes of its short blocks, each once, the last bit saying whether it stands at an end.
    """

    doc_id: str
    source_path: str
    site: str
    host: str | None
    title: str
    body: str
    blocks: tuple[int, ...]
    stated: Stated


def lesson_of(document: Document) -> Lesson:
    """What the page of a document teaches, as it was before anything was taken out.

    Contact details are masked first, as in an archive: both give one lesson.
    """
    given = mask_document(restored(document))
    post = [p for p in given.passages if p.role is Role.POST]
    longest = max((p.text for p in post), key=len, default=given.source_path)
    return Lesson(
        doc_id=given.doc_id,
        source_path=given.source_path,
        site=site_key(given),
        host=host_of(given.url),
        title=folded(given.title or given.source_path),
        body=text_hash(longest)[:_CODE_DIGITS],
        blocks=tuple(_block_codes(post)),
        stated=stated_of(given) if document.stated is None else mask_stated(document.stated),
    )


def stated_of(document: Document) -> Stated:
    """What the page of a document states of what sites repeat; nothing is taken out yet."""
    if document.stated is not None:
        return document.stated
    titles: dict[str, str] = {}
    for one in document.evidence:
        if one.fact == "title" and one.confidence >= MIN_TITLE_CONFIDENCE:
            titles.setdefault(folded(one.value), mask_contacts(one.value).text)
    titles.pop(folded(document.title or ""), None)
    return Stated(document.title, tuple(titles.values()), document.site, document.tags)


def restored(document: Document) -> Document:
    """The document as its page stated it, with all that was taken out in its place."""
    stated = document.stated
    if stated is None:
        return document
    left: Iterator[Passage] = iter(document.passages)
    taken = {one.ordinal: one for one in stated.removed}
    n_passages = len(document.passages) + len(taken)
    passages = [taken[n] if n in taken else next(left) for n in range(n_passages)]
    ledger = list(document.ledger)
    for place, rule, reason, passage_id in stated.entries:
        ledger[place] = _kept(ledger[place], rule, reason, passage_id)
    return replace(
        document,
        title=stated.title,
        site=stated.site,
        tags=stated.tags,
        passages=tuple(replace(one, ordinal=n) for n, one in enumerate(passages)),
        ledger=tuple(ledger),
        stated=replace(stated, removed=(), entries=(), reading=""),
    )


def site_key(document: Document) -> str:
    """One name for all pages of a site: its host, else its name, else its folder."""
    host = host_of(document.url)
    if host is not None:
        return f"hote:{host}"
    folder = document.source_path.rpartition("/")[0]
    return f"{document.source}:{folded(document.site) if document.site else folder}"


def block_code(text: str) -> int:
    """What stands for a short block: 63 bits, shared by blocks that differ in figures alone."""
    key = folded(mask_contacts(text).text)
    return int(text_hash(key)[:_CODE_DIGITS], 16) & ~_AT_EDGE if key else 0


def folded(text: str) -> str:
    """`text` as blocks are compared: letters, and figures as one sign (« 12 J’aime »)."""
    return fold_words(_DIGITS.sub("0", text)).replace(" ", "")


def is_at_edge(code: int) -> bool:
    """Whether the block of a lesson stands at an end of its post."""
    return bool(code & _AT_EDGE)


def without_edge(code: int) -> int:
    """The code of a lesson as `block_code` gives it."""
    return code & ~_AT_EDGE


def _block_codes(post: Sequence[Passage]) -> Iterable[int]:
    places: dict[int, bool] = {}
    for n, passage in enumerate(post):
        if len(passage.text) <= MAX_BLOCK_CHARS and (code := block_code(passage.text)):
            is_edge = n < _N_FIRST or n >= len(post) - _N_LAST
            places[code] = places.get(code, True) and is_edge
    return (code | is_edge for code, is_edge in places.items())


def _kept(entry: LedgerEntry, rule: str, reason: str, passage_id: str) -> LedgerEntry:
    return replace(entry, action=Action.KEPT, rule=rule, reason=reason, passage_id=passage_id)
