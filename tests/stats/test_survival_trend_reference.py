"""Trend tests and pairs of groups against R (tests/reference/survival/README.md)."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from iren_core.errors import CohortError, NotEstimable
from iren_core.stats import compare_incidence, compare_pairwise, compare_survival, survival_trend

REFERENCE = Path(__file__).parents[1] / "reference" / "survival"
R_WEIGHTS = {
    "log-rank": "logrank",
    "gehan": "gehan_breslow_wilcoxon",
    "tarone-ware": "tarone_ware",
    "peto": "peto_peto_Stilde",
    "fleming-harrington": "peto_peto_S_left_eq_R_rho1",
}


def read(name):
    document = json.loads((REFERENCE / f"{name}.json").read_text())
    return document["data"], document["expected"]


@pytest.mark.parametrize(
    "name", ["blood_storage_rec", "bmt_dfs_group", "lung_os_sex", "gehan_remission_pair"]
)
@pytest.mark.parametrize("weights", R_WEIGHTS)
def test_trend_equals_r(name, weights):
    data, expected = read(name)
    from_r = expected["weighted"][R_WEIGHTS[weights]]["trend"]
    test = survival_trend(
        data["time"], data["event"], data["group"], weights=weights, scores=from_r["scores"]
    )
    assert [test.statistic, test.p_value] == pytest.approx([from_r["chisq"], from_r["p"]], rel=1e-9)
    assert test.df == 1


def test_stratified_trend_equals_r():
    data, expected = read("bmt_dfs_group")
    from_r = expected["stratified"]["gehan_own"]["trend"]
    test = survival_trend(data["time"], data["event"], data["group"], strata=data["strata"], weights="gehan")
    assert [test.statistic, test.p_value] == pytest.approx([from_r["chisq"], from_r["p"]], rel=1e-9)
    assert test.method == "Gehan-Breslow (generalised Wilcoxon) test for trend, stratified (2 strata)"


def test_trend_needs_a_score_for_each_group_and_scores_that_differ():
    data = [1, 2, 3, 4, 5, 6], [1] * 6, list("aabbcc")
    with pytest.raises(CohortError, match=r"There are 2 scores for 3 groups \(a, b, c\)"):
        survival_trend(*data, scores=[1, 2])
    with pytest.raises(NotEstimable, match="The scores are equal"):
        survival_trend(*data, scores=[2, 2, 2])


@pytest.mark.parametrize(
    ("key", "settings"),
    [
        ("logrank", {}),
        ("gehan", {"weights": "gehan"}),
        ("peto_R_rho1", {"weights": "fleming-harrington"}),
    ],
)
@pytest.mark.parametrize(("adjust", "r_name"), [("holm", "holm"), ("bh", "BH")])
def test_pairs_of_survival_curves_equal_r(key, settings, adjust, r_name):
    data, expected = read("bmt_dfs_group")
    from_r = expected["pairwise"][key]
    result = compare_pairwise(
        compare_survival, data["time"], data["event"], data["group"], adjust=adjust, **settings
    )
    assert [f"{first} vs {second}" for first, second in result.pairs] == from_r["pairs"]
    assert result.p_values == pytest.approx(from_r["p"], rel=1e-9)
    assert result.adjusted == pytest.approx(from_r[r_name], rel=1e-9)


@pytest.mark.parametrize("cause", ["relapse", "trm"])
@pytest.mark.parametrize(("adjust", "r_name"), [("holm", "holm"), ("bh", "BH")])
def test_pairs_of_incidence_curves_equal_r(cause, adjust, r_name):
    data, expected = read("bmt_cr_group")
    from_r = expected["gray_pairwise"][cause]
    result = compare_pairwise(
        compare_incidence, data["time"], data["cause"], data["group"], adjust=adjust, cause=cause
    )
    assert result.p_values == pytest.approx(from_r["p"], rel=1e-9)
    assert result.adjusted == pytest.approx(from_r[r_name], rel=1e-9)


def test_a_pair_that_cannot_be_tested_says_why_and_is_left_out_of_the_adjustment():
    days = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    events = [0, 0, 0, 1, 1, 1, 1, 1, 1]
    groups = pd.Categorical(list("bbbccc") + list("aaa"), categories=["c", "b", "a"])
    result = compare_pairwise(compare_survival, days, events, groups)
    assert result.pairs == (("c", "b"), ("c", "a"), ("b", "a"))
    assert "None of its patients was still followed" in str(result.tests[0])
    assert np.isnan(result.adjusted[0])
    assert result.adjusted[1] == result.p_values[1]


def test_pairs_need_two_groups_and_a_known_adjustment():
    with pytest.raises(NotEstimable, match="There are fewer than two groups"):
        compare_pairwise(compare_survival, [1, 2], [1, 1], ["a", "a"])
    with pytest.raises(NotEstimable, match="It is not offered here"):
        compare_pairwise(compare_survival, [1, 2], [1, 1], ["a", "b"], adjust="tukey")
