"""The transformer student: some of the teacher's layers under a French vocabulary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own name
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from training.teacher import teacher_directory
from training.tokenizer import CLS, PAD, SEP, SPECIAL_TOKENS, token_id
from training.tokens import Ids

MAX_TOKENS: Final = 256
# Of the teacher's six layers; the choice was measured by the cosine with the whole teacher.
KEPT_LAYERS: Final = {3: (0, 4, 5), 4: (0, 2, 4, 5), 6: (0, 1, 2, 3, 4, 5)}


class TransformerStudent(nn.Module):
    """BERT layers, mean pooling, unit vectors."""

    def __init__(self, model: BertModel, tokenizer: Tokenizer) -> None:
        super().__init__()
        self.model = model
        self._cls, self._sep, self._pad = (token_id(tokenizer, token) for token in (CLS, SEP, PAD))

    def forward(self, texts: Sequence[Ids], max_tokens: int = MAX_TOKENS) -> Tensor:
        """Unit vectors, (n, width) float32, of texts given without special tokens."""
        ids, mask = self._padded(texts, max_tokens)
        with torch.autocast(ids.device.type, dtype=torch.bfloat16):
            hidden = self.model(input_ids=ids, attention_mask=mask).last_hidden_state
        weights = mask.unsqueeze(-1).float()
        mean = (hidden.float() * weights).sum(dim=1) / weights.sum(dim=1)
        return F.normalize(mean, dim=-1)

    def _padded(self, texts: Sequence[Ids], max_tokens: int) -> tuple[Tensor, Tensor]:
        width = min(max(len(ids) for ids in texts) + 2, max_tokens)
        ids = np.full((len(texts), width), self._pad, dtype=np.int64)
        mask = np.zeros((len(texts), width), dtype=np.int64)
        for row, text in enumerate(texts):
            body = text[: width - 2]
            ids[row, 0] = self._cls
            ids[row, 1 : len(body) + 1] = body
            ids[row, len(body) + 1] = self._sep
            mask[row, : len(body) + 2] = 1
        device = next(self.parameters()).device
        return torch.from_numpy(ids).to(device), torch.from_numpy(mask).to(device)


def load_teacher_bert() -> BertModel:
    """The teacher's own layers."""
    return BertModel.from_pretrained(str(teacher_directory()), add_pooling_layer=False)


def build_student(
    n_layers: int, french: Tokenizer, english: Tokenizer, embeddings: NDArray[np.float32]
) -> TransformerStudent:
    """The untrained student: copied layers, carried embeddings, copied special tokens."""
    teacher = load_teacher_bert()
    config = BertConfig.from_pretrained(str(teacher_directory()))
    config.num_hidden_layers = n_layers
    config.vocab_size = french.get_vocab_size()
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
    config.max_position_embeddings = MAX_TOKENS
    config.pad_token_id = token_id(french, PAD)
    student = BertModel(config, add_pooling_layer=False)
    # On CPU the backward pass of fused attention is most of a step; plain products take a tenth.
    student.set_attn_implementation("eager")
    weights = dict(teacher.embeddings.state_dict())
    table = torch.from_numpy(embeddings.copy())
    for token in SPECIAL_TOKENS:
        english_row = teacher.embeddings.word_embeddings.weight[token_id(english, token)]
        table[token_id(french, token)] = english_row.detach()
    weights["word_embeddings.weight"] = table
    weights["position_embeddings.weight"] = weights["position_embeddings.weight"][:MAX_TOKENS]
    weights = {name: value for name, value in weights.items() if name.endswith(("weight", "bias"))}
    student.embeddings.load_state_dict(weights, strict=False)
    for layer, kept in enumerate(KEPT_LAYERS[n_layers]):
        student.encoder.layer[layer].load_state_dict(teacher.encoder.layer[kept].state_dict())
    return TransformerStudent(student, french)
