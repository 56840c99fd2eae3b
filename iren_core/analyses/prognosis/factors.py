"""Patients who died against those who healed: each factor tested, its AUC, its odds ratio, its number of deaths."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import pandas as pd

from iren_core import schema
from iren_core.analyses.timing import is_known_early
from iren_core.cohort import Cohort
from iren_core.errors import CohortError, FieldMissing, NotEstimable, or_reason
from iren_core.schema import MARKERS
from iren_core.stats import compare_groups
from iren_core.stats.choice import NORMALITY_LEVEL, shapiro_p
from iren_core.stats.describe import Description, describe
from iren_core.stats.multiplicity import adjust_p
from iren_core.stats.prognosis import PrognosticFactor, prognostic_factor

Test = Literal["as in the study", "exact"]
TESTS: tuple[Test, ...] = get_args(Test)
View = Literal["all factors", "one marker"]
VIEWS: tuple[View, ...] = get_args(View)
FactorSet = Literal["as in the study's Table 3", "markers during recovery", "all known early"]
FACTOR_SETS: tuple[FactorSet, ...] = get_args(FactorSet)

DIED, HEALED = "Died", "Healed"

#: Baseline characteristics and major adverse events, as the study's Table 3 sets them side by side.
_TABLE_3 = (
    "sex", "age_years", "bmi", "diagnosis", "arm", "latency_days", "fever", "mucositis", "erythema_bsa_pct",
    "detachment_bsa_pct", "scorten", "predicted_mortality_pct", "prednisone_eq_mg_kg_day", "ivig",
    *(marker.acute for marker in MARKERS),
    "infection", "dic", "gi_bleeding", "respiratory_failure",
)  # fmt: skip
_RECOVERY = tuple(marker.recovery for marker in MARKERS)
#: The category of a field with several that is set against all others.
_AGAINST_THE_REST = {"sex": "male", "diagnosis": "TEN", "arm": "combination"}
_MARKER_BY_KEY = {marker.key: marker for marker in MARKERS}


@dataclass(frozen=True)
class Settings:
    """What the reader chooses; the defaults reproduce the study's Table 3.

    view : the picture: all factors by their AUC, or one marker in both phases as in the study's Figures 7 and 8
    factors : which fields are tested
    marker : key of the marker for the second view
    test : "as in the study": Student's t-test where the values of those who healed look normal, else Mann-Whitney as
        SPSS prints it, and always so for recovery values (its Figures 7 and 8); "exact": Mann-Whitney, exact with
        ties. Yes-or-no factors: Fisher's exact test in both
    """

    view: View = "all factors"
    factors: FactorSet = "as in the study's Table 3"
    marker: str = "ferritin_ng_ml"
    test: Test = "as in the study"


@dataclass(frozen=True, eq=False)
class Factor:
    """One variable: ``values`` in the order of the patients, 1 and 0 for yes and no, NaN where missing."""

    name: str
    label: str
    unit: str
    values: np.ndarray
    yes_or_no: bool


@dataclass(frozen=True, eq=False)
class Tested:
    """One factor, the deceased against the healed.

    died, healed : the values of each side described; for yes and no their mean is the share of yes
    exact : exact test, AUC and Firth's odds ratio, the latter per standard deviation of a number; or why not
    method, p_value, p_adjusted : the chosen test, "" and NaN where there is none; adjusted by Benjamini and Hochberg
    by_means : whether means were compared
    """

    factor: Factor
    died: Description
    healed: Description
    exact: PrognosticFactor | CohortError
    method: str
    p_value: float
    p_adjusted: float
    by_means: bool


@dataclass(frozen=True, eq=False)
class Result:
    """Every factor of the set that the cohort has; ``phases`` are those of the marker of the second view.

    died : 1.0 died, 0.0 healed, NaN neither is known (``n_unknown``)
    n_unhealed : patients of those who were alive and not healed when last seen
    """

    settings: Settings
    died: np.ndarray
    n_unhealed: int
    patients: tuple[str, ...]
    tested: tuple[Tested, ...]
    phases: tuple[tuple[str, Tested], ...]

    @property
    def n_died(self) -> int:
        """Patients who died."""
        return int(np.sum(self.died == 1))

    @property
    def n_healed(self) -> int:
        """Patients who healed and lived."""
        return int(np.sum(self.died == 0))

    @property
    def n_unknown(self) -> int:
        """Patients who neither died nor healed, as far as is known."""
        return int(np.isnan(self.died).sum())


def analyse(cohort: Cohort, settings: Settings | None = None) -> Result:
    """The deceased against the healed, factor by factor.

    Raises
    ------
    FieldMissing
        when the cohort has no outcome, none of the factors, or not the marker.
    NotEstimable
        when nobody died, or nobody healed: then there is nothing to compare.
    EmptySelection
        when the filters leave no patient.
    """
    settings = settings or Settings()
    cohort.require_patients()
    outcome = cohort.column("outcome").astype(object)
    died = np.select([outcome == "died", outcome == "healed"], [1.0, 0.0], default=np.nan)
    _require_both(died)
    factors = [_factor(cohort, name) for name in _names(cohort, settings.factors)]
    phases = _phases(cohort, settings.marker) if settings.view == "one marker" else ()
    return Result(
        settings=settings,
        died=died,
        n_unhealed=int((outcome == "not healed").sum()),
        patients=tuple(cohort.frame["patient_id"].astype(str)),
        tested=_adjusted([_tested(factor, died, settings.test) for factor in factors]),
        phases=tuple((phase, _tested(factor, died, settings.test)) for phase, factor in phases),
    )


def _require_both(died: np.ndarray) -> None:
    for fate, words in ((1, "died"), (0, "healed")):
        if not np.any(died == fate):
            raise NotEstimable(
                "Patients who died were to be compared with those who healed.",
                f"Among the selected patients nobody {words}.",
                "Widen the filters.",
            )


def _names(cohort: Cohort, chosen: FactorSet) -> tuple[str, ...]:
    from_set = {
        "as in the study's Table 3": _TABLE_3,
        "markers during recovery": _RECOVERY,
        "all known early": _all_known_early(cohort),
    }[chosen]
    names = tuple(name for name in from_set if cohort.has(name))
    if not names:
        raise FieldMissing(
            f"The factors “{chosen}” were to be compared.",
            "This cohort has none of them.",
            "Choose another set.",
        )
    return names


def _all_known_early(cohort: Cohort) -> tuple[str, ...]:
    kinds = ("number", "integer", "flag")
    return tuple(
        name
        for name in cohort.frame.columns
        if is_known_early(name) and (schema.field(name).kind in kinds or name in _AGAINST_THE_REST)
    )


def _phases(cohort: Cohort, key: str) -> tuple[tuple[str, Factor], ...]:
    if key not in _MARKER_BY_KEY:
        raise FieldMissing(
            f"The marker “{key}” was asked for.",
            "It is not one of the eight markers.",
            f"Take one of {', '.join(_MARKER_BY_KEY)}.",
        )
    marker = _MARKER_BY_KEY[key]
    wanted = (("Acute phase", marker.acute), ("Recovery", marker.recovery))
    if not cohort.has(marker.acute):
        cohort.column(marker.recovery)
    return tuple((phase, _factor(cohort, name)) for phase, name in wanted if cohort.has(name))


def _factor(cohort: Cohort, name: str) -> Factor:
    field, column = schema.field(name), cohort.column(name)
    if name in _AGAINST_THE_REST:
        category = _AGAINST_THE_REST[name]
        yes = np.where(column.isna(), np.nan, (column == category).astype(float))
        return Factor(name, f"{field.label}: {schema.category_label(name, category)}", "", yes, True)
    values = pd.to_numeric(column.astype(object), errors="coerce").to_numpy(dtype=float)
    return Factor(name, field.label, field.unit, values, field.kind == "flag")


def _tested(factor: Factor, died: np.ndarray, test: Test) -> Tested:
    values = factor.values
    exact = or_reason(lambda: prognostic_factor(_per_sd(factor, died), died))
    method, p_value, by_means = _chosen(factor, died, test, exact)
    return Tested(
        factor=factor,
        died=describe(values[died == 1]),
        healed=describe(values[died == 0]),
        exact=exact,
        method=method,
        p_value=p_value,
        p_adjusted=float("nan"),
        by_means=by_means,
    )


def _per_sd(factor: Factor, died: np.ndarray) -> np.ndarray:
    """Numbers in standard deviations of the compared patients: odds ratios of different units can then be set
    beside one another, and ranks stay what they are.
    """
    spread = describe(factor.values[~np.isnan(died)]).sd
    return factor.values if factor.yes_or_no or not spread > 0 else factor.values / spread


def _chosen(
    factor: Factor, died: np.ndarray, test: Test, exact: PrognosticFactor | CohortError
) -> tuple[str, float, bool]:
    if isinstance(exact, CohortError):
        return "", float("nan"), False
    if test == "exact" or factor.yes_or_no:
        return exact.method, exact.p_value, False
    healed = factor.values[died == 0]
    normal = factor.name not in _RECOVERY and shapiro_p(healed[~np.isnan(healed)]) >= NORMALITY_LEVEL
    sides = pd.Series(pd.Categorical(np.where(died == 1, DIED, HEALED), categories=[DIED, HEALED]))
    values = np.where(np.isnan(died), np.nan, factor.values)
    try:
        result = compare_groups(values, sides, test="student" if normal else "mann-whitney", variant="spss")
    except NotEstimable:  # one deceased patient: no t-test, and its ranks are tested exactly
        return exact.method, exact.p_value, False
    return result.method, result.p_value, normal


def _adjusted(tested: list[Tested]) -> tuple[Tested, ...]:
    adjusted = adjust_p([one.p_value for one in tested], method="bh").tolist()
    return tuple(replace(one, p_adjusted=p) for one, p in zip(tested, adjusted, strict=True))
