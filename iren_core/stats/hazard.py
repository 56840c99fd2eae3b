"""Cox regression: how much faster do events come in one group than in another?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.special import chdtrc, chdtri, ndtr, ndtri

from iren_core.errors import CohortError, NotEstimable
from iren_core.stats.events import FollowUp, days, follow_up, numbers
from iren_core.stats.partial_likelihood import Maximum, RiskSets, likelihood, maximise, risk_sets
from iren_core.stats.survival import late_entry, product_limit
from iren_core.stats.survival_comparison import stratified_by

_ASKED = "Hazard ratios were asked for."
_FARTHEST = 20  # standard errors from the estimate at which a limit is still looked for
_REASONS = {
    False: "One ratio sums up the whole course, as long as it stays the same over time.",
    True: "Without the penalty a ratio would be 0 or infinite, since some patients have all their events first, "
    "or none.",
}


@dataclass(frozen=True, eq=False)
class ProportionalityCheck:
    """Does a hazard ratio stay the same over time? Chi-squared tests; small p-values speak against it.

    nan where the events fall on too few days to tell.

    variables, statistics, df, p_values : the groups, each covariate, and last "all" together
    """

    method: str
    variables: tuple[str, ...]
    statistics: tuple[float, ...]
    df: tuple[int, ...]
    p_values: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class HazardRatio:
    """A Cox model; see ``hazard_ratio``.

    terms : what each ratio compares; the tuples below have one entry a term
    coefficients, std_errors : log hazard ratios and their standard errors
    ratios, lows, highs, p_values : hazard ratios, their intervals and tests (Wald; with Firth's penalty profile
        likelihood)
    statistic, df, p_value : likelihood ratio test of all terms together
    effect, estimate, low, high : the ratio of the second group against the first where there are two groups and
        no covariates; otherwise ``None``
    n, n_by_group, events_by_group, n_missing : patients, and events, in the order of ``labels``
    proportionality : ``None`` with Firth's penalty
    """

    method: str
    reason: str
    labels: tuple[str, ...]
    terms: tuple[str, ...]
    coefficients: tuple[float, ...]
    std_errors: tuple[float, ...]
    ratios: tuple[float, ...]
    lows: tuple[float, ...]
    highs: tuple[float, ...]
    p_values: tuple[float, ...]
    statistic: float
    df: int
    p_value: float
    n: int
    n_events: int
    n_by_group: tuple[int, ...]
    events_by_group: tuple[int, ...]
    n_missing: int
    proportionality: ProportionalityCheck | None
    effect: str | None = None
    estimate: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, eq=False)
class Design:
    """Columns of the model, standardised (``scale``), what each compares, and the variable it belongs to."""

    columns: np.ndarray
    scale: np.ndarray
    terms: tuple[str, ...]
    variables: tuple[str, ...]


def hazard_ratio(
    times: Any,
    events: Any,
    groups: Any = None,
    covariates: Mapping[str, Any] | None = None,
    *,
    strata: Any = None,
    entry: Any = None,
    conf_level: float = 0.95,
) -> HazardRatio:
    """How much faster do events come in one group than in the first one, other things being equal?

    Parameters
    ----------
    times, events, groups : as for ``kaplan_meier``; the first group is the reference; ``None`` with covariates
        alone
    covariates : name -> (patients,) numbers; each ratio is per unit. A table (pandas) will do
    strata : (patients,) labels; each stratum has a baseline of its own
    entry : (patients,) days of late entry, as for ``kaplan_meier``
    conf_level : confidence of the intervals

    Returns
    -------
    HazardRatio
        patients with anything missing are counted in ``n_missing``.

    Notes
    -----
    Cox's partial likelihood [1]_ with Efron's treatment of ties [2]_, maximised by Newton's method; Wald intervals
    on the log scale. Where a ratio would be 0 or infinite (a group without events, or one that has them all
    first) Firth's penalty keeps it finite, with intervals and tests from the profile penalised likelihood [3]_.
    ``proportionality`` is the score test of ratio times a function of time, with that function 1 - S(t-) [4]_.

    Differences: equal to R's ``coxph`` (which stops when the log-likelihood changes by less than 1e-9 of itself,
    about 1e-8 in the coefficients) and ``cox.zph``. SPSS uses Breslow's ties. lifelines stops earlier, and its
    check of proportional hazards is the approximation that R used before its version 3.0 of ``survival``.

    Raises
    ------
    NotEstimable
        without two groups or a covariate, without events, or when a covariate is the same for all or tells nothing
        that the others do not.
    CohortError
        when a value cannot be read.

    References
    ----------
    .. [1] Cox DR. J R Stat Soc B 1972; 34: 187-220.
    .. [2] Efron B. J Am Stat Assoc 1977; 72: 557-565.
    .. [3] Heinze G, Schemper M. Biometrics 2001; 57: 114-119.
    .. [4] Grambsch PM, Therneau TM. Biometrika 1994; 81: 515-526, as a score test.

    Examples
    --------
    >>> fit = hazard_ratio([1, 3, 4, 6, 2, 5, 7, 8], [1] * 8, ["A"] * 4 + ["B"] * 4)
    >>> fit.terms, round(fit.estimate, 2)
    (('B against A',), 0.32)
    """
    values = read_covariates(covariates)
    patients = follow_up(days_if_complete(times, values), events, groups, strata, entry)
    design = design_of(patients, values)
    event = patients.state == 1
    if not event.any():
        raise NotEstimable(
            _ASKED, f"None of the {patients.n} patients has the event.", "Choose another event."
        )
    strata_sets = _risk_sets(patients, event, design)
    fit = _fit(strata_sets)
    estimates = _estimates(strata_sets, fit, design, conf_level)
    statistic = max(2 * (fit.log - fit.log_null), 0.0)
    alone = groups is not None and len(design.terms) == 1
    return HazardRatio(
        method=f"Cox regression ({'Firth’s penalty, ' if fit.firth else ''}Efron's ties){stratified_by(patients)}"
        f"{late_entry(patients)}",
        reason=_REASONS[fit.firth],
        labels=patients.labels,
        terms=design.terms,
        **estimates,
        statistic=statistic,
        df=len(design.terms),
        p_value=float(chdtrc(len(design.terms), statistic)),
        n=patients.n,
        n_events=int(event.sum()),
        n_by_group=patients.n_by_group,
        events_by_group=tuple(np.bincount(patients.group[event], minlength=len(patients.labels)).tolist()),
        n_missing=patients.n_missing,
        proportionality=None if fit.firth else _proportionality(strata_sets, fit, design, patients),
        effect=f"hazard ratio, {design.terms[0]}" if alone else None,
        estimate=estimates["ratios"][0] if alone else None,
        low=estimates["lows"][0] if alone else None,
        high=estimates["highs"][0] if alone else None,
    )


def read_covariates(covariates: Mapping[str, Any] | None) -> dict[str, np.ndarray]:
    """Covariates as numbers, NaN where missing, by name."""
    advice = "Compare categories as groups, and give covariates as numbers."
    return {
        str(name): numbers(values, f"The covariate {name} must be a number for each patient.", advice)
        for name, values in (covariates.items() if covariates is not None else ())
    }


def days_if_complete(times: Any, values: Mapping[str, np.ndarray]) -> np.ndarray:
    """Times as numbers, NaN also where a covariate is missing, so that the patient counts as missing.

    Raises
    ------
    CohortError
        when a covariate does not have one value a patient.
    """
    time = days(times)
    for name, value in values.items():
        if value.size != time.size:
            found = f"{name} has {value.size} values for {time.size} patients."
            raise CohortError(_ASKED, found, "Take covariates and times from the same rows.")
        time = np.where(np.isnan(value), np.nan, time)
    return time


def design_of(patients: FollowUp, values: dict[str, np.ndarray]) -> Design:
    """Columns for every group but the first, then the covariates.

    Raises
    ------
    NotEstimable
        when there is no column, or one that is the same for all.
    """
    reference, *others = patients.labels
    columns = [patients.group == code for code in range(1, len(patients.labels))]
    terms = [f"{label} against {reference}" for label in others]
    variables = ["groups"] * len(others)
    for name, value in values.items():
        columns.append(value[patients.rows])
        terms.append(f"{name}, per unit")
        variables.append(name)
    if not columns:
        raise NotEstimable(
            _ASKED, patients.all_in(reference), "Widen the filters, or compare by another field."
        )
    table = np.stack(columns, axis=1).astype(float)
    span = np.ptp(table, axis=0)
    if not span.all():
        found = f"{variables[int(np.argmin(span))]} is the same for all {patients.n} patients."
        raise NotEstimable(_ASKED, found, "Leave it out.")
    scale = table.std(axis=0)
    return Design((table - table.mean(axis=0)) / scale, scale, tuple(terms), tuple(variables))


def _risk_sets(patients: FollowUp, event: np.ndarray, design: Design) -> list[RiskSets]:
    arranged = []
    for stratum in range(len(patients.strata)):
        own = patients.stratum == stratum
        entry = None if patients.entry is None else patients.entry[own]
        entered = None if entry is None else np.where(entry < 0, -np.inf, patients.grid[entry])
        sets = risk_sets(patients.grid[patients.day[own]], event[own], design.columns[own], entered)
        if sets is not None:
            arranged.append(sets)
    return arranged


def _fit(strata_sets: Sequence[RiskSets]) -> Maximum:
    """The maximum; with Firth's penalty where there is none without."""
    information = likelihood(strata_sets, np.zeros(strata_sets[0].covariates.shape[1])).information
    smallest, largest = np.linalg.eigvalsh(information)[[0, -1]]
    if smallest <= 1e-10 * largest:
        raise NotEstimable(
            _ASKED,
            "On the days with an event, one variable tells nothing that the others do not.",
            "Leave covariates out, or compare groups that were followed side by side.",
        )
    fit = maximise(strata_sets, firth=False) or maximise(strata_sets, firth=True)
    if fit is None:
        raise NotEstimable(_ASKED, "The estimate does not settle on a value.", "Leave covariates out.")
    return fit


def _estimates(
    strata_sets: Sequence[RiskSets], fit: Maximum, design: Design, conf_level: float
) -> dict[str, tuple[float, ...]]:
    """Coefficients, ratios, intervals and p-values in the units of the covariates."""
    std_errors = np.sqrt(np.diag(np.linalg.inv(fit.likelihood.information)))
    if fit.firth:
        profiles = [
            _profile(strata_sets, fit, term, std_errors[term], conf_level) for term in range(std_errors.size)
        ]
        limits, p_values = (
            np.array([profile[:2] for profile in profiles]),
            [profile[2] for profile in profiles],
        )
    else:
        margin = ndtri((1 + conf_level) / 2) * std_errors
        limits = np.stack((fit.coefficients - margin, fit.coefficients + margin), axis=1)
        p_values = (2 * ndtr(-np.abs(fit.coefficients / std_errors))).tolist()
    with np.errstate(over="ignore"):
        lows, highs = np.exp(limits / design.scale[:, None]).T
    return {
        "coefficients": tuple((fit.coefficients / design.scale).tolist()),
        "std_errors": tuple((std_errors / design.scale).tolist()),
        "ratios": tuple(np.exp(fit.coefficients / design.scale).tolist()),
        "lows": tuple(lows.tolist()),
        "highs": tuple(highs.tolist()),
        "p_values": tuple(p_values),
    }


def _profile(
    strata_sets: Sequence[RiskSets], fit: Maximum, term: int, std_error: float, conf_level: float
) -> tuple[float, float, float]:
    """Limits and p-value of one coefficient from the profile penalised likelihood."""

    def drop(value: float) -> float:
        """Twice the loss of log-likelihood when the coefficient is held at this value."""
        held = maximise(strata_sets, firth=True, start=fit.coefficients, fixed=(term, value))
        return np.inf if held is None else 2 * (fit.log - held.log)

    allowed = float(chdtri(1, 1 - conf_level))
    estimate = float(fit.coefficients[term])

    def limit(direction: int) -> float:
        for steps in range(1, _FARTHEST):
            outside = estimate + direction * steps * std_error
            if drop(outside) >= allowed:
                return float(brentq(lambda value: drop(value) - allowed, estimate, outside, xtol=1e-10))
        return direction * np.inf  # so few patients that no ratio, however large, can be ruled out

    return limit(-1), limit(1), float(chdtrc(1, max(drop(0.0), 0.0)))


def _proportionality(
    strata_sets: Sequence[RiskSets], fit: Maximum, design: Design, patients: FollowUp
) -> ProportionalityCheck:
    table = patients.table()
    survival, _ = product_limit(table.at_risk.sum(axis=0), table.events.sum(axis=0))
    passed = np.searchsorted(
        table.time, np.concatenate([sets.days[sets.day] for sets in strata_sets]), side="left"
    )
    clock = 1 - np.concatenate(([1.0], survival))[passed]
    at_fit = fit.likelihood
    score = clock @ at_fit.residuals
    between = np.einsum("e,eab->ab", clock, at_fit.spreads)
    within = np.einsum("e,eab->ab", clock**2, at_fit.spreads)

    def statistic(columns: np.ndarray) -> float:
        left = within[np.ix_(columns, columns)]
        explained = between[columns] @ np.linalg.solve(at_fit.information, between[columns].T)
        if np.linalg.eigvalsh(left - explained)[0] <= 1e-10 * np.trace(left):
            return float("nan")
        return float(score[columns] @ np.linalg.solve(left - explained, score[columns]))

    variables = tuple(dict.fromkeys(design.variables))
    columns_of = [np.flatnonzero(np.array(design.variables) == variable) for variable in variables]
    columns_of.append(np.arange(len(design.variables)))
    statistics = [statistic(columns) for columns in columns_of]
    return ProportionalityCheck(
        method="Score test of proportional hazards (time on the scale 1 - S(t-))",
        variables=(*variables, "all"),
        statistics=tuple(statistics),
        df=tuple(columns.size for columns in columns_of),
        p_values=tuple(
            float(chdtrc(columns.size, value)) for columns, value in zip(columns_of, statistics, strict=True)
        ),
    )
