"""How surprising a count is: three measures of textual statistics, each with its source."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

# Rychlý's constant: the score of two words that are never apart.
_LOG_DICE_MAX: Final = 14.0
# A tail is summed so many standard deviations and counts beyond its first term: what is left out
# is below e^-60 of the whole.
_TAIL_DEVIATIONS: Final = 12.0
_TAIL_COUNTS: Final = 60


def specificity(in_part: int, in_all: int, part_size: int, all_size: int) -> float:
    """The specificity of a word in a part: ±(-log10 P), positive where it is over-represented.

    P is the hypergeometric probability of at least `in_part` occurrences (at most, when there are
    fewer than the expected in_all · part_size / all_size) when `part_size` of the `all_size` words
    are drawn without replacement, `in_all` of which are the word. 3 means one chance in 1,000.
    Lafon, P. (1980), « Sur la variabilité de la fréquence des formes dans un corpus », Mots 1,
    127-165. The side is chosen as in the R package « textometry » (Loiseau and others).

    Args:
        in_part: occurrences of the word in the part.
        in_all: occurrences of the word in the whole.
        part_size: words of the part.
        all_size: words of the whole, the part included.

    Raises:
        ValueError: no such part can be.
    """
    others = all_size - in_all - (part_size - in_part)
    if not 0 <= in_part <= min(in_all, part_size) or others < 0:
        raise ValueError(
            f"{in_part} of {in_all} occurrences in {part_size} of {all_size} words is impossible"
        )
    is_over = in_part * all_size >= in_all * part_size
    share = part_size / all_size if all_size else 0.0
    reach = math.ceil(_TAIL_DEVIATIONS * math.sqrt(in_all * share * (1.0 - share))) + _TAIL_COUNTS
    if is_over:
        most = min(in_all, part_size, in_part + reach)
        counts = np.arange(in_part, most + 1, dtype=np.float64)
    else:
        least = max(0, in_all + part_size - all_size, in_part - reach)
        counts = np.arange(in_part, least - 1, -1, dtype=np.float64)
    first = _log_probability(in_part, in_all, part_size, all_size)
    logs = np.full(len(counts), first)
    here = counts[:-1]
    # P(k + 1) / P(k), and its inverse on the way down.
    rest = all_size - in_all - part_size
    if is_over:
        ratios = np.log((in_all - here) * (part_size - here))
        ratios -= np.log((here + 1) * (rest + here + 1))
    else:
        ratios = np.log(here * (rest + here))
        ratios -= np.log((in_all - here + 1) * (part_size - here + 1))
    logs[1:] += np.cumsum(ratios)
    top = float(logs.max())
    # More than half the chances may be in the tail: rounding must not make them above 1.
    log_p = min(0.0, top + math.log(float(np.exp(logs - top).sum())))
    found = abs(log_p) / math.log(10.0)
    return found if is_over else -found


def log_likelihood(
    together: NDArray[np.float64],
    row: NDArray[np.float64] | float,
    column: NDArray[np.float64] | float,
    total: float,
) -> NDArray[np.float64]:
    """The log-likelihood ratio of 2×2 tables, (n,) float64, negative where the count is low.

    2 · Σ O · ln(O / E) over the four cells, E = row · column / total; 10.83 is one chance in 1,000.
    Dunning, T. (1993), « Accurate Methods for the Statistics of Surprise and Coincidence »,
    Computational Linguistics 19(1), 61-74.

    Args:
        together: the first cell of each table (n,).
        row: the total of its row, one for all or (n,).
        column: the total of its column, one for all or (n,).
        total: the sum of the four cells.
    """
    both = np.asarray(together, dtype=np.float64)
    cells = (
        (both, row * column),
        (row - both, row * (total - column)),
        (column - both, (total - row) * column),
        (total - row - column + both, (total - row) * (total - column)),
    )
    found = np.zeros(len(both), dtype=np.float64)
    for observed, product in cells:
        expected = np.broadcast_to(np.asarray(product, dtype=np.float64), found.shape) / total
        seen = np.broadcast_to(np.asarray(observed, dtype=np.float64), found.shape)
        is_seen = (seen > 0) & (expected > 0)
        found[is_seen] += seen[is_seen] * np.log(seen[is_seen] / expected[is_seen])
    is_low = both * total < row * column
    return np.where(is_low, -2.0 * found, 2.0 * found)


def log_dice(
    together: NDArray[np.float64], first: float, second: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The logDice of pairs, (n,) float64, at most 14; it does not depend on the corpus's size.

    14 + log2(2 · f(x, y) / (f(x) + f(y))): one point more is twice as often together.
    Rychlý, P. (2008), « A Lexicographer-Friendly Association Score », RASLAN 2008, 6-9.

    Args:
        together: how often both words are together (n,), above 0.
        first: how often the first word is there.
        second: how often each other word is there (n,).
    """
    return _LOG_DICE_MAX + np.log2(2.0 * together / (first + second))


def _log_probability(in_part: int, in_all: int, part_size: int, all_size: int) -> float:
    """The natural logarithm of one hypergeometric probability."""
    return (
        _log_choose(in_all, in_part)
        + _log_choose(all_size - in_all, part_size - in_part)
        - _log_choose(all_size, part_size)
    )


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
