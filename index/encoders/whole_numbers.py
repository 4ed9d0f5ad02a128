"""A model of the recipe read in whole numbers of eight bits, by onnxruntime, without torch.

`python -m training` writes such models. Weights are eight-bit floats on disk, which
sentence-transformers reads as they are; here they are rounded to whole numbers of eight bits when
the model is loaded, and so are the inputs of each product, text by text: processors multiply these
several times as fast. The vectors are those of sentence-transformers to a cosine of 0.999. One text
at a time needs neither padding nor mask, and a text's vector does not depend on its neighbours.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.encoders.directory import (
    GRAPH_NAME,
    PRODUCTS_NAME,
    TOKENS_NAME,
    content_revision,
    module_types,
    own_prompts,
    read_json,
    unreadable,
)
from index.encoders.prompts import choose_prompts
from index.encoders.protocol import PassageReading, Question
from index.encoders.token_space import TokenSpace, unit
from index.encoders.weights import read_tensors, widen
from ingest.errors import EncoderError

if TYPE_CHECKING:
    import onnxruntime

Floats = NDArray[np.float32]

_LARGEST: Final = 127
_PROCESSORS: Final = Path("/proc/cpuinfo")
# Texts read before the first are handed over: their token vectors take some 50 MB.
_READ_AT_ONCE: Final = 256
# The parts of a layer in the graph, and BERT's names for them.
_PRODUCTS: Final = {
    "qkv": tuple(f"attention.self.{part}" for part in ("query", "key", "value")),
    "attended": ("attention.output.dense",),
    "inner": ("intermediate.dense",),
    "outer": ("output.dense",),
}
_NORMS: Final = {"attention_norm": "attention.output.LayerNorm", "norm": "output.LayerNorm"}


def is_whole_number_directory(path: Path) -> bool:
    """Whether the model carries the graph that this module runs."""
    return (path / GRAPH_NAME).is_file() and module_types(path)[:1] == ("Transformer",)


class WholeNumberEncoder:
    """Mean of the last layer's token vectors, L2-normalised; and these vectors themselves."""

    def __init__(self, path: Path) -> None:
        """Reads the weights, the tokenizer and the token space of the directory `path`.

        Args:
            path: a directory for which `is_whole_number_directory` holds.

        Raises:
            EncoderError: a file is missing or damaged.
        """
        self.directory = path
        """The model's folder."""
        prompts = choose_prompts(path.name, own_prompts(path))
        try:
            self._tensors = read_tensors(path / "model.safetensors")
            self._products = read_tensors(path / PRODUCTS_NAME)
            self._epsilon = np.float32(read_json(path / "config.json")["layer_norm_eps"])
            self._words = self._tensors["embeddings.word_embeddings.weight"]
            first_type = widen(self._tensors["embeddings.token_type_embeddings.weight"])[0]
            positions = widen(self._tensors["embeddings.position_embeddings.weight"])
            self._positions = positions + first_type
            self._tokenizer = Tokenizer.from_file(str(path / "tokenizer.json"))
            self._space = TokenSpace.load(path)
        except (OSError, KeyError, ValueError) as error:
            raise unreadable(path, error) from error
        except Exception as error:
            # tokenizers raises a bare Exception for a file that it cannot parse.
            if type(error) is not Exception:
                raise
            raise unreadable(path, error) from error
        if self._space.shape != self._words.shape:
            sizes = f"{TOKENS_NAME} {self._space.shape}, model.safetensors {self._words.shape}"
            raise unreadable(path, ValueError(sizes))
        self._query, self._passage = prompts.query, prompts.passage
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
        return self._encode(texts, self._query)

    def encode_passages(self, texts: Sequence[str]) -> Floats:
        """The vectors of passages: (n, dimension), float32, L2-normalised."""
        return self._encode(texts, self._passage)

    def read_queries(self, texts: Sequence[str]) -> list[Question]:
        """Questions with the vectors of their pieces."""
        n_prompt = self._n_prompt(self._query)
        return [
            Question(_pooled(vectors), self._space.weigh(ids[n_prompt:], vectors[n_prompt:]))
            for ids, vectors in self._iter_tokens(texts, self._query)
        ]

    def read_passages(self, texts: Sequence[str]) -> list[PassageReading]:
        """Passages with the signs of the vectors of their pieces."""
        n_prompt = self._n_prompt(self._passage)
        return [
            PassageReading(_pooled(vectors), self._space.codes(ids[n_prompt:], vectors[n_prompt:]))
            for ids, vectors in self._iter_tokens(texts, self._passage)
        ]

    def piece_spans(self, text: str) -> list[tuple[int, int]]:
        """Where the pieces of a passage stand in its text, those of its codes, in order."""
        encoding = self._tokenizer.encode(self._passage + text)
        n_prompt = self._n_prompt(self._passage)
        shift = len(self._passage)
        spans = [
            (max(0, start - shift), max(0, end - shift))
            for start, end in encoding.offsets[n_prompt:]
        ]
        return self._space.pooled_spans(encoding.ids[n_prompt:], spans)

    def _n_prompt(self, prompt: str) -> int:
        """How many pieces stand before those of a text."""
        return len(self._tokenizer.encode(prompt.rstrip()).ids) - 1

    def _encode(self, texts: Sequence[str], prompt: str) -> Floats:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, (_, tokens) in enumerate(self._iter_tokens(texts, prompt)):
            vectors[row] = _pooled(tokens)
        return vectors

    def _iter_tokens(
        self, texts: Sequence[str], prompt: str
    ) -> Iterator[tuple[Sequence[int], Floats]]:
        """Yields the ids of the pieces of each text and their vectors (n, dimension)."""
        for start in range(0, len(texts), _READ_AT_ONCE):
            block = [prompt + text for text in texts[start : start + _READ_AT_ONCE]]
            ids = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(block)]
            if len(ids) == 1:
                yield ids[0], self._token_vectors(ids[0])
                continue
            yield from zip(ids, self._readers.map(self._token_vectors, ids), strict=True)

    @cached_property
    def _readers(self) -> ThreadPoolExecutor:
        """Threads that read a text each: the runtime lets go of Python while it computes."""
        return ThreadPoolExecutor(_n_cores(), thread_name_prefix="encoder")

    @cached_property
    def _session(self) -> onnxruntime.InferenceSession:
        """The graph with the model's weights.

        Raises:
            EncoderError: they do not fit, or onnxruntime is not installed.
        """
        try:
            import onnxruntime
        except ImportError as error:
            raise EncoderError(
                f"Le modèle « {self.name} » se lit avec onnxruntime, qui n’est pas installé. "
                "Installez-le (pip install onnxruntime), ou choisissez un autre modèle (--encoder)."
            ) from error
        options = onnxruntime.SessionOptions()
        # Each text has one core; several texts have one each.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        if not _sums_without_overflow():
            options.add_session_config_entry("session.x64quantprecision", "1")
        try:
            weights = self._graph_weights()
            names = list(weights)
            values = [onnxruntime.OrtValue.ortvalue_from_numpy(weights[name]) for name in names]
            options.add_external_initializers(names, values)
            graph = (self.directory / GRAPH_NAME).read_bytes()
            return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        except Exception as error:
            # The runtime's errors have no common type but Exception.
            raise unreadable(self.directory, error) from error

    def _token_vectors(self, ids: Sequence[int]) -> Floats:
        x = widen(self._words[ids]) + self._positions[: len(ids)]
        embedded = self._normalised(x, "embeddings.LayerNorm")
        (tokens,) = self._session.run(None, {"embedded": embedded[None]})
        vectors: Floats = tokens[0]
        return vectors

    def _normalised(self, x: Floats, name: str) -> Floats:
        """Layer normalisation (Ba et al. 2016)."""
        weight, bias = (widen(self._tensors[f"{name}.{part}"]) for part in ("weight", "bias"))
        centred = x - x.mean(axis=-1, keepdims=True)
        variance = np.square(centred).mean(axis=-1, keepdims=True)
        out: Floats = centred / np.sqrt(variance + self._epsilon) * weight + bias
        return out

    def _graph_weights(self) -> Mapping[str, NDArray[Any]]:
        """The tensors that the graph asks for, by its names."""
        tensors, found = self._tensors, dict[str, NDArray[Any]]()
        layers = {name.split(".")[2] for name in tensors if name.startswith("encoder.layer.")}
        for layer in layers:
            at, of = f"layer.{layer}", f"encoder.layer.{layer}"
            for part, names in _PRODUCTS.items():
                weight = np.concatenate([widen(tensors[f"{of}.{n}.weight"]) for n in names]).T
                bias = np.concatenate([widen(tensors[f"{of}.{n}.bias"]) for n in names])
                grown = self._products.get(f"{at}.{part}")
                if grown is not None:
                    found[f"{at}.{part}.shrink"] = 1 / grown
                    weight = weight * grown[:, None]
                found |= _rounded(f"{at}.{part}", weight, bias)
            for part, name in _NORMS.items():
                for kind in ("weight", "bias"):
                    found[f"{at}.{part}.{kind}"] = widen(tensors[f"{of}.{name}.{kind}"])
        return found


def _rounded(name: str, weight: Floats, bias: Floats) -> dict[str, NDArray[Any]]:
    """A product's weights (in, out) as whole numbers, each column to a scale of its own."""
    scale = np.maximum(np.abs(weight).max(axis=0) / _LARGEST, np.finfo(np.float32).tiny)
    whole = np.rint(weight / scale).astype(np.int8)
    return {
        f"{name}.weight": np.ascontiguousarray(whole),
        f"{name}.scale": scale.astype(np.float32),
        f"{name}.zero": np.zeros(len(scale), dtype=np.int8),
        f"{name}.bias": bias,
    }


def _pooled(tokens: Floats) -> Floats:
    """The unit vector (dimension,) of a text from those of its pieces."""
    return unit(tokens.mean(axis=0))


def _sums_without_overflow() -> bool:
    """Whether the processor is known to add products of whole numbers in 32 bits.

    Older ones of x86 add them in 16, and overflow on signed weights: the runtime then has a way
    that is exact and takes 1.7 times as long. Other families do not read the option.
    """
    try:
        described = _PROCESSORS.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    flags = next((line for line in described.splitlines() if line.startswith("flags")), "")
    return any(flag in flags.split() for flag in ("avx512_vnni", "avx_vnni"))


def _n_cores() -> int:
    """The processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
