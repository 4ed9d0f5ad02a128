"""Sources -> documents: every page becomes one `Document` or one `Rejection`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.decode import decode_page
from ingest.errors import ExtractionError
from ingest.model import Document, Page, Rejection, StructuredPost
from ingest.sources.folder import iter_folder
from ingest.text_page import read_text

__all__ = ["IngestOptions", "ingest", "read_page"]


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """How pages are read: worker processes, seconds a page may take, bytes it may have."""

    n_workers: int = 1
    timeout_s: float = 30.0
    max_page_bytes: int = 20_000_000


DEFAULT_OPTIONS = IngestOptions()


def ingest(
    sources: Sequence[str], options: IngestOptions = DEFAULT_OPTIONS
) -> Iterator[Document | Rejection]:
    """Documents and rejections of the sources, in their order, then by path.

    Raises:
        SourceError: a named source does not exist.
    """
    for source in sources:
        for found in _iter_source(source, options):
            if isinstance(found, Rejection):
                yield found
            elif isinstance(found, Page):
                yield read_page(found)


def read_page(page: Page) -> Document | Rejection:
    """The page's document, or why there is none."""
    try:
        decoded = decode_page(page)
        if decoded.is_html:
            from ingest.html_page import read_html  # noqa: PLC0415  heavy

            document: Document | Rejection = read_html(page, decoded.text)
            return document
        return read_text(page, decoded.text)
    except ExtractionError as error:
        return Rejection(page.source_path, "extract", error.slug, error.detail)


def _iter_source(
    source: str, options: IngestOptions
) -> Iterator[Page | StructuredPost | Rejection]:
    try:
        from ingest.sources import iter_source  # type: ignore[attr-defined]  # noqa: PLC0415
    except ImportError:
        yield from iter_folder(Path(source), options.max_page_bytes)
        return
    yield from iter_source(source)
