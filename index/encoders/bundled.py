"""A small BERT read with numpy and `tokenizers` only, one text at a time.

A question is answered without the seconds that importing torch costs; one text at a time needs
neither padding nor mask. The vectors are those of sentence-transformers in single precision, to
1e-4. Only mean-pooled, normalised BERT directories are read this way: the bundled model.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file
from threadpoolctl import ThreadpoolController
from tokenizers import Tokenizer

from index.encoders.directory import (
    TOKENS_NAME,
    content_revision,
    module_types,
    read_json,
    unreadable,
)
from index.encoders.protocol import PassageReading, Question
from index.encoders.quickest import is_quicker
from index.encoders.token_space import TokenSpace, unit

Floats = NDArray[np.float32]

# Texts that tell which reader is the quicker: some two seconds, once a machine.
_TRIED_TEXTS: Final = 32

# Abramowitz and Stegun 1964, 7.1.26: |error of erf| < 1.5e-7.
_ERF_P: Final = np.float32(0.3275911)
_ERF_A: Final = tuple(
    np.float32(a) for a in (0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429)
)


@dataclass(frozen=True, slots=True)
class _Linear:
    """x @ weight + bias; `weight` is (in, out)."""

    weight: Floats
    bias: Floats

    def __call__(self, x: Floats) -> Floats:
        out: Floats = x @ self.weight
        out += self.bias
        return out


@dataclass(frozen=True, slots=True)
class _Norm:
    """Layer normalisation (Ba et al. 2016)."""

    weight: Floats
    bias: Floats
    epsilon: np.float32

    def __call__(self, x: Floats) -> Floats:
        centred = x - x.mean(axis=-1, keepdims=True)
        variance = np.square(centred).mean(axis=-1, keepdims=True)
        out: Floats = centred / np.sqrt(variance + self.epsilon) * self.weight + self.bias
        return out


@dataclass(frozen=True, slots=True)
class _Layer:
    """One BERT layer, its three attention projections joined."""

    attention_in: _Linear
    attention_out: _Linear
    attention_norm: _Norm
    inner: _Linear
    outer: _Linear
    norm: _Norm
    n_heads: int

    def __call__(self, x: Floats) -> Floats:
        x = self.attention_norm(x + self.attention_out(self._attend(x)))
        return self.norm(x + self.outer(_gelu(self.inner(x))))

    def _attend(self, x: Floats) -> Floats:
        n_tokens, width = x.shape
        size = width // self.n_heads
        joined = self.attention_in(x).reshape(n_tokens, 3, self.n_heads, size)
        query, key, value = joined.transpose(1, 2, 0, 3)
        scores = query @ key.transpose(0, 2, 1) / np.float32(np.sqrt(size))
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        mixed: Floats = (scores @ value).transpose(1, 0, 2).reshape(n_tokens, width)
        return mixed


@cache
def _blas() -> ThreadpoolController:
    """The linear algebra libraries that numpy has loaded."""
    return ThreadpoolController()


def is_transformer_directory(path: Path) -> bool:
    """Whether the model is a BERT with mean pooling and unit vectors, as this module reads it."""
    if module_types(path) != ("Transformer", "Pooling", "Normalize"):
        return False
    config = read_json(path / "config.json")
    return bool(config.get("model_type") == "bert" and config.get("hidden_act") == "gelu")


class TokenReader(Protocol):
    """Reads many texts faster than one after the other; it may import torch."""

    def read(self, texts: Sequence[str]) -> Iterable[tuple[Sequence[int], Floats]]:
        """For each text, in order, the ids of its pieces and their vectors.

        The vectors are (n, dimension) float32, not normalised.
        """


class TransformerEncoder:
    """Mean of the last layer's token vectors, L2-normalised; and these vectors themselves."""

    def __init__(self, path: Path, bulk: TokenReader, n_bulk: int) -> None:
        """Reads the weights, the tokenizer and the token space of the directory `path`.

        Args:
            path: a directory for which `is_transformer_directory` holds.
            bulk: reads many texts.
            n_bulk: how many texts make `bulk` worth its start, where it is quicker at all.

        Raises:
            EncoderError: a file is missing or damaged.
        """
        self.directory = path
        """The model's folder."""
        self._bulk = bulk
        self._n_bulk = n_bulk
        self._bulk_quicker: bool | None = None
        try:
            tensors = load_file(path / "model.safetensors")
            config = read_json(path / "config.json")
            self._read(tensors, int(config["num_attention_heads"]), config["layer_norm_eps"])
            self._tokenizer = Tokenizer.from_file(str(path / "tokenizer.json"))
            self._space = TokenSpace.load(path)
        except (OSError, KeyError, SafetensorError) as error:
            raise unreadable(path, error) from error
        except Exception as error:
            # tokenizers raises a bare Exception for a file that it cannot parse.
            if type(error) is not Exception:
                raise
            raise unreadable(path, error) from error
        if self._space.shape != self._words.shape:
            sizes = f"{TOKENS_NAME} {self._space.shape}, model.safetensors {self._words.shape}"
            raise unreadable(path, ValueError(sizes))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(len(self._positions))

    @property
    def name(self) -> str:
        """The model's name: that of its folder."""
        return self.directory.name

    @cached_property
    def revision(self) -> str:
        """A hash of the model's files."""
        return content_revision(self.directory)

    @property
    def dimension(self) -> int:
        """The number of components of a vector."""
        return int(self._words.shape[1])

    def encode_queries(self, texts: Sequence[str]) -> Floats:
        """The vectors of questions: (n, dimension), float32, L2-normalised."""
        return self._encode(texts)

    def encode_passages(self, texts: Sequence[str]) -> Floats:
        """The vectors of passages: (n, dimension), float32, L2-normalised."""
        return self._encode(texts)

    def read_queries(self, texts: Sequence[str]) -> list[Question]:
        """Questions with the vectors of their pieces."""
        return [
            Question(_pooled(vectors), self._space.weigh(ids, vectors))
            for ids, vectors in self._iter_tokens(texts)
        ]

    def read_passages(self, texts: Sequence[str]) -> list[PassageReading]:
        """Passages with the signs of the vectors of their pieces."""
        return [
            PassageReading(_pooled(vectors), self._space.codes(ids, vectors))
            for ids, vectors in self._iter_tokens(texts)
        ]

    def piece_spans(self, text: str) -> list[tuple[int, int]]:
        """Where the pieces of a passage stand in its text, those of its codes, in order."""
        encoding = self._tokenizer.encode(text)
        counts = self._space.counts(encoding.ids).tolist()
        return [span for span, is_kept in zip(encoding.offsets, counts, strict=True) if is_kept]

    def _encode(self, texts: Sequence[str]) -> Floats:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, (_, tokens) in enumerate(self._iter_tokens(texts)):
            vectors[row] = _pooled(tokens)
        return vectors

    def _iter_tokens(self, texts: Sequence[str]) -> Iterator[tuple[Sequence[int], Floats]]:
        """Yields the ids of the pieces of each text and their vectors (n, dimension)."""
        if len(texts) >= self._n_bulk and self._is_bulk_quicker(texts):
            yield from self._bulk.read(texts)
            return
        yield from self._iter_alone(texts)

    def _is_bulk_quicker(self, texts: Sequence[str]) -> bool:
        """Whether `bulk` is worth it on this machine, tried on some of the texts."""
        if self._bulk_quicker is None:
            tried = texts[:: max(1, len(texts) // _TRIED_TEXTS)][:_TRIED_TEXTS]
            self._bulk_quicker = is_quicker(
                lambda: list(self._bulk.read(tried)),
                lambda: list(self._iter_alone(tried)),
                model=self.revision,
            )
        return self._bulk_quicker

    def _iter_alone(self, texts: Sequence[str]) -> Iterator[tuple[Sequence[int], Floats]]:
        # The matrices of one text are small: threads that wait for each other cost more than they
        # bring. On two busy cores a question took 340 ms with two threads, 10 ms with one.
        with _blas().limit(limits=1, user_api="blas"):
            for encoding in self._tokenizer.encode_batch_fast(list(texts)):
                yield encoding.ids, self._token_vectors(encoding.ids)

    def _token_vectors(self, ids: Sequence[int]) -> Floats:
        x = self._words[ids].astype(np.float32) + self._positions[: len(ids)]
        x = self._norm(x)
        for layer in self._layers:
            x = layer(x)
        return x

    def _read(self, tensors: dict[str, NDArray[np.float16]], n_heads: int, epsilon: float) -> None:
        def linear(*names: str) -> _Linear:
            weights = [tensors[f"{name}.weight"].T for name in names]
            biases = [tensors[f"{name}.bias"] for name in names]
            return _Linear(
                _single(np.concatenate(weights, axis=1)), _single(np.concatenate(biases))
            )

        def norm(name: str) -> _Norm:
            weight, bias = tensors[f"{name}.weight"], tensors[f"{name}.bias"]
            return _Norm(_single(weight), _single(bias), np.float32(epsilon))

        # Rows are widened when they are read: the table is most of the model.
        self._words = tensors["embeddings.word_embeddings.weight"]
        first_type = _single(tensors["embeddings.token_type_embeddings.weight"])[0]
        self._positions = _single(tensors["embeddings.position_embeddings.weight"]) + first_type
        self._norm = norm("embeddings.LayerNorm")
        n_layers = len(
            {name.split(".")[2] for name in tensors if name.startswith("encoder.layer.")}
        )
        self._layers = [
            _Layer(
                linear(*(f"{at}.attention.self.{part}" for part in ("query", "key", "value"))),
                linear(f"{at}.attention.output.dense"),
                norm(f"{at}.attention.output.LayerNorm"),
                linear(f"{at}.intermediate.dense"),
                linear(f"{at}.output.dense"),
                norm(f"{at}.output.LayerNorm"),
                n_heads,
            )
            for at in (f"encoder.layer.{layer}" for layer in range(n_layers))
        ]


def _pooled(tokens: Floats) -> Floats:
    """The unit vector (dimension,) of a text from those of its pieces."""
    return unit(tokens.mean(axis=0))


def _single(tensor: NDArray[np.float16]) -> Floats:
    return np.ascontiguousarray(tensor, dtype=np.float32)


def _gelu(x: Floats) -> Floats:
    """x times the normal distribution function (Hendrycks and Gimpel 2016)."""
    z = np.abs(x) * np.float32(np.sqrt(0.5))
    t = 1 / (1 + _ERF_P * z)
    a1, a2, a3, a4, a5 = _ERF_A
    tail = t * (a1 + t * (a2 + t * (a3 + t * (a4 + t * a5)))) * np.exp(-z * z)
    gelu: Floats = np.float32(0.5) * (x + np.abs(x) * (1 - tail))
    return gelu
