"""How hits look on a terminal. Text of blogs is written as it is: no markup is interpreted."""

from __future__ import annotations

import shutil
import sys
import textwrap
import unicodedata
from typing import TYPE_CHECKING

from commands.terminal import say, warn

if TYPE_CHECKING:
    from index.model import Hit, SearchResult

BOLD, DIM, RESET = "\x1b[1m", "\x1b[2m", "\x1b[0m"
INDENT = "    "


def render_result(result: SearchResult) -> None:
    """Write the hits of one query, best first, and what the reader should know on stderr."""
    for notice in result.notices:
        warn(notice)
    if not result.hits:
        warn(
            "Aucun passage ne correspond. Essayez d’autres mots, moins de filtres, ou --mode dense."
        )
        return
    for hit in result.hits:
        _render_hit(hit)


def _render_hit(hit: Hit) -> None:
    is_terminal = sys.stdout.isatty()
    bold, dim, reset = (BOLD, DIM, RESET) if is_terminal else ("", "", "")
    say(f"{bold}{hit.rank}. {printable(hit.title or 'Sans titre')}{reset}")
    facts = (hit.role.value, hit.author, hit.date, hit.site)
    say(INDENT + dim + " · ".join(printable(fact) for fact in facts if fact) + reset)
    width = max(40, min(100, shutil.get_terminal_size().columns) - len(INDENT))
    text = printable(hit.text)
    for line in textwrap.wrap(text, width, break_on_hyphens=False) or [""]:
        say(INDENT + line)
    say(f"{INDENT}{dim}[{hit.score:.3f}] {printable(hit.url or hit.source_path)}{reset}")
    say()


def printable(text: str) -> str:
    """The text on one line, without control characters (an escape sequence moves a cursor)."""
    flat = " ".join(text.split())
    return "".join(char for char in flat if unicodedata.category(char) not in {"Cc", "Cf"})
