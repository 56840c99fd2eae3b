"""Which test, and why. The only place that picks one; the reason is a sentence a clinician can read.

The rule is fixed beforehand and the same for every variable:

- categories: Fisher's exact test (Freeman-Halton's extension for larger tables);
- numbers in two groups: Welch's t-test when every group has three values or more and the Shapiro-Wilk test
  leaves normality standing (p >= 0.05) in each of them, else the Mann-Whitney test; more groups: Welch's
  analysis of variance or the Kruskal-Wallis test by the same rule;
- pairs: paired t-test or Wilcoxon's signed-rank test by the same rule, applied to the changes;
- two numbers per patient: Pearson's or Spearman's correlation by the same rule, applied to both.

A test of normality has little power in small samples; that is why each result names its reason and the
reader may choose otherwise.

References
----------
1. Shapiro SS, Wilk MB. An analysis of variance test for normality. Biometrika 1965;52:591-611.
2. Freeman GH, Halton JH. Biometrika 1951;38:141-149.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from iren_core.errors import NotEstimable
from iren_core.stats.describe import is_constant
from iren_core.stats.samples import Floats, Groups

NORMALITY_LEVEL = 0.05
SHAPIRO_SMALLEST, SHAPIRO_LARGEST = 3, 5000
CHOSEN_BY_READER = "The reader chose this test."

GROUP_TESTS = ("welch", "student", "mann-whitney", "anova", "kruskal-wallis")
PAIR_TESTS = ("paired-t", "wilcoxon")
COUNT_TESTS = ("fisher", "chi-squared", "yates")
CORRELATIONS = ("pearson", "spearman", "kendall")


class Choice(NamedTuple):
    """A test by its short name, the reason for it, and the Shapiro-Wilk p of each sample, NaN if none."""

    test: str
    reason: str
    shapiro_p: tuple[float, ...] = ()


def shapiro_p(values: Floats) -> float:
    """P-value of the Shapiro-Wilk test; NaN for fewer than 3 or over 5000 values, or when all are equal.

    Examples
    --------
    >>> import numpy as np
    >>> shapiro_p(np.array([1.0, 2.0]))
    nan
    """
    if not SHAPIRO_SMALLEST <= len(values) <= SHAPIRO_LARGEST or is_constant(values):
        return float("nan")
    from scipy.stats import shapiro  # noqa: PLC0415 - slow to import, and only needed here

    return float(shapiro(values).pvalue)


def choose_group_test(groups: Groups, test: str = "auto") -> Choice:
    """Pick the test that compares a number between groups.

    Raises
    ------
    NotEstimable
        when ``test`` is not one of ``GROUP_TESTS`` or ``"auto"``.
    """
    _check_name(test, GROUP_TESTS)
    normality = tuple(shapiro_p(sample) for sample in groups.samples)
    if test != "auto":
        return Choice(test, CHOSEN_BY_READER, normality)
    doubt = _doubt(groups.samples, normality, [f"group {label}" for label in groups.labels])
    two = len(groups.labels) == 2
    if doubt:
        return Choice(
            "mann-whitney" if two else "kruskal-wallis", f"Ranks are compared because {doubt}.", normality
        )
    return Choice("welch", _normal("in every group", "means are compared"), normality)


def choose_pair_test(changes: Floats, test: str = "auto") -> Choice:
    """Pick the test for the changes within patients.

    Raises
    ------
    NotEstimable
        when ``test`` is not one of ``PAIR_TESTS`` or ``"auto"``.
    """
    _check_name(test, PAIR_TESTS)
    normality = (shapiro_p(changes),)
    if test != "auto":
        return Choice(test, CHOSEN_BY_READER, normality)
    doubt = _doubt((changes,), normality, ["the changes"])
    if doubt:
        return Choice("wilcoxon", f"Ranks of the changes are compared because {doubt}.", normality)
    return Choice("paired-t", _normal("for the changes", "the mean change is tested"), normality)


def choose_count_test(test: str = "auto") -> Choice:
    """Pick the test for a table of counts.

    Raises
    ------
    NotEstimable
        when ``test`` is not one of ``COUNT_TESTS`` or ``"auto"``.
    """
    _check_name(test, COUNT_TESTS)
    if test != "auto":
        return Choice(test, CHOSEN_BY_READER)
    return Choice("fisher", "The exact test holds for counts of any size, however small.")


def choose_correlation(x: Floats, y: Floats, method: str = "auto") -> Choice:
    """Pick the measure of correlation.

    Raises
    ------
    NotEstimable
        when ``method`` is not one of ``CORRELATIONS`` or ``"auto"``.
    """
    _check_name(method, CORRELATIONS)
    normality = (shapiro_p(x), shapiro_p(y))
    if method != "auto":
        return Choice(method, "The reader chose this measure.", normality)
    doubt = _doubt((x, y), normality, ["the first variable", "the second variable"])
    if doubt:
        return Choice("spearman", f"Ranks are correlated because {doubt}.", normality)
    return Choice("pearson", _normal("for both variables", "a straight-line relation is measured"), normality)


def _doubt(samples: Sequence[Floats], normality: Sequence[float], names: Sequence[str]) -> str:
    """Why a normal distribution cannot be relied on, or nothing."""
    for sample, p, name in zip(samples, normality, names, strict=True):
        verb = "have" if name == "the changes" else "has"
        if len(sample) < SHAPIRO_SMALLEST:
            return f"{name} {verb} fewer than three values"
        if math.isnan(p):
            return f"{name} {verb} too few different values to judge the distribution"
        if p < NORMALITY_LEVEL:
            return f"{name} departed from a normal distribution (Shapiro-Wilk p below 0.05)"
    return ""


def _normal(where: str, consequence: str) -> str:
    return (
        f"The Shapiro-Wilk test left a normal distribution standing (p at least 0.05) {where}, "
        f"so {consequence}."
    )


def _check_name(name: str, known: Sequence[str]) -> None:
    if name != "auto" and name not in known:
        raise NotEstimable(
            f"The test {name!r} was asked for.",
            "It is not one of those offered here.",
            f"Choose one of: auto, {', '.join(known)}.",
        )
