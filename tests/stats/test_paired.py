"""Paired comparisons against R 4.2.2 (tests/reference/pairs.json), and what cannot be compared."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from iren_core.errors import NotEstimable
from iren_core.stats.paired import compare_changes, compare_pairs

CASES = json.loads((Path(__file__).parents[1] / "reference" / "pairs.json").read_text())
SAME = {"rel": 1e-9, "abs": 1e-12}


def cases_with(*path: str) -> list[str]:
    def has(case: dict) -> bool:
        found = case["r"]
        for step in path:
            found = found.get(step) if isinstance(found, dict) else None
        return isinstance(found, int | float)

    return [name for name, case in CASES.items() if has(case)]


def run(name: str, **settings):
    return compare_pairs(CASES[name]["before"], CASES[name]["after"], **settings)


@pytest.mark.parametrize("name", cases_with("paired_t", "p"))
def test_paired_t_equals_r(name):
    r, ours = CASES[name]["r"]["paired_t"], run(name, test="paired-t")
    assert (ours.statistic, ours.df, ours.p_value) == pytest.approx(
        (r["statistic"], r["parameter"], r["p"]), **SAME
    )
    assert (ours.estimate, ours.low, ours.high) == pytest.approx(
        (r["estimate"], r["lower"], r["upper"]), **SAME
    )


@pytest.mark.parametrize("zeros", ["wilcoxon", "pratt"])
@pytest.mark.parametrize("name", cases_with("wilcoxon", "exact_own_zero_wilcoxon", "p_two_sided"))
def test_exact_wilcoxon_equals_r(name, zeros):
    r, ours = CASES[name]["r"]["wilcoxon"][f"exact_own_zero_{zeros}"], run(name, test="wilcoxon", zeros=zeros)
    assert ours.p_value == pytest.approx(r["p_two_sided"], rel=1e-9)
    assert ours.statistic == r.get("V_plus", 0)
    assert ours.method.startswith("Wilcoxon signed-rank test, exact")


@pytest.mark.parametrize("name", cases_with("hodges_lehmann", "achieved_conf"))
def test_pseudo_median_equals_r(name):
    r, ours = CASES[name]["r"]["hodges_lehmann"], run(name, test="wilcoxon")
    assert ours.estimate == pytest.approx(r["pseudomedian_walsh_all"], **SAME)
    if r["achieved_conf"] >= 0.95:
        limits = (r["lower_exact_orderstat"], r["upper_exact_orderstat"])
        assert (ours.low, ours.high) == pytest.approx(limits, **SAME)
    else:
        assert np.isnan([ours.low, ours.high]).all()


@pytest.mark.parametrize("name", cases_with("pre", "median"))
def test_description_of_pairs_equals_r(name):
    r, ours = CASES[name]["r"], run(name, test="wilcoxon")
    assert ours.n_pairs == r["n_used"]
    assert ours.n_unchanged == r["n_zero"]
    assert (ours.median_before, ours.median_after) == pytest.approx(
        (r["pre"]["median"], r["post"]["median"]), **SAME
    )
    for quartiles, phase in zip(ours.quartiles, ("pre", "post"), strict=True):
        assert quartiles == pytest.approx((r[phase]["type6"][2], r[phase]["type6"][4]), **SAME)


@pytest.mark.parametrize("name", cases_with("difference", "shapiro_p"))
def test_shapiro_of_the_changes_equals_r(name):
    # SciPy's translation of the algorithm (Royston's AS R94) keeps about six digits of R's p-value
    assert run(name, test="wilcoxon").shapiro_p == pytest.approx(
        CASES[name]["r"]["difference"]["shapiro_p"], rel=1e-5
    )


def test_incomplete_pairs_are_counted_by_kind():
    result = compare_pairs([1, 2, None, None, 5, 6.0], [2, None, 3, None, 7, 6.0], test="wilcoxon")
    assert (result.n_pairs, result.n_only_before, result.n_only_after, result.n_neither) == (3, 1, 1, 1)
    assert (result.n_up, result.n_down, result.n_unchanged) == (2, 0, 1)


def test_nullable_pandas_columns_are_read():
    before = pd.array([1, 2, None, 4], dtype="Int64")
    result = compare_pairs(pd.Series(before), pd.Series([2.0, 4.0, 6.0, 9.0]), test="paired-t")
    assert (result.n_pairs, result.n_only_after) == (3, 1)


def test_normal_approximation_beyond_the_limit_says_so_and_equals_r():
    # R 4.2.2: d <- ((1:400 * 37) %% 101 - 45) / 10; d <- d[d != 0]
    # wilcox.test(d, exact = FALSE, correct = TRUE)$p.value (also: $statistic, length(d))
    changes = ((np.arange(1, 401) * 37) % 101 - 45) / 10
    result = compare_pairs(np.zeros(400), changes, test="wilcoxon")
    assert "normal approximation" in result.method
    assert result.statistic == 46828
    assert result.p_value == pytest.approx(0.00096137204641655338, rel=1e-9)


def test_reason_names_the_rule_and_the_readers_choice():
    skewed = [0.1, 0.2, 0.1, 0.3, 0.2, 0.1, 0.2, 9.0]
    assert compare_pairs([0] * 8, skewed).reason == (
        "Ranks of the changes are compared because the changes departed from a normal distribution "
        "(Shapiro-Wilk p below 0.05)."
    )
    assert compare_pairs([0] * 8, skewed, test="wilcoxon").reason == "The reader chose this test."


@pytest.mark.parametrize(
    ("before", "after", "settings", "sentence"),
    [
        ([1, None], [None, 2], {}, "No patient has both."),
        ([1], [3], {"test": "paired-t"}, "There is one pair."),
        ([1, 2, 3], [2, 3, 4], {"test": "paired-t"}, "Every patient changed by the same amount."),
        ([1, 2], [2], {}, "There are 2 of the one and 1 of the other."),
        ([1, 2], [2, 3], {"test": "sign"}, "Choose one of: auto, paired-t, wilcoxon."),
        ([1, 2], [2, 3], {"zeros": "keep"}, "Choose wilcoxon or pratt."),
        (["low", 2], [2, 3], {}, "The values before must be numbers. Found 'low'."),
        ([np.inf, 2], [2, 3], {}, "One of them is infinite."),
    ],
)
def test_what_cannot_be_compared_is_said(before, after, settings, sentence):
    with pytest.raises(NotEstimable) as caught:
        compare_pairs(before, after, **settings)
    assert sentence in str(caught.value)


def test_changes_are_compared_between_groups():
    # R 4.2.2: t.test(c(1, 1, 2), c(4, 5, 5.5))$p.value; the fourth patient lacks the second value
    result = compare_changes([1, 2, 3, 4, 1, 2, 3], [2, 3, 5, None, 5, 7, 8.5], list("aaaabbb"), test="welch")
    assert result.p_value == pytest.approx(0.0040449003617661567, rel=1e-9)
    assert (result.n, result.n_missing) == ((3, 3), 1)
