"""What every family of formats shares: what it is given, and how it says what it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Final

from index.export.record import ExportRecord, Value
from index.export.search_record import SearchRecord
from index.export.tally import Tally

# All that some reader takes for the end of a line (Python's `splitlines` and the Unicode ones).
LINE_ENDS: Final = re.compile("\r\n|[\n\r\t\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
# What an XML 1.0 file cannot hold, not even as a reference.
NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
REPLACEMENT: Final = "\ufffd"
DEFAULT_STYLE: Final = "iso690"

ON_ONE_LINE: Final = "fins de ligne devenues des espaces"
NOT_IN_XML: Final = "caractères interdits en XML remplacés par U+FFFD"
SURROGATES: Final = "demi-codets isolés remplacés"


@dataclass(frozen=True, slots=True)
class FormatOptions:
    """What a person may choose beside the format: the citation style, a name or a CSL file."""

    style: str = DEFAULT_STYLE


@dataclass(frozen=True, slots=True)
class Export:
    """What a format writes. `records` is read once; `tally` is whole when it has been.

    `is_corpus` says that the records come in corpus order: those of one post are neighbours.
    """

    records: Iterator[ExportRecord]
    search: SearchRecord
    tally: Tally = field(default_factory=Tally)
    options: FormatOptions = field(default_factory=FormatOptions)
    is_corpus: bool = False


Writer = Callable[[Export, IO[bytes]], None]


@dataclass(frozen=True, slots=True)
class Format:
    """One export format. `write` writes the whole file, in the records' order.

    `is_text` says that the file can be read on a terminal; `columns` says, in French, what each
    column or field holds.
    """

    name: str
    extension: str
    media_type: str
    summary: str
    columns: Mapping[str, str]
    write: Writer
    is_text: bool = True


def on_one_line(text: str, tally: Tally) -> str:
    """The text with each end of line and tab as one space; counted."""
    found, n = LINE_ENDS.subn(" ", text)
    tally.change(ON_ONE_LINE, n)
    return found


def for_xml(text: str, tally: Tally) -> str:
    """The text with what XML cannot hold as U+FFFD; counted."""
    found, n = NOT_XML.subn(REPLACEMENT, text)
    tally.change(NOT_IN_XML, n)
    return found


def utf8(text: str) -> bytes:
    """The text in UTF-8, lone surrogates as question marks."""
    return text.encode("utf-8", "replace")


def sound(value: Value, tally: Tally) -> Value:
    """The value, a lone surrogate, which no file in UTF-8 holds, as a question mark; counted."""
    if not isinstance(value, str) or value.isascii():
        return value
    plain = utf8(value).decode("utf-8")
    if plain != value:
        tally.change(SURROGATES, sum(a != b for a, b in zip(plain, value, strict=True)))
    return plain
