"""The records as text: CSV for programs and for Excel in French, JSON Lines."""

from __future__ import annotations

import json
import re
from typing import IO, Final

from index.export.csv_table import FRENCH_EXCEL, RFC4180, Dialect, header_row, table_row
from index.export.format import Export
from index.export.record import ALTERED_COLUMN, COLUMN_NAMES, ExportRecord, values_of
from index.export.tally import Tally

GUARDED: Final = "apostrophes devant ce qu’un tableur prendrait pour une formule"
NO_NUL: Final = "caractères NUL ôtés"
# The last one counts, row by row, the apostrophes added and the NULs left out.
COLUMNS_WITH_COUNT: Final = (*COLUMN_NAMES, ALTERED_COLUMN.name)

# Legal inside a JSON string, but many readers (Python's `splitlines` among them) cut lines at
# these; a lone surrogate cannot be written as UTF-8. Escaped, all readers get the same text.
_LINE_BREAKERS: Final = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def write_csv(export: Export, stream: IO[bytes]) -> None:
    """Writes a table for programs: comma, RFC 4180, UTF-8, without byte order mark."""
    _write(export, stream, RFC4180)


def write_csv_excel(export: Export, stream: IO[bytes]) -> None:
    """Writes a table that Excel in French opens: byte order mark, semicolon, decimal comma."""
    _write(export, stream, FRENCH_EXCEL)


def _write(export: Export, stream: IO[bytes], dialect: Dialect) -> None:
    stream.write(header_row(COLUMNS_WITH_COUNT, dialect))
    for record in export.records:
        stream.write(counted_row(record, export.tally, dialect))


def counted_row(record: ExportRecord, tally: Tally, dialect: Dialect = RFC4180) -> bytes:
    """The row of a record under COLUMNS_WITH_COUNT; what was changed is counted."""
    row = table_row(values_of(record), dialect, is_counted=True)
    tally.change(GUARDED, row.n_guards)
    tally.change(NO_NUL, row.n_nuls)
    return row.content


def write_jsonl(export: Export, stream: IO[bytes]) -> None:
    """Writes JSON Lines: one record a line, UTF-8, without byte order mark."""
    for record in export.records:
        stream.write(json_line(record))


def json_line(record: ExportRecord) -> bytes:
    """A record as one line of JSON that any reader of lines keeps whole."""
    values = dict(zip(COLUMN_NAMES, values_of(record), strict=True))
    line = json.dumps(values, ensure_ascii=False, allow_nan=False)
    line = _LINE_BREAKERS.sub(lambda found: f"\\u{ord(found[0]):04x}", line)
    return line.encode("utf-8") + b"\n"
