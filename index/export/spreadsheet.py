"""Tables for spreadsheets, made for Excel in French: UTF-8 with byte order mark and `;`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from index.model import Hit

# The scalar fields of the contract; offsets, lanes and alignments are in the JSON Lines file.
COLUMNS: Final = (
    *("rank", "score", "passage_id", "doc_id", "role", "text", "title", "author", "date", "url"),
    *("site", "source_path", "heading", "language", "comment_id", "comment_number", "confident"),
)

# A cell that begins so is a formula for Excel, LibreOffice or Google Sheets (OWASP, « CSV
# Injection »; the full-width forms count in East Asian settings). Leading blanks do not protect.
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - the characters themselves
_QUOTED_FORMULA: Final = "'"


def write_csv(hits: Iterable[Hit]) -> Iterator[bytes]:
    """The bytes of a table with one hit a row, its columns named as the JSON contract's fields.

    A text that a spreadsheet would run as a formula gets an apostrophe before it, the mark that
    spreadsheets themselves use for « this is text ». Nothing is shortened: Excel shows at most
    32,767 characters of a cell, and a longer passage is whole in the JSON Lines file.
    """
    yield b"\xef\xbb\xbf" + _row(COLUMNS)
    for hit in hits:
        record: Mapping[str, object] = {**hit.as_record()}
        yield _row(tuple(_cell(record[name]) for name in COLUMNS))


def _row(cells: tuple[str, ...]) -> bytes:
    line = io.StringIO(newline="")
    csv.writer(line, delimiter=";", lineterminator="\r\n").writerow(cells)
    return line.getvalue().encode("utf-8", "replace")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if not isinstance(value, str):
        return str(value).replace(".", ",")
    text = value.replace("\x00", "")
    if text.lstrip(" \u00a0\u202f").startswith(_FORMULA_STARTS):
        return _QUOTED_FORMULA + text
    return text
