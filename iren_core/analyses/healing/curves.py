"""Healing curves by group, in panels, under each of the three rules for deaths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from iren_core.analyses.healing.times import CENSORED, DIED, HEALED, HealingTimes, healing_times
from iren_core.analyses.subgroups import Subgroup, group_of, subgroups
from iren_core.cohort import Cohort
from iren_core.errors import CohortError, NotEstimable
from iren_core.stats import (
    CumulativeIncidence,
    KaplanMeier,
    RestrictedMean,
    SurvivalTest,
    compare_incidence,
    compare_survival,
    compare_survival_exactly,
    cumulative_incidence,
    kaplan_meier,
    restricted_mean,
)
from iren_core.stats.describe import quantiles
from iren_core.stats.rank_sum import MannWhitney, mann_whitney

Deaths = Literal["healed only", "censored at death", "competing event"]
DEATH_RULES: tuple[Deaths, ...] = get_args(Deaths)
View = Literal["healed by day", "not yet healed"]
VIEWS: tuple[View, ...] = get_args(View)
Interval = Literal["log-log", "log", "plain"]
INTERVALS: tuple[Interval, ...] = get_args(Interval)

#: With a group smaller than this the exact permutation test stands beside the log-rank test, up to so many patients.
SMALL_GROUP = 10
MOST_PERMUTED = 40

#: An unequal SCORTEN is pointed out from this p on.
NOTICED_BELOW = 0.05


@dataclass(frozen=True)
class Settings:
    """What the reader chooses; the defaults reproduce the study's Figure 1.

    group : field whose categories are compared
    panels : field whose categories each get a panel beside the whole; ``None`` for one panel
    deaths : what is done with patients who died before they healed
    view : the share healed by each day, or the share not yet healed
    interval : the scale on which the pointwise 95 % interval is symmetric
    horizon_days : up to which day the mean time to healing is taken; ``None`` for the last day up to which the
        curve of every group is known
    """

    group: str = "arm"
    panels: str | None = "diagnosis"
    deaths: Deaths = "healed only"
    view: View = "healed by day"
    interval: Interval = "log-log"
    horizon_days: float | None = None


@dataclass(frozen=True)
class GroupHealing:
    """One group in one panel. Days are from the first steroid; ``nan`` is a day that is not reached.

    median, low, high : day by which half had healed under the rule in force, with its 95 % interval
    q1, q2, q3 : quartiles of the healing days of those who healed (type 6, as SPSS and Prism)
    """

    label: str
    n: int
    healed: int
    died: int
    censored: int
    median: float
    low: float
    high: float
    q1: float
    q2: float
    q3: float


@dataclass(frozen=True, eq=False)
class PanelResult:
    """One panel: who is in it, the curves, their comparison and the difference in mean days.

    ``test`` and ``difference`` hold, where they cannot be had, the error that says why. ``exact`` is the permutation
    test of the same contrast where a group is so small that the chi-squared law of ``test`` is only a guess.
    """

    title: str
    deaths: Deaths
    n: int
    n_in: int
    times: HealingTimes
    groups: tuple[GroupHealing, ...]
    curves: KaplanMeier | CumulativeIncidence
    test: SurvivalTest | CohortError
    exact: SurvivalTest | None
    difference: RestrictedMean | CohortError


@dataclass(frozen=True)
class EmptyPanel:
    """A panel that cannot be drawn, with the sentence that says why."""

    title: str
    n: int
    reason: str


@dataclass(frozen=True, eq=False)
class Imbalance:
    """SCORTEN differs between the groups of the first panel; ``stratified`` compares them within diagnoses only."""

    medians: tuple[float, ...]
    scorten: MannWhitney
    stratified: SurvivalTest | CohortError


@dataclass(frozen=True, eq=False)
class Result:
    """The panels under the chosen rule, and the first panel again under each of the three rules.

    ``imbalance`` is ``None`` unless the groups differ in SCORTEN with p below 0.05.
    """

    settings: Settings
    panels: tuple[PanelResult | EmptyPanel, ...]
    by_rule: tuple[PanelResult, ...]
    imbalance: Imbalance | None


def analyse(cohort: Cohort, settings: Settings | None = None) -> Result:
    """Healing curves by group in every panel.

    Raises
    ------
    FieldMissing
        when the cohort has no healing day, or lacks the field to group by.
    EmptySelection
        when the filters leave no patient.
    """
    settings = settings or Settings()
    cohort.require_patients()
    whole, *parts = subgroups(cohort, settings.panels)
    first = _panel(whole, settings, settings.deaths)
    return Result(
        settings=settings,
        panels=(first, *(_panel_or_reason(part, settings) for part in parts)),
        by_rule=tuple(
            first if rule == settings.deaths else _panel(whole, settings, rule) for rule in DEATH_RULES
        ),
        imbalance=_imbalance(whole.cohort, settings),
    )


def _imbalance(cohort: Cohort, settings: Settings) -> Imbalance | None:
    if not cohort.has("scorten", "diagnosis"):
        return None
    days, end, group, rows = _included(cohort, settings, settings.deaths)
    scorten = rows["scorten"].to_numpy(dtype=float)
    samples = [scorten[(group == label) & ~np.isnan(scorten)] for label in group.categories]
    if len(samples) != 2 or not all(len(sample) for sample in samples):
        return None
    compared = mann_whitney(*samples)
    if not compared.p_value < NOTICED_BELOW:
        return None
    strata = rows["diagnosis"].astype(object).where(rows["diagnosis"].notna(), None).to_numpy()
    medians = tuple(float(np.median(sample)) for sample in samples)
    return Imbalance(medians, compared, _test(days, end, group, settings.deaths, strata))


def _panel_or_reason(part: Subgroup, settings: Settings) -> PanelResult | EmptyPanel:
    try:
        return _panel(part, settings, settings.deaths)
    except CohortError as error:
        return EmptyPanel(part.title, len(part.cohort), str(error))


def _panel(part: Subgroup, settings: Settings, rule: Deaths) -> PanelResult:
    days, end, group, _ = _included(part.cohort, settings, rule)
    curves = _curves(days, end, group, rule, settings.interval)
    return PanelResult(
        title=part.title,
        deaths=rule,
        n=len(part.cohort),
        n_in=len(days),
        times=healing_times(part.cohort),
        groups=tuple(_group(label, days, end, group, curves) for label in group.categories),
        curves=curves,
        test=_test(days, end, group, rule),
        exact=_exact(days, end, group, rule),
        difference=_difference(days, end, group, rule, settings.horizon_days),
    )


def _included(
    cohort: Cohort, settings: Settings, rule: Deaths
) -> tuple[np.ndarray, np.ndarray, pd.Categorical, pd.DataFrame]:
    """Days, kinds of end, groups and rows of the patients whom the rule keeps."""
    times = healing_times(cohort)
    group = group_of(cohort, settings.group)
    included = ~np.isnan(times.days) & ~group.isna()
    if rule == "healed only":
        included &= times.healed
    groups = group[included].remove_unused_categories()
    return times.days[included], times.end[included], groups, cohort.frame[included]


def _curves(
    days: np.ndarray, end: np.ndarray, group: pd.Categorical, rule: Deaths, interval: Interval
) -> KaplanMeier | CumulativeIncidence:
    if rule == "competing event":
        return cumulative_incidence(days, end, group, ci=interval)
    return kaplan_meier(days, end == HEALED, group, ci=interval)


def _test(
    days: np.ndarray, end: np.ndarray, group: pd.Categorical, rule: Deaths, strata: np.ndarray | None = None
) -> SurvivalTest | CohortError:
    try:
        if rule == "competing event":
            return compare_incidence(days, end, group, cause=HEALED, strata=strata)
        return compare_survival(days, end == HEALED, group, strata=strata)
    except NotEstimable as error:
        return error


def _exact(days: np.ndarray, end: np.ndarray, group: pd.Categorical, rule: Deaths) -> SurvivalTest | None:
    sizes = group.value_counts()
    if (
        rule == "competing event"
        or len(sizes) != 2
        or sizes.min() >= SMALL_GROUP
        or len(days) > MOST_PERMUTED
    ):
        return None
    try:
        return compare_survival_exactly(days, end == HEALED, group)
    except NotEstimable:
        return None


def _difference(
    days: np.ndarray, end: np.ndarray, group: pd.Categorical, rule: Deaths, horizon_days: float | None
) -> RestrictedMean | CohortError:
    if rule == "competing event":
        return NotEstimable(
            "The mean number of days to healing was asked for.",
            "Patients who died never heal, so with death as a competing event it has no value.",
            "Read the share healed by a day instead, or choose another rule for deaths.",
        )
    try:
        horizon = horizon_days or _last_known_day(days, end, group)
        return restricted_mean(days, end == HEALED, group, horizon=horizon)
    except NotEstimable as error:
        return error


def _last_known_day(days: np.ndarray, end: np.ndarray, group: pd.Categorical) -> float:
    """The last day up to which every group's curve is known: a curve ends where its last patient is lost unhealed."""
    last = {label: days[group == label].max() for label in group.categories}
    ends = [day for label, day in last.items() if np.any((group == label) & (days == day) & (end != HEALED))]
    return float(min(ends, default=max(last.values())))


def _group(
    label: str,
    days: np.ndarray,
    end: np.ndarray,
    group: pd.Categorical,
    curves: KaplanMeier | CumulativeIncidence,
) -> GroupHealing:
    own = group == label
    median, low, high = _half_healed(curves, label)
    q1, q2, q3 = quantiles(days[own & (end == HEALED)], (0.25, 0.5, 0.75))
    return GroupHealing(
        label=label,
        n=int(own.sum()),
        healed=int(np.sum(end[own] == HEALED)),
        died=int(np.sum(end[own] == DIED)),
        censored=int(np.sum(end[own] == CENSORED)),
        median=median,
        low=low,
        high=high,
        q1=q1,
        q2=q2,
        q3=q3,
    )


def _half_healed(curves: KaplanMeier | CumulativeIncidence, label: str) -> tuple[float, float, float]:
    if isinstance(curves, KaplanMeier):
        median = curves.curve(label).median
        return median.estimate, median.low, median.high
    curve = curves.curve(label, HEALED)
    # The interval inverts the pointwise one, as Brookmeyer and Crowley do: it ends where a band crosses one half.
    return tuple(  # type: ignore[return-value]
        _first_day_at_half(curve.time, share) for share in (curve.incidence, curve.high, curve.low)
    )


def _first_day_at_half(time: np.ndarray, share: np.ndarray) -> float:
    reached = np.flatnonzero(share >= 0.5 - 1e-9)  # sums of fractions may miss one half by a rounding error
    return float(time[reached[0]]) if reached.size else float("nan")
