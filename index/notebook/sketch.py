"""Whether two texts are one, a little changed: compared by sketches that hold no text.

A sketch is the smallest hashes of the words of a text (bottom-k; Broder, A. (1997), « On the
Resemblance and Containment of Documents »): the share that two have in common estimates the share
of words that the texts have.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

from index.analysis.terms import iter_words

# 24 hashes tell a resemblance of 0.5 from one of 0.2 nearly always (three standard deviations).
_SIZE: Final = 24
_HASH_BYTES: Final = 4
# Half of the words: a comment corrected, completed or cut stays itself.
_ALIKE: Final = 0.5


def sketch(text: str) -> str:
    """The sketch of a text, at most 24 hashes of 8 hexadecimal digits each, increasing."""
    words = {word.form for word in iter_words(text)}
    hashes = sorted(blake2b(w.encode(), digest_size=_HASH_BYTES).hexdigest() for w in words)
    return "".join(hashes[:_SIZE])


def are_alike(first: str, second: str) -> bool:
    """Whether the texts of two sketches share half of their words."""
    a, b = _hashes(first), _hashes(second)
    smallest = set(sorted(a | b)[:_SIZE])
    return bool(smallest) and len(smallest & a & b) >= _ALIKE * len(smallest)


def _hashes(sketched: str) -> set[str]:
    size = 2 * _HASH_BYTES
    return {sketched[place : place + size] for place in range(0, len(sketched), size)}
