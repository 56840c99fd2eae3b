"""By which rule a number is compared between groups: the study's, or the one that is the default elsewhere."""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

import numpy as np
import pandas as pd

from iren_core.errors import CohortError
from iren_core.stats import compare_groups
from iren_core.stats.choice import choose_group_test
from iren_core.stats.groups import GroupComparison
from iren_core.stats.samples import grouped

Rule = Literal["as in the study", "chosen by the data"]
RULES: tuple[Rule, ...] = get_args(Rule)

#: What each rule does, for a methods section.
RULE_WORDS: dict[Rule, str] = {
    "as in the study": (
        "As in the study, numbers that look normally distributed in every group (Shapiro-Wilk p at least 0.05) are "
        "shown as mean ± standard deviation and compared with Student's t-test, which takes the variances as equal; "
        "others are shown as median (25th, 75th percentiles) and compared with the Mann-Whitney test as SPSS prints "
        "it, exact but not corrected for ties. More than two groups: analysis of variance or Kruskal-Wallis test."
    ),
    "chosen by the data": (
        "Numbers that look normally distributed in every group (Shapiro-Wilk p at least 0.05) are shown as mean ± "
        "standard deviation and compared with Welch's t-test, which lets the variances differ; others are shown as "
        "median (25th, 75th percentiles) and compared with the Mann-Whitney test, exact with ties. More than two "
        "groups: Welch's analysis of variance or Kruskal-Wallis test."
    ),
}


class Compared(NamedTuple):
    """Whether ranks rather than means describe the values, and the test, or the error that says why not."""

    by_ranks: bool
    comparison: GroupComparison | CohortError


def other(rule: Rule) -> Rule:
    """The rule that was not taken."""
    return next(one for one in RULES if one != rule)


def compare_numbers(values: np.ndarray, group: pd.Categorical, rule: Rule) -> Compared:
    """Compare a number between groups by the rule.

    values : one number a patient, NaN where missing; group : in the same order, missing allowed
    """
    known = ~np.isnan(values)
    split = grouped(values[known], pd.Series(group[known]))
    choice = choose_group_test(split).test
    test, variant = choice, "exact"
    if rule == "as in the study":
        pooled = "student" if len(split.labels) == 2 else "anova"
        test, variant = (pooled, "exact") if choice == "welch" else (choice, "spss")
    try:
        comparison: GroupComparison | CohortError = compare_groups(
            values, pd.Series(group), test=test, variant=variant
        )
    except CohortError as error:
        comparison = error
    return Compared(choice != "welch", comparison)
