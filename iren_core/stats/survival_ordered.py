"""Do groups that have an order have the event ever sooner, or ever later?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.special import chdtrc

from iren_core.errors import CohortError, NotEstimable
from iren_core.stats.events import follow_up
from iren_core.stats.survival_comparison import (
    SurvivalTest,
    Weights,
    name_and_reason,
    stratified_by,
    total_score,
)


def survival_trend(
    times: Any,
    events: Any,
    groups: Any,
    *,
    scores: Sequence[float] | None = None,
    strata: Any = None,
    weights: Weights = "log-rank",
    exponents: tuple[float, float] = (1.0, 0.0),
) -> SurvivalTest:
    """Does the event come ever sooner (or ever later) from one group to the next?

    Parameters
    ----------
    times, events, groups, strata, weights, exponents : as for ``compare_survival``; give ``groups`` as an ordered
        pandas Categorical where the alphabet is not the order that is meant
    scores : a number for each group that has patients, in order; 1, 2, 3, ... by default

    Returns
    -------
    SurvivalTest
        with one degree of freedom, whatever the number of groups.

    Notes
    -----
    The scores times the weighted observed minus expected events, summed, squared and divided by its variance [1]_.
    R's ``survdiff`` does not offer it.

    Raises
    ------
    NotEstimable
        as ``compare_survival``, and when all scores are equal.
    CohortError
        when there is not one score a group.

    References
    ----------
    .. [1] Tarone RE. Biometrika 1975; 62: 679-682; Klein JP, Moeschberger ML. Survival Analysis, 2nd ed.
       Springer 2003, section 7.4.

    Examples
    --------
    >>> test = survival_trend([2, 3, 4, 5, 6, 7], [1] * 6, ["a", "a", "b", "b", "c", "c"])
    >>> test.df
    1
    """
    method, reason = name_and_reason(weights, exponents)
    patients = follow_up(times, events, groups, strata)
    score = total_score(patients, weights, exponents)
    steps = np.arange(1.0, score.excess.size + 1) if scores is None else np.asarray(scores, dtype=float)
    if steps.shape != score.excess.shape:
        raise CohortError(
            "A trend over groups was asked for.",
            f"There are {steps.size} scores for {score.excess.size} groups ({', '.join(patients.labels)}).",
            "Give one score for each group.",
        )
    variance = float(steps @ score.variance @ steps)
    if variance <= np.finfo(float).eps * float(steps**2 @ np.diag(score.variance)):
        raise NotEstimable(
            "A trend over groups was asked for.",
            "The scores are equal, or the groups were never followed side by side.",
            "Give scores that differ, or look at the curves instead.",
        )
    statistic = float(steps @ score.excess) ** 2 / variance
    return SurvivalTest(
        method=f"{method} for trend{stratified_by(patients)}",
        reason=f"The groups have an order. {reason}",
        statistic=statistic,
        df=1,
        p_value=float(chdtrc(1, statistic)),
        labels=patients.labels,
        n=patients.n_by_group,
        observed=tuple(score.observed.tolist()),
        expected=tuple(score.expected.tolist()),
        n_missing=patients.n_missing,
        weights=weights,
    )
