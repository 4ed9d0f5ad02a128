"""What the pages of a segment taught of their sites, a value a document, beside its other arrays.

Segments written before there were lessons have none: their documents teach nothing until their
pages are read again.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from index.storage.arrays import ArrayFile
from index.storage.segment import LESSONS_NAME, LiveSegment
from ingest.identity import text_hash
from ingest.lessons import Lesson
from ingest.model import Passage, PassageKind, Role, Stated

__all__ = ["LessonsBuilder", "as_kept", "join_lessons", "read_lesson", "site_code", "taught_sites"]

_SITE: Final = "lessons.site"
_BLOCKS: Final = "lessons.blocks"
_BLOCK_ENDS: Final = "lessons.block_ends"
_FACT_ENDS: Final = "lessons.fact_ends"
_CODE_DIGITS: Final = 16


def site_code(site: str) -> int:
    """What stands for a site (`site_key`), never 0: 64 bits of its SHA-256."""
    return int(text_hash(site)[:_CODE_DIGITS], 16) or 1


class LessonsBuilder:
    """The lessons of the documents of a segment, in the order of their numbers."""

    def __init__(self) -> None:
        self._sites = array("Q")
        self._blocks = array("Q")
        self._block_ends = array("Q")
        self._facts = bytearray()
        self._fact_ends = array("Q")

    def add(self, lesson: Lesson | None) -> None:
        """Takes the lesson of the next document; None teaches nothing."""
        self._sites.append(0 if lesson is None else site_code(lesson.site))
        if lesson is not None:
            self._blocks.extend(lesson.blocks)
            self._facts += _encoded(lesson)
        self._block_ends.append(len(self._blocks))
        self._fact_ends.append(len(self._facts))

    def as_arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays, by name: a uint64 a document or a block, and uint8 (n_bytes,)."""
        return {
            _SITE: np.array(self._sites, dtype=np.uint64),
            _BLOCKS: np.array(self._blocks, dtype=np.uint64),
            _BLOCK_ENDS: np.array(self._block_ends, dtype=np.uint64),
            LESSONS_NAME: np.frombuffer(bytes(self._facts), dtype=np.uint8),
            _FACT_ENDS: np.array(self._fact_ends, dtype=np.uint64),
        }


def as_kept(lesson: Lesson) -> Lesson:
    """The lesson as it is read again: a lone surrogate is replaced."""
    return _decoded(_encoded(lesson), lesson.blocks)


def taught_sites(arrays: ArrayFile, n_documents: int) -> NDArray[np.uint64]:
    """The code of the site that each document teaches of, (n_documents,) uint64; 0 for none."""
    if _SITE not in arrays:
        return np.zeros(n_documents, dtype=np.uint64)
    return np.asarray(arrays[_SITE], dtype=np.uint64)


def read_lesson(arrays: ArrayFile, number: int) -> Lesson | None:
    """The lesson of the document of that number; None where it has none."""
    if _SITE not in arrays or not int(arrays[_SITE][number]):
        return None
    facts = arrays[LESSONS_NAME][_span(arrays[_FACT_ENDS], number)].tobytes()
    return _decoded(facts, arrays[_BLOCKS][_span(arrays[_BLOCK_ENDS], number)].tolist())


def join_lessons(parts: Sequence[LiveSegment]) -> dict[str, NDArray[Any]]:
    """The arrays of the documents that are left, uint64 and uint8 (n,), by name; none where no
    part has any."""
    if not any(_SITE in part.segment.arrays for part in parts):
        return {}
    joined = LessonsBuilder()
    for lesson in _lessons(parts):
        joined.add(lesson)
    return joined.as_arrays()


def _lessons(parts: Iterable[LiveSegment]) -> Iterator[Lesson | None]:
    for part in parts:
        for number in part.live_documents.tolist():
            yield read_lesson(part.segment.arrays, number)


def _span(ends: NDArray[np.uint64], number: int) -> slice:
    return slice(int(ends[number - 1]) if number else 0, int(ends[number]))


def _encoded(lesson: Lesson) -> bytes:
    stated = lesson.stated
    facts = [
        lesson.doc_id,
        lesson.source_path,
        lesson.site,
        lesson.host,
        lesson.title,
        lesson.body,
        [stated.title, stated.titles, stated.site, stated.tags, stated.reading, stated.entries],
        [astuple(one) for one in stated.removed],
    ]
    # A lone surrogate is replaced, as it is in the rows.
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _decoded(facts: bytes, blocks: Sequence[int]) -> Lesson:
    doc_id, source_path, site, host, title, body, stated, removed = json.loads(facts)
    own_title, titles, name, tags, reading, entries = stated
    return Lesson(
        doc_id=doc_id,
        source_path=source_path,
        site=site,
        host=host,
        title=title,
        body=body,
        blocks=tuple(blocks),
        stated=Stated(
            title=own_title,
            titles=tuple(titles),
            site=name,
            tags=tuple(tags),
            removed=tuple(map(_passage, removed)),
            entries=tuple((place, rule, reason, who) for place, rule, reason, who in entries),
            reading=reading,
        ),
    )


def _passage(facts: Sequence[Any]) -> Passage:
    passage = Passage(*facts)
    return replace(passage, role=Role(passage.role), kind=PassageKind(passage.kind))
