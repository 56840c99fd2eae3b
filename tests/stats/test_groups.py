"""Comparisons between groups against R 4.2.2 (tests/reference/two_groups.json, more_groups.json)."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from iren_core.errors import NotEstimable
from iren_core.stats.groups import compare_groups

REFERENCE = Path(__file__).parents[1] / "reference"
TWO = json.loads((REFERENCE / "two_groups.json").read_text())
MORE = json.loads((REFERENCE / "more_groups.json").read_text())
SAME = {"rel": 1e-9, "abs": 1e-12}


def cases_with(cases: dict, *path: str) -> list[str]:
    def has(case: dict) -> bool:
        found = case["r"]
        for step in path:
            found = found.get(step) if isinstance(found, dict) else None
        return isinstance(found, int | float)

    return [name for name, case in cases.items() if has(case)]


def run(case: dict, test: str):
    return compare_groups(
        case["values"], pd.Categorical(text(case["groups"]), case["r"]["levels"]), test=test
    )


def text(labels: list) -> list:
    return [None if label is None else str(label) for label in labels]


@pytest.mark.parametrize(("test", "key"), [("welch", "welch_t"), ("student", "student_t")])
@pytest.mark.parametrize("name", cases_with(TWO, "welch_t", "p"))
def test_t_tests_equal_r(name, test, key):
    r, ours = TWO[name]["r"][key], run(TWO[name], test)
    assert (ours.statistic, *ours.df, ours.p_value) == pytest.approx(
        (r["statistic"], r["parameter"], r["p"]), **SAME
    )
    limits = (r["mean_difference"], r["lower"], r["upper"])
    assert (ours.estimate, ours.low, ours.high) == pytest.approx(limits, **SAME)


@pytest.mark.parametrize(
    "name", cases_with(TWO, "mann_whitney", "exact_own_permutation_midranks", "p_two_sided_abs_deviation")
)
def test_exact_mann_whitney_equals_r(name):
    r, ours = TWO[name]["r"]["mann_whitney"], run(TWO[name], "mann-whitney")
    exact = r["exact_own_permutation_midranks"]
    assert ours.statistic == exact["U_1"]
    assert ours.p_value == pytest.approx(exact["p_two_sided_abs_deviation"], rel=1e-9)
    assert ours.method == "Mann-Whitney test, exact"


@pytest.mark.parametrize("name", cases_with(TWO, "hodges_lehmann", "achieved_conf"))
def test_hodges_lehmann_equals_r(name):
    r, ours = TWO[name]["r"]["hodges_lehmann"], run(TWO[name], "mann-whitney")
    assert ours.estimate == pytest.approx(r["hl_median_of_differences_1_minus_2"], **SAME)
    if r["achieved_conf"] >= 0.95:
        limits = (r["lower_exact_orderstat"], r["upper_exact_orderstat"])
        assert (ours.low, ours.high) == pytest.approx(limits, **SAME)
    else:
        assert np.isnan([ours.low, ours.high]).all()


@pytest.mark.parametrize("name", cases_with(TWO, "n_used"))
def test_description_of_groups_equals_r(name):
    r = TWO[name]["r"]
    if min(block["n"] or 0 for block in r["describe"].values()) < 2:
        pytest.skip("a group of one has no spread, and an empty one is left out")
    ours = run(TWO[name], "mann-whitney")
    for position, label in enumerate(ours.labels):
        block = r["describe"][label]
        assert ours.n[position] == block["n"]
        numbers = (
            ours.means[position],
            ours.sds[position],
            ours.medians[position],
            *ours.quartiles[position],
        )
        expected = (block["mean"], block["sd"], block["median"], block["type6"][2], block["type6"][4])
        assert numbers == pytest.approx(expected, **SAME)


@pytest.mark.parametrize(
    ("test", "key", "fields"),
    [
        ("anova", "anova", ("F", "df1", "df2", "p")),
        ("kruskal-wallis", "kruskal", ("statistic", "parameter", "p")),
    ],
)
@pytest.mark.parametrize(
    "name", [n for n in cases_with(MORE, "anova", "p") if "zero" not in n and "all_tied" not in n]
)
def test_tests_of_several_groups_equal_r(name, test, key, fields):
    r, ours = MORE[name]["r"][key], run(MORE[name], test)
    assert (ours.statistic, *ours.df, ours.p_value) == pytest.approx(tuple(r[f] for f in fields), **SAME)


@pytest.mark.parametrize(
    "name", [n for n in cases_with(MORE, "welch_anova", "p") if len(MORE[n]["r"]["levels"]) > 2]
)
def test_welch_analysis_of_variance_equals_r(name):
    r, ours = MORE[name]["r"]["welch_anova"], run(MORE[name], "welch")
    assert (ours.statistic, *ours.df, ours.p_value) == pytest.approx(
        (r["statistic"], *r["parameter"], r["p"]), **SAME
    )


@pytest.mark.parametrize("name", cases_with(TWO, "mann_whitney", "R_default", "p"))
def test_variant_r_is_what_wilcox_test_prints(name):
    case = TWO[name]
    labels = pd.Categorical(text(case["groups"]), case["r"]["levels"])
    ours = compare_groups(case["values"], labels, test="mann-whitney", variant="r")
    assert ours.p_value == pytest.approx(case["r"]["mann_whitney"]["R_default"]["p"], rel=1e-9)


@pytest.mark.parametrize(
    ("m", "n", "u", "printed"),
    [
        # Front Immunol 2024, 10.3389/fimmu.2024.1421684: p printed for BSA and SCORTEN of 3 who died and 29 who did
        # not, and for the dose of immunoglobulin, 5 and 6 patients. R 4.2.2: 2 * pwilcox(u, m, n)
        (3, 29, 11, 0.03346774193548387),
        (3, 29, 12, 0.041129032258064524),
        (5, 6, 14, 0.9307359307359307),
    ],
)
def test_variant_spss_ignores_ties(m, n, u, printed):
    values = without_ties(m, n, u)
    result = compare_groups(values, ["a"] * m + ["b"] * n, test="mann-whitney", variant="spss")
    assert (result.statistic, result.p_value) == (u, pytest.approx(printed, rel=1e-9))
    assert result.method == "Mann-Whitney test, exact, not corrected for ties (SPSS)"


def without_ties(m: int, n: int, u: int) -> list[float]:
    """Values of m and n patients whose U is u: the first group starts at the bottom and moves up pair by pair."""
    below = [min(n, max(0, u - n * k)) for k in range(m)][::-1]
    first = [count + (k + 1) / (m + 2) - 1 for k, count in enumerate(below)]
    return [*first, *range(n)]


@pytest.mark.parametrize("name", cases_with(TWO, "effect_size", "hedges_g_exact_J"))
def test_effect_sizes_equal_r(name):
    r = TWO[name]["r"]["effect_size"]
    ranks, means = run(TWO[name], "mann-whitney"), None
    assert ranks.size == pytest.approx(r["rank_biserial_2U_over_mn_minus1"], **SAME)
    if "p" in TWO[name]["r"]["student_t"]:
        means = run(TWO[name], "student")
        assert means.size == pytest.approx(r["hedges_g_exact_J"], **SAME)


def test_ties_far_from_the_centre_are_compared_as_whole_numbers():
    # coin 1.4-2, wilcox_test(distribution = "exact") on the same values: 0.053475935828877004
    result = run(TWO["edge_twogroup/heavy_ties"], "mann-whitney")
    assert result.p_value == pytest.approx(0.053475935828877004, rel=1e-12)


def test_normal_approximation_beyond_the_limit_equals_r():
    # R 4.2.2: x <- (1:210 * 37) %% 101; y <- (1:200 * 53) %% 103; wilcox.test(x, y, exact = FALSE)
    x, y = (np.arange(1, 211) * 37) % 101, (np.arange(1, 201) * 53) % 103
    result = compare_groups([*x, *y], ["x"] * 210 + ["y"] * 200, test="mann-whitney")
    assert result.method == "Mann-Whitney test, normal approximation"
    assert (result.statistic, result.p_value) == pytest.approx((20704.5, 0.80570333816758066), rel=1e-9)


def test_asymptotic_variant_is_corrected_for_ties_and_not_for_continuity():
    # R 4.2.2: wilcox.test(c(1,2,2,3,5,8), c(2,3,4,4,9,9,10), exact = FALSE, correct = FALSE)
    values = [1, 2, 2, 3, 5, 8, 2, 3, 4, 4, 9, 9, 10]
    result = compare_groups(values, ["x"] * 6 + ["y"] * 7, test="mann-whitney", variant="asymptotic")
    assert result.p_value == pytest.approx(0.12986499204150961, rel=1e-9)
    assert result.method == "Asymptotic Mann-Whitney test, without continuity correction (SPSS)"


def test_asymptotic_variant_without_variation_gives_one():
    # SPSS prints 1.000 when every value is equal; R gives NaN
    assert compare_groups([4] * 6, list("aaabbb"), test="mann-whitney", variant="asymptotic").p_value == 1


def test_order_of_categories_and_unused_ones():
    arm = pd.Categorical(["TNFi", "none", "TNFi", "none"], categories=["TNFi", "other", "none"], ordered=True)
    result = compare_groups([1, 2, None, 4], arm, test="mann-whitney")
    assert (result.labels, result.n, result.n_missing) == (("TNFi", "none"), (1, 2), 1)


def test_auto_gives_its_reason():
    normal = [4.1, 5.2, 4.8, 5.0, 4.4, 6.1, 7.0, 6.4, 6.8, 7.3]
    result = compare_groups(normal, ["a"] * 5 + ["b"] * 5)
    assert (result.method, result.reason) == (
        "Welch t-test",
        "The Shapiro-Wilk test left a normal distribution standing (p at least 0.05) in every group, "
        "so means are compared.",
    )
    small = compare_groups([1, 2, 3, 4, 5], ["a"] * 2 + ["b"] * 3)
    assert small.reason == "Ranks are compared because group a has fewer than three values."


@pytest.mark.parametrize(
    ("values", "groups", "test", "sentence"),
    [
        ([1, 2], ["a", "a"], "auto", "Only the group a has any."),
        ([None, None], ["a", "b"], "auto", "No group has any."),
        ([1, 2, 3], ["a", "b", "c"], "mann-whitney", "There are 3: a, b, c."),
        ([1, 2, 3], ["a", "b", "b"], "welch", "The group a has one value."),
        ([1, 1, 2, 2], ["a", "a", "b", "b"], "welch", "All values in the group a are equal."),
        ([1, 1, 2, 2], ["a", "a", "b", "b"], "student", "All values in the group a are equal."),
        ([1, 1, 1], ["a", "b", "b"], "kruskal-wallis", "All values are equal."),
        ([1, 2], ["a"], "auto", "There are 2 values and 1 groups."),
        ([1, 2], ["a", "b"], "sign", "mann-whitney, anova, kruskal-wallis"),
    ],
)
def test_what_cannot_be_compared_is_said(values, groups, test, sentence):
    with pytest.raises(NotEstimable) as caught:
        compare_groups(values, groups, test=test)
    assert sentence in str(caught.value)
