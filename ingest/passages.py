"""The passages of a post or of a comment, numbered and named, from the parts of its text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from ingest.identity import comment_id, comment_passage_id, post_passage_id
from ingest.model import Passage, PassageKind, Role

__all__ = ["MAX_PASSAGE_CHARS", "Part", "Place", "build_passages", "split_long"]

MAX_PASSAGE_CHARS: Final = 2400
"""Above it a paragraph is cut between sentences. The longest paragraph of the seeds has 1,700."""

_TARGET_CHARS: Final = 1600
_MIN_TAIL_CHARS: Final = 200
_SENTENCE_END = re.compile(r"[.!?…][»”\")\]]*\s+(?=[«“\"(\[]?\s?[0-9A-ZÀÂÇÉÈÊËÎÏÔÙÛŒÆ–—-])|\n+")


@dataclass(frozen=True, slots=True)
class Part:
    """One paragraph, list item, quote … of the linear text: `linear_text[start:end] == text`."""

    text: str
    start: int
    end: int
    kind: PassageKind = PassageKind.PARAGRAPH
    heading: str | None = None
    language: Literal["fr", "en", "other"] | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where the passages belong: the post (`comment_number` None) or one of its comments."""

    doc_id: str
    role: Role = Role.POST
    comment_number: int | None = None

    @property
    def comment_id(self) -> str | None:
        """The comment's name; None for the post."""
        if self.comment_number is None:
            return None
        return comment_id(self.doc_id, self.comment_number)


def build_passages(
    place: Place, parts: Iterable[Part], *, first_ordinal: int = 0
) -> tuple[Passage, ...]:
    """The parts as passages, in their order; parts over `MAX_PASSAGE_CHARS` become several.

    `first_ordinal` is the number of passages that the document has before these.
    """
    passages: list[Passage] = []
    for part in parts:
        for start, end in split_long(part.text):
            n = len(passages) + 1
            if place.comment_number is None:
                passage_id = post_passage_id(place.doc_id, n)
            else:
                passage_id = comment_passage_id(place.doc_id, place.comment_number, n)
            passages.append(
                Passage(
                    passage_id=passage_id,
                    doc_id=place.doc_id,
                    ordinal=first_ordinal + n - 1,
                    role=place.role,
                    kind=part.kind,
                    text=part.text[start:end],
                    start=part.start + start,
                    end=part.start + end,
                    heading=part.heading,
                    comment_id=place.comment_id,
                    language=part.language,
                )
            )
    return tuple(passages)


def split_long(text: str, max_chars: int = MAX_PASSAGE_CHARS) -> list[tuple[int, int]]:
    """Spans of `text`, each at most `max_chars` long, cut between sentences where there are any.

    White space at a cut belongs to no span; every other character belongs to exactly one.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    while len(text) - start > max_chars:
        cut = _cut(text, start, max_chars)
        spans.append(_trim(text, start, cut))
        start = cut
    spans.append(_trim(text, start, len(text)))
    return [span for span in spans if span[0] < span[1]]


def _cut(text: str, start: int, max_chars: int) -> int:
    last = min(start + max_chars, len(text) - min(_MIN_TAIL_CHARS, max_chars // 4))
    target = start + min(_TARGET_CHARS, max_chars)
    ends = [m.end() for m in _SENTENCE_END.finditer(text, start + 1, last) if m.end() > start]
    if ends:
        return min(ends, key=lambda end: (abs(end - target), end))
    space = text.rfind(" ", start + 1, last)
    return space if space > start else last


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
