"""A toy of the start model: its file in the format of the package, of one small layer."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from training.retriever import Marks, Retriever
from training.start import (
    BOS,
    EOS,
    PAD,
    SPECIAL_TOKENS,
    E5File,
    build_bert,
    cut_tokenizer,
    kept_pieces,
    token_id,
)

TEXTS = ["le chat dort", "le chien mange", "la maison est grande", "l'été arrive à l'école"]
WIDTH, INNER, POSITIONS = 32, 64, 400
_PIECES = [
    *SPECIAL_TOKENS,
    *dict.fromkeys("▁" + word for text in [*TEXTS, "query: passage:"] for word in text.split()),
    *dict.fromkeys("".join([*TEXTS, "▁queryassage:漢"])),
]


def write_start(path: Path) -> None:
    """Writes a file of weights: small random four-bit blocks, norms that change nothing."""
    rng = np.random.default_rng(3)
    matrices = {"emb.word": (len(_PIECES), WIDTH)}
    vectors: dict[str, NDArray[np.float32]] = {
        "emb.pos": rng.normal(0, 0.1, POSITIONS * WIDTH).astype(np.float32),
        "emb.type": np.zeros(2 * WIDTH, np.float32),
    }
    matrices |= {f"l0.{name}.w": (WIDTH, WIDTH) for name in ("q", "k", "v", "ao")}
    matrices |= {"l0.fi.w": (INNER, WIDTH), "l0.fo.w": (WIDTH, INNER)}
    for name in ("q", "k", "v", "ao", "fo"):
        vectors[f"l0.{name}.b"] = np.zeros(WIDTH, np.float32)
    vectors["l0.fi.b"] = np.zeros(INNER, np.float32)
    for name in ("emb.ln", "l0.aln", "l0.oln"):
        vectors[f"{name}.w"] = np.ones(WIDTH, np.float32)
        vectors[f"{name}.b"] = np.zeros(WIDTH, np.float32)
    tensors = {name: _blocks(rows * columns, rng) for name, (rows, columns) in matrices.items()}
    tensors |= {name: vector.tobytes() for name, vector in vectors.items()}
    texts = [piece.encode() for piece in _PIECES]
    head = b"TOYMODEL" + struct.pack("<7if", WIDTH, 1, 2, INNER, len(_PIECES), POSITIONS, 2, 1e-12)
    head += struct.pack("<i5iQ", 0, len(_PIECES), 0, 2, 1, 3, sum(map(len, texts)))
    head += np.cumsum([0, *map(len, texts)]).astype("<u4").tobytes()
    # The longer a piece, the likelier.
    head += np.array([len(piece) - 20 for piece in _PIECES], "<f4").tobytes() + b"".join(texts)
    head += struct.pack("<iI", 0, 3) + b"xyz" + struct.pack("<i", len(tensors))
    n_entries = sum(2 + len(name) + 1 + 4 + 16 for name in tensors)
    place, table, body = len(head) + n_entries, b"", b""
    for name, data in tensors.items():
        table += struct.pack("<H", len(name)) + name.encode()
        table += struct.pack("<BIQQ", 0, 0, place + len(body), len(data))
        body += data
    path.write_bytes(head + table + body)


def toy_tokenizer(start: E5File) -> tuple[Tokenizer, list[int]]:
    """The tokenizer of all its pieces but one, and their ids."""
    kept = kept_pieces(start, [TEXTS], 1_000, ["query: ", "passage: "])
    return cut_tokenizer(start, kept), kept


def toy_retriever(start: E5File, n_projected: int = 16) -> tuple[Retriever, Tokenizer]:
    """The untrained model with its tokenizer."""
    tokenizer, kept = toy_tokenizer(start)
    first, end, pad = (token_id(tokenizer, token) for token in (BOS, EOS, PAD))
    query, passage = (
        tuple(tokenizer.encode(prompt, add_special_tokens=False).ids)
        for prompt in ("query:", "passage:")
    )
    marks = Marks(first, end, pad, query, passage)
    return Retriever(build_bert(start, kept), marks, n_projected), tokenizer


def _blocks(n: int, rng: np.random.Generator) -> bytes:
    """`n` four-bit numbers in blocks of 32, each with a scale in half precision."""
    blocks = rng.integers(0, 256, (n // 32, 18), dtype=np.uint8)
    blocks[:, :2] = np.full((n // 32, 1), 0.05, np.float16).view(np.uint8)
    return blocks.tobytes()
