"""Files of the passages shown, of all that answers, or of the passages kept, in every format."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING, Any, Final

from archiblogue.web.desk.address import Parameters, last_value, read_wanted
from archiblogue.web.desk.answer import ask, known
from index.export import FORMATS, Asked, Format, Manner, Request
from index.export.citations import STYLES
from index.export.format import DEFAULT_STYLE
from index.export.run import write_export
from ingest.errors import UsageError
from ingest.text import fold

if TYPE_CHECKING:
    from index.archive import Archive

LIST: Final = "liste"
ALL: Final = "tout"
BASKET: Final = "panier"
SUBJECTS: Final = (LIST, ALL, BASKET)
# A browser keeps no more; a longer body is not read.
MOST_KEPT: Final = 5_000
_QUESTION_ID: Final = "q1"
_IN_MEMORY_BYTES: Final = 4_000_000
_PIECE_BYTES: Final = 65_536


@dataclass(frozen=True, slots=True)
class Order:
    """A file that is asked for: of what, in which format, for which address of the page."""

    subject: str
    format: Format
    manner: Manner
    parameters: Parameters
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """A file that was made: its name, and its bytes to be read once."""

    name: str
    media_type: str
    pieces: Iterator[bytes]


def read_order(parameters: Parameters, page: str) -> Order:
    """The file that the parameters of an address or of a form ask for.

    Raises:
        UsageError: the subject, the format or the style does not exist.
    """
    subject = last_value(parameters, "quoi") or LIST
    name = last_value(parameters, "format")
    style = last_value(parameters, "style") or DEFAULT_STYLE
    if subject not in SUBJECTS or name not in FORMATS or style not in STYLES:
        raise UsageError(
            f"Ce fichier n’existe pas\u00a0: quoi={subject}, format={name}, style={style}. "
            f"Formats\u00a0: {', '.join(FORMATS)}."
        )
    kept = tuple(dict.fromkeys(parameters.get("id") or ()))[:MOST_KEPT]
    return Order(subject, FORMATS[name], Manner(page=page, style=style), parameters, kept)


def make_file(archive: Archive, order: Order) -> Made:
    """The file, written to a place of its own that goes when it has been read.

    Raises:
        UsageError: the question cannot be read, or nothing is kept.
        EncoderError: the model of the archive cannot be loaded.
    """
    request, name = _request(archive, order)
    stream = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115 - read later
    try:
        write_export(archive, request, order.format, stream, order.manner)
    except BaseException:
        stream.close()
        raise
    stream.seek(0)
    file_name = f"archiblogue-{slug(name)}.{order.format.extension}"
    return Made(file_name, order.format.media_type, _read(stream))


def formats_json(is_french: bool) -> list[dict[str, Any]]:
    """The formats, each with what it is for."""
    return [
        {"name": one.name, "about": one.summary if is_french else one.name}
        for one in FORMATS.values()
    ]


def slug(text: str) -> str:
    """The text as a part of a file name: ASCII letters, digits and hyphens, 40 at most."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")[:40].strip("-") or "recherche"


def _request(archive: Archive, order: Order) -> tuple[Request, str]:
    if order.subject == BASKET:
        if not order.kept:
            raise UsageError("Le panier est vide\u202f: gardez d’abord des passages.")
        return Request("selection", passage_ids=order.kept), BASKET
    wanted = known(archive, read_wanted(order.parameters, archive.facets()))
    result = ask(archive, wanted)
    if order.subject == ALL:
        n = max(1, result.totals.n_answers)
        whole = replace(wanted, query=replace(wanted.query, offset=0, k=n))
        result = ask(archive, whole)
    # The record of the search names what was kept of its answer as the filters that it had.
    query = replace(wanted.query, filters=wanted.within, k=max(1, len(result.hits)))
    asked = Asked(_QUESTION_ID, query, wanted.plus, wanted.minus)
    return Request("question", (asked,), hits=result.hits), wanted.question


def _read(stream: IO[bytes]) -> Iterator[bytes]:
    with stream:
        while piece := stream.read(_PIECE_BYTES):
            yield piece
