"""What each word piece counts (`index.encoders.token_space`), from training text.

A piece counts by its rarity among passages; punctuation and special tokens do not count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from training.start import SPECIAL_TOKENS, token_id
from training.tokens import TokenTable

_SAID: Final = re.compile(r"\w")


def piece_weights(tokenizer: Tokenizer, passages: Sequence[str]) -> NDArray[np.float32]:
    """The weight of each piece (vocabulary,): its inverse document frequency, or 0."""
    table = TokenTable(tokenizer, passages)
    held = np.zeros(tokenizer.get_vocab_size())
    for row in range(len(table)):
        held[np.unique(table[row])] += 1
    weights = np.log1p(len(passages) / (held + 0.5))
    silent = {token_id(tokenizer, token) for token in SPECIAL_TOKENS}
    silent |= {i for token, i in tokenizer.get_vocab().items() if not _SAID.search(token)}
    weights[sorted(silent)] = 0.0
    return weights.astype(np.float32)
