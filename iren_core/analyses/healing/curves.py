"""Healing curves by group, in panels, under each of the three rules for deaths."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import pandas as pd

from iren_core.analyses.healing.clock import TimeZero
from iren_core.analyses.healing.followed import (
    COUNTED_FROM,
    DEATH_RULES,
    CountedFrom,
    Deaths,
    Delay,
    Followed,
    Start,
    delays,
    followed,
)
from iren_core.analyses.healing.times import CENSORED, DIED, HEALED, HealingTimes, healing_times
from iren_core.analyses.subgroups import Subgroup, group_of, subgroups
from iren_core.cohort import Cohort
from iren_core.errors import CohortError, NotEstimable, or_reason
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

View = Literal["healed by day", "not yet healed"]
VIEWS: tuple[View, ...] = get_args(View)
Interval = Literal["log-log", "log", "plain"]
INTERVALS: tuple[Interval, ...] = get_args(Interval)

#: With a group smaller than this the exact permutation test stands beside the log-rank test, up to so many patients.
SMALL_GROUP = 10
MOST_PERMUTED = 40

#: An unequal SCORTEN is pointed out from this p on.
NOTICED_BELOW = 0.05

#: Where SCORTEN is cut into strata: the study gave TNF inhibitors from 3 points on.
SCORTEN_CUT = 3


@dataclass(frozen=True)
class Settings:
    """What the reader chooses; the defaults reproduce the study's Figure 1.

    group : field whose categories are compared
    panels : field whose categories each get a panel beside the whole; ``None`` for one panel
    deaths : what is done with patients who died before they healed
    time_zero : the day from which healing is counted
    counted_from : from when a patient counts: from time zero; from the day on which the treatment of his or her arm
        had begun (late entry); or from a landmark, a day on which he or she was still followed and unhealed
    landmark_day : that day, from time zero; read only with it
    within : field within whose categories the groups are compared (stratified test); ``None`` = all together
    view : the share healed by each day, or the share not yet healed
    interval : the scale on which the pointwise 95 % interval is symmetric
    horizon_days : up to which day the mean time to healing is taken; ``None`` for the last day up to which the
        curve of every group is known
    fewest_at_risk : each curve is drawn up to the last day with so many patients at risk; 0 draws all of it [1]_

    References
    ----------
    .. [1] Morris TP, Jarvis CI, Cragg W, et al. Proposals on Kaplan-Meier plots in medical research and a survey of
       stakeholder views: KMunicate. BMJ Open 2019; 9: e030215.
    """

    group: str = "arm"
    panels: str | None = "diagnosis"
    deaths: Deaths = "healed only"
    time_zero: TimeZero = "first steroid"
    counted_from: CountedFrom = "time zero"
    landmark_day: float = 7
    within: str | None = None
    view: View = "healed by day"
    interval: Interval = "log-log"
    horizon_days: float | None = None
    fewest_at_risk: int = 0

    @property
    def start(self) -> Start:
        """From when patients count."""
        return Start(self.time_zero, self.counted_from, self.landmark_day)


@dataclass(frozen=True)
class GroupHealing:
    """One group in one panel. Days are from time zero; ``nan`` is a day that is not reached.

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
    counted_from: CountedFrom
    n: int
    n_in: int
    times: HealingTimes
    patients: Followed
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
    """SCORTEN differs between the groups of the first panel; the tests compare them within like patients only."""

    medians: tuple[float, ...]
    scorten: MannWhitney
    within_diagnosis: SurvivalTest | CohortError
    within_scorten: SurvivalTest | CohortError


@dataclass(frozen=True, eq=False)
class Result:
    """The first panel (all patients) and the others beside it, and the first again under each of the three rules.

    ``imbalance`` is ``None`` unless the groups differ in SCORTEN with p below 0.05. ``delays`` tell, by group of the
    first panel, how long after time zero the treatment began that makes the groups; where it waited for anybody,
    ``by_start`` is the first panel counted from time zero, from the start of treatment and from the landmark.
    """

    settings: Settings
    first: PanelResult
    others: tuple[PanelResult | EmptyPanel, ...]
    by_rule: tuple[PanelResult | CohortError, ...]
    imbalance: Imbalance | None
    delays: tuple[Delay, ...]
    by_start: tuple[PanelResult | CohortError, ...]

    @property
    def panels(self) -> tuple[PanelResult | EmptyPanel, ...]:
        """The first panel and those beside it."""
        return self.first, *self.others


def analyse(cohort: Cohort, settings: Settings | None = None) -> Result:
    """Healing curves by group in every panel.

    Raises
    ------
    FieldMissing
        when the cohort has no healing day or no time zero, or lacks the field to group by.
    EmptySelection
        when the filters leave no patient.
    NotEstimable
        when no patient is left to be counted.
    """
    settings = settings or Settings()
    cohort.require_patients()
    whole, *parts = subgroups(cohort, settings.panels)
    everybody = _known(whole, settings)
    first = _panel(everybody, settings)
    waits = delays(
        whole.cohort,
        _followed(everybody, replace(settings, counted_from="time zero")),
        group=settings.group,
        time_zero=settings.time_zero,
    )
    return Result(
        settings=settings,
        first=first,
        others=tuple(_panel_or_reason(part, settings) for part in parts),
        by_rule=tuple(_again(everybody, replace(settings, deaths=rule), first) for rule in DEATH_RULES),
        imbalance=_imbalance(first, settings),
        delays=waits,
        by_start=tuple(
            _again(everybody, replace(settings, counted_from=start), first) for start in COUNTED_FROM
        )
        if any(wait.n_waited for wait in waits)
        else (),
    )


@dataclass(frozen=True, eq=False)
class _Known:
    """What is known of the patients of one panel, whatever rule keeps or drops them."""

    title: str
    cohort: Cohort
    times: HealingTimes
    groups: pd.Categorical


def _known(part: Subgroup, settings: Settings) -> _Known:
    times = healing_times(part.cohort, settings.time_zero)
    return _Known(part.title, part.cohort, times, group_of(part.cohort, settings.group))


def _again(known: _Known, settings: Settings, first: PanelResult) -> PanelResult | CohortError:
    """The first panel under other settings; the very same where these do not differ."""
    if (settings.deaths, settings.counted_from) == (first.deaths, first.counted_from):
        return first
    return or_reason(lambda: _panel(known, settings))


def _imbalance(panel: PanelResult, settings: Settings) -> Imbalance | None:
    patients, cohort = panel.patients, panel.patients.cohort
    if not cohort.has("scorten", "diagnosis"):
        return None
    scorten = cohort.numbers("scorten")[patients.kept]
    samples = [
        scorten[np.asarray(patients.group == label) & ~np.isnan(scorten)]
        for label in patients.group.categories
    ]
    if len(samples) != 2 or not all(len(sample) for sample in samples):
        return None
    compared = mann_whitney(*samples)
    if not compared.p_value < NOTICED_BELOW:
        return None
    diagnosis = cohort.frame["diagnosis"][patients.kept].astype(object)
    high = np.array([None if np.isnan(score) else score >= SCORTEN_CUT for score in scorten], dtype=object)
    return Imbalance(
        tuple(float(np.median(sample)) for sample in samples),
        compared,
        within_diagnosis=_test(patients, settings, diagnosis.where(diagnosis.notna(), None).to_numpy()),
        within_scorten=_test(patients, settings, high),
    )


def _panel_or_reason(part: Subgroup, settings: Settings) -> PanelResult | EmptyPanel:
    try:
        return _panel(_known(part, settings), settings)
    except CohortError as error:
        return EmptyPanel(part.title, len(part.cohort), str(error))


def _panel(known: _Known, settings: Settings) -> PanelResult:
    patients = _followed(known, settings)
    curves = _curves(patients, settings)
    strata = _strata(known.cohort, patients, settings)
    return PanelResult(
        title=known.title,
        deaths=settings.deaths,
        counted_from=settings.counted_from,
        n=len(known.cohort),
        n_in=len(patients.days),
        times=known.times,
        patients=patients,
        groups=tuple(_group(label, patients, curves) for label in patients.group.categories),
        curves=curves,
        test=_test(patients, settings, strata),
        exact=_exact(patients, settings, strata),
        difference=_difference(patients, settings),
    )


def _followed(known: _Known, settings: Settings) -> Followed:
    return followed(
        known.cohort,
        known.times,
        known.groups,
        group=settings.group,
        deaths=settings.deaths,
        start=settings.start,
    )


def _strata(cohort: Cohort, patients: Followed, settings: Settings) -> np.ndarray | None:
    """The stratum of each patient as text, ``None`` where it is not known."""
    if settings.within is None:
        return None
    layers = group_of(cohort, settings.within)[patients.kept]
    return np.array([None if pd.isna(layer) else str(layer) for layer in layers], dtype=object)


def _curves(patients: Followed, settings: Settings) -> KaplanMeier | CumulativeIncidence:
    days, end, group, entry = patients.days, patients.end, patients.group, patients.entry
    if settings.deaths == "competing event":
        return cumulative_incidence(days, end, group, entry=entry, ci=settings.interval)
    return kaplan_meier(days, end == HEALED, group, entry=entry, ci=settings.interval)


def _test(patients: Followed, settings: Settings, strata: np.ndarray | None) -> SurvivalTest | CohortError:
    days, end, group, entry = patients.days, patients.end, patients.group, patients.entry
    if settings.deaths == "competing event":
        if entry is not None:
            return NotEstimable(
                "Groups were to be compared with death as a competing event and with late entry.",
                "For patients who enter late Gray's test has no form.",
                "Count from a landmark instead, or censor the dead.",
            )
        return or_reason(lambda: compare_incidence(days, end, group, cause=HEALED, strata=strata))
    return or_reason(lambda: compare_survival(days, end == HEALED, group, strata=strata, entry=entry))


def _exact(patients: Followed, settings: Settings, strata: np.ndarray | None) -> SurvivalTest | None:
    sizes = patients.group.value_counts()
    if (
        settings.deaths == "competing event"
        or patients.entry is not None  # who enters when is no longer by chance alone
        or strata is not None
        or len(sizes) != 2
        or sizes.min() >= SMALL_GROUP
        or len(patients.days) > MOST_PERMUTED
    ):
        return None
    try:
        return compare_survival_exactly(patients.days, patients.end == HEALED, patients.group)
    except NotEstimable:
        return None


def _difference(patients: Followed, settings: Settings) -> RestrictedMean | CohortError:
    if settings.deaths == "competing event":
        return NotEstimable(
            "The mean number of days to healing was asked for.",
            "Patients who died never heal, so with death as a competing event it has no value.",
            "Read the share healed by a day instead, or choose another rule for deaths.",
        )
    horizon = settings.horizon_days or _last_known_day(patients.days, patients.end, patients.group)
    return or_reason(
        lambda: restricted_mean(
            patients.days, patients.end == HEALED, patients.group, horizon=horizon, entry=patients.entry
        )
    )


def _last_known_day(days: np.ndarray, end: np.ndarray, group: pd.Categorical) -> float:
    """The last day up to which every group's curve is known: a curve ends where its last patient is lost unhealed."""
    last = {label: days[group == label].max() for label in group.categories}
    ends = [day for label, day in last.items() if np.any((group == label) & (days == day) & (end != HEALED))]
    return float(min(ends, default=max(last.values())))


def _group(label: str, patients: Followed, curves: KaplanMeier | CumulativeIncidence) -> GroupHealing:
    days, end, own = patients.days, patients.end, patients.group == label
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
