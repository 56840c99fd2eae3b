"""Paired values of a marker by group, the test of their change, and a ledger of the pairs that are not complete."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, get_args

import numpy as np
import pandas as pd

from iren_core.analyses.subgroups import group_of, narrowed
from iren_core.cohort import Cohort
from iren_core.errors import CohortError, FieldMissing, NotEstimable, or_reason
from iren_core.schema import MARKERS, Marker
from iren_core.stats import compare_changes, compare_pairs
from iren_core.stats.describe import DECIMALS_FOR_TIES, quantiles
from iren_core.stats.groups import GroupComparison
from iren_core.stats.paired import PairedComparison

Test = Literal["auto", "paired-t", "wilcoxon"]
TESTS: tuple[Test, ...] = get_args(Test)
TEST_LABELS: dict[Test, str] = {
    "auto": "Chosen by the data",
    "paired-t": "Paired t-test",
    "wilcoxon": "Wilcoxon signed-rank",
}
View = Literal["one marker", "all markers"]
VIEWS: tuple[View, ...] = get_args(View)
Change = Literal["absolute", "percent"]
CHANGES: tuple[Change, ...] = get_args(Change)
CHANGE_LABELS: dict[Change, str] = {"absolute": "In the marker's unit", "percent": "In percent of acute"}
MARKER_BY_KEY = {marker.key: marker for marker in MARKERS}

#: The test between groups that goes with each test within them, for two groups and for more.
_BETWEEN: dict[Test, tuple[str, str]] = {
    "auto": ("auto", "auto"),
    "paired-t": ("welch", "welch"),
    "wilcoxon": ("mann-whitney", "kruskal-wallis"),
}

#: With fewer pairs no test can say anything.
FEWEST_PAIRS = 3

#: Why a patient has no complete pair.
DIED = "died"
BEYOND_LIMIT = "beyond the assay's limit"
NOT_DRAWN = "not drawn or not recorded"
NO_PERCENTAGE = "0, of which there is no percentage"

Phase = Literal["acute", "recovery", "both"]


class Gap(NamedTuple):
    """Which value of a pair is missing, and why."""

    phase: Phase
    reason: str


@dataclass(frozen=True)
class Settings:
    """What the reader chooses.

    marker : key of one of the eight markers
    group : field whose categories are shown side by side
    test : the paired test; "auto" decides by the normality of the changes, within groups and between them. Between
        groups Welch's test goes with the paired t-test, Mann-Whitney with Wilcoxon's
    log_scale : the axis only; the tests always read the values as measured
    view : one marker with one panel a group, or a panel for each marker that the cohort has, groups side by side
    change : what is tested and estimated, within groups and between them: recovery minus acute, or that in percent of
        the patient's acute value. Medians, quartiles and the picture stay in the marker's unit
    """

    marker: str = "crp_mg_l"
    group: str = "arm"
    test: Test = "auto"
    log_scale: bool = False
    view: View = "one marker"
    change: Change = "absolute"


@dataclass(frozen=True, eq=False)
class GroupPairs:
    """One group's pairs of one marker.

    acute, recovery : values of the complete pairs, same order as ``patients``
    comparison : the paired test, or the error that says why there is none
    ledger : how many patients lack which value, by reason
    """

    label: str
    n: int
    patients: tuple[str, ...]
    acute: np.ndarray
    recovery: np.ndarray
    comparison: PairedComparison | CohortError
    ledger: Counter[Gap]


@dataclass(frozen=True, eq=False)
class MarkerPairs:
    """One marker in every group; ``between`` compares the changes, the first group minus the second."""

    marker: Marker
    groups: tuple[GroupPairs, ...]
    between: GroupComparison | CohortError


@dataclass(frozen=True, eq=False)
class Result:
    """The chosen marker in every group, the incomplete pairs by patient, and all markers in short.

    between : the changes compared between the groups, the first minus the second; or why they are not
    incomplete : frame with patient, row, group, missing ("acute", "recovery" or "both"), reason
    every_marker : each marker of which the cohort has both phases
    """

    settings: Settings
    marker: Marker
    groups: tuple[GroupPairs, ...]
    n_without_group: int
    between: GroupComparison | CohortError
    incomplete: pd.DataFrame
    every_marker: tuple[MarkerPairs, ...]

    @property
    def change_unit(self) -> str:
        """The unit of a change of the chosen marker."""
        return "%" if self.settings.change == "percent" else self.marker.unit

    @property
    def difference_unit(self) -> str:
        """The unit of a difference between changes."""
        return "percentage points" if self.settings.change == "percent" else self.marker.unit

    @property
    def shown(self) -> tuple[MarkerPairs, ...]:
        """The markers of the picture: the chosen one or every one."""
        if self.settings.view == "all markers":
            return self.every_marker
        return (MarkerPairs(self.marker, self.groups, self.between),)

    def changes(self, group: GroupPairs) -> np.ndarray:
        """The changes that are tested, one a complete pair of the group, without the noise of binary fractions."""
        percent = self.settings.change == "percent"
        known = percent_changes(group.acute, group.recovery) if percent else group.recovery - group.acute
        return np.round(known, DECIMALS_FOR_TIES)


def markers_with_pairs(cohort: Cohort) -> tuple[Marker, ...]:
    """The markers of which the cohort has at least one value in each phase."""
    return tuple(marker for marker in MARKERS if cohort.has(marker.acute, marker.recovery))


def analyse(cohort: Cohort, settings: Settings | None = None) -> Result:
    """Acute against recovery values, group by group.

    Raises
    ------
    FieldMissing
        when the marker is unknown, or the cohort lacks its acute or its recovery value, or the grouping field.
    EmptySelection
        when the filters leave no patient.
    """
    settings = settings or Settings()
    cohort.require_patients()
    marker = _marker(cohort, settings)
    for name in (marker.acute, marker.recovery):
        cohort.column(name)
    group = group_of(cohort, settings.group)
    every = tuple(_marker_pairs(cohort, other, group, settings) for other in markers_with_pairs(cohort))
    chosen = next(one for one in every if one.marker == marker)
    return Result(
        settings=settings,
        marker=marker,
        groups=chosen.groups,
        n_without_group=int(group.isna().sum()),
        between=chosen.between,
        incomplete=_incomplete(cohort, marker, group, settings.change),
        every_marker=every,
    )


def _between(cohort: Cohort, marker: Marker, group: pd.Categorical, settings: Settings) -> GroupComparison:
    """The changes of one group against those of the other: a p in each group does not compare them."""
    acute, recovery = (cohort.numbers(name) for name in (marker.acute, marker.recovery))
    n_groups = len(set(group[_complete(acute, recovery, settings.change) & ~group.isna()]))
    test = _BETWEEN[settings.test][n_groups > 2]
    if settings.change == "absolute":
        return compare_changes(acute, recovery, pd.Series(group), test=test)
    percent = percent_changes(acute, recovery)
    return compare_changes(np.zeros_like(percent), percent, pd.Series(group), test=test)


def percent_changes(acute: np.ndarray, recovery: np.ndarray) -> np.ndarray:
    """Recovery minus acute in percent of acute, shape (n,); NaN where one is missing or acute is not above 0."""
    base = np.where(acute > 0, acute, np.nan)
    return 100 * (recovery - base) / base


def _complete(acute: np.ndarray, recovery: np.ndarray, change: Change) -> np.ndarray:
    """Whose change is known, shape (n,)."""
    known = recovery - acute if change == "absolute" else percent_changes(acute, recovery)
    return ~np.isnan(known)


def _marker(cohort: Cohort, settings: Settings) -> Marker:
    """The marker asked for; of all markers the first that the cohort has, in case it lacks that one."""
    key, there = settings.marker, markers_with_pairs(cohort)
    if settings.view == "all markers" and there and MARKER_BY_KEY.get(key) not in there:
        return there[0]
    if key not in MARKER_BY_KEY:
        raise FieldMissing(
            f"The marker “{key}” was asked for.",
            "It is not one of the eight markers.",
            f"Take one of {', '.join(MARKER_BY_KEY)}.",
        )
    return MARKER_BY_KEY[key]


def _marker_pairs(cohort: Cohort, marker: Marker, group: pd.Categorical, settings: Settings) -> MarkerPairs:
    return MarkerPairs(
        marker=marker,
        groups=_groups(cohort, marker, group, settings),
        between=or_reason(lambda: _between(cohort, marker, group, settings)),
    )


def _groups(
    cohort: Cohort, marker: Marker, group: pd.Categorical, settings: Settings
) -> tuple[GroupPairs, ...]:
    return tuple(
        _pairs(label, narrowed(cohort, group == label), marker, settings) for label in group.categories
    )


def _pairs(label: str, cohort: Cohort, marker: Marker, settings: Settings) -> GroupPairs:
    acute = cohort.frame[marker.acute].to_numpy(dtype=float)
    recovery = cohort.frame[marker.recovery].to_numpy(dtype=float)
    complete = _complete(acute, recovery, settings.change)
    comparison: PairedComparison | CohortError
    try:
        _require_pairs(int(complete.sum()))
        comparison = _compared(acute, recovery, settings)
    except CohortError as error:
        comparison = error
    return GroupPairs(
        label=label,
        n=len(cohort),
        patients=tuple(cohort.frame["patient_id"].astype(str)[complete]),
        acute=acute[complete],
        recovery=recovery[complete],
        comparison=comparison,
        ledger=Counter(_gap(cohort, marker, row) for row in cohort.frame.index[~complete]),
    )


def _compared(acute: np.ndarray, recovery: np.ndarray, settings: Settings) -> PairedComparison:
    """The paired test of the changes; of percentages it is the same test of whether they lie about 0."""
    if settings.change == "absolute":
        return compare_pairs(acute, recovery, test=settings.test)
    percent = percent_changes(acute, recovery)
    known = ~np.isnan(percent)
    tested = compare_pairs(np.zeros(known.sum()), percent[known], test=settings.test)
    before, after = (quantiles(values[known]).tolist() for values in (acute, recovery))
    return replace(
        tested,
        effect=tested.effect.replace("change", "percent change"),
        median_before=before[1],
        median_after=after[1],
        quartiles=((before[0], before[2]), (after[0], after[2])),
    )


def _require_pairs(n: int) -> None:
    if n < FEWEST_PAIRS:
        raise NotEstimable(
            "Acute and recovery values were to be compared.",
            f"There are too few complete pairs ({n}).",
            f"At least {FEWEST_PAIRS} are needed.",
        )


def _incomplete(cohort: Cohort, marker: Marker, group: pd.Categorical, change: Change) -> pd.DataFrame:
    acute, recovery = (cohort.numbers(name) for name in (marker.acute, marker.recovery))
    rows = cohort.frame.index[~_complete(acute, recovery, change) & ~group.isna()]
    gaps = [_gap(cohort, marker, row) for row in rows]
    return pd.DataFrame(
        {
            "patient": cohort.frame.loc[rows, "patient_id"].astype(str).to_list(),
            "row": list(rows),
            "group": pd.Series(group, index=cohort.frame.index).loc[rows].astype(str).to_list(),
            "missing": [gap.phase for gap in gaps],
            "reason": [gap.reason for gap in gaps],
        }
    )


def _gap(cohort: Cohort, marker: Marker, row: int) -> Gap:
    missing = cohort.frame.loc[row, [marker.acute, marker.recovery]].isna()
    names = [name for name in (marker.acute, marker.recovery) if missing[name]]
    if not names:
        return Gap("acute", NO_PERCENTAGE)
    phase: Phase = "both" if len(names) == 2 else "acute" if names[0] == marker.acute else "recovery"
    limits = cohort.limits
    if ((limits["row"] == row) & limits["field"].isin(names)).any():
        return Gap(phase, BEYOND_LIMIT)
    died = "outcome" in cohort.frame and cohort.frame.loc[row, "outcome"] == "died"
    return Gap(phase, DIED if died and phase != "acute" else NOT_DRAWN)
