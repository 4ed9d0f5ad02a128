"""Measures how often a sentence of an archive, pasted as a question, finds its passage first.

    python -m bench.pasted FOLDER…      archives that were built; prints a line for each

Whole, cut at both ends, or slightly changed: a word left out, another misspelt.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Final

from bench.misspelt import misspell
from index.analysis.sentences import split_sentences
from index.archive import Archive, open_archive
from index.model import Mode, Query

FEWEST_WORDS: Final = 8
MOST_WORDS: Final = 40
_LONG: Final = 5
Change = Callable[[str, random.Random], str]


def sentences_of(archive: Archive, n: int | None = None) -> list[tuple[str, str]]:
    """At most `n` sentences of a fair length, spread over the archive, each after the text of its
    passage; those that another passage holds too are left out."""
    pairs = list(_sentences(archive))
    texts = "\n".join({text for text, _ in pairs})
    known = [pair for pair in pairs if texts.count(pair[1]) == 1]
    step = 1 if n is None else max(1, len(known) // n)
    return list(islice(known[::step], n))


def _sentences(archive: Archive) -> Iterator[tuple[str, str]]:
    for hit in archive.iter_passages():
        for span in split_sentences(hit.text):
            sentence = hit.text[span.start : span.end]
            if FEWEST_WORDS <= len(sentence.split()) <= MOST_WORDS and not set(sentence) & set(
                '"«»“”'
            ):
                yield hit.text, sentence


def whole(sentence: str, _: random.Random) -> str:
    """The sentence itself."""
    return sentence


def cut(sentence: str, chance: random.Random) -> str:
    """Two thirds of its words, from somewhere in it."""
    words = sentence.split()
    n_kept = max(6, 2 * len(words) // 3)
    start = chance.randrange(len(words) - n_kept + 1)
    return " ".join(words[start : start + n_kept])


def changed(sentence: str, chance: random.Random) -> str:
    """One word left out, a long one misspelt."""
    words = sentence.split()
    del words[chance.randrange(len(words))]
    long_words = [place for place, word in enumerate(words) if len(word) > _LONG and word.isalpha()]
    if long_words:
        place = chance.choice(long_words)
        words[place] = misspell(words[place], chance)
    return " ".join(words)


WAYS: Final[Mapping[str, Change]] = MappingProxyType(
    {"whole": whole, "cut": cut, "changed": changed}
)


def found_first(
    archive: Archive, pairs: list[tuple[str, str]], change: Change, mode: Mode = Mode.HYBRID
) -> float:
    """How many sentences in 100 find their passage first once they are changed."""
    chance = random.Random(4)
    right = 0
    for text, sentence in pairs:
        hits = archive.search(Query(change(sentence, chance), k=1, mode=mode))
        right += any(hit.text == text for hit in hits)
    return round(100 * right / len(pairs), 1)


def main() -> None:
    """Measures every archive named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("-n", type=int, default=100, help="sentences of each archive")
    options = parser.parse_args()
    for folder in options.folders:
        with open_archive(folder) as archive:
            pairs = sentences_of(archive, options.n)
            found = {
                f"{mode.value}, {name}": found_first(archive, pairs, change, mode)
                for mode in (Mode.HYBRID, Mode.DENSE, Mode.LEXICAL)
                for name, change in WAYS.items()
            }
        print(json.dumps({"archive": folder.name, "n": len(pairs), **found}), flush=True)


if __name__ == "__main__":
    main()
