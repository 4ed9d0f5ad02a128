"""The table of export formats; a door asks it by name and knows no writer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from index.export.jsonl import write_jsonl
from index.export.spreadsheet import write_csv
from index.model import Hit
from ingest.errors import UsageError

Writer = Callable[[Iterable[Hit]], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Format:
    """One export format. `write` yields the file's bytes piece by piece, in the hits' order."""

    name: str
    extension: str
    media_type: str
    write: Writer


FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {
        "csv": Format("csv", "csv", "text/csv; charset=utf-8", write_csv),
        "jsonl": Format("jsonl", "jsonl", "application/x-ndjson", write_jsonl),
    }
)


def export_hits(hits: Iterable[Hit], format_name: str) -> Iterator[bytes]:
    """The bytes of the file that holds exactly these hits, in this order.

    Raises:
        UsageError: there is no format of that name.
    """
    chosen = FORMATS.get(format_name)
    if chosen is None:
        raise UsageError(
            f"Format d’exportation inconnu\u00a0: «\u00a0{format_name}\u00a0». "
            f"Choisissez parmi {', '.join(FORMATS)}."
        )
    return chosen.write(hits)
