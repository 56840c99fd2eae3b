"""Correlations against R 4.2.2 (tests/reference/correlation.json)."""

import json
from pathlib import Path

import numpy as np
import pytest

from iren_core.errors import NotEstimable
from iren_core.stats.correlation import coefficient_p, correlate

CASES = json.loads((Path(__file__).parents[1] / "reference" / "correlation.json").read_text())
SAME = {"rel": 1e-9, "abs": 1e-12}
FEASIBLE = [
    n for n, c in CASES.items() if c["r"]["n"] >= 3 and isinstance(c["r"]["pearson"].get("p"), float | int)
]


def run(name: str, method: str):
    return correlate(CASES[name]["x"], CASES[name]["y"], method=method)


@pytest.mark.parametrize("name", FEASIBLE)
def test_pearson_equals_r(name):
    r, ours = CASES[name]["r"]["pearson"], run(name, "pearson")
    expected = (r["estimate"], r["p"], r["parameter"])
    assert (ours.estimate, ours.p_value, ours.df) == pytest.approx(expected, **SAME)
    if r.get("lower") is not None:
        assert (ours.low, ours.high) == pytest.approx((r["lower"], r["upper"]), **SAME)


@pytest.mark.parametrize("name", FEASIBLE)
def test_spearman_equals_r(name):
    r, ours = CASES[name]["r"], run(name, "spearman")
    assert ours.estimate == pytest.approx(r["spearman_default"]["estimate"], **SAME)
    if ours.n <= 9:
        # full enumeration of the orders in R, ties included
        expected = r["spearman_exact_full_enumeration_with_ties"]["p_two_sided"]
    elif ours.n == 10:
        pytest.skip("R counts up to 9 patients and uses a series at 10")
    else:
        expected = r["spearman_asymptotic_t"]["p"]
    assert ours.p_value == pytest.approx(expected, **SAME)


@pytest.mark.parametrize("name", FEASIBLE)
def test_kendall_equals_r(name):
    r, ours = CASES[name]["r"]["kendall_default"], run(name, "kendall")
    assert (ours.estimate, ours.p_value) == pytest.approx((r["estimate"], r["p"]), **SAME)


def test_intervals_of_rank_correlations_follow_bonett_and_wright():
    # R 4.2.2 on airquality$Ozone, $Temp (n = 116), rho = 0.7740429554613013, tau = 0.5862988215264409:
    # tanh(atanh(rho) + c(-1, 1) * qnorm(.975) * sqrt((1 + rho^2/2) / (n - 3)))
    # tanh(atanh(tau) + c(-1, 1) * qnorm(.975) * sqrt(0.437 / (n - 4)))
    spearman, kendall = run("airquality/c", "spearman"), run("airquality/c", "kendall")
    assert (spearman.low, spearman.high) == pytest.approx(
        (0.67515001136481945, 0.84560503819514365), rel=1e-9
    )
    assert (kendall.low, kendall.high) == pytest.approx((0.50020514386216286, 0.66091421551448615), rel=1e-9)


def test_printed_t_approximation():
    # Front Immunol 2024, 10.3389/fimmu.2024.1421684, figure 4, prints p = 0.02 for rs = 0.44, n = 29.
    # R 4.2.2: 2 * pt(-0.44 * sqrt(27 / (1 - 0.44^2)), 27)
    assert coefficient_p(0.44, 29)[1] == pytest.approx(0.016915806175411767, rel=1e-9)


def test_missing_values_are_counted():
    result = correlate([1, 2, 3, None, 5], [2, 1, 4, 3, None], method="pearson")
    assert (result.n, result.n_missing) == (3, 2)
    assert np.isnan([result.low, result.high]).all()


@pytest.mark.parametrize(
    ("x", "y", "method", "sentence"),
    [
        ([1, 2], [2, 1], "auto", "There are 2."),
        ([1, 1, 1], [2, 1, 3], "auto", "The first is the same in every patient."),
        ([1, 2, 3], [2, 2, 2], "auto", "The second is the same in every patient."),
        ([1, 2, 3], [2, 2, 4], "phi", "Choose one of: auto, pearson, spearman, kendall."),
    ],
)
def test_what_cannot_be_correlated_is_said(x, y, method, sentence):
    with pytest.raises(NotEstimable) as caught:
        correlate(x, y, method=method)
    assert sentence in str(caught.value)


def test_pairs_of_many_patients_are_counted_as_those_of_few(monkeypatch):
    """Kendall's tau by its definition, every pair compared, and by sorting: the same integers, ties and all."""
    rng = np.random.default_rng(20240101)
    x, y = rng.integers(0, 40, 900).astype(float), rng.normal(size=900).round(1)
    square = correlate(x, y, method="kendall")
    monkeypatch.setattr("iren_core.stats.correlation.MOST_IN_A_SQUARE", 10)
    assert correlate(x, y, method="kendall") == square
