"""Records and exports made up for the tests of formats."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from index.export.format import Export, FormatOptions
from index.export.formats import FORMATS
from index.export.record import ExportRecord
from index.export.search_record import Asked, SearchRecord
from index.export.tally import Tally
from index.model import Query

WriteRecords = Callable[..., bytes]


def make_record(number: int = 1, **fields: Any) -> ExportRecord:
    """A passage of a comment, its fields all known."""
    values: dict[str, Any] = {
        "rank": number,
        "score": 1 / (number + 1),
        "passage_id": f"d-{number:016x}#c1.p1",
        "doc_id": f"d-{number:016x}",
        "role": "réponse",
        "text": "Été ; « œuf »\nligne 2",
        "source_path": "a.txt",
        "kind": "paragraph",
        "start": 10,
        "end": 31,
        "title": "Le potager",
        "author": "Odile Després",
        "date": "2012-05-04",
        "url": "http://jardin.exemple.org/potager#c1",
        "site": "jardin.exemple.org",
        "language": "fr",
        "comment_id": f"d-{number:016x}#c1",
        "comment_number": 1,
        "confident": True,
        "query_id": "q1",
        "query": "que planter ?",
        "date_precision": "day",
        "date_source": "text",
        "dense_rank": 1,
        "dense_score": -0.125,
        "depth": 0,
        "permalink": "http://127.0.0.1:8501/billet?id=d",
    }
    return ExportRecord(**{**values, **fields})


def make_search(**fields: Any) -> SearchRecord:
    """The search that found them."""
    values: dict[str, Any] = {
        "subject": "question",
        "generation": 3,
        "content_hash": "0" * 64,
        "encoder_name": "fake",
        "encoder_revision": "1",
        "encoder_dimension": 64,
        "questions": (Asked("q1", Query("que planter ?")),),
        "asked_at": "2026-11-26T21:00:00+00:00",
        "software": "Archiblogue 0.1.0",
        "page": "http://127.0.0.1:8501",
    }
    return SearchRecord(**{**values, **fields})


def write(
    records: Sequence[ExportRecord],
    name: str,
    *,
    tally: Tally | None = None,
    style: str = "iso690",
    is_corpus: bool = False,
) -> bytes:
    """The file of a format that holds these records."""
    stream = io.BytesIO()
    export = Export(
        records=iter(records),
        search=make_search(),
        tally=tally or Tally(),
        options=FormatOptions(style),
        is_corpus=is_corpus,
    )
    FORMATS[name].write(export, stream)
    return stream.getvalue()


@pytest.fixture(scope="session")
def unicode_records() -> list[ExportRecord]:
    """A thousand records that hold every Unicode scalar between them, in order."""
    scalars = [chr(n) for n in range(0x110000) if not 0xD800 <= n <= 0xDFFF]
    size = -(-len(scalars) // 1000)
    texts = ["".join(scalars[at : at + size]) for at in range(0, len(scalars), size)]
    return [
        make_record(n, text=text, title=text[:40], author=text[-40:], query=text[:20])
        for n, text in enumerate(texts, start=1)
    ]
