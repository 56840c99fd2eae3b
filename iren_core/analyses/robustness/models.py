"""The rate of healing between two groups in several ways, the groups' severity, and each patient's influence."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from iren_core import schema
from iren_core.analyses.healing.clock import TimeZero, grouped_by_treatment
from iren_core.analyses.healing.curves import SCORTEN_CUT
from iren_core.analyses.healing.followed import CountedFrom, Deaths, Delay, Followed, Start, delays, followed
from iren_core.analyses.healing.times import HEALED, HealingTimes, healing_times
from iren_core.analyses.subgroups import group_of
from iren_core.cohort import Cohort
from iren_core.counted import counted
from iren_core.errors import CohortError, NotEstimable, or_reason
from iren_core.stats import (
    compare_groups,
    compare_incidence,
    compare_survival,
    hazard_ratio,
    healed_by,
    leave_one_out,
    subdistribution_ratio,
)
from iren_core.stats.groups import GroupComparison
from iren_core.stats.hazard import HazardRatio
from iren_core.stats.influence import LeaveOneOut
from iren_core.stats.survival_comparison import SurvivalTest
from iren_core.stats.survival_day import HealedBy

#: The model that leaves out the days before treatment.
LATE_ENTRY = "Counted from the start of treatment"
#: The model that lets death compete, and the crude one beside it that does not.
COMPETING, DEATHS_CENSORED = "Death as competing event", "Crude, deaths censored"
SEVERITY = ("scorten", "detachment_bsa_pct", "age_years")


@dataclass(frozen=True)
class Settings:
    """What the reader chooses.

    group : field with exactly two groups in the selection
    deaths : as on the healing page; where death competes, Fine and Gray's ratio with Gray's test stands first, and the
        other models censor deaths: they give the rate of healing among those alive and not yet healed
    time_zero, counted_from, landmark_day : as on the healing page
    days : days by which the share healed is compared
    """

    group: str = "arm"
    deaths: Deaths = "healed only"
    time_zero: TimeZero = "first steroid"
    counted_from: CountedFrom = "time zero"
    landmark_day: float = 7
    days: tuple[int, ...] = (14, 21, 28)

    @property
    def start(self) -> Start:
        """From when patients count."""
        return Start(self.time_zero, self.counted_from, self.landmark_day)


@dataclass(frozen=True, eq=False)
class Model:
    """One way to compare the groups: ratio of the rates of healing and the test, or why there is none."""

    name: str
    ratio: HazardRatio | CohortError
    test: SurvivalTest | CohortError


@dataclass(frozen=True, eq=False)
class Result:
    """The models, shares healed by day, severity by group and the influence of each patient.

    The first model is the crude one of the rule for deaths.

    delays : how long after time zero treatment began, by group; none where a treatment does not make the groups
    influential : patient whose absence changes p of the first model's test most; ``n`` patients are in the models,
    ``n_left_out`` are not
    """

    settings: Settings
    labels: tuple[str, str]
    n: int
    n_left_out: int
    models: tuple[Model, ...]
    by_day: tuple[tuple[int, HealedBy | CohortError], ...]
    severity: tuple[tuple[str, GroupComparison], ...]
    influence: LeaveOneOut | CohortError
    influential: str
    delays: tuple[Delay, ...]

    @property
    def crude(self) -> Model:
        """The crude Cox model, with which strata, covariate and late entry are compared."""
        return next(model for model in self.models if model.name != COMPETING)


@dataclass(frozen=True, eq=False)
class _Data:
    """The patients in the models: days, what ended them, group, day of entry, and the cohort's rows in that order."""

    days: np.ndarray
    end: np.ndarray
    group: pd.Categorical
    entry: np.ndarray | None
    frame: pd.DataFrame

    @property
    def healed(self) -> np.ndarray:
        """Whether each patient healed."""
        return self.end == HEALED


def analyse(cohort: Cohort, settings: Settings | None = None) -> Result:
    """Compare two groups' rates of healing in several ways.

    Raises
    ------
    FieldMissing
        when the cohort has no healing day, or lacks the field to group by.
    NotEstimable
        when the selection does not hold exactly two groups.
    EmptySelection
        when the filters leave no patient.
    """
    settings = settings or Settings()
    cohort.require_patients()
    times = healing_times(cohort, settings.time_zero)
    data = _data(cohort, times, settings)
    influence = or_reason(lambda: _influence(data, settings))
    patient = "" if isinstance(influence, CohortError) else str(data.frame["patient_id"].iloc[influence.row])
    first, second = data.group.categories
    return Result(
        settings=settings,
        labels=(first, second),
        n=len(data.days),
        n_left_out=len(cohort) - len(data.days),
        models=(
            *_competing(data, settings),
            _model(DEATHS_CENSORED if settings.deaths == "competing event" else "Crude", data),
            *_stratified(data),
            *_adjusted(data),
            *_late_entry(cohort, times, settings),
        ),
        by_day=tuple((day, _healed_by(data, day, settings.deaths)) for day in settings.days),
        severity=tuple(_severity(data)),
        influence=influence,
        influential=patient,
        delays=delays(
            cohort,
            _followed(cohort, times, replace(settings, counted_from="time zero")),
            group=settings.group,
            time_zero=settings.time_zero,
        ),
    )


def _data(cohort: Cohort, times: HealingTimes, settings: Settings) -> _Data:
    patients = _followed(cohort, times, settings)
    n = len(patients.group.categories)
    if n != 2:
        raise NotEstimable(
            "The rates of healing of two groups were to be compared in several ways.",
            f"With a known day of healing the selection holds {counted(n, 'group')} by "
            f"{schema.field(settings.group).label.lower()}.",
            "Choose another field, or filter it to two categories."
            if n > 2
            else "Widen the filters, or choose a field with two groups.",
        )
    return _Data(patients.days, patients.end, patients.group, patients.entry, patients.rows)


def _followed(cohort: Cohort, times: HealingTimes, settings: Settings) -> Followed:
    return followed(
        cohort,
        times,
        group_of(cohort, settings.group),
        group=settings.group,
        deaths=settings.deaths,
        start=settings.start,
    )


def _late_entry(cohort: Cohort, times: HealingTimes, settings: Settings) -> list[Model]:
    """The crude model with each patient counted from the start of treatment, where that is after time zero."""
    if settings.counted_from != "time zero" or not grouped_by_treatment(settings.group):
        return []
    try:
        data = _data(cohort, times, replace(settings, counted_from="start of treatment"))
    except NotEstimable:
        return []
    return [] if data.entry is None else [_model(LATE_ENTRY, data)]


def _competing(data: _Data, settings: Settings) -> list[Model]:
    """The answer to the rule that death competes; neither of its two methods knows late entry."""
    if settings.deaths != "competing event" or data.entry is not None:
        return []
    return [
        Model(
            COMPETING,
            or_reason(lambda: subdistribution_ratio(data.days, data.end, data.group, cause=HEALED)),
            or_reason(lambda: compare_incidence(data.days, data.end, data.group, cause=HEALED)),
        )
    ]


def _influence(data: _Data, settings: Settings) -> LeaveOneOut:
    if settings.deaths == "competing event" and data.entry is None:
        return leave_one_out(_gray, data.days, data.end, pd.Series(data.group))
    return leave_one_out(_log_rank, data.days, data.healed, pd.Series(data.group), _entry(data))


def _entry(data: _Data) -> np.ndarray:
    return np.zeros(len(data.days)) if data.entry is None else data.entry


def _model(
    name: str, data: _Data, *, strata: np.ndarray | None = None, scorten: np.ndarray | None = None
) -> Model:
    covariates = None if scorten is None else {"SCORTEN": scorten}
    return Model(
        name,
        or_reason(
            lambda: hazard_ratio(
                data.days, data.healed, data.group, covariates, strata=strata, entry=data.entry
            )
        ),
        NotEstimable("", "A log-rank test takes no covariate.", "")
        if covariates
        else or_reason(
            lambda: compare_survival(data.days, data.healed, data.group, strata=strata, entry=data.entry)
        ),
    )


def _healed_by(data: _Data, day: int, deaths: Deaths) -> HealedBy | CohortError:
    if deaths == "competing event":
        return or_reason(
            lambda: healed_by(data.days, data.end, data.group, day=day, entry=data.entry, cause=HEALED)
        )
    return or_reason(lambda: healed_by(data.days, data.healed, data.group, day=day, entry=data.entry))


def _stratified(data: _Data) -> list[Model]:
    models = []
    if "diagnosis" in data.frame and data.frame["diagnosis"].nunique() > 1:
        models.append(_model("Within diagnoses", data, strata=_text(data.frame["diagnosis"])))
    if "scorten" in data.frame:
        high = (data.frame["scorten"] >= SCORTEN_CUT).where(data.frame["scorten"].notna())
        if high.nunique() > 1:
            models.append(
                _model(f"Within SCORTEN below {SCORTEN_CUT} and from {SCORTEN_CUT}", data, strata=_text(high))
            )
    return models


def _adjusted(data: _Data) -> list[Model]:
    if "scorten" not in data.frame or data.frame["scorten"].nunique() < 2:
        return []
    return [_model("Adjusted for SCORTEN", data, scorten=data.frame["scorten"].to_numpy(dtype=float))]


def _text(values: pd.Series) -> np.ndarray:
    return np.array([None if pd.isna(value) else str(value) for value in values], dtype=object)


def _severity(data: _Data) -> list[tuple[str, GroupComparison]]:
    compared = {name: _compared(data, name) for name in SEVERITY if name in data.frame}
    return [(name, found) for name, found in compared.items() if isinstance(found, GroupComparison)]


def _compared(data: _Data, name: str) -> GroupComparison | CohortError:
    return or_reason(lambda: compare_groups(data.frame[name].to_numpy(dtype=float), data.group))


def _log_rank(days: pd.Series, healed: pd.Series, group: pd.Series, entry: pd.Series) -> _Tested:
    groups = group.array.remove_unused_categories()
    test = compare_survival(days.to_numpy(), healed.to_numpy(), groups, entry=entry.to_numpy())
    return _Tested(test.p_value, float("nan") if test.estimate is None else test.estimate)


def _gray(days: pd.Series, end: pd.Series, group: pd.Series) -> _Tested:
    groups = group.array.remove_unused_categories()
    test = compare_incidence(days.to_numpy(), end.to_numpy(), groups, cause=HEALED)
    return _Tested(test.p_value, float("nan"))


@dataclass(frozen=True)
class _Tested:
    p_value: float
    estimate: float
