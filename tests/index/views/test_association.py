"""Specificity, log-likelihood and logDice against published tables and scipy's own figures."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import chi2_contingency, hypergeom

from index.views.association import log_dice, log_likelihood, specificity

# Dunning (1993), table 2: -2 log λ, then the four cells (AB, A~B, ~AB, ~A~B).
DUNNING = [
    (270.72, 110, 2442, 111, 29114),
    (263.90, 29, 13, 123, 31612),
    (256.84, 31, 23, 139, 31584),
    (167.23, 10, 0, 3, 31764),
    (157.21, 76, 104, 2476, 29121),
    (157.03, 16, 16, 51, 31694),
    (146.80, 9, 0, 5, 31763),
    (115.02, 16, 0, 865, 30896),
    (104.53, 10, 9, 41, 31717),
    (100.96, 8, 2, 27, 31740),
]
# (in the part, in all, words of the part, words in all): ordinary, rare, all, none, huge counts.
SPECIFICITIES = [
    (14, 296, 6903, 61449),
    (59, 296, 8395, 61449),
    (4, 296, 2558, 61449),
    (0, 40, 5000, 61449),
    (40, 40, 5000, 61449),
    (1, 1, 1, 2),
    (0, 1, 1, 2),
    (5, 10, 50, 100),
    (120, 9000, 70_000, 7_000_000),
    (3000, 9000, 2_000_000, 7_000_000),
    (1500, 9000, 2_000_000, 7_000_000),
    (95, 100, 99_900, 100_000),
]


@pytest.mark.parametrize("row", DUNNING)
def test_log_likelihood_is_that_of_dunning_and_of_scipy(row: tuple[float, ...]) -> None:
    published, *cells = row
    both, a, b, rest = cells
    (found,) = log_likelihood(np.array([both], dtype=float), both + a, both + b, sum(cells))
    table = np.array([[both, a], [b, rest]])
    expected = chi2_contingency(table, correction=False, lambda_="log-likelihood").statistic
    assert found == pytest.approx(expected, abs=1e-6)
    # The paper rounds to two decimals.
    assert found == pytest.approx(published, abs=0.0051)


def test_log_likelihood_says_which_side() -> None:
    over, under, equal = log_likelihood(np.array([30.0, 2.0, 10.0]), 100.0, 100.0, 1000.0)
    assert over > 0 > under
    assert equal == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("case", SPECIFICITIES)
def test_specificity_is_the_hypergeometric_tail_of_scipy(case: tuple[int, int, int, int]) -> None:
    in_part, in_all, part_size, all_size = case
    law = hypergeom(all_size, in_all, part_size)
    if in_part * all_size >= in_all * part_size:
        expected = -law.logsf(in_part - 1) / math.log(10)
    else:
        expected = law.logcdf(in_part) / math.log(10)
    assert specificity(*case) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("case", [(14, 296, 6903, 61449), (3, 5, 10, 40), (0, 7, 9, 30)])
def test_specificity_is_the_exact_sum_of_combinations(case: tuple[int, int, int, int]) -> None:
    in_part, in_all, part_size, all_size = case
    is_over = in_part * all_size >= in_all * part_size
    counts = range(in_part, min(in_all, part_size) + 1) if is_over else range(in_part + 1)
    ways = sum(math.comb(in_all, k) * math.comb(all_size - in_all, part_size - k) for k in counts)
    exact = Fraction(ways, math.comb(all_size, part_size))
    expected = math.log10(exact.denominator) - math.log10(exact.numerator)
    assert specificity(*case) == pytest.approx(expected if is_over else -expected, abs=1e-6)


def test_specificity_of_the_impossible_is_refused() -> None:
    for case in ((5, 4, 10, 20), (3, 4, 2, 20), (0, 15, 10, 20), (-1, 4, 10, 20)):
        with pytest.raises(ValueError, match="impossible"):
            specificity(*case)


def test_log_dice_has_the_values_of_its_definition() -> None:
    # Rychlý (2008): 14 when always together, 0 when once together for 16,000 of either, and one
    # point less when half as often.
    together = np.array([100.0, 50.0, 1.0])
    found = log_dice(together, 100.0, np.array([100.0, 100.0, 2**15 - 100.0]))
    assert found == pytest.approx([14.0, 13.0, 0.0], abs=1e-6)
