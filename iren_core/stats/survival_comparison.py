"""The log-rank test and its weighted relatives, stratified or not."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal

import numpy as np
from scipy.special import chdtrc, ndtri

from iren_core.errors import CohortError, NotEstimable
from iren_core.stats.events import EventTable, FollowUp, follow_up
from iren_core.stats.survival import late_entry

Weights = Literal["log-rank", "gehan", "tarone-ware", "peto", "fleming-harrington"]

_NAMES: dict[str, tuple[str, str]] = {
    "log-rank": ("Log-rank test", "Every event counts alike, early or late."),
    "gehan": (
        "Gehan-Breslow (generalised Wilcoxon) test",
        "Each day is weighted by the number at risk, so early events count more.",
    ),
    "tarone-ware": (
        "Tarone-Ware test",
        "Each day is weighted by the square root of the number at risk, between log-rank and Gehan.",
    ),
    "peto": (
        "Peto-Peto test (weights: pooled product of 1 - d/(n + 1))",
        "Early events count more, by a weight that censoring hardly touches.",
    ),
    "fleming-harrington": (
        "Fleming-Harrington test (weights: S^{rho:g} (1 - S)^{gamma:g}, pooled S just before the day)",
        "The two exponents say whether early or late events count more.",
    ),
}


@dataclass(frozen=True, eq=False)
class SurvivalTest:
    """A comparison of groups over time; see ``compare_survival`` and ``compare_incidence``.

    statistic, df, p_value : chi-squared with ``df`` degrees of freedom
    labels, n, observed, expected : the groups, their patients, their events, and the events they would have
        had if no group differed from the others (counted without weights)
    weights : the weighting of the days
    effect, estimate, low, high : what is estimated, with its interval; ``None`` where nothing is
    """

    method: str
    reason: str
    statistic: float
    df: int
    p_value: float
    labels: tuple[str, ...]
    n: tuple[int, ...]
    observed: tuple[int, ...]
    expected: tuple[float, ...]
    n_missing: int
    weights: str
    effect: str | None = None
    estimate: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, eq=False)
class Score:
    """What a comparison of groups adds up over days; groups along every axis.

    excess : weighted observed minus expected events
    variance : its covariance matrix
    observed, expected : events, without weights
    """

    excess: np.ndarray
    variance: np.ndarray
    observed: np.ndarray
    expected: np.ndarray

    @classmethod
    def total(cls, strata: list[Score]) -> Score:
        """The sum over strata."""
        names = (member.name for member in fields(cls))
        return cls(**{name: np.sum([getattr(score, name) for score in strata], axis=0) for name in names})


def compare_survival(
    times: Any,
    events: Any,
    groups: Any,
    *,
    strata: Any = None,
    entry: Any = None,
    weights: Weights = "log-rank",
    exponents: tuple[float, float] = (1.0, 0.0),
    conf_level: float = 0.95,
) -> SurvivalTest:
    """Do the groups have the event equally soon?

    Parameters
    ----------
    times, events, groups : as for ``kaplan_meier``; two groups or more
    strata : (patients,) labels; groups are then compared within each stratum and the results summed
    entry : (patients,) days of late entry, as for ``kaplan_meier``
    weights : "log-rank", "gehan", "tarone-ware", "peto" or "fleming-harrington"
    exponents : rho and gamma of the Fleming-Harrington weights; read only with those
    conf_level : confidence of the interval of the hazard ratio

    Returns
    -------
    SurvivalTest
        for two groups and log-rank weights with the one-step hazard ratio exp((O - E) / V) of the second
        label against the first [2]_; it lies closer to 1 than Cox's when groups differ much.

    Notes
    -----
    The sum over event days of w (d_j - d n_j / n), squared and divided by its hypergeometric variance [1]_.
    w is 1 (log-rank), n (Gehan), sqrt(n) (Tarone-Ware), the product of 1 - d/(n + 1) up to the day ("peto"
    [3]_), or S(t-)^rho (1 - S(t-))^gamma ("fleming-harrington" [4]_).

    Differences: two tests go by the name of Peto. R's ``survdiff(rho=1)`` is "fleming-harrington" here with
    its default exponents; lifelines' "peto" is "peto" here. SPSS's Breslow is Gehan's test. R drops groups
    that are never at risk on an event day; here that is an error, since nothing was compared. R's ``survdiff``
    takes no late entry; with it the test is the score test of ``coxph(Surv(entry, time, event) ~ group, ties =
    "exact")``.

    Raises
    ------
    NotEstimable
        with fewer than two groups, without events, or when a group is never at risk on a day with an event.
    CohortError
        when a value cannot be read or the weights are unknown.

    References
    ----------
    .. [1] Mantel N. Cancer Chemother Rep 1966; 50: 163-170.
    .. [2] Peto R, Pike MC, Armitage P, et al. Br J Cancer 1977; 35: 1-39.
    .. [3] Peto R, Peto J. J R Stat Soc A 1972; 135: 185-207; in the form of Klein JP, Moeschberger ML.
       Survival Analysis, 2nd ed. Springer 2003, section 7.3.
    .. [4] Harrington DP, Fleming TR. Biometrika 1982; 69: 553-566.

    Examples
    --------
    >>> test = compare_survival([1, 2, 3, 4, 5, 6, 7, 8], [1] * 8, ["A"] * 4 + ["B"] * 4)
    >>> round(test.statistic, 3), test.df, round(test.p_value, 4)
    (7.344, 1, 0.0067)
    """
    method, reason = name_and_reason(weights, exponents)
    patients = follow_up(times, events, groups, strata, entry)
    score = total_score(patients, weights, exponents)
    statistic, df = chi_squared(score.excess, score.variance)
    effect = _hazard_ratio(patients.labels, score, conf_level) if weights == "log-rank" else {}
    return SurvivalTest(
        method=method + stratified_by(patients) + late_entry(patients),
        reason=reason,
        statistic=statistic,
        df=df,
        p_value=float(chdtrc(df, statistic)),
        labels=patients.labels,
        n=patients.n_by_group,
        observed=tuple(score.observed.tolist()),
        expected=tuple(score.expected.tolist()),
        n_missing=patients.n_missing,
        weights=weights,
        **effect,
    )


def name_and_reason(weights: str, exponents: tuple[float, float]) -> tuple[str, str]:
    """The name of the test with these weights, and what they do.

    Raises
    ------
    CohortError
        when there are no such weights.
    """
    if weights not in _NAMES:
        raise CohortError(
            f"A comparison with the weights “{weights}” was asked for.",
            "There are no such weights.",
            f"Choose one of: {', '.join(_NAMES)}.",
        )
    name, reason = _NAMES[weights]
    return name.format(rho=exponents[0], gamma=exponents[1]), reason


def total_score(patients: FollowUp, weights: Weights, exponents: tuple[float, float] = (1.0, 0.0)) -> Score:
    """Observed minus expected events, summed over strata.

    Raises
    ------
    NotEstimable
        as ``compare_survival``.
    """
    require_groups(patients)
    if not patients.state.any():
        raise NotEstimable(
            "A comparison of groups over time was asked for.",
            f"None of the {patients.n} patients has the event.",
            "Choose another event, or widen the filters.",
        )
    score = Score.total([_score(table.on_event_days(), weights, exponents) for table in patients.tables()])
    for label, expected in zip(patients.labels, score.expected, strict=True):
        if expected == 0:
            raise NotEstimable(
                f"The group {label} was to be compared with the others.",
                "None of its patients was still followed on any day with an event.",
                "Leave this group out.",
            )
    return score


def require_groups(patients: FollowUp) -> None:
    """Raise ``NotEstimable`` unless there are at least two groups."""
    if len(patients.labels) < 2:
        raise NotEstimable(
            "A comparison of groups over time was asked for.",
            patients.all_in(patients.labels[0]),
            "Widen the filters, or compare by another field.",
        )


def chi_squared(excess: np.ndarray, variance: np.ndarray) -> tuple[float, int]:
    """Quadratic form of the excess over all groups but the last, and its degrees of freedom.

    Raises
    ------
    NotEstimable
        when the variance is not positive: the data cannot tell the groups apart.
    """
    df = excess.size - 1
    variance = variance[:df, :df]
    smallest, largest = np.linalg.eigvalsh(variance)[[0, -1]] if np.isfinite(variance).all() else (0.0, 0.0)
    if smallest <= df * np.finfo(float).eps * largest:
        raise NotEstimable(
            "A comparison of groups over time was asked for.",
            "Too few patients with and without the event were followed side by side.",
            "Look at the curves instead; there is nothing to test.",
        )
    return float(excess[:df] @ np.linalg.solve(variance, excess[:df])), df


def stratified_by(patients: FollowUp) -> str:
    """The words to add to the name of a test."""
    return f", stratified ({len(patients.strata)} strata)" if len(patients.strata) > 1 else ""


def _score(table: EventTable, weights: Weights, exponents: tuple[float, float]) -> Score:
    own_risk, own_events = table.at_risk, table.events
    at_risk, events = own_risk.sum(axis=0), own_events.sum(axis=0)
    share = own_risk / at_risk
    weight = weights_by_day(weights, at_risk, events, exponents)
    spread = weight**2 * events * (at_risk - events) / np.maximum(at_risk - 1, 1)
    return Score(
        excess=(own_events - share * events) @ weight,
        variance=np.diag(share @ spread) - (share * spread) @ share.T,
        observed=own_events.sum(axis=1),
        expected=share @ events,
    )


def weights_by_day(
    weights: Weights, at_risk: np.ndarray, events: np.ndarray, exponents: tuple[float, float]
) -> np.ndarray:
    """(event days,) how much each day counts; see ``compare_survival``."""
    if weights == "log-rank":
        return np.ones(at_risk.size)
    if weights == "gehan":
        return at_risk.astype(float)
    if weights == "tarone-ware":
        return np.sqrt(at_risk)
    if weights == "peto":
        return np.cumprod(1 - events / (at_risk + 1))
    rho, gamma = exponents
    before = np.concatenate(([1.0], np.cumprod(1 - events / at_risk)[:-1]))
    return before**rho * (1 - before) ** gamma


def _hazard_ratio(labels: tuple[str, ...], score: Score, conf_level: float) -> dict[str, Any]:
    if len(labels) != 2:
        return {}
    log_ratio = score.excess[1] / score.variance[1, 1]
    margin = ndtri((1 + conf_level) / 2) / np.sqrt(score.variance[1, 1])
    return {
        "effect": f"hazard ratio, {labels[1]} against {labels[0]} (one-step estimate)",
        "estimate": float(np.exp(log_ratio)),
        "low": float(np.exp(log_ratio - margin)),
        "high": float(np.exp(log_ratio + margin)),
    }
