"""Web archives: WARC and ARC files (gzipped or not) and the WARCs inside a WACZ."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import Any, BinaryIO, Final, cast

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import BufferedReader
from warcio.exceptions import ArchiveLoadFailed

from ingest.errors import ExtractionError
from ingest.limits import MAX_PAGE_BYTES, InflateStream, LimitError, megabytes, read_limited
from ingest.model import Page, Rejection
from ingest.sources.blob import Blob
from ingest.sources.page import iso_day
from ingest.sources.warc_lengths import RightLengths

_PAGE_TYPES: Final = ("text/html", "application/xhtml+xml")
_RECORD_TYPES: Final = ("response", "resource")
_ENCODINGS: Final = frozenset({"", "identity", "gzip", "x-gzip", "deflate", "utf-8", "none"})
_BAD_RECORD: Final = (AssertionError, AttributeError, LookupError, TypeError, ValueError)
"""What warcio raises on damaged records besides its own error: it trusts its input."""

_MAX_HEADER_BYTES: Final = 1_000_000
_MAX_RECORD_BYTES: Final = 2 * MAX_PAGE_BYTES
"""A page of the largest size with room for its transfer encoding."""


def iter_warc(blob: Blob) -> Iterator[Page | Rejection]:
    """HTML pages answered with 200, in the order of the archive.

    The same bytes at the same address are given once. Other records (pictures, redirects,
    errors, requests) are counted in one last rejection.
    """
    seen: set[bytes] = set()
    skipped: Counter[str] = Counter()
    try:
        with blob.open() as raw:
            # gzip is taken off before: warcio's own decoder has no bound on its output.
            checked = RightLengths(raw)
            for record in _records(cast("BinaryIO", checked)):
                yield from _read_record(record, blob.name, seen, skipped)
            if checked.n_corrected:
                yield _corrected(blob.name, checked.n_corrected)
    except (ArchiveLoadFailed, ValueError, EOFError, OSError) as error:
        yield Rejection(
            blob.name,
            "source",
            "warc-illisible",
            f"Archive web illisible à partir d\u2019un enregistrement ({str(error)[:120]})\u00a0: "
            "ce qui précède est gardé.",
        )
    except ExtractionError as error:
        yield Rejection(blob.name, "limits", error.slug, error.detail)
    if skipped:
        kinds = ", ".join(f"{count} × {kind}" for kind, count in sorted(skipped.items()))
        yield Rejection(f"{blob.name}#autres", "source", "hors-pages", f"Non lus\u00a0: {kinds}.")


def _corrected(name: str, n: int) -> Rejection:
    return Rejection(
        f"{name}#longueurs",
        "source",
        "longueur-fausse",
        f"{n} × enregistrement dont la longueur annoncée est fausse, lu jusqu\u2019au suivant"
        "\u00a0: vérifiez ces pages.",
    )


class _BoundedReader(BufferedReader):  # type: ignore[misc]  # warcio has no types
    """warcio's reader, with an end to what the headers of one record may hold."""

    n_header_bytes = 0

    def readline(self, length: int | None = None) -> bytes:
        line: bytes = super().readline(min(length or _MAX_HEADER_BYTES, _MAX_HEADER_BYTES))
        self.n_header_bytes += len(line)
        if self.n_header_bytes > _MAX_HEADER_BYTES:
            raise LimitError("trop-gros", "Archive web refusée\u00a0: en-têtes démesurés.")
        return line

    def read(self, length: int | None = None) -> bytes:
        self.n_header_bytes = 0
        part: bytes = super().read(length)
        return part


def _records(raw: BinaryIO) -> Iterator[Any]:
    records = ArchiveIterator(raw, arc2warc=True)
    records.reader = _BoundedReader(raw)
    # warcio writes this warning on stderr; what it leads to is in the rejections.
    records.INC_RECORD = ""
    while True:
        try:
            record = next(records)
        except StopIteration:
            return
        except _BAD_RECORD as error:
            raise ArchiveLoadFailed(f"{type(error).__name__} : {error}") from error
        yield record


def _read_record(
    record: Any,  # noqa: ANN401  warcio has no types
    source: str,
    seen: set[bytes],
    skipped: Counter[str],
) -> Iterator[Page | Rejection]:
    headers = record.rec_headers
    url = headers.get_header("WARC-Target-URI") or ""
    reason = _skip_reason(record, url)
    if reason:
        if reason != "requête":
            skipped[reason] += 1
        return
    path = f"{source}#{url}"
    if record.length is None or record.length > _MAX_RECORD_BYTES:
        detail = f"Page de plus de {megabytes(_MAX_RECORD_BYTES)} ou sans longueur\u00a0: refusée."
        yield Rejection(path, "limits", "trop-gros", detail)
        return
    try:
        content = read_limited(_body(record))
    except _BAD_RECORD:
        yield Rejection(path, "source", "warc-illisible", "Corps d\u2019enregistrement endommagé.")
        return
    except LimitError as error:
        yield Rejection(path, "limits", error.slug, error.detail)
        return
    except ExtractionError as error:
        yield Rejection(path, "source", error.slug, error.detail)
        return
    digest = hashlib.sha256(url.encode("utf-8", "replace") + b"\0" + content).digest()
    if digest in seen:
        skipped["capture identique"] += 1
        return
    seen.add(digest)
    media_type, charset = _content_type(record)
    yield Page(
        source_path=path,
        content=content,
        media_type=media_type,
        charset=charset,
        url=url,
        captured_at=iso_day(headers.get_header("WARC-Date")),
    )


def _skip_reason(record: Any, url: str) -> str | None:  # noqa: ANN401
    """Why a record gives no page, in French and the singular; None when it gives one."""
    if record.rec_type not in _RECORD_TYPES:
        return "requête" if record.rec_type in ("request", "warcinfo", "metadata") else "renvoi"
    if not url.startswith(("http://", "https://")):
        return "enregistrement sans adresse web"
    if record.rec_type == "response":
        status = record.http_headers.get_statuscode() if record.http_headers else ""
        if status != "200":
            return f"réponse {status or 'sans code'}"
    return None if _content_type(record)[0] in _PAGE_TYPES else "fichier d\u2019un autre type"


def _content_type(record: Any) -> tuple[str, str | None]:  # noqa: ANN401
    headers = record.http_headers or record.rec_headers
    value = str(headers.get_header("Content-Type") or "").lower()
    media_type, _, parameters = value.partition(";")
    charset = parameters.partition("charset=")[2].strip(" \"';") or None
    return media_type.strip(), charset


def _body(record: Any) -> Any:  # noqa: ANN401
    """The body with its transfer and content encodings taken off, gzip under our own bounds."""
    encoding = ""
    if record.http_headers:
        encoding = str(record.http_headers.get_header("Content-Encoding") or "").strip().lower()
    if encoding not in _ENCODINGS:
        raise ExtractionError(
            "compression-inconnue",
            f"Page compressée en «\u00a0{encoding[:20]}\u00a0», que l\u2019archiveur aurait dû "
            "décompresser\u00a0: non lue.",
        )
    if encoding not in ("gzip", "x-gzip"):
        return record.content_stream()
    record.http_headers.replace_header("Content-Encoding", "identity")
    plain = record.content_stream()
    first = plain.read(2)
    joined = _Joined(first, plain)
    # Proxies strip the encoding and keep the header: then the body is plain already.
    return InflateStream(cast("Any", joined)) if first == b"\x1f\x8b" else joined


class _Joined:
    """Bytes already read, then the rest of their stream."""

    def __init__(self, first: bytes, rest: Any) -> None:  # noqa: ANN401
        self._first = first
        self._rest = rest

    def read(self, size: int = MAX_PAGE_BYTES) -> bytes:
        if self._first:
            part, self._first = self._first[:size], self._first[size:]
            return part
        return bytes(self._rest.read(size))
