"""Records as texts: what a corpus tool counts as one text, and names that any tool accepts."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from index.export.format import Export
from index.export.record import ExportRecord
from ingest.text import fold

UNKNOWN: Final = "inconnu"
_NOT_WORD: Final = re.compile(r"[^a-z0-9]+")
_MAX_NAME: Final = 60
_HASH_DIGITS: Final = 8


@dataclass(frozen=True, slots=True)
class CorpusText:
    """One text: its number from 1, and the passages that make it, neighbours in the export.

    In an export of the corpus a text is a whole post or comment; in an answer, where passages come
    in the order of their scores, each passage is one.
    """

    number: int
    passages: tuple[ExportRecord, ...]

    @property
    def first(self) -> ExportRecord:
        """The first passage: it says what all have in common."""
        return self.passages[0]

    @property
    def name(self) -> str:
        """A name that no other text of the export has: letters and digits."""
        return f"t{self.number:06d}"


def iter_texts(export: Export) -> Iterator[CorpusText]:
    """Yields the texts of an export, in its order."""
    if not export.is_corpus:
        for number, record in enumerate(export.records, start=1):
            yield CorpusText(number, (record,))
        return
    groups = groupby(export.records, key=lambda record: record.source_id)
    for number, (_, records) in enumerate(groups, start=1):
        yield CorpusText(number, tuple(records))


def plain_name(value: str | None) -> str:
    """The value as small ASCII letters and digits, for a variable or a file; « inconnu » for none.

    Names that differ by accents only come out equal; one without any Latin letter becomes a short
    hash of itself, so that it is still told from others.
    """
    if not value:
        return UNKNOWN
    kept = _NOT_WORD.sub("", fold(value))[:_MAX_NAME]
    if kept:
        return kept
    digest = hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()
    return f"x{digest[:_HASH_DIGITS]}"
