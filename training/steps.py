"""The steps of the recipe; each reads and writes files of one work folder and can be resumed."""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from tokenizers import Tokenizer

from index.encoders.load import load_encoder
from training.corpus import SEED, draw_translations, iter_text_blocks, read_pairs, write_pairs
from training.export import PROMPTS, export_graph, export_model
from training.learn import Plan, train
from training.lessons import counted_passages, gather
from training.questions import QUESTION_WORDS
from training.report import measure_all
from training.retriever import Marks, Retriever, start_projection
from training.start import BOS, EOS, PAD, E5File, build_bert, cut_tokenizer, kept_pieces, token_id
from training.teacher import cache_teacher, load_teacher_vectors
from training.token_space import piece_weights
from training.wording import QUEBEC

# 99.9 % of the pieces of the training text.
N_PIECES: Final = 32_000
_COUNTED_RECORDS: Final = 12_000
# Short sentences are what people compare, and what the teacher is good at.
_LONGEST_TAUGHT: Final = 160
_N_TAUGHT: Final = 60_000
_N_PROJECTED: Final = 600
# Texts that show how large the inputs of products become.
_N_WATCHED: Final = 48
_QUESTION_CHARS: Final = 60


@dataclass(frozen=True, slots=True)
class Places:
    """Where the recipe reads and writes, and how long it may train."""

    data: Path
    evaluation: Path
    work: Path
    out: Path
    start: Path
    seconds: float = 7_200.0

    def file(self, name: str) -> Path:
        """A file of the work folder."""
        return self.work / name


def data(places: Places) -> None:
    """Draws the translations, in the shares of `training.sources`."""
    path = places.file("translations.jsonl")
    if not path.exists():
        drawn = draw_translations(places.data)
        short = [pair for pair in drawn if max(map(len, pair)) <= _LONGEST_TAUGHT]
        write_pairs(path, short[:_N_TAUGHT])


def vocabulary(places: Places) -> None:
    """Chooses the pieces of the multilingual vocabulary that French and English use."""
    path = places.file("tokenizer.json")
    if not path.exists():
        begun = E5File(places.start)
        texts = iter_text_blocks(places.data, _COUNTED_RECORDS)
        always = [*PROMPTS.values(), *QUESTION_WORDS, *QUEBEC, *QUEBEC.values()]
        kept = kept_pieces(begun, texts, N_PIECES, always)
        np.save(places.file("pieces.npy"), np.array(kept))
        cut_tokenizer(begun, kept).save(str(path))


def teacher(places: Places) -> None:
    """Computes the English teacher's vectors of the English sentences."""
    english = [pair[0] for pair in read_pairs(places.file("translations.jsonl"))]
    cache_teacher(english, places.file("teacher.npy"))


def learn(places: Places) -> None:
    """Trains mean vectors, pieces and their projection together."""
    tokenizer = _tokenizer(places)
    lessons = gather(
        places.data,
        tokenizer,
        read_pairs(places.file("translations.jsonl")),
        load_teacher_vectors(places.file("teacher.npy")),
    )
    plan, checkpoint = Plan(seconds=places.seconds), places.file("retriever.ckpt")
    model = start_model(places, plan)
    if not checkpoint.exists():
        rng = random.Random(SEED + 7)
        rows = rng.sample(range(len(lessons.pool)), min(_N_PROJECTED, len(lessons.pool)))
        start_projection(model, [lessons.pool.passage(row) for row in rows], plan.seed)
        torch.save(model.state_dict(), places.file("start.pt"))
    train(model, lessons, plan, checkpoint)
    torch.save(model.state_dict(), places.file("retriever.pt"))


def export(places: Places) -> None:
    """Writes the model directory: for sentence-transformers, and for onnxruntime."""
    plan = Plan()
    model, tokenizer = start_model(places, plan), _tokenizer(places)
    model.load_state_dict(torch.load(places.file("retriever.pt"), weights_only=True))
    passages = counted_passages(places.data)
    weights = piece_weights(tokenizer, passages)
    export_model(model, tokenizer, weights, plan.pool, places.out)
    sample = random.Random(SEED + 8).sample(passages, _N_WATCHED)
    asked = [PROMPTS["query"] + text[:_QUESTION_CHARS] for text in sample]
    export_graph(places.out, asked + [PROMPTS["passage"] + text for text in sample])


def measure(places: Places) -> None:
    """Prints quality on the development sets as JSON."""
    report = measure_all(load_encoder(str(places.out)), places.evaluation)
    print(json.dumps(report, ensure_ascii=False, indent=1))


STEPS: Final[dict[str, Callable[[Places], None]]] = {
    step.__name__: step for step in (data, vocabulary, teacher, learn, export, measure)
}


def run(names: tuple[str, ...], places: Places) -> None:
    """Runs the steps in the order given, telling the time that each took on stderr."""
    places.work.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)
    # Numbers too small for the usual format slow the optimiser down many times.
    torch.set_flush_denormal(True)
    for name in names:
        started = time.monotonic()
        print(f"== {name}", file=sys.stderr)
        STEPS[name](places)
        print(f"== {name}: {time.monotonic() - started:.0f} s", file=sys.stderr)


def start_model(places: Places, plan: Plan) -> Retriever:
    """The untrained model with the pieces kept."""
    tokenizer = _tokenizer(places)
    bert = build_bert(E5File(places.start), np.load(places.file("pieces.npy")).tolist())
    return Retriever(bert, marks(tokenizer), plan.n_projected)


def marks(tokenizer: Tokenizer) -> Marks:
    """The ids of the special tokens and of the prompts."""
    start, end, pad = (token_id(tokenizer, token) for token in (BOS, EOS, PAD))
    query, passage = (
        tuple(tokenizer.encode(prompt.strip(), add_special_tokens=False).ids)
        for prompt in PROMPTS.values()
    )
    return Marks(start, end, pad, query, passage)


def _tokenizer(places: Places) -> Tokenizer:
    return Tokenizer.from_file(str(places.file("tokenizer.json")))
