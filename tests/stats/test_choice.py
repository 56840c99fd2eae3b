"""The rule that picks a test, told in sentences."""

import numpy as np
import pytest

from iren_core.errors import NotEstimable
from iren_core.stats.choice import (
    CHOSEN_BY_READER,
    choose_correlation,
    choose_count_test,
    choose_group_test,
    choose_pair_test,
    shapiro_p,
)
from iren_core.stats.samples import Groups

# R 4.2.2: shapiro.test(c(148, 154, 158, 160, 161, 162, 166, 170, 182, 195, 236))$p.value
SHAPIRO_1965 = np.array([148, 154, 158, 160, 161, 162, 166, 170, 182, 195, 236.0])
NORMAL = np.array([-1.3, -0.8, -0.4, -0.1, 0.2, 0.5, 0.9, 1.4])
SKEWED = np.array([0.1, 0.2, 0.2, 0.3, 0.1, 0.4, 0.2, 9.0])


def groups(*samples: np.ndarray) -> Groups:
    return Groups(tuple("abc"[: len(samples)]), samples, 0)


def test_shapiro_wilk_of_the_first_example_of_the_authors():
    assert shapiro_p(SHAPIRO_1965) == pytest.approx(0.0067038140565029254, rel=1e-5)


@pytest.mark.parametrize(
    ("samples", "test"),
    [
        ((NORMAL, NORMAL + 1), "welch"),
        ((NORMAL, SKEWED), "mann-whitney"),
        ((NORMAL, NORMAL + 1, NORMAL + 2), "welch"),
        ((NORMAL, SKEWED, NORMAL), "kruskal-wallis"),
        ((NORMAL, np.array([1.0, 2.0])), "mann-whitney"),
        ((NORMAL, np.ones(5)), "mann-whitney"),
    ],
)
def test_numbers_in_groups(samples, test):
    assert choose_group_test(groups(*samples)).test == test


@pytest.mark.parametrize(
    ("samples", "reason"),
    [
        (
            (NORMAL, SKEWED),
            "Ranks are compared because group b departed from a normal distribution (Shapiro-Wilk p below 0.05).",
        ),
        ((NORMAL, np.array([1.0])), "Ranks are compared because group b has fewer than three values."),
        (
            (np.ones(4), NORMAL),
            "Ranks are compared because group a has too few different values to judge the distribution.",
        ),
    ],
)
def test_reasons_are_sentences(samples, reason):
    assert choose_group_test(groups(*samples)).reason == reason


def test_pairs_and_correlations_follow_the_same_rule():
    assert choose_pair_test(NORMAL).test == "paired-t"
    assert choose_pair_test(SKEWED).test == "wilcoxon"
    assert choose_pair_test(np.array([1.0, 2.0])).reason == (
        "Ranks of the changes are compared because the changes have fewer than three values."
    )
    assert choose_correlation(NORMAL, NORMAL[::-1]).test == "pearson"
    assert choose_correlation(NORMAL, SKEWED).reason == (
        "Ranks are correlated because the second variable departed from a normal distribution "
        "(Shapiro-Wilk p below 0.05)."
    )


def test_categories_are_always_exact():
    assert choose_count_test().test == "fisher"


def test_the_reader_may_choose():
    assert choose_group_test(groups(NORMAL, SKEWED), "student")[:2] == ("student", CHOSEN_BY_READER)
    assert choose_pair_test(SKEWED, "paired-t")[:2] == ("paired-t", CHOSEN_BY_READER)
    assert choose_count_test("chi-squared") == ("chi-squared", CHOSEN_BY_READER, ())


def test_unknown_tests_are_said():
    with pytest.raises(NotEstimable, match="The test 'z' was asked for"):
        choose_pair_test(NORMAL, "z")
