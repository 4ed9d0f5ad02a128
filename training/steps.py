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
from training.carry import carry_embeddings
from training.corpus import (
    SEED,
    draw_query_passages,
    draw_translations,
    french_passages,
    french_sentences,
    read_pairs,
    write_pairs,
)
from training.distil import DistilPlan, train_student
from training.export import export_static, export_transformer
from training.neighbours import lexical_neighbours
from training.questions import make_question
from training.report import measure_all
from training.static import StaticPlan, train_static
from training.student import build_student, load_teacher_bert
from training.teacher import cache_teacher, load_teacher_vectors, teacher_directory
from training.token_space import measure_token_space
from training.tokenizer import load_tokenizer, train_tokenizer
from training.tokens import ClozePassages, PairPool, TokenPair, TokenTable, TrainingData

# 23,000 word pieces and six layers in half precision stay under 40 MB.
VOCABULARY_SIZE: Final = 23_000
N_LAYERS: Final = 6
# Sentences given to the teacher, at most: ten minutes for all that is drawn, on two quiet cores.
N_TAUGHT: Final = 400_000
N_ALIGNED: Final = 300_000
# Groups of passages with the same rare words; half of them around a passage that came with its
# question, half around a text.
N_GROUPS: Final = 10_000
GROUP_SIZE: Final = 8


@dataclass(frozen=True, slots=True)
class Places:
    """Where the recipe reads and writes."""

    data: Path
    evaluation: Path
    work: Path
    out: Path

    def file(self, name: str) -> Path:
        """A file of the work folder."""
        return self.work / name


def data(places: Places) -> None:
    """Draws the translations, in the shares of `training.sources`."""
    path = places.file("translations.jsonl")
    if not path.exists():
        write_pairs(path, draw_translations(places.data))


def tokenizer(places: Places) -> None:
    """Trains the French vocabulary."""
    path = places.file("tokenizer.json")
    if not path.exists():
        texts = french_sentences(places.data)
        train_tokenizer(texts, VOCABULARY_SIZE, folds_accents=True).save(str(path))


def teacher(places: Places) -> None:
    """Computes the teacher's vectors of the English sentences."""
    english = [pair[0] for pair in read_pairs(places.file("translations.jsonl"))[:N_TAUGHT]]
    cache_teacher(english, places.file("teacher.npy"))


def carry(places: Places) -> None:
    """Carries the teacher's token embeddings over to the French vocabulary."""
    path = places.file("embeddings.npy")
    if not path.exists():
        words = load_teacher_bert().embeddings.word_embeddings.weight.detach().numpy()
        np.save(path, carry_embeddings(_aligned(places), _english(), _french(places), words))


def static(places: Places) -> None:
    """Trains the static student, for comparison, into `static/` of the work folder."""
    loaded = _load_data(places)
    french = _french(places)
    table = train_static(loaded, french.get_vocab_size(), StaticPlan())
    export_static(table, french, places.file("static"))


def distil(places: Places) -> None:
    """Trains the transformer student on translations and on question-passage pairs at once."""
    student = build_student(
        N_LAYERS, _french(places), _english(), np.load(places.file("embeddings.npy"))
    )
    if torch.cuda.is_available():
        student.to("cuda")
    plan, checkpoint = DistilPlan(), places.file("student.ckpt")
    train_student(student, _load_data(places), plan, checkpoint)
    torch.save(student.model.state_dict(), places.file("student.pt"))


def export(places: Places) -> None:
    """Writes the model directory."""
    french = _french(places)
    student = build_student(N_LAYERS, french, _english(), np.load(places.file("embeddings.npy")))
    student.model.load_state_dict(torch.load(places.file("student.pt"), weights_only=True))
    export_transformer(student, french, places.out)


def pieces(places: Places) -> None:
    """Writes how the word pieces of the exported model are compared."""
    passages = [" ".join(sentences) for sentences in french_passages(places.data)]
    passages += dict.fromkeys(passage for _, passage in draw_query_passages(places.data))
    measure_token_space(places.out, _french(places), passages).save(places.out)


def measure(places: Places) -> None:
    """Prints quality and speed on the development sets as JSON."""
    report = measure_all(load_encoder(str(places.out)), places.evaluation)
    print(json.dumps(report, ensure_ascii=False, indent=1))


STEPS: Final[dict[str, Callable[[Places], None]]] = {
    step.__name__: step
    for step in (data, tokenizer, teacher, carry, static, distil, export, pieces, measure)
}
# The static student lost (docs/decisions/0020-bundled-encoder.md): it is made only when named.
DEFAULT_STEPS: Final = tuple(name for name in STEPS if name != "static")


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


def _french(places: Places) -> Tokenizer:
    return load_tokenizer(places.file("tokenizer.json"))


def _english() -> Tokenizer:
    english = load_tokenizer(teacher_directory() / "tokenizer.json")
    english.no_padding()
    english.no_truncation()
    return english


def _aligned(places: Places) -> list[tuple[str, str]]:
    return read_pairs(places.file("translations.jsonl"))[:N_ALIGNED]


def _load_data(places: Places) -> TrainingData:
    french = _french(places)
    vectors = load_teacher_vectors(places.file("teacher.npy"))
    taught = read_pairs(places.file("translations.jsonl"))[: len(vectors)]
    table = TokenTable(french, [pair[1] for pair in taught])
    pairs = draw_query_passages(places.data)
    unique = list(dict.fromkeys(pairs))
    queries = TokenTable(french, [query for query, _ in unique])
    passages = TokenTable(french, [passage for _, passage in unique])
    supervised = [TokenPair(queries[row], passages[row]) for row in range(len(unique))]
    texts = french_passages(places.data)
    rng = random.Random(SEED + 4)
    questions = [make_question(sentences, rng) for sentences in texts]
    pool = PairPool(supervised, ClozePassages(french, texts, questions))
    path = places.file("groups.npy")
    if not path.exists():
        # A pair that its source repeats seeds as many groups.
        rows = {pair: row for row, pair in enumerate(unique)}
        seeded = rng.sample([rows[pair] for pair in pairs], min(N_GROUPS // 2, len(pairs)))
        made = range(len(unique), len(pool))
        seeds = np.array([*seeded, *rng.sample(made, min(N_GROUPS - N_GROUPS // 2, len(made)))])
        everything = [pool.passage(row) for row in range(len(pool))]
        np.save(path, lexical_neighbours(everything, seeds, GROUP_SIZE, french.get_vocab_size()))
    return TrainingData(table, vectors, pool, np.load(path))
