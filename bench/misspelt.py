"""Measures what typing errors cost, on the development sets: nDCG@10 x 100 of each way of typing.

    python -m bench.misspelt                 prints a line a set and a mode
    python -m bench.misspelt --every 5       one question in five

Errors are put into the questions by rule, with a fixed seed: in every long word, in one word of
each question, accents and capitals left out, elisions without their apostrophe, short forms of
messages,
words without what joins them.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from bench.floors import EVERY, NAMES, thin
from index.analysis.stopwords import STOP_WORDS
from index.archive import Archive
from index.encoders.load import load_encoder
from index.evaluation.beir import EvaluationSet, read_set
from index.evaluation.evaluate import best_documents, corpus_archive
from index.judgements.metrics import measure
from index.model import Mode, Query
from index.query.likeness import neighbours_of
from index.query.short_forms import SHORT_FORMS
from ingest.text import fold

# A long word has so many letters: shorter ones are rarely misspelt, and often something else then.
LONG: Final = 7
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_SOUNDS_ALIKE: Final = (
    ("ph", "f"), ("qu", "k"), ("eau", "o"), ("au", "o"), ("ss", "s"), ("c", "s"), ("an", "en"),
    ("en", "an"), ("ai", "è"), ("y", "i"), ("h", ""), ("ç", "ss"), ("mm", "m"), ("nn", "n"),
    ("ll", "l"), ("tt", "t"),
)  # fmt: skip

Change = Callable[[str, random.Random], str]


def misspell(word: str, chance: random.Random) -> str:
    """`word` with one error of some kind that people make, never in its first letter."""
    kinds = (_dropped, _doubled, _swapped, _slipped, _as_heard)
    for kind in chance.sample(kinds, len(kinds)):
        changed = kind(word, chance)
        if fold(changed) != fold(word):
            return changed
    return word


def _dropped(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word))
    return word[:place] + word[place + 1 :]


def _doubled(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word))
    return word[:place] + word[place] + word[place:]


def _swapped(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word) - 1)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def _slipped(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word))
    beside = sorted(neighbours_of(fold(word[place])[:1]))
    return word[:place] + chance.choice(beside) + word[place + 1 :] if beside else word


def _as_heard(word: str, chance: random.Random) -> str:
    rules = [rule for rule in _SOUNDS_ALIKE if rule[0] in word[1:].lower()]
    if not rules:
        return word
    written, heard = chance.choice(rules)
    return word[0] + word[1:].lower().replace(written, heard, 1)


def in_every_long_word(text: str, chance: random.Random) -> str:
    """`text` with one error in each word of LONG letters or more."""
    return _LETTERS.sub(
        lambda found: misspell(found[0], chance) if len(found[0]) >= LONG else found[0], text
    )


def in_one_word(text: str, chance: random.Random) -> str:
    """`text` with one error, in one of its longest words."""
    places = [found for found in _LETTERS.finditer(text) if len(found[0]) > 4]
    if not places:
        return text
    found = chance.choice(places)
    return text[: found.start()] + misspell(found[0], chance) + text[found.end() :]


def without_accents(text: str, _: random.Random) -> str:
    """`text` without accents or capitals."""
    return fold(text)


def in_capitals(text: str, _: random.Random) -> str:
    """`text` in capitals."""
    return text.upper()


def without_apostrophes(text: str, _: random.Random) -> str:
    """`text` with elided words run into the next one."""
    return re.sub(r"(?<=[^\W\d_])['’](?=[^\W\d_])", "", text)


def as_a_message(text: str, chance: random.Random) -> str:
    """`text` as in a message: short forms, no apostrophes, no accents."""
    shorter = fold(text.replace("’", "'"))
    for short, meant in SHORT_FORMS.items():
        shorter = re.sub(rf"\b{re.escape(fold(meant))}\b", short, shorter)
    return without_apostrophes(shorter, chance)


def as_keywords(text: str, _: random.Random) -> str:
    """`text` without its stop words and signs."""
    kept = [word for word in re.split(r"[^\w]+", text) if word and fold(word) not in STOP_WORDS]
    return " ".join(kept) or text


WAYS: Final[dict[str, Change]] = {
    "every long word": in_every_long_word,
    "one word": in_one_word,
    "no accents": without_accents,
    "capitals": in_capitals,
    "no apostrophes": without_apostrophes,
    "message": as_a_message,
    "keywords": as_keywords,
}


def measure_ways(
    archive: Archive, judged: EvaluationSet, mode: Mode, *, as_typed: bool = False
) -> Iterator[tuple[str, float]]:
    """Yields `clean`, then each way of typing, with nDCG@10 x 100 of the questions of a set."""
    ways: dict[str, Change] = {"clean": lambda text, _: text, **WAYS}
    for name, change in ways.items():
        chance = random.Random(name)
        run: dict[str, Sequence[str]] = {}
        for query_id in judged.judged:
            text = change(judged.queries[query_id], chance)
            run[query_id] = best_documents(archive, Query(text, mode=mode, as_typed=as_typed))
        yield name, round(100 * measure(run, judged.qrels)["ndcg@10"], 2)


def main() -> None:
    """Measures every set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, help="one question in so many")
    parser.add_argument("--mode", type=Mode, choices=list(Mode), default=Mode.HYBRID)
    parser.add_argument("--as-typed", action="store_true", help="without any correction")
    options = parser.parse_args()
    folder = Path(os.environ.get("ARCHIBLOGUE_SHARED", "shared")) / "data" / "eval"
    encoder = load_encoder()
    for name in NAMES:
        files = (folder / name / part for part in ("corpus.jsonl", "queries.jsonl", "qrels.tsv"))
        judged = thin(read_set(*files), options.every or EVERY[name])
        with corpus_archive(judged.documents, encoder) as archive:
            ways = dict(measure_ways(archive, judged, options.mode, as_typed=options.as_typed))
        print(json.dumps({"set": name, "mode": options.mode.value, **ways}), flush=True)


if __name__ == "__main__":
    main()
