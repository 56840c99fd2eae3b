"""The event table: on each day, by group, how many are at risk, what happened to how many.

Every estimator of time to event reads this table, so its cost grows with days, not with patients.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from iren_core.errors import CohortError, NotEstimable

EVERYBODY = "all"  # the label of the only group when none are given
CENSORED = frozenset(
    {"", "0", "censored", "False"}
)  # what tells, among causes, that nothing had happened yet
_TIE_TOLERANCE = np.sqrt(np.finfo(float).eps)  # R's timefix: days closer than this are one day


@dataclass(frozen=True, eq=False)
class EventTable:
    """What happened on each distinct day.

    time : (days,) the distinct days, ascending
    counts : (groups, states, days) patients who left on that day; state 0 is "censored", others are events
    at_risk : (groups, days) patients whose time is that day or later; who leaves on the day is still in, who
        enters on it is not in yet
    labels : the groups, in order
    states : "censored", then the kinds of event
    """

    time: np.ndarray
    counts: np.ndarray
    at_risk: np.ndarray
    labels: tuple[str, ...]
    states: tuple[str, ...]

    @cached_property
    def events(self) -> np.ndarray:
        """(groups, days) patients with an event of any kind on that day."""
        return self.counts[:, 1] if len(self.states) == 2 else self.counts[:, 1:].sum(axis=1)

    @property
    def censored(self) -> np.ndarray:
        """(groups, days) patients last seen on that day without an event."""
        return self.counts[:, 0]

    def by_group(self) -> Iterator[EventTable]:
        """The table of each group, on the days on which one of its patients left."""
        for index in range(len(self.labels)):
            one = slice(index, index + 1)
            own = EventTable(self.time, self.counts[one], self.at_risk[one], self.labels[one], self.states)
            yield own.on_days(own.counts.sum(axis=(0, 1)) > 0)

    def on_event_days(self) -> EventTable:
        """The same table on the days on which somebody has an event."""
        return self.on_days(self.events.sum(axis=0) > 0)

    def on_days(self, days: np.ndarray) -> EventTable:
        """The same table on those days alone (a boolean for each); who is at risk stays as it was."""
        if days.all():
            return self
        kept = np.flatnonzero(days)
        return EventTable(
            self.time[kept], self.counts.take(kept, 2), self.at_risk.take(kept, 1), self.labels, self.states
        )


@dataclass(frozen=True, eq=False)
class FollowUp:
    """The patients of whom everything is known, one entry each, in no particular order.

    grid : days that ``day`` points into, ascending
    day, state, group, stratum : (patients,) positions in ``grid``, ``states``, ``labels`` and ``strata``
    rows : where these patients stand in what was given
    entry : (patients,) position in ``grid`` of the day of entry, -1 = from the start; ``None`` where all are
    n_by_group : patients in each group
    n_missing : patients left out because their time, event, group or stratum is not known
    """

    grid: np.ndarray
    day: np.ndarray
    state: np.ndarray
    group: np.ndarray
    stratum: np.ndarray
    labels: tuple[str, ...]
    states: tuple[str, ...]
    strata: tuple[str, ...]
    rows: slice | np.ndarray
    n_by_group: tuple[int, ...]
    n_missing: int
    entry: np.ndarray | None = None

    @property
    def n(self) -> int:
        """Number of patients."""
        return self.day.size

    def all_in(self, group: str) -> str:
        """The sentence that nobody is in another group than this one."""
        who = (
            "The 1 patient with complete data is"
            if self.n == 1
            else f"All {self.n} patients with complete data are"
        )
        return f"{who} in one group ({group})."

    def late_entries(self, group: int) -> np.ndarray:
        """Days on which patients of this group came under observation after the start, ascending."""
        if self.entry is None:
            return np.empty(0)
        late = self.entry[(self.group == group) & (self.entry >= 0)]
        return np.sort(self.grid[late])

    def table(self) -> EventTable:
        """One event table of all patients."""
        return self._count(slice(None))

    def tables(self) -> list[EventTable]:
        """One event table for each stratum."""
        if len(self.strata) == 1:
            return [self.table()]
        return [self._count(self.stratum == stratum) for stratum in range(len(self.strata))]

    def _count(self, rows: slice | np.ndarray) -> EventTable:
        shape = (len(self.labels), len(self.states), self.grid.size)
        kind = np.multiply(self.group[rows], shape[1], dtype=np.int32) + self.state[rows]
        cell = np.multiply(kind, shape[2], dtype=np.intp)
        cell += self.day[rows]
        counts = np.bincount(cell, minlength=shape[0] * shape[1] * shape[2]).reshape(shape)
        leaving = counts.sum(axis=1)
        at_risk = _from_each_day_on(leaving)
        if self.entry is not None:
            late = self.entry[rows] >= 0
            entering = np.zeros(leaving.shape, dtype=leaving.dtype)
            np.add.at(entering, (self.group[rows][late], self.entry[rows][late]), 1)
            at_risk = at_risk - _from_each_day_on(entering)
        table = EventTable(self.grid, counts, at_risk, self.labels, self.states)
        return table.on_days(leaving.sum(axis=0) > 0)


def _from_each_day_on(counts: np.ndarray) -> np.ndarray:
    return counts[:, ::-1].cumsum(axis=1)[:, ::-1]


def follow_up(times: Any, events: Any, groups: Any = None, strata: Any = None, entry: Any = None) -> FollowUp:
    """Read times and yes-or-no events.

    Parameters
    ----------
    times : days, one a patient
    events : True or 1 = the event happened on that day; False or 0 = not yet when last seen
    groups, strata : a label a patient; a pandas Categorical keeps its order, other labels are sorted
    entry : days on which each patient came under observation (left truncation): at risk from the day after it, as in
        R's ``Surv(entry, time, event)``; 0 or less = from the start, day 0 included

    Raises
    ------
    NotEstimable
        when no patient is complete, a time is negative or infinite, or a patient enters on the last day or later.
    CohortError
        when lengths differ, or a value is not a number or not yes or no.
    """
    states = ("censored", "event")
    return _follow_up(times, _yes_or_no(events), states, groups=groups, strata=strata, entry=entry)


def follow_up_by_cause(
    times: Any, causes: Any, groups: Any = None, strata: Any = None, entry: Any = None
) -> FollowUp:
    """Read times and what ended them.

    As ``follow_up``, but ``causes`` holds a label a patient. ``0``, ``""``, ``False`` and ``"censored"``
    say that nothing had happened when the patient was last seen; ``None`` and NaN say that it is not known
    what happened, and leave the patient out.
    """
    code, labels = _labels(causes)
    kinds = [label for label in labels if label not in CENSORED]
    state_of_label = np.array([kinds.index(label) + 1 if label in kinds else 0 for label in labels] + [-1])
    states = ("censored", *kinds)
    return _follow_up(times, state_of_label[code], states, groups=groups, strata=strata, entry=entry)


def _follow_up(
    times: Any, state: np.ndarray, states: tuple[str, ...], *, groups: Any, strata: Any, entry: Any
) -> FollowUp:
    time = days(times)
    entered = None if entry is None else days(entry)
    everybody = np.zeros(time.size, dtype=np.int8), (EVERYBODY,)
    group, labels = everybody if groups is None else _labels(groups)
    stratum, layers = everybody if strata is None else _labels(strata)
    if (
        not time.size
        == state.size
        == group.size
        == stratum.size
        == (time if entered is None else entered).size
    ):
        raise CohortError(
            "Times, events and groups need one entry for each patient.",
            f"They have {time.size}, {state.size}, {group.size} and {stratum.size} entries.",
            "Take them from the same rows.",
        )
    missing = np.isnan(time) | (state < 0) | (group < 0) | (stratum < 0)
    if entered is not None:
        missing |= np.isnan(entered)
    n_missing = int(np.count_nonzero(missing))
    if n_missing:
        time, state, group, stratum = (array[~missing] for array in (time, state, group, stratum))
        entered = None if entered is None else entered[~missing]
    _check_days(time, n_missing)
    order, grid, day, entered_on = _on_grid(time, entered)
    group, labels, n_by_group = _drop_unused(group, labels)
    stratum, layers, _ = _drop_unused(stratum, layers)
    return FollowUp(
        grid=grid,
        day=day,
        state=state[order],
        group=group[order] if len(labels) > 1 else group,  # one label: all codes are alike
        stratum=stratum[order] if len(layers) > 1 else stratum,
        labels=labels,
        states=states,
        strata=layers,
        rows=np.flatnonzero(~missing)[order] if n_missing else order,
        n_by_group=n_by_group,
        n_missing=n_missing,
        entry=entered_on,
    )


def _on_grid(
    time: np.ndarray, entered: np.ndarray | None
) -> tuple[slice | np.ndarray, np.ndarray, np.ndarray, np.ndarray | None]:
    """As ``_by_day``, with the days of entry on the same grid: days that are one day stay one."""
    if entered is None or not (entered > 0).any():
        return *_by_day(time), None
    order, grid, position = _by_day(np.concatenate((time, np.maximum(entered, 0.0))))
    place = np.empty(position.size, dtype=np.intp)
    place[order] = position
    day, entry = place[: time.size], np.where(entered > 0, place[time.size :], -1)
    if (never := int(np.count_nonzero(entry >= day))) > 0:
        raise NotEstimable(
            "A time-to-event analysis with late entry was asked for.",
            f"{never} patients came under observation on their last day or later.",
            "Leave them out: they were never at risk.",
        )
    return slice(None), grid, day, entry


def _check_days(time: np.ndarray, n_missing: int) -> None:
    asked = "A time-to-event analysis was asked for."
    if not time.size:
        found = (
            f"All {n_missing} patients lack a time, an event or a group."
            if n_missing
            else "There is no patient."
        )
        raise NotEstimable(asked, found, "Widen the filters, or fill in the missing values.")
    if time.min() < 0:
        found = (
            f"{np.count_nonzero(time < 0)} patients have a negative time; the lowest is {time.min():g} days."
        )
        raise NotEstimable(
            asked, found, "Correct the dates: the event lies before the day that counts as the start."
        )
    if time.max() == np.inf:
        raise NotEstimable(asked, "A time is infinite.", "Give the last day on which the patient was seen.")


def _by_day(time: np.ndarray) -> tuple[slice | np.ndarray, np.ndarray, np.ndarray]:
    """An order of the patients, the days ascending, and the position of each ordered patient among the days.

    Whole days need no sorting: the days are then all days up to the last.
    """
    last = time.max()
    if last <= 2 * time.size + 1000:
        day = time.astype(np.intp)
        if (day == time).all():
            return slice(None), np.arange(last + 1), day
    order = np.argsort(time)
    ordered = time[order]
    first = np.ones(time.size, dtype=bool)
    step = np.diff(ordered)
    np.greater(step, 0, out=first[1:])
    distinct_mean = ordered @ first / np.count_nonzero(first)
    np.greater(step, _TIE_TOLERANCE * max(1.0, distinct_mean), out=first[1:])
    return order, ordered.take(np.flatnonzero(first)), np.cumsum(first) - 1


def days(values: Any) -> np.ndarray:
    """Times as numbers, NaN where missing."""
    return numbers(values, "Times must be numbers of days.", "Count the days between the two dates first.")


def _yes_or_no(events: Any) -> np.ndarray:
    """1 = event, 0 = censored, -1 = not known."""
    if getattr(events, "dtype", None) == np.bool_:
        return np.asarray(events).astype(np.int8)
    advice = "Mark an event with True or 1, and a patient who was last seen without it with False or 0."
    number = numbers(events, "An event must be told by yes or no.", advice)
    missing = np.isnan(number)
    odd = number[~missing & (number != 0) & (number != 1)]
    if odd.size:
        raise CohortError("An event must be told by yes or no.", f"The value {odd[0]:g} was found.", advice)
    return np.where(missing, -1, number == 1).astype(np.int8)


def numbers(values: Any, asked: str, advice: str) -> np.ndarray:
    """Values as floats, NaN where missing; ``asked`` and ``advice`` are for the sentence if they are no numbers."""
    if np.ndim(values) > 1:
        raise CohortError(
            asked,
            "Two columns were found, as for patients who come under observation late.",
            "Give one time a patient, counted from the start; days of late entry go into ``entry``.",
        )
    if not (isinstance(values, np.ndarray) and values.dtype.kind in "biuf"):
        values = pd.Series(values)
        if values.dtype.kind in "mM":
            raise CohortError(asked, "Dates or lengths of time were found.", advice)
        try:
            values = values.to_numpy(dtype=float, na_value=np.nan)
        except (TypeError, ValueError):
            raise CohortError(asked, "A value is not a number.", advice) from None
    return values.astype(float, copy=False)


def _labels(values: Any) -> tuple[np.ndarray, tuple[str, ...]]:
    """Each patient's position among the labels (-1 = missing), and the labels as text in order."""
    if isinstance(values, pd.Series):
        values = values.array
    if not isinstance(values, pd.Categorical):
        values = pd.Categorical(values)
    return values.codes, tuple(_text(label) for label in values.categories.tolist())


def _text(label: Any) -> str:
    return f"{label:.0f}" if isinstance(label, float) and label.is_integer() else str(label)


def _drop_unused(
    code: np.ndarray, labels: tuple[str, ...]
) -> tuple[np.ndarray, tuple[str, ...], tuple[int, ...]]:
    """Codes and labels without those that no patient has, and how many patients have each."""
    if len(labels) == 1:
        return code, labels, (code.size,)
    n = np.bincount(code, minlength=len(labels))
    used = np.flatnonzero(n)
    if used.size < n.size:
        code = np.searchsorted(used, code)
    return code, tuple(labels[label] for label in used), tuple(n[used].tolist())
