"""The permutation log-rank test against R's coin, which counts all arrangements too."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from iren_core.errors import NotEstimable
from iren_core.stats import compare_survival_exactly, survival_exact

REFERENCE = Path(__file__).parents[1] / "reference" / "survival"
COIN_NAMES = {
    "log-rank": "logrank",
    "gehan": "Gehan-Breslow",
    "tarone-ware": "Tarone-Ware",
    "peto": "Prentice-Marek",  # coin's name for the weights prod(1 - d/(n + 1))
}
NAMES = [
    "aml_os",
    "edge_survival_all_tied_mixed",
    "edge_survival_censor_event_tie",
    "edge_survival_empty_C",
    "edge_survival_flat_median",
    "edge_survival_heavy_ties_discrete",
    "edge_survival_n1_each",
    "edge_survival_no_events_in_B",
    "edge_survival_separated_5_vs_6",
    "edge_survival_separated_5_vs_6_censored",
    "edge_survival_time0_events",
]


def read(name):
    document = json.loads((REFERENCE / f"{name}.json").read_text())
    data = document["data"]
    return (data["time"], data["event"], data["group"]), document["expected"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("weights", COIN_NAMES)
def test_exact_p_values_equal_coin(name, weights):
    data, expected = read(name)
    test = compare_survival_exactly(*data, weights=weights)
    assert test.p_value == pytest.approx(expected["coin_p_exact"][COIN_NAMES[weights]], rel=1e-9)
    assert "arrangements counted" in test.method


def test_statistic_equals_coin():
    # R 4.2.2, coin 1.4.2: statistic(logrank_test(Surv(t2, d3) ~ factor(group), data = bmt))
    data, _ = read("bmt_dfs_group")
    test = compare_survival_exactly(*data, draws=999)
    assert test.statistic == pytest.approx(13.162045009420645, rel=1e-9)
    assert test.method == "Log-rank test, by permutation (999 arrangements drawn with seed 20241123)"


def test_drawing_arrangements_comes_close_to_counting_them_and_repeats_itself(monkeypatch):
    data, expected = read("aml_os")
    monkeypatch.setattr(survival_exact, "_MOST_SUMS", 1)
    first, second = (compare_survival_exactly(*data, draws=19_999) for _ in range(2))
    exact = expected["coin_p_exact"]["logrank"]
    assert first.p_value == second.p_value
    assert first.p_value == pytest.approx(exact, abs=4 * math.sqrt(exact * (1 - exact) / 20_000))


def test_strata_are_shuffled_apart():
    # Within each stratum one group comes first throughout, so only one arrangement in choose(6, 3)^2 = 400 is as
    # extreme, and its mirror image.
    times = np.concatenate((np.arange(1, 7), np.arange(1, 7)))
    groups, strata = list("AAABBB") * 2, ["x"] * 6 + ["y"] * 6
    test = compare_survival_exactly(times, [1] * 12, groups, strata=strata, draws=39_999, weights="gehan")
    assert test.p_value == pytest.approx(2 / 400, abs=4 * math.sqrt(2 / 400 / 40_000))


def test_what_looks_the_same_in_every_arrangement_gets_a_sentence():
    with pytest.raises(NotEstimable, match="Every way to deal out the patients to the groups looks the same"):
        compare_survival_exactly([3, 3, 3, 3], [1, 1, 1, 1], list("AABB"))
