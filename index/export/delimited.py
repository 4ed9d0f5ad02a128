"""Tables as text: CSV for programs and for Excel in French, tab-separated values, JSON Lines.

No text becomes a formula. A spreadsheet runs a cell that begins with `=`, `+`, `-`, `@` or their
full-width forms (OWASP, « CSV Injection »), leading blanks or not; and a file opened with another
separator than its own has other cells than those written: one may begin after any comma,
semicolon, tab or end of line inside a text. An apostrophe, the mark that spreadsheets use for
« this is text », goes before such a sign, and one more where there already are some: `unguard`
takes exactly those away. `n_altered` counts them, row by row.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Final

from index.export.format import Export
from index.export.record import ALTERED_COLUMN, COLUMN_NAMES, ExportRecord, Value, values_of

GUARDED: Final = "apostrophes devant ce qu’un tableur prendrait pour une formule"
NO_NUL: Final = "caractères NUL ôtés"

# Where a cell may begin, what a spreadsheet skips, apostrophes already there, then perhaps a sign:
# the pattern never fails where it has begun, so that reading a text takes a time like its length.
_CELL: Final = re.compile(
    r"(?:\A|[,;|\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029])"
    r"[\s,;|\"\x00-\x20\x7f-\xa0\u200b-\u200f\u2060\ufeff]*+('*+)([=+\-@＝＋－＠]?)"  # noqa: RUF001
)
# A cell that begins with a tab or an end of line is one too (OWASP).
_BLANK_START: Final = re.compile(r"\A(?='*[\t\r\n])")
_BLANK_GUARD: Final = re.compile(r"\A'(?='*[\t\r\n])")
# Legal inside a JSON string, but many readers (Python's `splitlines` among them) cut lines at
# these; a lone surrogate cannot be written as UTF-8. Escaped, all readers get the same text.
_LINE_BREAKERS: Final = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")

COLUMNS_WITH_COUNT: Final = (*COLUMN_NAMES, ALTERED_COLUMN.name)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a table is written as text; `decimal` is the mark of decimals."""

    delimiter: str = ","
    is_marked: bool = False
    decimal: str = "."
    true: str = "true"
    false: str = "false"


RFC4180: Final = Dialect()
FRENCH_EXCEL: Final = Dialect(";", is_marked=True, decimal=",", true="oui", false="non")


def guard(text: str) -> tuple[str, int]:
    """The text that no spreadsheet runs, and how many apostrophes that took."""
    n_guards = 0

    def put(found: re.Match[str]) -> str:
        nonlocal n_guards
        if not found[2]:
            return found[0]
        n_guards += 1
        return f"{found[0][:-1]}'{found[2]}"

    guarded, n_blanks = _BLANK_START.subn("'", _CELL.sub(put, text))
    return guarded, n_guards + n_blanks


def unguard(text: str) -> str:
    """The text that `guard` was given."""
    plain = _BLANK_GUARD.sub("", text)
    return _CELL.sub(_take_away, plain)


def _take_away(found: re.Match[str]) -> str:
    if not (found[1] and found[2]):
        return found[0]
    return f"{found[0][:-2]}{found[2]}"


class TableWriter:
    """Writes rows as delimited text into a stream of bytes."""

    def __init__(self, stream: IO[bytes], dialect: Dialect, columns: Sequence[str]) -> None:
        """Writes the line of column names."""
        self._stream = stream
        self._dialect = dialect
        self._line = io.StringIO(newline="")
        self._writer = csv.writer(self._line, delimiter=dialect.delimiter, lineterminator="\r\n")
        if dialect.is_marked:
            stream.write(b"\xef\xbb\xbf")
        self._put(columns)

    def write(self, values: Sequence[Value]) -> tuple[int, int]:
        """Writes a row, its last cell the apostrophes added; these and the NULs left out."""
        n_guards, n_nuls = 0, 0
        cells = []
        for value in values:
            cell = self._cell(value)
            if isinstance(value, str):
                n_nuls += cell.count("\x00")
                cell, n = guard(cell.replace("\x00", ""))
                n_guards += n
            cells.append(cell)
        self._put([*cells, str(n_guards + n_nuls)])
        return n_guards, n_nuls

    def _put(self, cells: Sequence[str]) -> None:
        self._writer.writerow(cells)
        self._stream.write(self._line.getvalue().encode("utf-8", "replace"))
        self._line.seek(0)
        self._line.truncate()

    def _cell(self, value: Value) -> str:
        if value is None:
            return ""
        if isinstance(value, bool):
            return self._dialect.true if value else self._dialect.false
        if isinstance(value, float):
            return repr(value).replace(".", self._dialect.decimal)
        return str(value)


def write_csv(export: Export, stream: IO[bytes]) -> None:
    """Writes a table for programs: comma, RFC 4180, UTF-8, without byte order mark."""
    _write(export, stream, RFC4180)


def write_csv_excel(export: Export, stream: IO[bytes]) -> None:
    """Writes a table that Excel in French opens: byte order mark, semicolon, decimal comma."""
    _write(export, stream, FRENCH_EXCEL)


def _write(export: Export, stream: IO[bytes], dialect: Dialect) -> None:
    table = TableWriter(stream, dialect, COLUMNS_WITH_COUNT)
    for record in export.records:
        n_guards, n_nuls = table.write(values_of(record))
        export.tally.change(GUARDED, n_guards)
        export.tally.change(NO_NUL, n_nuls)


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
