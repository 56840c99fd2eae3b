"""What must hold for any data: order, names and units do not matter; a p is a probability; refusals are sentences."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iren_core.errors import NotEstimable
from iren_core.stats.correlation import correlate
from iren_core.stats.counts import compare_counts
from iren_core.stats.groups import compare_groups
from iren_core.stats.mortality import observed_vs_expected
from iren_core.stats.paired import compare_pairs
from iren_core.stats.prediction import discriminate
from iren_core.stats.prognosis import prognostic_factor
from iren_core.stats.risks import compare_risks

DAYS = st.integers(0, 60)
FEW = settings(max_examples=30, deadline=None)
GROUP_TESTS = st.sampled_from(["auto", "welch", "student", "mann-whitney", "anova", "kruskal-wallis"])


def attempt(call, *arguments, **keywords):
    """The result, or None when the question was refused in sentences."""
    try:
        return call(*arguments, **keywords)
    except NotEstimable as error:
        assert all(part.strip().endswith((".", "?")) for part in (error.asked, error.found, error.advice))
        return None


def check(result):
    """A p-value is a probability, and an interval holds its estimate."""
    assert 0 <= result.p_value <= 1
    if not np.isnan([result.low, result.high]).any():
        assert result.low - 1e-9 <= result.estimate <= result.high + 1e-9


@FEW
@given(st.lists(st.tuples(DAYS, st.sampled_from("ab")), min_size=1, max_size=16), GROUP_TESTS, st.randoms())
def test_groups_do_not_depend_on_row_order_or_unit(rows, test, random):
    result = attempt(compare_groups, *zip(*rows, strict=True), test=test)
    shuffled = rows.copy()
    random.shuffle(shuffled)
    again = attempt(compare_groups, *zip(*shuffled, strict=True), test=test)
    in_hours = attempt(compare_groups, [24 * day for day, _ in rows], [group for _, group in rows], test=test)
    assert (result is None) == (again is None) == (in_hours is None)
    if result is not None:
        check(result)
        assert again.p_value == pytest.approx(result.p_value, rel=1e-9)
        assert in_hours.p_value == pytest.approx(result.p_value, rel=1e-9)
        if "difference" in result.effect:
            assert in_hours.estimate == pytest.approx(24 * result.estimate, rel=1e-9, abs=1e-9)


@FEW
@given(st.lists(DAYS, min_size=1, max_size=9), st.lists(DAYS, min_size=1, max_size=9))
def test_swapping_the_groups_turns_the_difference_round(first, second):
    values, labels = [*first, *second], ["a"] * len(first) + ["b"] * len(second)
    one = compare_groups(values, labels, test="mann-whitney")
    other = compare_groups(values, [{"a": "y", "b": "x"}[label] for label in labels], test="mann-whitney")
    assert other.p_value == pytest.approx(one.p_value, rel=1e-12)
    assert (other.estimate, other.size) == pytest.approx((-one.estimate, -one.size), abs=1e-12)


@FEW
@given(
    st.lists(st.tuples(DAYS, DAYS), min_size=1, max_size=14),
    st.sampled_from(["auto", "paired-t", "wilcoxon"]),
)
def test_pairs_turned_round(rows, test):
    result = attempt(compare_pairs, *zip(*rows, strict=True), test=test)
    back = attempt(compare_pairs, *zip(*[row[::-1] for row in rows], strict=True), test=test)
    assert (result is None) == (back is None)
    if result is not None:
        check(result)
        assert back.p_value == pytest.approx(result.p_value, rel=1e-9)
        assert back.estimate == pytest.approx(-result.estimate, abs=1e-9)
        assert result.n_up + result.n_down + result.n_unchanged == result.n_pairs == len(rows)


@FEW
@given(st.lists(st.lists(st.integers(0, 6), min_size=3, max_size=3), min_size=2, max_size=4), st.randoms())
def test_tables_do_not_depend_on_the_order_of_categories(table, random):
    result = attempt(compare_counts, table)
    rows, columns = list(range(len(table))), [0, 1, 2]
    random.shuffle(rows)
    random.shuffle(columns)
    again = attempt(compare_counts, np.array(table)[np.ix_(rows, columns)])
    turned = attempt(compare_counts, np.array(table).T)
    assert (result is None) == (again is None) == (turned is None)
    if result is not None:
        check(result)
        assert (again.p_value, turned.p_value) == pytest.approx((result.p_value,) * 2, rel=1e-9)


@FEW
@given(
    st.lists(st.tuples(DAYS, DAYS), min_size=2, max_size=9),
    st.sampled_from(["auto", "pearson", "spearman", "kendall"]),
)
def test_correlations_are_symmetric(rows, method):
    result = attempt(correlate, *zip(*rows, strict=True), method=method)
    turned = attempt(correlate, *zip(*[row[::-1] for row in rows], strict=True), method=method)
    assert (result is None) == (turned is None)
    if result is not None:
        check(result)
        assert -1 <= result.estimate <= 1
        assert (turned.p_value, turned.estimate) == pytest.approx(
            (result.p_value, result.estimate), rel=1e-9, abs=1e-12
        )


@FEW
@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=1, max_size=20))
def test_deaths_are_counted_and_tails_add_up(rows):
    result = attempt(observed_vs_expected, *zip(*rows, strict=True))
    if result is not None:
        check(result)
        assert result.observed == sum(died for died, _ in rows)
        assert result.p_lower + result.p_upper >= 1 - 1e-12  # the observed number lies in both tails


@FEW
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 7)), min_size=1, max_size=16))
def test_prognosis_in_small_cohorts(rows):
    outcome, score = zip(*rows, strict=True)
    result = attempt(prognostic_factor, score, outcome)
    if result is not None:
        check(result)
        assert 0 < result.low <= result.high < np.inf
    area = attempt(discriminate, outcome, score)
    reverse = attempt(discriminate, outcome, [-value for value in score])
    if area is not None:
        assert area.estimate + reverse.estimate == pytest.approx(1)


@FEW
@given(st.integers(0, 9), st.integers(0, 9), st.integers(9, 20), st.integers(9, 20))
def test_risk_intervals_hold_their_estimates(first, second, m, n):
    result = compare_risks((first, second), (m, n))
    assert result.difference_low - 1e-12 <= result.difference <= result.difference_high + 1e-12
    if not np.isnan(result.ratio):
        assert result.ratio_low <= result.ratio * (1 + 1e-9)
        assert result.ratio <= result.ratio_high * (1 + 1e-9)


def test_exact_tests_agree_with_dealing_at_random():
    # 40 000 deals with a fixed seed: the standard error of a share near 0.1 is 0.0015
    rng = np.random.default_rng(7)
    first, second = np.array([3, 5, 5, 8, 9, 9.0]), np.array([1, 2, 3, 3, 5, 6, 8.0])
    together = np.concatenate([first, second])
    ranks = np.array([(together < value).sum() + ((together == value).sum() + 1) / 2 for value in together])
    sums = np.array([rng.permutation(ranks)[: len(first)].sum() for _ in range(40_000)])
    centre = len(first) * ranks.mean()
    share = (np.abs(sums - centre) >= abs(ranks[: len(first)].sum() - centre) - 1e-9).mean()
    exact = compare_groups(together, ["a"] * 6 + ["b"] * 7, test="mann-whitney").p_value
    assert exact == pytest.approx(share, abs=0.006)
