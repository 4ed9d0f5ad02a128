"""The static student: one vector a token, averaged; trained on the teacher and on pairs.

Three losses, all in-batch: a translation must find its teacher vector among all others, the
students' similarities must follow the teacher's, and a query must find its passage.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own name
from numpy.typing import NDArray
from torch import Tensor, nn

from training.tokens import Ids, TokenPair, TrainingData, iter_pair_batches

_REPORT_EVERY: Final = 500


@dataclass(frozen=True, slots=True)
class StaticPlan:
    """Sizes and weights of the static student's training (chosen on the development sets)."""

    dimension: int = 192
    n_steps: int = 2_000
    batch_distil: int = 1_024
    batch_pairs: int = 1_024
    learning_rate: float = 0.02
    temperature: float = 0.05
    weight_similarity: float = 1.0
    weight_pairs: float = 1.0
    init_scale: float = 0.1
    seed: int = 7


class StaticStudent(nn.Module):
    """An embedding bag, and a projection to the teacher's space that is dropped after training."""

    def __init__(self, vocabulary_size: int, teacher_dimension: int, plan: StaticPlan) -> None:
        super().__init__()
        self.bag = nn.EmbeddingBag(vocabulary_size, plan.dimension, mode="mean")
        nn.init.normal_(self.bag.weight, std=plan.init_scale)
        self.to_teacher = nn.Linear(plan.dimension, teacher_dimension, bias=False)

    def forward(self, texts: Sequence[Ids]) -> Tensor:
        """Unit vectors, (n, dimension)."""
        lengths = np.fromiter((len(ids) for ids in texts), dtype=np.int64, count=len(texts))
        offsets = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        flat = np.concatenate(texts).astype(np.int64)
        return F.normalize(self.bag(torch.from_numpy(flat), torch.from_numpy(offsets)), dim=-1)


def train_static(
    data: TrainingData,
    vocabulary_size: int,
    plan: StaticPlan,
    report: Callable[[int, StaticStudent], None] | None = None,
) -> NDArray[np.float32]:
    """The trained token table, (vocabulary, dimension) float32."""
    torch.manual_seed(plan.seed)
    rng = random.Random(plan.seed)
    student = StaticStudent(vocabulary_size, data.teacher.shape[1], plan)
    optimizer = torch.optim.Adam(student.parameters(), lr=plan.learning_rate, betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, plan.learning_rate, total_steps=plan.n_steps, pct_start=0.05
    )
    translations = _iter_translations(data, plan.batch_distil, rng)
    pairs = iter_pair_batches(data.pool, data.groups, plan.batch_pairs, rng)
    started, total = time.monotonic(), 0.0
    for step in range(1, plan.n_steps + 1):
        texts, teacher = next(translations)
        loss = _distillation_loss(student, texts, teacher, plan)
        loss = loss + plan.weight_pairs * _pair_loss(student, next(pairs), plan)
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        optimizer.step()
        schedule.step()
        total += float(loss.detach())
        if step % _REPORT_EVERY == 0:
            speed = step / (time.monotonic() - started)
            mean = total / _REPORT_EVERY
            print(f"static {step}/{plan.n_steps} loss {mean:.3f} {speed:.1f}/s", file=sys.stderr)
            total = 0.0
            if report:
                report(step, student)
    return student.bag.weight.detach().numpy().copy()


def _distillation_loss(
    student: StaticStudent, texts: Sequence[Ids], teacher: Tensor, plan: StaticPlan
) -> Tensor:
    vectors = student(texts)
    projected = F.normalize(student.to_teacher(vectors), dim=-1)
    targets = torch.arange(len(texts))
    found = F.cross_entropy(projected @ teacher.T / plan.temperature, targets)
    followed = F.mse_loss(vectors @ vectors.T, teacher @ teacher.T)
    return found + plan.weight_similarity * 100 * followed


def _pair_loss(student: StaticStudent, pairs: Sequence[TokenPair], plan: StaticPlan) -> Tensor:
    queries = student([pair.query for pair in pairs])
    passages = student([pair.passage for pair in pairs])
    scores = queries @ passages.T / plan.temperature
    targets = torch.arange(len(pairs))
    return (F.cross_entropy(scores, targets) + F.cross_entropy(scores.T, targets)) / 2


def _iter_translations(
    data: TrainingData, batch_size: int, rng: random.Random
) -> Iterator[tuple[list[Ids], Tensor]]:
    rows = [row for row in range(len(data.teacher)) if len(data.french[row])]
    while True:
        rng.shuffle(rows)
        for start in range(0, len(rows) - batch_size + 1, batch_size):
            chosen = sorted(rows[start : start + batch_size])
            teacher = torch.from_numpy(np.asarray(data.teacher[chosen], dtype=np.float32))
            yield [data.french[row] for row in chosen], F.normalize(teacher, dim=-1)
