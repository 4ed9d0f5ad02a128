"""Training text: drawn once with a fixed seed, written to the work folder, read by every step."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

from training.sources import PAIRS, PARALLEL, TEXTS

SEED: Final = 20_080_229
_MIN_CHARS: Final = 8
_MAX_CHARS: Final = 400
_PASSAGE_CHARS: Final = (250, 900)
_MAX_SENTENCES: Final = 7
_MAX_COUNTED_CHARS: Final = 1_200

Translation = tuple[str, str]
QueryPassage = tuple[str, str]


def iter_records(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a gzip JSON-lines file, in order."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def draw_translations(data: Path) -> list[Translation]:
    """(English, French) sentences and passages in the shares of `training.sources`, shuffled."""
    rng = random.Random(SEED)
    drawn: list[Translation] = []
    for source in PARALLEL:
        records = [(r["en"], r["fr"]) for r in iter_records(_parallel(data, source.name))]
        sentences = list({english: (english, french) for english, french in records}.values())
        sentences = [pair for pair in sentences if _MIN_CHARS <= len(pair[0]) <= _MAX_CHARS]
        drawn += rng.sample(sentences, min(source.n_pairs, len(sentences)))
        if source.n_passages:
            joined = [_as_one(group) for group in _joined_translations(records, rng)]
            drawn += rng.sample(joined, min(source.n_passages, len(joined)))
    rng.shuffle(drawn)
    return drawn


def draw_query_passages(data: Path) -> list[QueryPassage]:
    """French (title, heading or question) -> passage pairs, repeated as the sources ask.

    They stay in file order: neighbours come from one page and are hard negatives of each other.
    """
    rng = random.Random(SEED + 1)
    drawn: list[QueryPassage] = []
    for source in PAIRS:
        path = data / f"pairs_{source.name}.jsonl.gz"
        pairs = [(r["q"], r["p"]) for r in iter_records(path) if r["q"].strip() and r["p"].strip()]
        kept = sorted(rng.sample(range(len(pairs)), min(source.n_pairs, len(pairs))))
        drawn += [pairs[row] for row in kept] * source.repeats
    return drawn


def french_passages(data: Path, *, of_web: bool) -> list[list[str]]:
    """Passages as lists of sentences, for inverse-cloze pairs: of web pages, or all others."""
    rng = random.Random(SEED + 2)
    passages: list[list[str]] = []
    for text in TEXTS:
        if text.is_web != of_web:
            continue
        texts = [r["t"] for r in iter_records(data / f"text_{text.name}.jsonl.gz")]
        if text.sentences_in_order:
            passages += _windows(texts, rng)
        else:
            passages += [split_sentences(t) for t in texts]
    return [p for p in passages if len(p) > 1 and sum(map(len, p)) >= _PASSAGE_CHARS[0] // 2]


def bilingual_passages(data: Path) -> list[list[Translation]]:
    """Passages of two to seven consecutive translated sentences, of the sources that have any."""
    rng = random.Random(SEED + 6)
    passages: list[list[Translation]] = []
    for source in PARALLEL:
        if source.n_passages:
            records = [(r["en"], r["fr"]) for r in iter_records(_parallel(data, source.name))]
            found = list(_joined_translations(records, rng))
            passages += rng.sample(found, min(source.n_passages, len(found)))
    return passages


def iter_text_blocks(data: Path, n_records: int) -> Iterator[list[str]]:
    """Yields texts of both languages, at most `n_records` records a file, for the vocabulary."""
    for path in sorted(data.glob("*.jsonl.gz")):
        block: list[str] = []
        for record in islice(iter_records(path), n_records):
            block += [value[:_MAX_COUNTED_CHARS] for value in record.values()]
        yield block


def split_sentences(text: str) -> list[str]:
    """The sentences of a text, cut after a final mark and a space; nothing is dropped."""
    sentences: list[str] = []
    start = 0
    for end in range(1, len(text)):
        if text[end] in " \n" and text[end - 1] in ".!?…»\n" and end - start >= _MIN_CHARS:
            sentences.append(text[start:end].strip())
            start = end
    sentences.append(text[start:].strip())
    return [sentence for sentence in sentences if sentence]


def write_pairs(path: Path, pairs: Sequence[tuple[str, str]]) -> None:
    """Writes pairs as JSON lines; the file appears only when it is whole."""
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as out:
        for pair in pairs:
            out.write(json.dumps(pair, ensure_ascii=False) + "\n")
    part.replace(path)


def read_pairs(path: Path) -> list[tuple[str, str]]:
    """The pairs that `write_pairs` wrote."""
    with path.open(encoding="utf-8") as lines:
        return [(first, second) for first, second in map(json.loads, lines)]


def _parallel(data: Path, name: str) -> Path:
    return data / f"parallel_{name}.jsonl.gz"


def _as_one(group: Sequence[Translation]) -> Translation:
    return " ".join(pair[0] for pair in group), " ".join(pair[1] for pair in group)


def _joined_translations(
    records: Sequence[Translation], rng: random.Random
) -> Iterator[list[Translation]]:
    """Yields consecutive sentence pairs, two to seven that make a passage."""
    row = 0
    while row < len(records):
        size = rng.randint(2, _MAX_SENTENCES)
        group = list(records[row : row + size])
        row += size
        if _PASSAGE_CHARS[0] <= len(_as_one(group)[0]) <= _PASSAGE_CHARS[1]:
            yield group


def _windows(sentences: Sequence[str], rng: random.Random) -> list[list[str]]:
    """Consecutive sentences in groups of a passage's length, each sentence used once."""
    windows: list[list[str]] = []
    group: list[str] = []
    goal = rng.randint(*_PASSAGE_CHARS)
    for sentence in sentences:
        group.append(sentence)
        if sum(map(len, group)) >= goal or len(group) > 2 * _MAX_SENTENCES:
            windows.append(group)
            group, goal = [], rng.randint(*_PASSAGE_CHARS)
    return windows
