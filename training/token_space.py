"""The space in which word pieces are compared (`index.encoders.token_space`), from training text.

A piece counts by its rarity among passages; punctuation and special tokens do not count. Signs are
taken from the mean of unit token vectors, which all share a direction.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer

from index.encoders.token_space import TokenSpace, unit
from training.corpus import SEED
from training.start import SPECIAL_TOKENS
from training.tokens import TokenTable

# Rarities settle long before; the mean moves by less than 1 % from 500 passages to 1,500.
_N_COUNTED: Final = 40_000
_N_AVERAGED: Final = 1_000
_BATCH_TEXTS: Final = 32
_SAID: Final = re.compile(r"\w")


def measure_token_space(folder: Path, tokenizer: Tokenizer, passages: Sequence[str]) -> TokenSpace:
    """The space of the model exported in `folder`, as these passages of training text show it."""
    rng = random.Random(SEED + 5)
    counted = rng.sample(passages, min(_N_COUNTED, len(passages)))
    averaged = counted[:_N_AVERAGED]
    return TokenSpace(_mean(folder, averaged), piece_weights(tokenizer, counted))


def piece_weights(tokenizer: Tokenizer, passages: Sequence[str]) -> NDArray[np.float32]:
    """The weight of each piece (vocabulary,): its inverse document frequency, or 0."""
    table = TokenTable(tokenizer, passages)
    held = np.zeros(tokenizer.get_vocab_size())
    for row in range(len(table)):
        held[np.unique(table[row])] += 1
    weights = np.log1p(len(passages) / (held + 0.5))
    silent = {tokenizer.token_to_id(token) for token in SPECIAL_TOKENS}
    silent |= {i for token, i in tokenizer.get_vocab().items() if not _SAID.search(token)}
    weights[sorted(silent)] = 0.0
    return weights.astype(np.float32)


def _mean(folder: Path, passages: Sequence[str]) -> NDArray[np.float32]:
    model = SentenceTransformer(str(folder), trust_remote_code=False)
    read = model.encode(
        list(passages),
        batch_size=_BATCH_TEXTS,
        output_value="token_embeddings",
        show_progress_bar=False,
    )
    totals = [(unit(one.float().cpu().numpy()).sum(axis=0), len(one)) for one in read]
    total = np.sum([vector for vector, _ in totals], axis=0)
    return np.asarray(total / sum(n for _, n in totals), dtype=np.float32)
