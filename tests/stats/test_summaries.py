"""Intervals from printed summaries against R 4."""

from __future__ import annotations

import math

import pytest

from iren_core.errors import NotEstimable
from iren_core.stats.correlation import coefficient_interval
from iren_core.stats.summaries import (
    Moments,
    difference_of_means,
    mean_interval,
    median_interval,
    moments_from_quartiles,
)


def test_difference_of_means():
    # R: t.test(a, b, var.equal = TRUE)$conf.int for a, b scaled to these means, sds and sizes.
    found = difference_of_means(Moments(1177, 515, 12), Moments(1594, 640, 17))
    assert found.estimate == -417
    assert found[1:] == pytest.approx((-875.1874144189917, 41.1874144189917), rel=1e-9)


def test_difference_needs_two_patients_each():
    with pytest.raises(NotEstimable, match="There are 1 and 17"):
        difference_of_means(Moments(1177, 515, 1), Moments(1594, 640, 17))


def test_interval_of_a_mean():
    # R: t.test(x)$conf.int for x scaled to mean 22, sd 5, n 12.
    found = mean_interval(Moments(22, 5, 12))
    assert found == pytest.approx((18.8231515633468, 25.1768484366532), rel=1e-9)
    assert all(map(math.isnan, mean_interval(Moments(22, 5, 1))))


# R: qbinom(.025, n, .5) and n - qbinom(.025, n, .5) + 1, the ranks of the two limits.
@pytest.mark.parametrize(
    ("n", "low", "high"), [(6, 1, 6), (8, 1, 8), (12, 3, 10), (17, 5, 13), (29, 9, 21), (32, 10, 23)]
)
def test_interval_of_a_median_lies_at_these_ranks(n: int, low: int, high: int):
    assert median_interval([*range(n, 0, -1), None]) == (low, high)


def test_too_few_values_give_a_median_no_interval():
    assert all(map(math.isnan, median_interval([1, 2, 3, 4, 5])))
    assert all(map(math.isnan, median_interval([])))


# R: 2 * qnorm((0.75 * n - 0.125) / (n + 0.25)), the divisor of Wan 2014, equation 16.
@pytest.mark.parametrize(("n", "divisor"), [(5, 0.994401141363108), (17, 1.23704222841944)])
def test_moments_from_quartiles(n: int, divisor: float):
    found = moments_from_quartiles(17, 21, 31, n)
    assert found.mean == 23
    assert found.sd == pytest.approx(14 / divisor, rel=1e-9)


def test_interval_of_a_printed_coefficient():
    # R: tanh(atanh(r) + c(-1, 1) * qnorm(.975) * se), se = sqrt(1 / 26) and sqrt((1 + r^2 / 2) / 26).
    assert coefficient_interval(-0.58, 29) == pytest.approx(
        (-0.780576055228643, -0.271129135323097), rel=1e-9
    )
    ranks = coefficient_interval(0.58, 29, of_ranks=True)
    assert ranks == pytest.approx((0.242107385420338, 0.792424219556521), rel=1e-9)
    assert all(map(math.isnan, coefficient_interval(0.5, 3)))
