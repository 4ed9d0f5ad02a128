"""Plain-text dumps of blog pages -> documents (first cut: paragraphs)."""

from __future__ import annotations

import re

from ingest.identity import document_id
from ingest.model import Document, Page
from ingest.passages import Part, Place, build_passages

_BLOCK = re.compile(r"\S(?:.|\n(?!\s*\n))*", re.M)


def read_text(page: Page, text: str) -> Document:
    """The document of a plain-text page."""
    doc_id = document_id(page.url, page.source_path)
    parts = []
    for m in _BLOCK.finditer(text):
        kept = m[0].rstrip()
        parts.append(Part(kept, m.start(), m.start() + len(kept)))
    return Document(doc_id, page.source_path, build_passages(Place(doc_id), parts))
