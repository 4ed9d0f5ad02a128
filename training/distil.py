"""Training of the transformer student: the teacher's vectors first, then questions and passages.

A batch of translations is compared with the teacher's vectors of the batch and of thousands of
other sentences, which cost nothing since they are computed once; a batch of pairs is made of groups
of passages with the same rare words, and is compared with itself and with the passages of the
last batches too (cross-batch memory, Wang et al. 2020).
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own name
from torch import Tensor

from training.student import TransformerStudent
from training.tokens import (
    Ids,
    TokenPair,
    TrainingData,
    iter_pair_batches,
    repeated_passages,
)

_REPORT_EVERY: Final = 25
_POOL: Final = 4_096
_SPECIAL: Final = 2
_SAME_SENTENCE: Final = 0.999
_GRADIENT_NORM: Final = 1.0


@dataclass(frozen=True, slots=True)
class DistilPlan:
    """Sizes and weights of the transformer student's training.

    Attributes:
        tokens_per_batch: of a batch of translations.
        pair_share: share of steps spent on question-passage pairs; the others keep the teacher's
            vectors, so that nothing is forgotten.
        passage_tokens: a passage is cut there; a passage of a blog has 120 on average.
        n_remembered: passages of earlier batches that a question is compared with.
    """

    n_steps: int = 3_000
    tokens_per_batch: int = 4_096
    batch_pairs: int = 64
    pair_share: float = 0.33
    passage_tokens: int = 192
    n_remembered: int = 4_096
    learning_rate: float = 8e-5
    learning_rate_embeddings: float = 4e-4
    temperature: float = 0.05
    weight_cosine: float = 10.0
    warm_up: float = 0.05
    checkpoint_every_s: float = 600.0
    seed: int = 11


def train_student(
    student: TransformerStudent,
    data: TrainingData,
    plan: DistilPlan,
    checkpoint: Path,
    report: Callable[[int, TransformerStudent], None] | None = None,
) -> None:
    """Trains the student in place; writes `checkpoint` every few minutes and resumes from it."""
    torch.manual_seed(plan.seed)
    rng = random.Random(plan.seed)
    optimizer = _optimizer(student, plan)
    step = _resume(checkpoint, student, optimizer)
    rng.seed(plan.seed + step)
    translations = _iter_translations(data, plan, rng)
    pairs = iter_pair_batches(data.pool, data.groups, plan.batch_pairs, rng)
    memory = PassageMemory(plan.n_remembered)
    started = saved = time.monotonic()
    first, totals = step, {"distil": [0.0, 0], "pairs": [0.0, 0]}
    while step < plan.n_steps:
        step += 1
        _set_rates(optimizer, step, plan)
        if rng.random() < plan.pair_share:
            kind, loss = "pairs", _pair_loss(student, next(pairs), memory, plan)
        else:
            kind, loss = "distil", _distillation_loss(student, *next(translations), data, plan)
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(student.parameters(), _GRADIENT_NORM)
        optimizer.step()
        totals[kind][0] += float(loss.detach())
        totals[kind][1] += 1
        if step % _REPORT_EVERY == 0:
            rate = (step - first) / (time.monotonic() - started)
            means = {k: round(total / max(1, n), 3) for k, (total, n) in totals.items()}
            print(f"student {step}/{plan.n_steps} {means} {rate:.2f}/s", file=sys.stderr)
            totals = {"distil": [0.0, 0], "pairs": [0.0, 0]}
        if time.monotonic() - saved > plan.checkpoint_every_s or step == plan.n_steps:
            _save(checkpoint, step, student, optimizer)
            saved = time.monotonic()
            if report:
                report(step, student)


def _distillation_loss(
    student: TransformerStudent,
    texts: Sequence[Ids],
    teacher: Tensor,
    data: TrainingData,
    plan: DistilPlan,
) -> Tensor:
    vectors = student(texts)
    n_pool = min(_POOL, len(data.teacher))
    rows = torch.randperm(len(data.teacher))[:n_pool].sort().values.numpy()
    others = torch.from_numpy(np.asarray(data.teacher[rows], dtype=np.float32))
    pool = torch.cat([teacher, others]).to(vectors.device)
    teacher = teacher.to(vectors.device)
    # A sentence drawn into the pool again, or said in the same words, is no negative.
    same = (teacher @ pool.T) > _SAME_SENTENCE
    same[torch.arange(len(teacher)), torch.arange(len(teacher))] = False
    scores = (vectors @ pool.T / plan.temperature).masked_fill(same, -torch.inf)
    found = F.cross_entropy(scores, torch.arange(len(texts), device=vectors.device))
    cosine = 1 - (vectors * teacher).sum(dim=-1).mean()
    loss: Tensor = found + plan.weight_cosine * cosine
    return loss


class PassageMemory:
    """The vectors of the last passages, which go on serving as negatives.

    The student moves little from one batch to the next, so they stay near what it would say now.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._numbers: dict[bytes, int] = {}
        self._rows: Tensor = torch.zeros(0, dtype=torch.long)
        self._vectors: Tensor | None = None

    def numbers(self, passages: Sequence[Ids]) -> Tensor:
        """A number for each text, the same for the same text, (n,)."""
        keys = (passage.tobytes() for passage in passages)
        known = self._numbers
        return torch.tensor([known.setdefault(key, len(known)) for key in keys])

    def recall(self) -> tuple[Tensor, Tensor] | None:
        """Numbers (n,) and unit vectors (n, width) of the passages kept; None at first."""
        return None if self._vectors is None else (self._rows, self._vectors)

    def keep(self, rows: Tensor, vectors: Tensor) -> None:
        """Adds the passages of a batch; the oldest go."""
        kept = [] if self._vectors is None else [self._vectors]
        self._vectors = torch.cat([*kept, vectors.detach()])[-self._size :]
        self._rows = torch.cat([self._rows, rows])[-self._size :]


def _pair_loss(
    student: TransformerStudent, pairs: Sequence[TokenPair], memory: PassageMemory, plan: DistilPlan
) -> Tensor:
    queries = student([pair.query for pair in pairs], 64)
    passages = student([pair.passage for pair in pairs], plan.passage_tokens)
    same = torch.from_numpy(repeated_passages(pairs)).to(queries.device)
    scores = (queries @ passages.T / plan.temperature).masked_fill(same, -torch.inf)
    targets = torch.arange(len(pairs), device=scores.device)
    backward = F.cross_entropy(scores.T, targets)
    rows = memory.numbers([pair.passage for pair in pairs])
    recalled = memory.recall()
    if recalled is not None:
        known, vectors = recalled
        repeated = (rows[:, None] == known[None, :]).to(queries.device)
        older = (queries @ vectors.T / plan.temperature).masked_fill(repeated, -torch.inf)
        scores = torch.cat([scores, older], dim=1)
    memory.keep(rows, passages)
    return (F.cross_entropy(scores, targets) + backward) / 2


def _iter_translations(
    data: TrainingData, plan: DistilPlan, rng: random.Random
) -> Iterator[tuple[list[Ids], Tensor]]:
    """Endless batches of about the same number of tokens, texts of one length together."""
    lengths = data.french.lengths()
    rows = [row for row in range(len(data.teacher)) if lengths[row]]
    while True:
        order = sorted(rows, key=lambda row: lengths[row] + rng.random() * (2 + lengths[row] / 8))
        batches: list[list[int]] = [[]]
        for row in order:
            if (len(batches[-1]) + 1) * (int(lengths[row]) + _SPECIAL) > plan.tokens_per_batch:
                batches.append([])
            batches[-1].append(row)
        rng.shuffle(batches)
        for batch in batches:
            chosen = sorted(batch)
            teacher = torch.from_numpy(np.asarray(data.teacher[chosen], dtype=np.float32))
            yield [data.french[row] for row in chosen], F.normalize(teacher, dim=-1)


def _optimizer(student: TransformerStudent, plan: DistilPlan) -> torch.optim.Optimizer:
    embeddings = list(student.model.embeddings.parameters())
    layers = list(student.model.encoder.parameters())
    return torch.optim.AdamW(
        [
            {"params": embeddings, "peak": plan.learning_rate_embeddings},
            {"params": layers, "peak": plan.learning_rate},
        ],
        lr=0.0,
        betas=(0.9, 0.98),
        weight_decay=0.0,
        fused=True,
    )


def _set_rates(optimizer: torch.optim.Optimizer, step: int, plan: DistilPlan) -> None:
    """Learning rates of a step: up for the first steps, then straight down to zero."""
    n_warm_up = max(1, round(plan.warm_up * plan.n_steps))
    factor = min(step / n_warm_up, (plan.n_steps - step + 1) / (plan.n_steps - n_warm_up))
    for group in optimizer.param_groups:
        group["lr"] = group["peak"] * factor


def _save(
    path: Path, step: int, student: TransformerStudent, optimizer: torch.optim.Optimizer
) -> None:
    part = path.with_suffix(".part")
    state = {"step": step, "model": student.model.state_dict()}
    state["optimizer"] = optimizer.state_dict()
    torch.save(state, part)
    part.replace(path)


def _resume(path: Path, student: TransformerStudent, optimizer: torch.optim.Optimizer) -> int:
    """The step reached by a former run, its state loaded; 0 without one."""
    if not path.exists():
        return 0
    state = torch.load(path, weights_only=True)
    student.model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    return int(state["step"])
