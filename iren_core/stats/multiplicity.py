"""Several tests at once: adjusted p-values, and comparisons of each pair of groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from iren_core.errors import NotEstimable
from iren_core.stats.choice import choose_group_test
from iren_core.stats.groups import GroupComparison, compare_groups
from iren_core.stats.samples import Floats, Groups, grouped, numbers


@dataclass(frozen=True)
class Contrast:
    """Two of several groups compared: the comparison, and its p adjusted for the number of pairs."""

    comparison: GroupComparison
    p_adjusted: float
    adjustment: str


def adjust_p(p_values: Iterable[object], *, method: str = "holm") -> Floats:
    """Adjust p-values for their number.

    Parameters
    ----------
    p_values : raw p-values; a missing one stays missing and does not count
    method : "holm" keeps the chance of any false finding below the level; "bh" (Benjamini-Hochberg) keeps the share
        of false findings among all findings below it

    Raises
    ------
    NotEstimable
        when a p-value lies outside 0 to 1, or the method is unknown.

    References
    ----------
    1. Holm S. A simple sequentially rejective multiple test procedure. Scand J Stat 1979;6:65-70.
    2. Benjamini Y, Hochberg Y. Controlling the false discovery rate. J R Stat Soc B 1995;57:289-300.

    Examples
    --------
    >>> adjust_p([0.01, None, 0.04]).tolist()
    [0.02, nan, 0.04]
    """
    raw = numbers(p_values, "p-values")
    known = ~np.isnan(raw)
    if ((raw[known] < 0) | (raw[known] > 1)).any():
        raise NotEstimable("A p-value lies between 0 and 1.", "One does not.", "Correct it, or leave it out.")
    if method not in ("holm", "bh"):
        raise NotEstimable(
            f"The adjustment {method!r} was asked for.", "It is not offered here.", "Choose holm or bh."
        )
    order = np.argsort(raw[known], kind="stable")
    ascending = raw[known][order]
    count = len(ascending)
    if method == "holm":
        stepwise = np.maximum.accumulate(ascending * np.arange(count, 0, -1))
    else:
        stepwise = np.minimum.accumulate((ascending * count / np.arange(1, count + 1))[::-1])[::-1]
    adjusted = np.full(raw.shape, np.nan)
    adjusted[np.flatnonzero(known)[order]] = np.minimum(stepwise, 1.0)
    return adjusted


def compare_each_pair(
    values: Iterable[object],
    groups: Sequence[object] | pd.Series,
    *,
    test: str = "auto",
    adjust: str = "holm",
) -> tuple[Contrast, ...]:
    """Compare every pair of groups, with p adjusted for the number of pairs.

    One test is used for all pairs, picked from all groups together: Welch's t-test or the Mann-Whitney test.

    Parameters
    ----------
    values, groups : as in ``compare_groups``
    test : "auto", "welch", "student" or "mann-whitney"
    adjust : "holm" or "bh"

    Raises
    ------
    NotEstimable
        as ``compare_groups`` and ``adjust_p`` do, when fewer than two groups have values, or when the test compares
        more than two groups.

    Examples
    --------
    >>> days = [12, 14, 13, 21, 25, 23, 30, 34, 33]
    >>> contrasts = compare_each_pair(days, list("aaabbbccc"), test="student")
    >>> [(one.comparison.labels, round(one.p_adjusted, 4)) for one in contrasts]
    [(('a', 'b'), 0.003), (('a', 'c'), 0.0004), (('b', 'c'), 0.005)]
    """
    split = grouped(values, groups)
    present = [position for position, sample in enumerate(split.samples) if sample.size]
    if len(present) < 2:
        raise NotEstimable(
            "Pairs of groups need two groups with values.",
            f"There are {len(present)}.",
            "Widen the selection.",
        )
    if test in ("anova", "kruskal-wallis"):
        raise NotEstimable(
            f"The test {test} was asked for each pair of groups.",
            "It compares all groups at once.",
            "Choose welch, student or mann-whitney.",
        )
    chosen = test if test != "auto" else _test_for_pairs(split)
    compared = [_compare(split, one, other, chosen) for one, other in combinations(present, 2)]
    adjusted = adjust_p([comparison.p_value for comparison in compared], method=adjust)
    return tuple(Contrast(one, p, adjust) for one, p in zip(compared, adjusted.tolist(), strict=True))


def _test_for_pairs(split: Groups) -> str:
    return "welch" if choose_group_test(split).test == "welch" else "mann-whitney"


def _compare(split: Groups, one: int, other: int, test: str) -> GroupComparison:
    samples = split.samples[one], split.samples[other]
    labels = split.labels[one], split.labels[other]
    codes = np.repeat([0, 1], [len(sample) for sample in samples])
    groups = pd.Series(pd.Categorical.from_codes(codes, categories=pd.Index(labels)))
    return compare_groups(np.concatenate(samples), groups, test=test)
