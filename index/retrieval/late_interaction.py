"""A question and a passage compared piece by piece: late interaction (Khattab and Zaharia 2020).

One vector says what a passage is about; the vectors of its word pieces still say which names,
numbers and turns stand in it. Each piece of the question looks for the piece of the passage that is
nearest to it, and the similarities found are averaged, rare pieces counting most. They are looked
for in the whole passage, and again in each of its stretches: what stands close together answers
better than what is scattered. The pieces of passages are kept as signs, one bit a component: on the
development sets the order that they give is that of single precision, in a thirty-second of the
room.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

# Components compared at once: as float32 their 1.5 MB stay in the processor's cache (30,000 pieces
# of 384 take 11 ms, and 18 with sixteen times as many at once).
_COMPONENTS_AT_ONCE: Final = 384 * 1_024
_BITS: Final = 8
# The bits of each byte as numbers: looked up, they are written once, as they are compared.
_BITS_OF_BYTE: Final = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1).astype(
    np.float32
)
# A stretch is two neighbouring blocks of so many pieces, about: two or three sentences.
_BLOCK_PIECES: Final = 32
# The more pieces a passage has, the nearer some of them come by chance: what is taken away for each
# factor e of length. Short ones get no credit for being short.
_LENGTH_DISCOUNT: Final = 0.015
_ORDINARY_LENGTH: Final = 90

Floats = NDArray[np.float32]
Codes = NDArray[np.uint8]


class TokenSource(Protocol):
    """Where the pieces of passages are kept."""

    def token_codes(self, keys: Sequence[int]) -> Mapping[int, bytes]:
        """The codes of these passages, by key; passages without any may be left out."""


def max_sim(tokens: Floats, codes: Sequence[bytes]) -> Floats:
    """The similarity of a question with each passage, (len(codes),) float32, about -1 to 1.

    The mean over the question's pieces of the cosine with the nearest piece of the passage, and the
    same with the best stretch of it, both counting alike, less what a long passage reaches by
    chance. A passage without any piece is like nothing: 0.

    Args:
        tokens: of the question, (n, dimension).
        codes: of each passage.
    """
    found = np.zeros(len(codes), dtype=np.float32)
    filled = [row for row, packed in enumerate(codes) if packed]
    if filled:
        own = [codes[row] for row in filled]
        dimension = tokens.shape[1]
        asked = _Asked(tokens)
        cosines = asked.products_with_codes(_packed(own, dimension))
        found[filled] = _Layout(own, dimension).similarities(cosines, asked)
    return found


class UnpackedTokens:
    """The pieces of some passages, none of them empty, ready to be compared many times."""

    def __init__(self, codes: Sequence[bytes], dimension: int) -> None:
        packed = _packed(codes, dimension)
        self._bits = np.empty((len(packed), dimension), dtype=np.float32)
        _unpack(packed, self._bits)
        self._layout = _Layout(codes, dimension)

    def max_sim(self, tokens: Floats) -> Floats:
        """The similarity of a question with each of the passages, (n,) float32, as `max_sim`."""
        asked = _Asked(tokens)
        return self._layout.similarities(self._bits @ asked.scaled, asked)

    def parts(self, tokens: Floats, ranges: Sequence[tuple[int, int]]) -> Floats:
        """The similarity of a question with ranges of pieces, (n,) float32: 0 for an empty one."""
        asked = _Asked(tokens)
        products = self._bits @ asked.scaled
        found = [products[a:b].max(axis=0).sum() - asked.taken if a < b else 0.0 for a, b in ranges]
        return np.array(found, dtype=np.float32)


class _Asked:
    """The pieces of a question, ready to be multiplied with bits.

    A sign is 1 or -1 over the square root of the dimension: a unit vector. With its bit, 1 or 0,
    the cosine is the product with `scaled` (dimension, n) less a constant of each piece of the
    question: `taken` is their sum.
    """

    def __init__(self, tokens: Floats) -> None:
        unit = np.float32(1 / np.sqrt(tokens.shape[1]))
        self.scaled: Floats = np.ascontiguousarray(tokens.T) * (2 * unit)
        self.taken = np.float32(tokens.sum() * unit)

    def products_with_codes(self, packed: Codes) -> Floats:
        """The products of packed pieces (m, dimension / 8) with those of the question, (m, n)."""
        dimension, n_asked = self.scaled.shape
        step = max(1, _COMPONENTS_AT_ONCE // dimension)
        products = np.empty((len(packed), n_asked), dtype=np.float32)
        bits = np.empty((min(step, len(packed)), dimension), dtype=np.float32)
        for start in range(0, len(packed), step):
            part = packed[start : start + step]
            _unpack(part, bits[: len(part)])
            np.matmul(bits[: len(part)], self.scaled, out=products[start : start + len(part)])
        return products


class _Layout:
    """Where the pieces of passages stand among all: passages, and the blocks of each."""

    def __init__(self, codes: Sequence[bytes], dimension: int) -> None:
        sizes = np.array([len(one) for one in codes], dtype=np.int64) * _BITS // dimension
        n_blocks = np.maximum(1, np.round(sizes / _BLOCK_PIECES)).astype(np.int64)
        self._first_blocks = np.cumsum(n_blocks) - n_blocks
        owners = np.repeat(np.arange(len(sizes)), n_blocks)
        places = np.arange(len(owners)) - self._first_blocks[owners]
        starts = np.cumsum(sizes) - sizes
        self._blocks = starts[owners] + places * sizes[owners] // n_blocks[owners]
        # The blocks that another one of the same passage follows.
        self._followed = np.flatnonzero(owners[:-1] == owners[1:])
        self._chance = _LENGTH_DISCOUNT * np.log(np.maximum(sizes / _ORDINARY_LENGTH, 1))

    def similarities(self, products: Floats, asked: _Asked) -> Floats:
        """The similarity of each passage, (n,) float32, from the products of all pieces."""
        blocks = np.maximum.reduceat(products, self._blocks, axis=0)
        whole = np.maximum.reduceat(blocks, self._first_blocks, axis=0).sum(axis=1)
        stretches = blocks.copy()
        stretches[self._followed] = np.maximum(blocks[self._followed], blocks[self._followed + 1])
        best = np.maximum.reduceat(stretches.sum(axis=1), self._first_blocks)
        return np.asarray((whole + best) / 2 - asked.taken - self._chance, dtype=np.float32)


def _packed(codes: Sequence[bytes], dimension: int) -> Codes:
    return np.frombuffer(b"".join(codes), dtype=np.uint8).reshape(-1, dimension // _BITS)


def _unpack(packed: Codes, bits: Floats) -> None:
    """Writes the bits of packed pieces (m, dimension / 8) as numbers, (m, dimension)."""
    np.take(_BITS_OF_BYTE, packed, axis=0, out=bits.reshape(*packed.shape, _BITS), mode="clip")
