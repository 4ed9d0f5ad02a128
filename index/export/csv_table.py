"""Tables as CSV, the one dialect of the project: RFC 4180, UTF-8, comma, CRLF.

The only home of `csv`: what lists rejections, lines of a concordance or hits passes records here.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

MEDIA_TYPE: Final = "text/csv; charset=utf-8"
# A cell that begins so is a formula for Excel, LibreOffice or Google Sheets (OWASP, « CSV
# Injection »; the full-width forms count in East Asian settings). Leading blanks do not protect.
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - the characters themselves
_BLANKS: Final = " \u00a0\u202f"
_APOSTROPHE: Final = "'"


def write_table(columns: Sequence[str], records: Iterable[Mapping[str, object]]) -> Iterator[bytes]:
    """Yields the bytes of a table, its header first, then one row a record, in their order.

    A text that a spreadsheet would run as a formula gets an apostrophe before it, the mark that
    spreadsheets themselves use for « this is text »; so does a text that begins with one, so that
    taking a first apostrophe away always gives the text back. Numbers and truth values are as in
    JSON, None is an empty cell. Only NUL characters and lone surrogates, which no reader of CSV
    takes, are lost.
    """
    yield _row(columns)
    for record in records:
        yield _row([_cell(record[name]) for name in columns])


def _row(cells: Sequence[str]) -> bytes:
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue().encode("utf-8", "replace")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)
    text = value.replace("\x00", "")
    is_marked = text.lstrip(_BLANKS).startswith(_FORMULA_STARTS) or text.startswith(_APOSTROPHE)
    return _APOSTROPHE + text if is_marked else text
