"""An export from request to file: what is asked, read from the archive, protected, written."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Final

from index.export.authors import Protection
from index.export.format import DEFAULT_STYLE, Export, Format, FormatOptions
from index.export.record import ExportRecord
from index.export.search_record import Asked, SearchRecord, software
from index.export.source import Source
from index.export.stream import Reader, counted
from index.export.tally import Tally
from index.model import Filters
from index.views.concordance import ConcordanceOptions
from ingest.errors import UsageError

if TYPE_CHECKING:
    from index.model import Hit

DEFAULT_PAGE: Final = "http://127.0.0.1:8501"


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be exported: `question`, `batch`, `selection`, `concordance` or `corpus`.

    `filters` are those of a corpus; a question has its own. `hits` are those of a question when
    they are already known.
    """

    subject: str
    questions: Sequence[Asked] = ()
    passage_ids: Sequence[str] = ()
    expression: str | None = None
    concordance: ConcordanceOptions = field(default_factory=ConcordanceOptions)
    filters: Filters = field(default_factory=Filters)
    hits: Sequence[Hit] | None = None

    @property
    def parameters(self) -> Mapping[str, object]:
        """What a concordance must be told to be made again."""
        if self.expression is None:
            return {}
        options = self.concordance
        return {"sort": options.sort.value, "width": options.width, "limit": options.limit}


@dataclass(frozen=True, slots=True)
class Manner:
    """How an export is made. `page` is the address at which the archive's page is served.

    `advance` is told how many records were written.
    """

    protection: Protection = field(default_factory=Protection)
    page: str = DEFAULT_PAGE
    style: str = DEFAULT_STYLE
    advance: Callable[[int], None] | None = None


def write_export(
    source: Source, request: Request, chosen: Format, stream: IO[bytes], manner: Manner
) -> Tally:
    """What was counted while the file was written.

    Raises:
        UsageError: the question is empty, a citation style is unknown.
        EncoderError: the model of the archive cannot be loaded.
        OSError: the stream refuses.
    """
    tally = Tally()
    records = counted(read_request(source, request, manner.page, tally), tally, manner.protection)
    export = Export(
        records=_told(records, manner.advance),
        search=record_search(source, request, manner),
        tally=tally,
        options=FormatOptions(manner.style),
        is_corpus=request.subject == "corpus",
    )
    chosen.write(export, stream)
    return tally


def export_bytes(
    source: Source, request: Request, chosen: Format, manner: Manner | None = None
) -> bytes:
    """The whole file of an export, in memory."""
    stream = io.BytesIO()
    write_export(source, request, chosen, stream, manner or Manner())
    return stream.getvalue()


def read_request(
    source: Source, request: Request, page: str, tally: Tally
) -> Iterator[ExportRecord]:
    """Yields the records of a request, as the archive holds them.

    A question of a batch that cannot be read is left out, and a notice says so.

    Raises:
        UsageError: the only question is empty, or the expression is.
        EncoderError: the model of the archive cannot be loaded.
    """
    reader = Reader(source, page)
    if request.subject == "corpus":
        yield from reader.corpus(request.filters, tally)
    elif request.subject == "selection":
        yield from reader.selection(request.passage_ids, tally)
    elif request.expression is not None:
        yield from reader.concordance(request.expression, request.concordance, tally)
    elif request.hits is not None:
        yield from reader.hits(request.questions[0], request.hits)
    else:
        for asked in request.questions:
            yield from _answer(reader, asked, tally, is_alone=len(request.questions) == 1)


def record_search(source: Source, request: Request, manner: Manner) -> SearchRecord:
    """The record of a request, asked now of an open archive."""
    manifest = source.generation.manifest
    return SearchRecord(
        subject=request.subject,
        generation=manifest.generation,
        content_hash=manifest.content_hash,
        encoder_name=manifest.encoder.name,
        encoder_revision=manifest.encoder.revision,
        encoder_dimension=manifest.encoder.dimension,
        questions=tuple(request.questions),
        expression=request.expression,
        filters=request.concordance.filters if request.expression else request.filters,
        parameters=request.parameters,
        reranker=source.results.reranker_name,
        authors=manner.protection.authors.value,
        page=manner.page,
        asked_at=datetime.now(UTC).isoformat(timespec="seconds"),
        software=software(),
    )


def _answer(
    reader: Reader, asked: Asked, tally: Tally, *, is_alone: bool
) -> Iterator[ExportRecord]:
    try:
        yield from reader.question(asked, tally)
    except UsageError as error:
        if is_alone:
            raise
        tally.leave_out("question illisible")
        tally.notices.append(f"«\u00a0{asked.query.text}\u00a0»\u00a0: {error}")


def _told(
    records: Iterator[ExportRecord], advance: Callable[[int], None] | None
) -> Iterator[ExportRecord]:
    for number, record in enumerate(records, start=1):
        yield record
        if advance is not None:
            advance(number)
