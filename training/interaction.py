"""Losses: mean vectors, pieces compared one by one as an archive does, the teacher's nearness."""

from __future__ import annotations

from typing import Final

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own name
from torch import Tensor

from training.retriever import Reading

_FAR: Final = -2.0


def paired_loss(scores: Tensor, same: Tensor) -> Tensor:
    """Cross-entropy of finding the passage of each question, and the question of each passage.

    Args:
        scores: of each question with each passage, (n, n), over their temperature.
        same: pairs that are no negatives of each other, (n, n).
    """
    scores = scores.masked_fill(same, -torch.inf)
    targets = torch.arange(len(scores), device=scores.device)
    return (2 * F.cross_entropy(scores, targets) + F.cross_entropy(scores.T, targets)) / 3


def max_sim(queries: Reading, passages: Reading, weights: Tensor, pool: int) -> Tensor:
    """The similarity of each question with each passage, (n, n), as an archive computes it.

    Pieces that count are joined `pool` by `pool` in passages and kept as signs; gradients go
    through as if they had not been (straight-through, Bengio et al. 2013).

    Args:
        weights: what each piece of the vocabulary counts in a question, 0 for marks.
    """
    shares = weights[queries.ids] * queries.counted
    shares = shares / shares.sum(dim=1, keepdim=True).clamp(min=1e-6)
    asked = F.normalize(queries.pieces, dim=-1) * shares.unsqueeze(-1)
    pooled, kept = pooled_pieces(passages, weights, pool)
    unit = F.normalize(pooled, dim=-1)
    signs = torch.where(pooled > 0, 1.0, -1.0) / pooled.shape[-1] ** 0.5
    coded = unit + (signs - unit).detach()
    n, p, d = coded.shape
    cosines = (asked.reshape(-1, d) @ coded.reshape(-1, d).T).reshape(len(asked), -1, n, p)
    # Shares are in the lengths of the question's pieces, so a missing piece must be far for all.
    far = (_FAR * shares)[:, :, None, None]
    cosines = torch.where(kept[None, None], cosines, far)
    return cosines.amax(dim=-1).sum(dim=1)


def pooled_pieces(passages: Reading, weights: Tensor, pool: int) -> tuple[Tensor, Tensor]:
    """Unit pieces that count, averaged `pool` by `pool` in order: (n, pooled, d), and which are."""
    counts = (weights[passages.ids] > 0) & passages.counted
    place = (counts.cumsum(dim=1) - 1).clamp(min=0) // pool
    n_pooled = int(place.max()) + 1
    unit = F.normalize(passages.pieces, dim=-1) * counts.unsqueeze(-1)
    out = torch.zeros(len(unit), n_pooled, unit.shape[-1], dtype=unit.dtype, device=unit.device)
    out = out.scatter_add(1, place.unsqueeze(-1).expand_as(unit), unit)
    held = torch.zeros(len(unit), n_pooled, device=unit.device)
    held = held.scatter_add(1, place, counts.float())
    return out / held.clamp(min=1).unsqueeze(-1), held > 0


def nearness_loss(vectors: Tensor, teacher: Tensor) -> Tensor:
    """1 - the correlation of the cosines of a batch with those that the teacher sees.

    Args:
        vectors: unit vectors of some texts, (n, width).
        teacher: the teacher's of the same texts, (n, its width).
    """
    rows, columns = torch.triu_indices(len(vectors), len(vectors), 1)
    ours = (vectors @ vectors.T)[rows, columns]
    theirs = (teacher @ teacher.T)[rows, columns]
    ours, theirs = ours - ours.mean(), theirs - theirs.mean()
    norms = torch.linalg.vector_norm(ours) * torch.linalg.vector_norm(theirs)
    loss: Tensor = 1 - (ours * theirs).sum() / norms.clamp(min=1e-6)
    return loss
