"""Lines of a plain-text page, and the ledger that says what became of each of their signs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from ingest.model import Action, LedgerEntry

__all__ = ["BULLET", "Claim", "Ledger", "Line", "join_lines", "read_lines", "strip_marker"]

BULLET = re.compile(r"[•◦▪‣●○■□♦·]\s*(?=\S)|[*+]\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank: its text without outer white space, `page[start:end] == text`.

    `indent` counts the white space before it, `n_blank` the blank lines above it.
    """

    text: str
    start: int
    end: int
    indent: int
    n_blank: int


def read_lines(text: str) -> list[Line]:
    """The lines of the page that are not blank, in order."""
    lines: list[Line] = []
    n_blank = 0
    offset = 0
    for raw in text.split("\n"):
        stripped = raw.strip()
        if stripped:
            indent = len(raw) - len(raw.lstrip())
            start = offset + indent
            lines.append(Line(stripped, start, start + len(stripped), indent, n_blank))
            n_blank = 0
        else:
            n_blank += 1
        offset += len(raw) + 1
    return lines


def strip_marker(line: Line, n_signs: int) -> Line:
    """`line` without its first `n_signs` and the white space after them."""
    rest = line.text[n_signs:]
    text = rest.lstrip()
    start = line.start + n_signs + len(rest) - len(text)
    return replace(line, text=text, start=start, indent=line.indent + start - line.start)


def join_lines(page: str, lines: Sequence[Line]) -> str:
    """The page's own text from the first of the lines to the last."""
    return page[lines[0].start : lines[-1].end]


@dataclass(frozen=True, slots=True)
class Claim:
    """What is to be written in the ledger for a span: see `LedgerEntry`."""

    action: Action
    rule: str
    reason: str


@dataclass(slots=True)
class Ledger:
    """The spans of a page and what became of them; each sign is claimed once."""

    page: str
    entries: list[LedgerEntry] = field(default_factory=list)

    def add(self, claim: Claim, start: int, end: int, passage_id: str | None = None) -> None:
        """Claim `page[start:end]`."""
        self.entries.append(
            LedgerEntry(
                claim.action, claim.rule, claim.reason, self.page[start:end], start, end, passage_id
            )
        )

    def add_lines(self, claim: Claim, lines: Iterable[Line]) -> None:
        """Claim each of the lines."""
        for line in lines:
            self.add(claim, line.start, line.end)

    def close(self, rest: Claim) -> tuple[LedgerEntry, ...]:
        """Every entry in page order; signs that nobody claimed go to `rest`."""
        self.entries.sort(key=lambda entry: (entry.start, entry.end))
        gaps = []
        position = 0
        for entry in self.entries:
            gaps.append((position, entry.start))
            position = max(position, entry.end)
        gaps.append((position, len(self.page)))
        for start, end in gaps:
            text = self.page[start:end]
            if text and not text.isspace():
                first = start + len(text) - len(text.lstrip())
                self.add(rest, first, first + len(text.strip()))
        return tuple(sorted(self.entries, key=lambda entry: (entry.start, entry.end)))
