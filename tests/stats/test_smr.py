"""Intervals and comparison of mortality ratios against R 4.2.2 (tests/reference/counts_of_events.json)."""

import json
from pathlib import Path

import numpy as np
import pytest

from iren_core.errors import NotEstimable
from iren_core.stats.smr import byar_interval, compare_ratios, mid_p_interval

CASES = json.loads((Path(__file__).parents[1] / "reference" / "counts_of_events.json").read_text())[
    "scalars/smrs"
]["r"]


@pytest.mark.parametrize("r", CASES, ids=lambda r: str(r["observed"]))
def test_intervals_equal_r(r):
    assert np.array(byar_interval(r["observed"])) / r["expected"] == pytest.approx(r["byar_ci"], rel=1e-9)
    # uniroot(tol = 1e-12) in R
    assert np.array(mid_p_interval(r["observed"])) / r["expected"] == pytest.approx(r["midp_ci"], rel=1e-9)


@pytest.mark.parametrize(
    ("observed", "expected", "answer"),
    [
        # R 4.2.2: t <- poisson.test(c(a, b), c(A, B)); t$estimate; t$conf.int;
        # min(1, 2 * min(pbinom(a, a + b, A/(A+B)), pbinom(a - 1, a + b, A/(A+B), lower.tail = FALSE)))
        ((2, 1), (6.6, 4.1), (1.2424242424242424, 0.0646790762971369, 73.299535293582892, 1)),
        ((0, 4), (3.2, 5.5), (0, 0, 2.6036774145350892, 0.31945062574095917)),
        ((5, 0), (2.5, 1.5), (float("inf"), 0.54981351438927606, float("inf"), 0.19073486328124994)),
        (
            (12, 30),
            (20.5, 18.25),
            (0.35609756097560974, 0.16603859510847641, 0.71622711673947581, 0.0024462584654691053),
        ),
    ],
)
def test_comparison_of_two_ratios_equals_r(observed, expected, answer):
    result = compare_ratios(observed, expected)
    assert (result.estimate, result.low, result.high, result.p_value) == pytest.approx(answer, rel=1e-9)


@pytest.mark.parametrize(
    ("observed", "expected", "p"),
    [
        # R 4.2.2: poisson.test(c(a, b), c(A, B))$p.value
        ((2, 1), (6.6, 4.1), 1),
        ((0, 4), (3.2, 5.5), 0.3038616446663131),
        ((5, 0), (2.5, 1.5), 0.164581298828125),
        ((12, 30), (20.5, 18.25), 0.0017543718123481499),
        ((7, 3), (2.0, 6.0), 0.003505706787109375),
    ],
)
def test_p_that_adds_up_improbable_counts_equals_r(observed, expected, p):
    assert compare_ratios(observed, expected).p_by_likelihood == pytest.approx(p, rel=1e-9)


def test_nobody_died_is_said():
    with pytest.raises(NotEstimable, match="Nobody died"):
        compare_ratios((0, 0), (1.0, 2.0))
    with pytest.raises(NotEstimable, match="In one group no death was expected"):
        compare_ratios((1, 0), (1.0, 0.0))
