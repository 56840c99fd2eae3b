"""Compare a number between groups: t-tests, Mann-Whitney, analysis of variance, Kruskal-Wallis."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import chdtrc, fdtrc, gammaln, stdtr, stdtrit

from iren_core.errors import NotEstimable
from iren_core.stats.choice import choose_group_test
from iren_core.stats.describe import describe, is_constant
from iren_core.stats.exact import doubled_midranks
from iren_core.stats.rank_sum import hodges_lehmann, mann_whitney
from iren_core.stats.samples import Floats, Groups, grouped

CONFIDENCE = 0.95


@dataclass(frozen=True)
class GroupComparison:
    """A number compared between groups; every difference is the first group minus the second.

    method, reason : test by name, and why this one
    statistic, df : t, F or chi-squared with degrees of freedom (two numbers for F); for Mann-Whitney U of the
        first group, with df empty
    p_value : two-sided
    effect, estimate, low, high : what is estimated, with its 95% interval. Two groups: "difference in means" or
        "difference in location (Hodges-Lehmann)". More groups: a share of variation explained, without an
        interval (NaN)
    size_name, size : effect free of units: "Hedges' g" (means) or "rank-biserial correlation" (ranks: share of pairs
        in which the first group is higher minus share in which it is lower); "" and NaN for more than two groups
    labels, n, n_missing : groups in order, values in each, rows lacking value or group
    means, sds, medians, quartiles : per group, quartiles as (q1, q3) of type 6
    shapiro_p : Shapiro-Wilk p per group; NaN where not computable
    """

    method: str
    reason: str
    statistic: float
    df: tuple[float, ...]
    p_value: float
    effect: str
    estimate: float
    low: float
    high: float
    size_name: str
    size: float
    labels: tuple[str, ...]
    n: tuple[int, ...]
    n_missing: int
    means: tuple[float, ...]
    sds: tuple[float, ...]
    medians: tuple[float, ...]
    quartiles: tuple[tuple[float, float], ...]
    shapiro_p: tuple[float, ...]


class _Outcome(NamedTuple):
    method: str
    statistic: float
    df: tuple[float, ...]
    p_value: float
    effect: str
    estimate: float
    low: float = float("nan")
    high: float = float("nan")
    size_name: str = ""
    size: float = float("nan")


def compare_groups(
    values: Iterable[object],
    groups: Sequence[object] | pd.Series,
    *,
    test: str = "auto",
    variant: str = "exact",
) -> GroupComparison:
    """Test whether a number differs between groups.

    Rows lacking the value or the group are counted and left out; so are groups without any value.

    The Mann-Whitney test is exact with and without ties up to 200 against 200, see ``rank_sum.mann_whitney``.

    Parameters
    ----------
    values : one number per patient; missing allowed
    groups : one label per patient; a pandas Categorical keeps its order, other labels are sorted
    test : "auto" (see ``choice``), "welch" (unequal variances; more than two groups: Welch's analysis of
        variance),
        "student", "mann-whitney", "anova", "kruskal-wallis"
    variant : how Mann-Whitney's p is found: "exact" (above), "spss", "r" or "asymptotic", see ``rank_sum.mann_whitney``

    Raises
    ------
    NotEstimable
        when fewer than two groups have values, when a test for two groups meets more, when a group is too
        small for the test, or when nothing varies.

    References
    ----------
    1. Welch BL. The generalization of "Student's" problem. Biometrika 1947;34:28-35.
    2. Welch BL. On the comparison of several mean values. Biometrika 1951;38:330-336.
    3. Kruskal WH, Wallis WA. J Am Stat Assoc 1952;47:583-621.

    Examples
    --------
    >>> days = [17, 19, 20, 29, 31, 39, 43, 45]
    >>> arm = ["combination"] * 3 + ["corticosteroid"] * 5
    >>> result = compare_groups(days, arm, test="mann-whitney")
    >>> result.statistic, round(result.p_value, 5), result.estimate
    (0.0, 0.03571, -20.0)
    """
    split = _with_values(grouped(values, groups))
    choice = choose_group_test(split, test)
    outcome = _TESTS[choice.test](split) if choice.test in _TESTS else _mann_whitney(split, variant)
    described = [describe(sample) for sample in split.samples]
    return GroupComparison(
        outcome.method,
        choice.reason,
        *outcome[1:],
        split.labels,
        split.sizes,
        split.n_missing,
        tuple(one.mean for one in described),
        tuple(one.sd for one in described),
        tuple(one.median for one in described),
        tuple((one.q1, one.q3) for one in described),
        choice.shapiro_p,
    )


def _with_values(split: Groups) -> Groups:
    kept = [(label, sample) for label, sample in zip(split.labels, split.samples, strict=True) if sample.size]
    if len(kept) < 2:
        raise NotEstimable(
            "A comparison needs two groups with values.",
            f"Only the group {kept[0][0]} has any." if kept else "No group has any.",
            "Widen the selection, or choose another grouping.",
        )
    return Groups(tuple(label for label, _ in kept), tuple(sample for _, sample in kept), split.n_missing)


def _two(split: Groups, name: str) -> tuple[Floats, Floats]:
    if len(split.samples) != 2:
        raise NotEstimable(
            f"The {name} compares two groups.",
            f"There are {len(split.samples)}: {', '.join(split.labels)}.",
            "Choose analysis of variance or Kruskal-Wallis, or select two groups.",
        )
    return split.samples[0], split.samples[1]


def _need_spread(split: Groups, name: str, *, everywhere: bool) -> None:
    """Refuse what the test cannot divide by: groups of one value, or no variation inside the groups."""
    lone = [label for label, size in zip(split.labels, split.sizes, strict=True) if size < 2]
    constant = [is_constant(sample) for sample in split.samples]
    if (everywhere and lone) or len(lone) == len(split.labels):
        found = f"The group {lone[0]} has one value."
    elif (any if everywhere else all)(constant):
        found = f"All values in the group {split.labels[constant.index(True)]} are equal."
    else:
        return
    raise NotEstimable(
        f"The {name} needs variation within the groups.",
        found,
        "Use the Mann-Whitney or Kruskal-Wallis test.",
    )


def _welch(split: Groups) -> _Outcome:
    if len(split.samples) != 2:
        return _welch_anova(split)
    first, second = split.samples
    if min(split.sizes) < 2 or (is_constant(first) and is_constant(second)):
        _need_spread(split, "Welch t-test", everywhere=True)
    parts = [float(sample.var(ddof=1)) / len(sample) for sample in (first, second)]
    df = sum(parts) ** 2 / sum(
        part**2 / (len(one) - 1) for part, one in zip(parts, split.samples, strict=True)
    )
    return _t("Welch t-test", first, second, sum(parts) ** 0.5, df)


def _student(split: Groups) -> _Outcome:
    first, second = _two(split, "t-test")
    _need_spread(split, "t-test", everywhere=False)
    df = len(first) + len(second) - 2
    pooled = _within(split) / df
    return _t("Student t-test", first, second, (pooled * (1 / len(first) + 1 / len(second))) ** 0.5, df)


def _t(method: str, first: Floats, second: Floats, error: float, df: float) -> _Outcome:
    difference = float(first.mean() - second.mean())
    half = float(stdtrit(df, (1 + CONFIDENCE) / 2)) * error
    t = difference / error
    p = 2 * float(stdtr(df, -abs(t)))
    return _Outcome(
        method,
        t,
        (float(df),),
        p,
        "difference in means",
        difference,
        difference - half,
        difference + half,
        "Hedges' g",
        hedges_g(first, second),
    )


def hedges_g(first: Floats, second: Floats) -> float:
    """Difference in means in units of the pooled standard deviation, freed of its bias in small samples (Hedges' g).

    References
    ----------
    1. Hedges LV. Distribution theory for Glass's estimator of effect size. J Educ Stat 1981;6:107-128.

    Examples
    --------
    >>> round(hedges_g(np.array([1.0, 2.0, 3.0]), np.array([3.0, 4.0, 5.0])), 4)
    -1.5958
    """
    df = len(first) + len(second) - 2
    pooled = (((first - first.mean()) ** 2).sum() + ((second - second.mean()) ** 2).sum()) / df
    correction = np.exp(gammaln(df / 2) - gammaln((df - 1) / 2)) / (df / 2) ** 0.5 if df > 1 else np.nan
    return float((first.mean() - second.mean()) / pooled**0.5 * correction)


def _mann_whitney(split: Groups, variant: str) -> _Outcome:
    first, second = _two(split, "Mann-Whitney test")
    tested = mann_whitney(first, second, variant=variant)
    size = 2 * tested.u / (len(first) * len(second)) - 1
    return _Outcome(
        tested.method,
        tested.u,
        (),
        tested.p_value,
        "difference in location (Hodges-Lehmann)",
        *hodges_lehmann(first, second),
        "rank-biserial correlation",
        size,
    )


def _within(split: Groups) -> float:
    """Sum of squares within the groups."""
    return sum(float(((sample - sample.mean()) ** 2).sum()) for sample in split.samples)


def _anova(split: Groups) -> _Outcome:
    _need_spread(split, "analysis of variance", everywhere=False)
    together = np.concatenate(split.samples)
    within = _within(split)
    between = sum(len(sample) * float(sample.mean() - together.mean()) ** 2 for sample in split.samples)
    df1, df2 = len(split.samples) - 1, len(together) - len(split.samples)
    f = (between / df1) / (within / df2)
    return _Outcome(
        "Analysis of variance",
        f,
        (float(df1), float(df2)),
        float(fdtrc(df1, df2, f)),
        "eta squared",
        between / (between + within),
    )


def _welch_anova(split: Groups) -> _Outcome:
    _need_spread(split, "Welch analysis of variance", everywhere=True)
    sizes = np.array(split.sizes, dtype=float)
    means = np.array([sample.mean() for sample in split.samples])
    weights = sizes / np.array([sample.var(ddof=1) for sample in split.samples])
    k, total = len(sizes), weights.sum()
    spread = float((((1 - weights / total) ** 2) / (sizes - 1)).sum()) / (k**2 - 1)
    centre = float((weights * means).sum() / total)
    f = float((weights * (means - centre) ** 2).sum()) / ((k - 1) * (1 + 2 * (k - 2) * spread))
    df1, df2 = k - 1, 1 / (3 * spread)
    explained = df1 * (f - 1) / (df1 * (f - 1) + sizes.sum())
    return _Outcome(
        "Welch analysis of variance",
        f,
        (float(df1), df2),
        float(fdtrc(df1, df2, f)),
        "omega squared, from Welch's F",
        max(0.0, float(explained)),
    )


def _kruskal_wallis(split: Groups) -> _Outcome:
    together = np.concatenate(split.samples)
    if is_constant(together):
        raise NotEstimable(
            "The Kruskal-Wallis test needs values that differ.",
            "All values are equal.",
            "There is nothing to compare: report the common value.",
        )
    ranks = doubled_midranks(together) / 2.0
    count = len(ranks)
    parts = np.split(ranks, np.cumsum(split.sizes)[:-1])
    spread = sum(len(part) * (float(part.mean()) - (count + 1) / 2) ** 2 for part in parts)
    h = spread / float(np.var(ranks, ddof=1))
    df = len(parts) - 1
    return _Outcome(
        "Kruskal-Wallis test", h, (float(df),), float(chdtrc(df, h)), "epsilon squared", h / (count - 1)
    )


_TESTS: dict[str, Callable[[Groups], _Outcome]] = {
    "welch": _welch,
    "student": _student,
    "anova": _anova,
    "kruskal-wallis": _kruskal_wallis,
}
