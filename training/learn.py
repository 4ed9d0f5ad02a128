"""Training of the retriever: questions and passages, and sentences of both languages, in turn.

The negatives of a question are the other passages of its batch. A batch of sentences brings
translations and paraphrases together and keeps the graded nearness that an English teacher sees
between the English ones.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own name
from numpy.typing import NDArray
from torch import Tensor

from training.interaction import max_sim, nearness_loss, paired_loss
from training.retriever import Retriever
from training.tokens import (
    PairPool,
    TokenPair,
    TokenTable,
    iter_pair_batches,
    repeated_passages,
)

_REPORT_EVERY: Final = 20
_GRADIENT_NORM: Final = 1.0


@dataclass(frozen=True, slots=True)
class Plan:
    """Sizes and weights of the training.

    Attributes:
        seconds: after so long the steps end, whatever their number: rates follow whichever of both
            is further.
        pair_share: share of steps spent on questions and passages.
        pool: so many neighbouring pieces of a passage are kept as one.
        weight_nearness: of the correlation with the teacher's cosines, in a batch of sentences.
        given_share: of a batch of sentences, the share without teacher: paraphrases and synonyms.
        cool_down: the last share of the run, over which rates fall to nothing.
    """

    n_steps: int = 3_000
    seconds: float = 10_800.0
    batch_pairs: int = 32
    batch_sentences: int = 64
    pair_share: float = 0.8
    query_tokens: int = 40
    passage_tokens: int = 120
    sentence_tokens: int = 48
    n_projected: int = 192
    pool: int = 2
    learning_rate: float = 3e-5
    learning_rate_embeddings: float = 3e-5
    learning_rate_projection: float = 3e-4
    temperature_vectors: float = 0.02
    temperature_pieces: float = 0.04
    temperature_sentences: float = 0.03
    weight_nearness: float = 2.0
    given_share: float = 0.25
    warm_up: float = 0.03
    cool_down: float = 0.5
    checkpoint_every_s: float = 240.0
    seed: int = 11


@dataclass(frozen=True, slots=True)
class Lessons:
    """What is trained on.

    Attributes:
        pool: questions and passages.
        rows: rows of the pool, repeated as often as they are to be asked.
        english: sentences, one row a sentence, beside
        french: their translations and
        teacher: the English teacher's vectors.
        families: rows of sentences of near meanings, (families, size).
        given: paraphrases, words and their synonyms.
        weights: what each piece of the vocabulary counts in a question.
    """

    pool: PairPool
    rows: Sequence[int]
    english: TokenTable
    french: TokenTable
    teacher: NDArray[np.float16]
    families: NDArray[np.int64]
    given: Sequence[TokenPair]
    weights: NDArray[np.float32]


@dataclass
class _Progress:
    """Where the training stands; `spent` seconds were taken by former runs too."""

    step: int = 0
    spent: float = 0.0
    losses: dict[str, list[float]] = field(default_factory=dict)

    def share(self, plan: Plan) -> float:
        """The part of the whole that is done, from 0 to 1."""
        return min(1.0, max(self.step / plan.n_steps, self.spent / plan.seconds))


def train(model: Retriever, lessons: Lessons, plan: Plan, checkpoint: Path) -> None:
    """Trains in place; writes `checkpoint` every few minutes and goes on from it."""
    torch.manual_seed(plan.seed)
    optimizer = _optimizer(model, plan)
    progress = _resume(checkpoint, model, optimizer)
    rng = random.Random(plan.seed + progress.step)
    batches = _Batches(lessons, plan, rng)
    weights = torch.from_numpy(lessons.weights)
    saved = time.monotonic()
    while progress.share(plan) < 1:
        started = time.monotonic()
        progress.step += 1
        _set_rates(optimizer, progress.share(plan), plan)
        if rng.random() < plan.pair_share:
            losses = _pair_losses(model, batches.pairs(), weights, plan)
        else:
            losses = _sentence_losses(model, *batches.sentences(), plan)
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(torch.stack(list(losses.values())).sum())
        torch.nn.utils.clip_grad_norm_(model.parameters(), _GRADIENT_NORM)
        optimizer.step()
        for name, loss in losses.items():
            progress.losses.setdefault(name, []).append(float(loss.detach()))
        progress.spent += time.monotonic() - started
        if progress.step % _REPORT_EVERY == 0:
            _report(progress, plan)
        if time.monotonic() - saved > plan.checkpoint_every_s or progress.share(plan) >= 1:
            _save(checkpoint, progress, model, optimizer)
            saved = time.monotonic()


class _Batches:
    """Endless batches of both kinds."""

    def __init__(self, lessons: Lessons, plan: Plan, rng: random.Random) -> None:
        self._lessons = lessons
        self._n_given = round(plan.given_share * plan.batch_sentences)
        self._n_taught = plan.batch_sentences - self._n_given
        self._rng = rng
        self._pairs = iter_pair_batches(lessons.pool, lessons.rows, plan.batch_pairs, rng)
        self._families = self._iter_families()

    def pairs(self) -> list[TokenPair]:
        """Questions and passages."""
        return next(self._pairs)

    def sentences(self) -> tuple[list[TokenPair], Tensor]:
        """Texts of one meaning, and the teacher's unit vectors of the first of them."""
        rows = next(self._families)
        table = self._lessons
        taught = [TokenPair(table.english[row], table.french[row]) for row in rows]
        teacher = torch.from_numpy(np.asarray(table.teacher[rows], dtype=np.float32))
        return taught + self._rng.sample(table.given, self._n_given), F.normalize(teacher, dim=-1)

    def _iter_families(self) -> Iterator[list[int]]:
        families = self._lessons.families
        n_families = max(1, self._n_taught // families.shape[1])
        while True:
            order = list(range(len(families)))
            self._rng.shuffle(order)
            for at in range(0, len(order) - n_families + 1, n_families):
                yield np.unique(families[order[at : at + n_families]]).tolist()


def _pair_losses(
    model: Retriever,
    pairs: Sequence[TokenPair],
    weights: Tensor,
    plan: Plan,
) -> dict[str, Tensor]:
    queries = model([pair.query for pair in pairs], is_query=True, max_tokens=plan.query_tokens)
    passages = model(
        [pair.passage for pair in pairs], is_query=False, max_tokens=plan.passage_tokens
    )
    same = torch.from_numpy(repeated_passages(pairs))
    vectors = queries.vectors @ passages.vectors.T / plan.temperature_vectors
    pieces = max_sim(queries, passages, weights, plan.pool) / plan.temperature_pieces
    return {
        "vectors": paired_loss(vectors, same),
        "pieces": paired_loss(pieces, same),
    }


def _sentence_losses(
    model: Retriever, pairs: Sequence[TokenPair], teacher: Tensor, plan: Plan
) -> dict[str, Tensor]:
    first, second = (
        model(texts, is_query=True, max_tokens=plan.sentence_tokens).vectors
        for texts in ([pair.query for pair in pairs], [pair.passage for pair in pairs])
    )
    same = torch.from_numpy(repeated_passages(pairs))
    n_taught = len(teacher)
    near = nearness_loss(first[:n_taught], teacher) + nearness_loss(second[:n_taught], teacher)
    return {
        "sentences": paired_loss(first @ second.T / plan.temperature_sentences, same),
        "nearness": plan.weight_nearness * near / 2,
    }


def _optimizer(model: Retriever, plan: Plan) -> torch.optim.Optimizer:
    return torch.optim.AdamW(
        [
            {
                "params": list(model.bert.embeddings.parameters()),
                "peak": plan.learning_rate_embeddings,
            },
            {"params": list(model.bert.encoder.parameters()), "peak": plan.learning_rate},
            {"params": [model.projection, model.centre], "peak": plan.learning_rate_projection},
        ],
        lr=0.0,
        betas=(0.9, 0.98),
        weight_decay=0.0,
        fused=True,
    )


def _set_rates(optimizer: torch.optim.Optimizer, share: float, plan: Plan) -> None:
    """Learning rates: up at first, level, then straight down."""
    factor = min(1.0, max(share, 1e-3) / plan.warm_up, (1 - share) / plan.cool_down)
    for group in optimizer.param_groups:
        group["lr"] = group["peak"] * max(factor, 0.01)


def _report(progress: _Progress, plan: Plan) -> None:
    means = {name: round(float(np.mean(values)), 3) for name, values in progress.losses.items()}
    pace = progress.spent / progress.step
    print(
        f"step {progress.step} ({progress.share(plan):.1%}) {means} {pace:.2f} s/step",
        file=sys.stderr,
        flush=True,
    )
    progress.losses.clear()


def _save(
    path: Path, progress: _Progress, model: Retriever, optimizer: torch.optim.Optimizer
) -> None:
    part = path.with_suffix(".part")
    state: dict[str, Any] = {"step": progress.step, "spent": progress.spent}
    state |= {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
    torch.save(state, part)
    part.replace(path)


def _resume(path: Path, model: Retriever, optimizer: torch.optim.Optimizer) -> _Progress:
    """How far a former run came, its state loaded; the start without one."""
    if not path.exists():
        return _Progress()
    state = torch.load(path, weights_only=True)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    return _Progress(int(state["step"]), float(state["spent"]))
