"""The log-rank test without large-sample theory: how rare is the difference among all ways to deal out the groups?"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from iren_core.errors import NotEstimable
from iren_core.stats.events import FollowUp, follow_up
from iren_core.stats.survival_comparison import (
    SurvivalTest,
    Weights,
    name_and_reason,
    stratified_by,
    total_score,
    weights_by_day,
)

SEED = 20241123
_MOST_SUMS = 2**20  # of half of the patients: about a second; 40 patients without ties reach it
_UNITS = 2.0**40  # scores are rounded to whole numbers of the largest score / _UNITS, so that sums are exact


def compare_survival_exactly(
    times: Any,
    events: Any,
    groups: Any,
    *,
    strata: Any = None,
    weights: Weights = "log-rank",
    exponents: tuple[float, float] = (1.0, 0.0),
    draws: int = 99_999,
    seed: int = SEED,
) -> SurvivalTest:
    """Do the groups have the event equally soon? For few patients, where the chi-squared law is only a guess.

    Parameters
    ----------
    times, events, groups, strata, weights, exponents : as for ``compare_survival``
    draws, seed : number of random arrangements and the seed, where not all arrangements can be counted

    Returns
    -------
    SurvivalTest
        ``statistic`` is the squared weighted sum of observed minus expected events over its permutation variance;
        ``p_value`` the share of arrangements of the group labels with a statistic at least as large. ``method``
        says whether all were counted or a sample was drawn.

    Notes
    -----
    A patient's score is the weight on his or her day if the event happened, minus the weighted pooled hazard up
    to that day; a group's scores add up to its observed minus expected events [1]_. Two groups without strata are
    counted completely by joining the sums of two halves of the patients. Otherwise labels are shuffled within
    strata; the observed arrangement counts as one of the draws. It needs censoring to be alike in the groups.
    R's ``coin::logrank_test(distribution = "exact")`` gives the same p-value.

    Raises
    ------
    NotEstimable
        as ``compare_survival``, and when all arrangements look the same.
    CohortError
        when a value cannot be read or the weights are unknown.

    References
    ----------
    .. [1] Peto R, Peto J. J R Stat Soc A 1972; 135: 185-207.

    Examples
    --------
    >>> test = compare_survival_exactly([1, 2, 3, 4, 5, 6, 7, 8], [1] * 8, ["A"] * 4 + ["B"] * 4)
    >>> round(test.p_value * math.comb(8, 4))
    2
    """
    method, reason = name_and_reason(weights, exponents)
    patients = follow_up(times, events, groups, strata)
    score = total_score(patients, weights, exponents)
    scores = _scores(patients, weights, exponents)
    variance = _permutation_variance(patients, scores)
    statistic = _statistics(score.excess[None, :-1], variance)[0]
    p_value, how = None, f"{draws} arrangements drawn with seed {seed}"
    if len(patients.labels) == 2 and len(patients.strata) == 1:
        p_value = _share_at_least(scores, patients.group == 1)
    if p_value is None:
        p_value = _drawn(patients, scores, variance, statistic, draws=draws, seed=seed)
    else:
        how = f"all {math.comb(patients.n, patients.n_by_group[1])} arrangements counted"
    return SurvivalTest(
        method=f"{method}{stratified_by(patients)}, by permutation ({how})",
        reason=f"With few patients the chi-squared law is only a guess. {reason}",
        statistic=float(statistic),
        df=len(patients.labels) - 1,
        p_value=p_value,
        labels=patients.labels,
        n=patients.n_by_group,
        observed=tuple(score.observed.tolist()),
        expected=tuple(score.expected.tolist()),
        n_missing=patients.n_missing,
        weights=weights,
    )


def _scores(patients: FollowUp, weights: Weights, exponents: tuple[float, float]) -> np.ndarray:
    """(patients,) each patient's share in the observed minus expected events of his or her group."""
    scores = np.empty(patients.n)
    for stratum, table in enumerate(patients.tables()):
        event_days = table.on_event_days()
        at_risk, events = event_days.at_risk.sum(axis=0), event_days.events.sum(axis=0)
        weight = weights_by_day(weights, at_risk, events, exponents)
        hazard = np.concatenate(([0.0], np.cumsum(weight * events / at_risk)))
        own = patients.stratum == stratum
        days_passed = np.searchsorted(event_days.time, patients.grid[patients.day[own]], side="right")
        weight_on_day = np.concatenate(([0.0], weight))[days_passed]
        scores[own] = patients.state[own] * weight_on_day - hazard[days_passed]
    return scores


def _permutation_variance(patients: FollowUp, scores: np.ndarray) -> np.ndarray:
    """Covariance of the sums of scores of all groups but the last, over all arrangements within strata."""
    groups = len(patients.labels)
    variance = np.zeros((groups, groups))
    for stratum in range(len(patients.strata)):
        own = patients.stratum == stratum
        n = np.count_nonzero(own)
        if n > 1:
            share = np.bincount(patients.group[own], minlength=groups) / n
            variance += scores[own].var(ddof=1) * n * (np.diag(share) - np.outer(share, share))
    variance = variance[:-1, :-1]
    if np.linalg.matrix_rank(variance, hermitian=True) < groups - 1:
        raise NotEstimable(
            "A comparison of groups over time was asked for.",
            "Every way to deal out the patients to the groups looks the same.",
            "Look at the curves instead; there is nothing to test.",
        )
    return variance


def _statistics(sums: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Quadratic form of each row."""
    return np.einsum("ri,ri->r", sums, np.linalg.solve(variance, sums.T).T)


def _share_at_least(scores: np.ndarray, second: np.ndarray) -> float | None:
    """Share of the arrangements whose sum of scores lies as far from 0 as the observed; ``None`` if too many."""
    whole = np.rint(scores * (_UNITS / np.abs(scores).max())).astype(np.int64)
    size = int(second.sum())
    ascending = np.sort(whole)
    halves = [_subset_sums(half, size) for half in np.array_split(ascending, 2)]
    if halves[0] is None or halves[1] is None:
        return None
    extreme = abs(int(whole[second].sum())) - scores.size  # rounding may take one unit a patient
    count = 0.0
    for taken, (sums, ways) in enumerate(halves[0]):
        if size - taken >= len(halves[1]):
            continue
        others, other_ways = halves[1][size - taken]
        below = np.concatenate(([0.0], np.cumsum(other_ways)))
        up_to = below[np.searchsorted(others, -extreme - sums, side="right")]
        from_there = below[-1] - below[np.searchsorted(others, extreme - sums, side="left")]
        count += float(ways @ (up_to + from_there))
    return min(count / math.comb(scores.size, size), 1.0)


def _subset_sums(scores: np.ndarray, size: int) -> list[tuple[np.ndarray, np.ndarray]] | None:
    """For 0, 1, ... up to ``size`` scores taken: the ascending distinct sums, and in how many ways each arises."""
    by_size = [(np.zeros(1, dtype=np.int64), np.ones(1))]
    nothing = np.zeros(0, dtype=np.int64), np.zeros(0)
    for score in scores:
        padded = [*by_size, nothing]
        larger = [nothing, *((sums + score, ways) for sums, ways in by_size)]
        by_size = [_merged(*pair) for pair in zip(padded, larger, strict=True)][: size + 1]
        if sum(sums.size for sums, _ in by_size) > _MOST_SUMS:
            return None
    return by_size


def _merged(
    first: tuple[np.ndarray, np.ndarray], second: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    sums, place = np.unique(np.concatenate((first[0], second[0])), return_inverse=True)
    return sums, np.bincount(place, np.concatenate((first[1], second[1])), sums.size)


def _drawn(
    patients: FollowUp, scores: np.ndarray, variance: np.ndarray, statistic: float, *, draws: int, seed: int
) -> float:
    """Share of random arrangements, the observed one among them, with a statistic at least as large."""
    random = np.random.default_rng(seed)
    strata = [np.flatnonzero(patients.stratum == stratum) for stratum in range(len(patients.strata))]
    members = [patients.group == group for group in range(len(patients.labels) - 1)]
    as_large = 1
    rows = max(1, 2_000_000 // patients.n)
    for start in range(0, draws, rows):
        dealt = np.tile(scores, (min(rows, draws - start), 1))
        for stratum in strata:
            dealt[:, stratum] = random.permuted(dealt[:, stratum], axis=1)
        sums = np.stack([dealt[:, member].sum(axis=1) for member in members], axis=1)
        as_large += int(np.count_nonzero(_statistics(sums, variance) >= statistic * (1 - 1e-9)))
    return as_large / (draws + 1)
