"""What commands write: results on stdout, messages and progress on stderr."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from archiblogue.typography import format_number
from ingest.errors import UsageError
from ingest.text import strip_controls

if TYPE_CHECKING:
    from collections.abc import Sequence

# The exit code of a task of which a part could not be done.
PARTIAL = 3

_SECONDS_A_LINE = 10.0


class ReaderGoneError(Exception):
    """Whoever read stdout has closed it (`… | head`): nothing is wrong, nothing more to say."""


class Advance(Protocol):
    """Moves a progress bar: how far, out of how many (None: unknown), and what is at hand."""

    def __call__(self, done: int, total: int | None = None, label: str = "") -> None: ...


def say(text: str = "") -> None:
    """Write one line of result on stdout.

    Raises:
        ReaderGoneError: the reader closed the pipe.
    """
    try:
        sys.stdout.write(f"{text}\n")
    except BrokenPipeError:
        raise ReaderGoneError from None


def say_json(value: object, *, indent: int | None = None) -> None:
    """Write a value as JSON on stdout, one line unless `indent` is given."""
    say(json.dumps(value, ensure_ascii=False, indent=indent))


def say_table(pieces: Iterable[bytes]) -> None:
    """Write a table of `index.export` on stdout, to the byte.

    Raises:
        ReaderGoneError: the reader closed the pipe.
    """
    try:
        for piece in pieces:
            sys.stdout.write(piece.decode("utf-8"))
    except BrokenPipeError:
        raise ReaderGoneError from None


def output_form(*, json: bool, csv: bool) -> str:
    """`json`, `csv` or `text`, as the options of a command ask.

    Raises:
        UsageError: both are asked for.
    """
    if json and csv:
        raise UsageError("Choisissez entre --json et --csv\u00a0: une sortie n’a qu’un format.")
    return "json" if json else "csv" if csv else "text"


def warn(text: str) -> None:
    """Write a message for the person at the keyboard, on stderr; it may cite names of files."""
    sys.stderr.write(f"{without_controls(text)}\n")


def without_controls(text: str) -> str:
    """The text without control characters but line ends: an escape sequence moves a cursor."""
    return strip_controls(text)


def printable(text: str) -> str:
    """The text on one line, without control characters."""
    return without_controls(" ".join(text.split()))


def count(n: int, singular: str, plural: str | None = None) -> str:
    """`1 page`, `12 pages`, `1 234 pages`, with the narrow space of French thousands."""
    noun = singular if n in {0, 1} else (plural or f"{singular}s")
    return f"{format_number(n)}\u00a0{noun}"


def table(rows: Sequence[tuple[str, str]]) -> None:
    """Write aligned name-value rows on stdout."""
    width = max((len(name) for name, _ in rows), default=0)
    for name, value in rows:
        say(f"{name:<{width}}  {value}")


class _Lines:
    """Progress as lines, for a log: what is at hand, how far, what is left of a known total."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._stage = title
        self._began = self._said = time.monotonic()

    def __call__(self, done: int, total: int | None = None, label: str = "") -> None:
        now = time.monotonic()
        stage = (label or self._title).partition(",")[0]
        if stage != self._stage:
            self._stage, self._began = stage, now
        if now - self._said < _SECONDS_A_LINE:
            return
        self._said = now
        line = f"{label or self._title}\u00a0: {format_number(done)}"
        if total:
            line += f" sur {format_number(total)}"
            if 0 < done < total:
                left_s = (now - self._began) * (total - done) / done
                line += f", encore {_duration(left_s)} environ"
        warn(line)


def _duration(seconds: float) -> str:
    """`40 s`, `12 min`, `3 h 05`."""
    minutes = round(seconds / 60)
    if seconds < 100:
        return f"{round(seconds)}\u00a0s"
    if minutes < 100:
        return f"{minutes}\u00a0min"
    return f"{minutes // 60}\u00a0h\u00a0{minutes % 60:02d}"


@contextmanager
def progress(title: str) -> Iterator[Advance]:
    """A progress bar on stderr when it is a terminal, otherwise a line there every ten seconds."""
    if not sys.stderr.isatty():
        yield _Lines(title)
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)

        def advance(done: int, total: int | None = None, label: str = "") -> None:
            shown = without_controls(label or title)
            bar.update(task, completed=done, total=total, description=shown)

        yield advance
