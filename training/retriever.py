"""The model that is trained: a BERT whose mean vector and whose projected pieces are compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own name
from torch import Tensor, nn
from transformers import BertModel

from training.start import MAX_TOKENS
from training.tokens import Ids

# Texts of one length together: a third of the time went into padding.
_TEXTS_AT_ONCE: Final = 16


@dataclass(frozen=True, slots=True)
class Marks:
    """Ids written around every text: of the special tokens and of both prompts."""

    start: int
    end: int
    pad: int
    query: tuple[int, ...]
    passage: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """Texts as the model read them.

    Attributes:
        vectors: unit mean vectors, (n, width).
        pieces: projected vectors of pieces, centred, of any length, (n, pieces, projected).
        ids: the pieces, (n, pieces), the padding's where there is none.
        counted: which are pieces of the text, not of the prompt, (n, pieces).
    """

    vectors: Tensor
    pieces: Tensor
    ids: Tensor
    counted: Tensor


class Retriever(nn.Module):
    """BERT layers; the mean of the pieces for a text, a projection of each for late interaction."""

    def __init__(self, bert: BertModel, marks: Marks, n_projected: int) -> None:
        super().__init__()
        self.bert = bert
        self.marks = marks
        width = int(bert.config.hidden_size)
        self.projection = nn.Parameter(torch.empty(width, n_projected))
        self.centre = nn.Parameter(torch.zeros(n_projected))
        nn.init.orthogonal_(self.projection)

    def forward(self, texts: Sequence[Ids], *, is_query: bool, max_tokens: int) -> Reading:
        """Reads texts given as ids without special tokens."""
        prompt = self.marks.query if is_query else self.marks.passage
        order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        widest = min(max(len(text) for text in texts) + len(prompt) + 2, max_tokens)
        parts = [
            self._read([texts[row] for row in order[at : at + _TEXTS_AT_ONCE]], prompt, widest)
            for at in range(0, len(order), _TEXTS_AT_ONCE)
        ]
        back = torch.tensor(np.argsort(order))
        return Reading(
            torch.cat([part.vectors for part in parts])[back],
            torch.cat([part.pieces for part in parts])[back],
            torch.cat([part.ids for part in parts])[back],
            torch.cat([part.counted for part in parts])[back],
        )

    def project(self, hidden: Tensor) -> Tensor:
        """Centred projections of token vectors (…, width)."""
        return F.normalize(hidden, dim=-1) @ self.projection - self.centre

    def _read(self, texts: Sequence[Ids], prompt: tuple[int, ...], widest: int) -> Reading:
        ids, mask = self.padded(texts, prompt, widest)
        with torch.autocast(ids.device.type, dtype=torch.bfloat16):
            hidden = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        weights = mask.unsqueeze(-1).float()
        vectors = F.normalize((hidden * weights).sum(dim=1), dim=-1)
        counted = mask.bool()
        counted[:, : len(prompt) + 1] = False
        missing = widest - ids.shape[1]
        return Reading(
            vectors,
            F.pad(self.project(hidden), (0, 0, 0, missing)),
            F.pad(ids, (0, missing), value=self.marks.pad),
            F.pad(counted, (0, missing)),
        )

    def padded(
        self, texts: Sequence[Ids], prompt: tuple[int, ...], widest: int
    ) -> tuple[Tensor, Tensor]:
        """The ids (n, at most `widest`) of texts in their prompt, and which are no padding."""
        n_around = len(prompt) + 2
        width = min(max(len(text) for text in texts) + n_around, widest)
        ids = np.full((len(texts), width), self.marks.pad, dtype=np.int64)
        mask = np.zeros((len(texts), width), dtype=np.int64)
        for row, text in enumerate(texts):
            body = [self.marks.start, *prompt, *text[: width - n_around], self.marks.end]
            ids[row, : len(body)] = body
            mask[row, : len(body)] = 1
        device = self.projection.device
        return torch.from_numpy(ids).to(device), torch.from_numpy(mask).to(device)


@torch.no_grad()
def start_projection(model: Retriever, texts: Sequence[Ids], seed: int) -> None:
    """Sets the projection to the main directions of passages' pieces, turned at random.

    Turned, every component says as much as another, and so does its sign.
    """
    pieces = []
    for at in range(0, len(texts), _TEXTS_AT_ONCE):
        ids, mask = model.padded(texts[at : at + _TEXTS_AT_ONCE], model.marks.passage, MAX_TOKENS)
        hidden = model.bert(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        pieces.append(F.normalize(hidden, dim=-1)[mask.bool()])
    found = torch.cat(pieces)
    mean = found.mean(dim=0)
    _, vectors = torch.linalg.eigh((found - mean).T @ (found - mean))
    n_projected = model.projection.shape[1]
    turned, _ = torch.linalg.qr(
        torch.randn(n_projected, n_projected, generator=torch.Generator().manual_seed(seed))
    )
    model.projection.copy_(vectors[:, -n_projected:] @ turned)
    model.centre.copy_(mean @ model.projection)
