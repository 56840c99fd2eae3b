"""Intervals of proportions and counts against R 4.2.2 (tests/reference/counts_of_events.json)."""

import json
from pathlib import Path

import numpy as np
import pytest

from iren_core.stats.exact import bernoulli_sum_distribution
from iren_core.stats.proportions import clopper_pearson, poisson_mean, wilson

EVENTS = json.loads((Path(__file__).parents[1] / "reference" / "counts_of_events.json").read_text())
SAME = {"rel": 1e-9, "abs": 1e-12}
PROPORTIONS = [
    block
    for case in EVENTS.values()
    if case["type"] == "proportion"
    for block in (case["r"].values() if isinstance(case["r"], dict) else case["r"])
]


@pytest.mark.parametrize("r", PROPORTIONS, ids=lambda r: f"{r['x']}of{r['n']}")
def test_intervals_of_a_proportion_equal_r(r):
    assert clopper_pearson(r["x"], r["n"]) == pytest.approx(r["clopper_pearson"], **SAME)
    assert wilson(r["x"], r["n"]) == pytest.approx(r["wilson"], **SAME)


@pytest.mark.parametrize("r", EVENTS["scalars/smrs"]["r"], ids=lambda r: str(r["observed"]))
def test_exact_interval_of_a_count_equals_r(r):
    ours = np.array(poisson_mean(r["observed"])) / r["expected"]
    assert ours == pytest.approx(r["garwood_exact_ci"], **SAME)


@pytest.mark.parametrize("name", ["scalars/pb1", "scalars/pb0", "scalars/pb_extreme"])
def test_unequal_coins_equal_r(name):
    case = EVENTS[name]
    ours = bernoulli_sum_distribution(np.array(case["spec"]["p"], dtype=float))
    assert ours == pytest.approx(case["r"]["pmf"], **SAME)
