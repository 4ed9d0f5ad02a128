"""Hits, lines of a concordance and rejections as tables, their columns named as in JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Final

from index.export.csv_table import write_table
from index.model import Hit
from index.views.concordance import COLUMNS as CONCORDANCE_COLUMNS
from index.views.concordance import Concordance
from ingest.model import Rejection

# The scalar fields of the contract; offsets, lanes and alignments are in the JSON Lines file.
COLUMNS: Final = (
    *("rank", "score", "passage_id", "doc_id", "role", "text", "title", "author", "date", "url"),
    *("site", "source_path", "heading", "language", "comment_id", "comment_number", "confident"),
)
REJECTION_COLUMNS: Final = ("source_path", "stage", "slug", "detail", "source")


def write_hits_csv(hits: Iterable[Hit]) -> Iterator[bytes]:
    """The bytes of a table with one hit a row.

    Nothing is shortened: Excel shows at most 32,767 characters of a cell, and a longer passage is
    whole in the file.
    """
    return write_table(COLUMNS, ({**hit.as_record()} for hit in hits))


def write_concordance_csv(found: Concordance) -> Iterator[bytes]:
    """The bytes of a table with one occurrence a row, in their order."""
    return write_table(CONCORDANCE_COLUMNS, ({**line.as_record()} for line in found.lines))


def write_rejections_csv(rejections: Iterable[Rejection]) -> Iterator[bytes]:
    """The bytes of a table with one page that gave no document a row."""
    return write_table(REJECTION_COLUMNS, (asdict(one) for one in rejections))
