"""Asks an archive of the seed pages random questions: no exception, and none over a second.

    python -m bench.torture_queries            100,000 questions
    python -m bench.torture_queries --n 2000   fewer

Ends with 1 and the question when one fails.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from index.archive import Archive, open_archive
from index.building.build import build_archive
from index.encoders.load import load_encoder
from index.model import Mode, Query
from ingest.errors import UsageError
from ingest.pipeline import ingest

SEEDS: Final = Path(__file__).resolve().parent.parent / "seeds"
LIMIT_S: Final = 1.0
PIECES: Final = (
    *(
        '"',
        "«",
        "»",
        "“",
        "”",
        "'",
        "’",
        "-",
        "\u2212",
        ":",
        "(",
        ")",
        "*",
        "^",
        "~",
        "+",
        "/",
        "\\",
    ),
    *("auteur:", "site:", "titre:", "role:", "avant:", "après:", "langue:", "AND", "OR", "NEAR"),
    *("l’été", "médias sociaux", "community manager", "e-mail", "œuvre", "10:30", "http://a.b/c"),
    *("\x00", "\ud800", "\u202e", "\u0301" * 40, "ﷺ", "٣", "😀", "a" * 300, "\n", "\t", " "),
    *("2009", "2012-13-45", "billet", "fr", "1e309", "NULL", "';--", "<b>", "{{", "%s"),
)


def main() -> int:
    """Asks the questions; 0 when all were answered or refused in words."""
    arguments = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    arguments.add_argument("--n", type=int, default=100_000, help="number of questions")
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archive"
        build_archive(path, list(ingest([str(SEEDS)])), load_encoder())
        with open_archive(path) as archive:
            return torture(archive, options.n, options.seed)


def torture(archive: Archive, n: int, seed: int) -> int:
    """Asks `n` random questions of `archive`; 0 when none failed and none took over a second."""
    chooser = random.Random(seed)
    slowest, n_refused = 0.0, 0
    for _ in range(n):
        text = random_question(chooser)
        query = Query(text, k=chooser.choice((1, 10, 100)), mode=chooser.choice(list(Mode)))
        try:
            taken, is_refused = ask(archive, query)
            if taken > LIMIT_S:  # a machine may stall once; a slow question is slow again
                taken, _ = ask(archive, query)
        except Exception:
            print(f"question {text!r} ({query.mode.value})", file=sys.stderr)
            raise
        n_refused += is_refused
        slowest = max(slowest, taken)
        if taken > LIMIT_S:
            print(f"{taken:.2f} s for {text!r}", file=sys.stderr)
            return 1
    print(f"{n} questions, {n_refused} refused in words, slowest {slowest * 1000:.0f} ms of CPU")
    return 0


def ask(archive: Archive, query: Query) -> tuple[float, bool]:
    """Seconds of CPU that a question took, and whether it was refused in words."""
    started = time.process_time()
    try:
        archive.search(query)
        is_refused = False
    except UsageError:
        is_refused = True
    return time.process_time() - started, is_refused


def random_question(chooser: random.Random) -> str:
    """A question that nobody would ask."""
    parts: list[str] = []
    for _ in range(chooser.choice((1, 3, 10, 60, 400))):
        if chooser.random() < 0.7:
            parts.append(chooser.choice(PIECES))
        else:
            parts.append("".join(chr(chooser.randrange(0x11000)) for _ in range(6)))
    return chooser.choice(("", " ")).join(parts)


if __name__ == "__main__":
    sys.exit(main())
