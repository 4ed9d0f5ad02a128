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

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

# Pieces compared at once: their 1.5 MB stay in the processor's cache (350 passages take 13 ms,
# and 18 ms with 8,192 at once).
_PIECES_AT_ONCE: Final = 1_024
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
    width = tokens.shape[1] // _BITS
    filled = [row for row, packed in enumerate(codes) if packed]
    for rows in _batches(filled, [len(codes[row]) // width for row in filled]):
        found[rows] = UnpackedTokens([codes[row] for row in rows], tokens.shape[1]).max_sim(tokens)
    return found


class UnpackedTokens:
    """The pieces of some passages, none of them empty, ready to be compared."""

    def __init__(self, codes: Sequence[bytes], dimension: int) -> None:
        packed = np.frombuffer(b"".join(codes), dtype=np.uint8).reshape(-1, dimension // _BITS)
        bits = np.empty((len(packed), dimension), dtype=np.float32)
        np.take(_BITS_OF_BYTE, packed, axis=0, out=bits.reshape(*packed.shape, _BITS), mode="clip")
        self._bits = bits
        sizes = np.array([len(one) * _BITS // dimension for one in codes], dtype=np.int64)
        n_blocks = np.maximum(1, np.round(sizes / _BLOCK_PIECES)).astype(np.int64)
        self._first_blocks = np.cumsum(n_blocks) - n_blocks
        self._owners = np.repeat(np.arange(len(sizes)), n_blocks)
        places = np.arange(len(self._owners)) - self._first_blocks[self._owners]
        starts = np.cumsum(sizes) - sizes
        self._blocks = starts[self._owners] + places * sizes[self._owners] // n_blocks[self._owners]
        self._chance = _LENGTH_DISCOUNT * np.log(np.maximum(sizes / _ORDINARY_LENGTH, 1))

    def max_sim(self, tokens: Floats) -> Floats:
        """The similarity of a question with each of the passages, (n,) float32, as `max_sim`."""
        blocks = np.maximum.reduceat(self._cosines(tokens), self._blocks, axis=0)
        whole = np.maximum.reduceat(blocks, self._first_blocks, axis=0).sum(axis=1)
        is_followed = self._owners[:-1] == self._owners[1:]
        stretches = blocks.copy()
        stretches[:-1][is_followed] = np.maximum(blocks[:-1], blocks[1:])[is_followed]
        best = np.maximum.reduceat(stretches.sum(axis=1), self._first_blocks)
        return np.asarray((whole + best) / 2 - self._chance, dtype=np.float32)

    def parts(self, tokens: Floats, ranges: Sequence[tuple[int, int]]) -> Floats:
        """The similarity of a question with ranges of pieces, (n,) float32: 0 for an empty one."""
        cosines = self._cosines(tokens)
        found = [cosines[a:b].max(axis=0).sum() if a < b else 0.0 for a, b in ranges]
        return np.array(found, dtype=np.float32)

    def _cosines(self, tokens: Floats) -> Floats:
        """Each piece with each of the question, (pieces, n), weighed.

        A sign is 1 or -1 over the square root of the dimension: a unit vector.
        """
        products = self._bits @ tokens.T
        products *= 2
        products -= tokens.sum(axis=1)
        products /= np.float32(np.sqrt(tokens.shape[1]))
        return products


def _batches(rows: Sequence[int], sizes: Sequence[int]) -> Iterator[list[int]]:
    """The rows in turn, as many at once as have _PIECES_AT_ONCE pieces together."""
    batch: list[int] = []
    n_pieces = 0
    for row, size in zip(rows, sizes, strict=True):
        if batch and n_pieces + size > _PIECES_AT_ONCE:
            yield batch
            batch, n_pieces = [], 0
        batch.append(row)
        n_pieces += size
    if batch:
        yield batch
