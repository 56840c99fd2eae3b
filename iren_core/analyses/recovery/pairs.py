"""Paired values of a marker by group, the test of their change, and a ledger of the pairs that are not complete."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, get_args

import numpy as np
import pandas as pd

from iren_core.analyses.recovery.limits import OTHER_RULE, BeyondLimit, Measured, direction_unknown, measured
from iren_core.analyses.recovery.reference import Range, ReferenceRange, range_of, require_ranges
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
Deceased = Literal["left out", "counted"]
DECEASED: tuple[Deceased, ...] = get_args(Deceased)
DECEASED_LABELS: dict[Deceased, str] = {
    "left out": "Leave out (as in the study)",
    "counted": "Count their last sample",
}
OTHER_FATE: dict[Deceased, Deceased] = {"left out": "counted", "counted": "left out"}
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
LAST_BEFORE_DEATH = "last sample before death"
ON_LOADING = "left out on loading (see the query list)"
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
    change : what is tested, estimated and drawn: recovery minus acute, or that in percent of the patient's acute value.
        The medians and quartiles of the tables stay in the marker's unit
    deceased : the second sample of a patient who died is the last before death, no recovery: left out and counted, as
        in the study, which compared those who healed; or taken as it is
    beyond_limit : values known only to lie beyond an assay's limit ("<5"): left out and counted, or the limit itself
        taken for them, which biases them towards it (see ``limits.measured``)
    ranges : reference ranges of the reader's laboratory, each (key of a marker, lower limit, upper limit) in the
        marker's unit, ``None`` for a side without a limit. Patients within it are counted; the tests do not read it
    """

    marker: str = "crp_mg_l"
    group: str = "arm"
    test: Test = "auto"
    log_scale: bool = False
    view: View = "one marker"
    change: Change = "absolute"
    deceased: Deceased = "left out"
    beyond_limit: BeyondLimit = "left out"
    ranges: tuple[Range, ...] = ()


@dataclass(frozen=True, eq=False)
class GroupPairs:
    """One group's pairs of one marker.

    acute, recovery : values of the complete pairs, same order as ``patients``
    at_limit : for which of the two the limit itself was taken, shape (pairs, 2)
    n_either_way : pairs with such a value that may have risen as well as fallen
    comparison : the paired test, or the error that says why there is none
    ledger : how many patients lack which value, by reason
    """

    label: str
    n: int
    patients: tuple[str, ...]
    acute: np.ndarray
    recovery: np.ndarray
    at_limit: np.ndarray
    n_either_way: int
    comparison: PairedComparison | CohortError
    ledger: Counter[Gap]


@dataclass(frozen=True, eq=False)
class MarkerPairs:
    """One marker in every group; ``between`` compares the changes, the first group minus the second."""

    marker: Marker
    groups: tuple[GroupPairs, ...]
    between: GroupComparison | CohortError

    @property
    def n_pairs(self) -> int:
        """Complete pairs in all groups."""
        return sum(len(group.patients) for group in self.groups)


@dataclass(frozen=True, eq=False)
class Result:
    """The chosen marker in every group, the incomplete pairs by patient, and all markers in short.

    between : the changes compared between the groups, the first minus the second; or why they are not
    incomplete : frame with patient, row, group, missing ("acute", "recovery" or "both"), reason
    every_marker : each marker of which the cohort has both phases
    other_rule : the markers of the picture whose pairs depend on values beyond a limit, under the other rule for them
    other_fate : the markers of the picture of which patients who died have pairs, under the other rule for these
    """

    settings: Settings
    marker: Marker
    groups: tuple[GroupPairs, ...]
    n_without_group: int
    between: GroupComparison | CohortError
    incomplete: pd.DataFrame
    every_marker: tuple[MarkerPairs, ...]
    other_rule: tuple[MarkerPairs, ...]
    other_fate: tuple[MarkerPairs, ...]

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

    @property
    def n_at_limit(self) -> int:
        """The values, in the picture's pairs, for which the limit of an assay was taken."""
        return int(sum(group.at_limit.sum() for one in self.shown for group in one.groups))

    def left_out_for(self, reason: str) -> list[int]:
        """How many pairs of each marker of the picture are left out for this reason; a pair has but one."""
        return [
            sum(count for group in one.groups for gap, count in group.ledger.items() if gap.reason == reason)
            for one in self.shown
        ]

    @property
    def n_moved(self) -> int:
        """The pairs with a value beyond a limit: left out for it, or counted with the limit itself."""
        if self.settings.beyond_limit == "left out":
            return sum(self.left_out_for(BEYOND_LIMIT))
        return int(sum(group.at_limit.any(axis=1).sum() for one in self.shown for group in one.groups))

    @property
    def n_of_deceased(self) -> int:
        """The most pairs of one marker in the picture that are of patients who died: left out, or counted."""
        if self.settings.deceased == "left out":
            return max(self.left_out_for(LAST_BEFORE_DEATH), default=0)
        return self.n_moved_by_fate

    @property
    def n_moved_by_fate(self) -> int:
        """The most pairs of one marker that one rule for patients who died takes in and the other leaves out."""
        own = {one.marker.key: one.n_pairs for one in self.shown}
        return max((abs(one.n_pairs - own[one.marker.key]) for one in self.other_fate), default=0)

    def reference(self, marker: Marker) -> ReferenceRange | None:
        """The reference range that the reader gave for a marker, or none."""
        return range_of(self.settings.ranges, marker)

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
    CohortError
        when a reference range holds no value.
    """
    settings = settings or Settings()
    require_ranges(settings.ranges)
    cohort.require_patients()
    marker = _marker(cohort, settings)
    for name in (marker.acute, marker.recovery):
        cohort.column(name)
    group = group_of(cohort, settings.group)
    every = tuple(_marker_pairs(cohort, other, group, settings) for other in markers_with_pairs(cohort))
    chosen = next(one for one in every if one.marker == marker)
    shown = every if settings.view == "all markers" else (chosen,)
    other = replace(settings, beyond_limit=OTHER_RULE[settings.beyond_limit])
    other_fate = replace(settings, deceased=OTHER_FATE[settings.deceased])
    return Result(
        settings=settings,
        marker=marker,
        groups=chosen.groups,
        n_without_group=int(group.isna().sum()),
        between=chosen.between,
        incomplete=_incomplete(cohort, marker, group, settings),
        every_marker=every,
        other_rule=tuple(
            under_other
            for one in shown
            if cohort.limits["field"].isin((one.marker.acute, one.marker.recovery)).any()
            and (under_other := _marker_pairs(cohort, one.marker, group, other)).n_pairs != one.n_pairs
        ),
        other_fate=tuple(
            under_other
            for one in shown
            if _died(cohort).any()
            and (under_other := _marker_pairs(cohort, one.marker, group, other_fate)).n_pairs != one.n_pairs
        ),
    )


def _between(cohort: Cohort, marker: Marker, group: pd.Categorical, settings: Settings) -> GroupComparison:
    """The changes of one group against those of the other: a p in each group does not compare them."""
    acute, recovery = (phase.numbers for phase in _phases(cohort, marker, settings))
    n_groups = len(set(group[_complete(acute, recovery, settings.change) & ~group.isna()]))
    test = _BETWEEN[settings.test][n_groups > 2]
    if settings.change == "absolute":
        return compare_changes(acute, recovery, pd.Series(group), test=test)
    percent = percent_changes(acute, recovery)
    return compare_changes(np.zeros_like(percent), percent, pd.Series(group), test=test)


def _phases(cohort: Cohort, marker: Marker, settings: Settings) -> tuple[Measured, Measured]:
    acute, recovery = (
        measured(cohort, name, settings.beyond_limit) for name in (marker.acute, marker.recovery)
    )
    if settings.deceased == "counted":
        return acute, recovery
    gone = _died(cohort)
    unknown = (np.where(gone, np.nan, values) for values in (recovery.numbers, recovery.low, recovery.high))
    return acute, Measured(*unknown)


def _died(cohort: Cohort) -> np.ndarray:
    """Who died, shape (n,); nobody where the cohort has no outcome."""
    if not cohort.has("outcome"):
        return np.zeros(len(cohort), dtype=bool)
    return cohort.frame["outcome"].eq("died").fillna(False).to_numpy(dtype=bool)


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
    phases = _phases(cohort, marker, settings)
    acute, recovery = (phase.numbers for phase in phases)
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
        at_limit=np.column_stack([phase.beyond[complete] for phase in phases]),
        n_either_way=int(direction_unknown(*phases)[complete].sum()),
        comparison=comparison,
        ledger=Counter(_gaps(cohort, marker, ~complete, settings)),
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


def _incomplete(cohort: Cohort, marker: Marker, group: pd.Categorical, settings: Settings) -> pd.DataFrame:
    phases = _phases(cohort, marker, settings)
    complete = _complete(phases[0].numbers, phases[1].numbers, settings.change)
    gone = ~complete & ~group.isna()
    gaps = _gaps(cohort, marker, gone, settings)
    return pd.DataFrame(
        {
            "patient": cohort.frame["patient_id"].astype(str)[gone].to_list(),
            "row": list(cohort.frame.index[gone]),
            "group": [str(label) for label in group[gone]],
            "missing": [gap.phase for gap in gaps],
            "reason": [gap.reason for gap in gaps],
        }
    )


def _gaps(cohort: Cohort, marker: Marker, of: np.ndarray, settings: Settings) -> list[Gap]:
    """Why each of these patients, shape (n,) of booleans, has no change.

    One reason each, the first that holds: a value is lacking; the second sample was the last before death; a value was
    left out on loading; a value lies beyond a limit.
    """
    names = (marker.acute, marker.recovery)
    rejected = np.column_stack([cohort.left_out_of(name) for name in names])
    said = [measured(cohort, name, settings.beyond_limit) for name in names]
    lacking = np.column_stack([np.isnan(one.low) for one in said]) & ~rejected
    beyond = np.column_stack([np.isnan(one.numbers) & one.beyond for one in said])
    died = _died(cohort)
    return [
        _gap(
            lacking[place],
            rejected[place],
            beyond[place],
            died=bool(died[place]),
            left_out=settings.deceased == "left out",
        )
        for place in np.flatnonzero(of)
    ]


def _gap(lacking: np.ndarray, rejected: np.ndarray, beyond: np.ndarray, *, died: bool, left_out: bool) -> Gap:
    """The gap of one patient, from what is so of the acute and of the recovery value, each of shape (2,)."""
    if lacking.any():
        return Gap(_phase(lacking), DIED if died and lacking[1] else NOT_DRAWN)
    if died and left_out:
        return Gap("recovery", LAST_BEFORE_DEATH)
    if rejected.any():
        return Gap(_phase(rejected), ON_LOADING)
    return Gap(_phase(beyond), BEYOND_LIMIT) if beyond.any() else Gap("acute", NO_PERCENTAGE)


def _phase(has: np.ndarray) -> Phase:
    return "both" if has.all() else "acute" if has[0] else "recovery"
