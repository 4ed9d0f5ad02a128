"""Tables as delimited text: the only home of `csv`, and the rule that keeps formulas from running.

A spreadsheet runs a cell that begins with `=`, `+`, `-`, `@` or their full-width forms (OWASP,
« CSV Injection »), leading blanks or not; and a file opened with another separator than its own has
other cells than those written: one may begin after any comma, semicolon, tab or end of line inside
a text. An apostrophe, the mark that spreadsheets use for « this is text », goes before such a sign,
and one more where there already are some: `unguard` takes exactly those away.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Final

MEDIA_TYPE: Final = "text/csv; charset=utf-8"
# The longest passage that is read back.
_MAX_FIELD_CHARS: Final = 1 << 24
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"

# Where a cell may begin, what a spreadsheet skips, apostrophes already there, then perhaps a sign:
# the pattern never fails where it has begun, so that reading a text takes a time like its length.
_CELL: Final = re.compile(
    r"(?:\A|[,;|\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029])"
    r"[\s,;|\"\x00-\x20\x7f-\xa0\u200b-\u200f\u2060\ufeff]*+('*+)([=+\-@＝＋－＠]?)"  # noqa: RUF001
)
# A cell that begins with a tab or an end of line is one too (OWASP).
_BLANK_START: Final = re.compile(r"\A(?='*[\t\r\n])")
_BLANK_GUARD: Final = re.compile(r"\A'(?='*[\t\r\n])")


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


@dataclass(frozen=True, slots=True)
class Row:
    """A row as bytes, how many apostrophes its texts got and how many NULs they lost."""

    content: bytes
    n_guards: int = 0
    n_nuls: int = 0


def write_table(
    columns: Sequence[str], records: Iterable[Mapping[str, object]], dialect: Dialect = RFC4180
) -> Iterator[bytes]:
    """Yields the bytes of a table, its header first, then one row a record, in their order.

    Numbers and truth values are as in JSON, None is an empty cell; no text is a formula. Only NUL
    characters and lone surrogates, which no reader of CSV takes, are lost.
    """
    yield header_row(columns, dialect)
    for record in records:
        yield table_row([record[name] for name in columns], dialect).content


def header_row(columns: Sequence[str], dialect: Dialect = RFC4180) -> bytes:
    """The first bytes of a table: the names of its columns."""
    mark = BYTE_ORDER_MARK if dialect.is_marked else b""
    return mark + delimited_row(columns, dialect.delimiter)


def table_row(
    values: Sequence[object], dialect: Dialect = RFC4180, *, is_counted: bool = False
) -> Row:
    """A row of a table; `is_counted` adds a cell that says how much its texts were changed."""
    n_guards, n_nuls = 0, 0
    cells = []
    for value in values:
        cell = _cell(value, dialect)
        if isinstance(value, str):
            n_nuls += cell.count("\x00")
            cell, n = guard(cell.replace("\x00", ""))
            n_guards += n
        cells.append(cell)
    if is_counted:
        cells.append(str(n_guards + n_nuls))
    return Row(delimited_row(cells, dialect.delimiter), n_guards, n_nuls)


def delimited_row(cells: Sequence[str], delimiter: str, line_end: str = "\r\n") -> bytes:
    """Cells as one row, quoted where they must be, as they are."""
    line = io.StringIO(newline="")
    csv.writer(line, delimiter=delimiter, lineterminator=line_end).writerow(cells)
    return line.getvalue().encode("utf-8", "replace")


def read_table(stream: IO[bytes]) -> Iterator[dict[str, str]]:
    """Yields the rows of a table as RFC 4180 has them, the apostrophes still there, by column.

    Raises:
        ValueError: it is not UTF-8, or no table.
    """
    csv.field_size_limit(_MAX_FIELD_CHARS)
    try:
        yield from csv.DictReader(io.TextIOWrapper(stream, "utf-8", newline=""))
    except csv.Error as error:
        raise ValueError(str(error)) from error


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


def _cell(value: object, dialect: Dialect) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return dialect.true if value else dialect.false
    if isinstance(value, float):
        return repr(value).replace(".", dialect.decimal)
    return str(value)
