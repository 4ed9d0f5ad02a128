"""A static model (one vector a token, averaged) read with numpy and `tokenizers` only.

It gives the vectors of sentence-transformers' StaticEmbedding + Normalize to 1e-5, in single
precision, without the seconds that importing torch costs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from index.encoders.directory import content_revision, module_types, own_prompts, unreadable
from index.encoders.prompts import Prompts, choose_prompts
from index.encoders.token_space import unit

# Texts gathered at once: 256 passages of 100 tokens x 256 dimensions stay under 30 MB.
_BATCH_TEXTS: Final = 256


def is_static_directory(path: Path) -> bool:
    """Whether the model is a lone token table, normalised or not."""
    return module_types(path) in {("StaticEmbedding",), ("StaticEmbedding", "Normalize")}


class StaticEncoder:
    """Mean of the token vectors of a text, L2-normalised."""

    def __init__(self, path: Path) -> None:
        """Reads the token table and the tokenizer of the directory `path`.

        Raises:
            EncoderError: a file is missing or damaged.
        """
        self._path = path
        folder = next((f for f in (path / "0_StaticEmbedding", path) if _has_weights(f)), path)
        try:
            tensors = load_file(folder / "model.safetensors")
            self._table: NDArray[np.float32] = tensors["embedding.weight"].astype(np.float32)
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except (OSError, KeyError, SafetensorError) as error:
            raise unreadable(path, error) from error
        except Exception as error:
            # tokenizers raises a bare Exception for a file that it cannot parse.
            if type(error) is not Exception:
                raise
            raise unreadable(path, error) from error
        self._tokenizer.no_padding()
        self._prompts: Prompts = choose_prompts(path.name, own_prompts(path))

    @property
    def name(self) -> str:
        """The model's name: that of its folder."""
        return self._path.name

    @cached_property
    def revision(self) -> str:
        """A hash of the model's files."""
        return content_revision(self._path)

    @property
    def dimension(self) -> int:
        """The number of components of a vector."""
        return int(self._table.shape[1])

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of questions: (n, dimension), float32, L2-normalised."""
        return self._encode(texts, self._prompts.query)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of passages: (n, dimension), float32, L2-normalised."""
        return self._encode(texts, self._prompts.passage)

    def _encode(self, texts: Sequence[str], prefix: str) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for start, batch in _batches(texts):
            vectors[start : start + len(batch)] = self._mean([prefix + text for text in batch])
        return unit(vectors)

    def _mean(self, texts: list[str]) -> NDArray[np.float32]:
        """The mean token vector of each text; zero for a text without any token."""
        encodings = self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        ids = [encoding.ids for encoding in encodings]
        means = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, tokens in enumerate(ids):
            if tokens:
                means[row] = self._table[tokens].mean(axis=0)
        return means


def _batches(texts: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
    for start in range(0, len(texts), _BATCH_TEXTS):
        yield start, texts[start : start + _BATCH_TEXTS]


def _has_weights(folder: Path) -> bool:
    return (folder / "model.safetensors").is_file()
