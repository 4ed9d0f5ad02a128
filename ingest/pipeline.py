"""Sources -> documents: every page becomes one `Document` or one `Rejection`.

The order is that of the sources, then of what each gives; it does not depend on the number of
workers. A page that cannot be read, takes too long or kills its reader becomes a `Rejection`.

Small pages of plain text are read in this process: their rules take linear time. Every other
page is read in a worker process that is killed when the page's time is up, also with
`n_workers=1`: no thread and no signal can stop a parser that hangs inside a C library.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

from ingest.decode import decode_page
from ingest.errors import ExtractionError, FetchError, SourceError, UsageError
from ingest.fetch import FetchOptions
from ingest.limits import megabytes
from ingest.mirror import web_path
from ingest.model import Document, Page, Rejection, StructuredPost
from ingest.plaintext.page import read_text
from ingest.sources import iter_source
from ingest.workers import WorkerPool

__all__ = ["IngestOptions", "ingest", "read_found", "read_page", "source_name"]

_IN_PATHS: Final = "/?&=%+,;:@~!$'()*"  # signs of an address that stay as they are
_LIGHT_BYTES: Final = 200_000
"""Text pages under it are read in this process: the slowest measured takes 0.4 s."""


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """How pages are read: worker processes, processor seconds a page may take, bytes it may have.

    `fetch` says how the network is asked when a source is an address. A source that does not exist
    or does not answer stops everything, or becomes a rejection when `is_lenient`. `base_url` is the
    address of the folder that a source is a copy of: pages that tell none get theirs from it.
    """

    n_workers: int = 1
    timeout_s: float = 30.0
    max_page_bytes: int = 20_000_000
    fetch: FetchOptions | None = None
    is_lenient: bool = False
    base_url: str | None = None


DEFAULT_OPTIONS: Final = IngestOptions()


def ingest(
    sources: Sequence[str], options: IngestOptions = DEFAULT_OPTIONS
) -> Iterator[Document | Rejection]:
    """Documents and rejections of the sources, one by one, in a deterministic order.

    Memory holds a few pages at a time. Closing the iterator ends the workers.

    Raises:
        SourceError: a named source does not exist or holds nothing.
        FetchError: an address is refused or does not answer.
        UsageError: `base_url` is no address.
    """
    _check_base(options.base_url)
    with WorkerPool(options.n_workers, options.timeout_s) as pool:
        for source in sources:
            try:
                for record in _read_source(source, options, pool):
                    yield replace(record, source=source_name(source))
            except (FetchError, SourceError) as error:
                if not options.is_lenient:
                    raise
                # Without a `source`: what was read from it before is not replaced by nothing.
                slug = error.slug if isinstance(error, FetchError) else "introuvable"
                yield Rejection(source, "source", slug, str(error))


def _check_base(base_url: str | None) -> None:
    if base_url is None:
        return
    try:
        parts = urlsplit(base_url)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_address = False
    if not is_address:
        raise UsageError(
            f"«\u00a0{base_url}\u00a0» n’est pas une adresse\u00a0: donnez-la en entier, "
            "par exemple https://exemple.org/blogue/."
        )


def source_name(source: str) -> str:
    """What a source is called from one build to the next: its address, or its resolved path."""
    is_address = urlsplit(source).scheme in {"http", "https"}
    return source if is_address or source == "-" else str(Path(source).resolve())


def _read_source(
    source: str, options: IngestOptions, pool: WorkerPool
) -> Iterator[Document | Rejection]:
    for given in iter_source(source, options.fetch):
        found = _placed(given, options.base_url)
        known = _at_once(found, options)
        if known is not None and options.n_workers == 1:
            yield from pool.drain()
            yield known
        elif known is not None:
            yield from pool.put_known(known)
        elif not isinstance(found, Rejection):
            yield from pool.put(found)
    yield from pool.drain()


def _placed(
    found: Page | StructuredPost | Rejection, base_url: str | None
) -> Page | StructuredPost | Rejection:
    """A page without an address gets the one that its path has under `base_url`."""
    if base_url is None or not isinstance(found, Page) or found.url is not None:
        return found
    path = web_path(found.source_path.partition("/")[2])
    return replace(
        found, url=f"{base_url.rstrip('/')}/{quote(path, _IN_PATHS)}", url_source="base-url"
    )


def _at_once(
    found: Page | StructuredPost | Rejection, options: IngestOptions
) -> Document | Rejection | None:
    """What needs no worker: rejections, pages over the limit, light pages; else None."""
    if isinstance(found, Rejection):
        return found
    if not isinstance(found, Page):
        return None
    n_bytes = len(found.content)
    if n_bytes > options.max_page_bytes:
        return Rejection(
            found.source_path,
            "limits",
            "trop-gros",
            f"Page de {megabytes(n_bytes)}, au-delà de la limite de "
            f"{megabytes(options.max_page_bytes)}\u00a0: découpez-la ou retirez-la de la source.",
        )
    is_light = n_bytes <= _LIGHT_BYTES and b"</" not in found.content
    return read_page(found) if is_light and options.n_workers == 1 else None


def read_found(found: Page | StructuredPost) -> Document | Rejection:
    """The document of a page or of a structured post, or why there is none."""
    if isinstance(found, Page):
        return read_page(found)
    from ingest.html.page import read_post

    try:
        document: Document = read_post(found)
    except ExtractionError as error:
        return Rejection(found.source_path, "extract", error.slug, error.detail)
    except (MemoryError, RecursionError) as error:
        return _too_much(found.source_path, error)
    return document


def read_page(page: Page) -> Document | Rejection:
    """The page's document, or why there is none; in this process, without a time limit."""
    try:
        decoded = decode_page(page)
    except ExtractionError as error:
        return Rejection(page.source_path, "decode", error.slug, error.detail)
    try:
        if decoded.is_html:
            from ingest.html.page import read_html  # imports trafilatura: only for HTML

            return read_html(page, decoded.text)
        return read_text(page, decoded.text)
    except ExtractionError as error:
        return Rejection(page.source_path, "extract", error.slug, error.detail)
    except (MemoryError, RecursionError) as error:
        return _too_much(page.source_path, error)


def _too_much(source_path: str, error: BaseException) -> Rejection:
    what = "imbrication trop profonde" if isinstance(error, RecursionError) else "mémoire épuisée"
    return Rejection(
        source_path,
        "limits",
        "trop-complexe",
        f"La page n’a pas pu être lue ({what})\u00a0: simplifiez-la ou retirez-la de la source.",
    )
