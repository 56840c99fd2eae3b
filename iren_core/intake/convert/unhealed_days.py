"""The day of a patient who had not healed: when the patient was last seen, never a day of healing.

Statistics programs want a time and an event. Where the event is denied, the time is the last day on which the patient
was known to be unhealed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from iren_core.counted import counted
from iren_core.intake.convert.column import LAST_DAYS, Codings, Column, Findings, Question
from iren_core.intake.table import Problem, Severity
from iren_core.intake.values import as_text, plain

#: What a reader may say of the days of those who died on a day that is not known.
DAY_OF_DEATH, DAY_LAST_SEEN, DAY_OF_HEALING = "the day of death", "the day last seen", "the day of healing"
#: Field of healing -> where the last look at the patient, and the death, are kept in its terms.
_ENDS = {
    "reepithelization_days": ("followup_days", "death_day"),
    "date_healing": ("date_last_followup", "date_death"),
}
_FOLLOWUPS, _DEATHS = zip(*_ENDS.values(), strict=True)
_MISSING = {"reepithelization_days": np.nan, "date_healing": np.datetime64("NaT", "ns")}
#: A column named so tells who had healed by then; the others may have healed later.
_POINT_OF_TIME = re.compile(
    r"discharge|出院|离院|\b(?:by|at|within|on) (?:day|week|month)|(?:day|week|d|w) ?\d|\d ?[天日周月]"
)
_SEEN = "The patient is said not to have healed: {} was taken as the day last seen unhealed, not as healing."
_DIED = "The patient died on a day that is not known: {} was {}."
_KEPT = "The patient is said not to have healed: {} was left out as a day of healing; {} is kept."
_DENIED = "One column says that the patient healed, another denies it: {} was left out as a day of healing."
_LOOK_UP = "Look it up in the chart."


def settle_unhealed(
    converted: MutableMapping[str, Any], columns: Mapping[str, Column], codings: Codings, findings: Findings
) -> None:
    """Take the days of healing from patients who are said not to have healed, and keep them as what they are.

    converted : the fields of the file; healing, follow-up and death may change
    """
    told: set[int] = set()
    at_a_time = "healed" in columns and bool(_POINT_OF_TIME.search(plain(columns["healed"].name)))
    for healing in _ENDS:
        if healing in converted and healing in columns:
            told |= _settle(
                healing,
                converted,
                columns[healing],
                codings.get(healing, {}),
                findings,
                told=told,
                at_a_time=at_a_time,
            )


class _Who(NamedTuple):
    """Of whom a day of healing cannot be one, shape (n,) each.

    doubtful : who died on a day that is not known, without a word of healing, where everybody who died has a day: if
        some have none, the column holds days of healing only
    unhealed : everyone concerned; the others are some of them
    contradictory : who healed by another column
    died : whose day may be that of the death; dies, whose day it is by the reader's answer
    last : whose day becomes the last day seen; of those who are neither, the file gives a follow-up or a death itself
    dead : whose day of death is known
    """

    doubtful: np.ndarray
    unhealed: np.ndarray
    contradictory: np.ndarray
    died: np.ndarray
    dies: np.ndarray
    last: np.ndarray
    dead: np.ndarray


def _who(
    healing: str, converted: Mapping[str, Any], days: np.ndarray, answer: str | None, *, at_a_time: bool
) -> _Who:
    outcome = np.asarray(converted.get("outcome", np.full(len(days), None)), dtype=object)
    denied = _flagged(converted, len(days), healed=False)
    seen, dead = _known(converted, _FOLLOWUPS, len(days)), _known(converted, _DEATHS, len(days))
    there = ~pd.isna(days)
    doubtful = there & (outcome == "died") & ~dead & ~denied & ~_flagged(converted, len(days), healed=True)
    only_of_healing = bool((~there & (outcome == "died")).any())
    doubtful &= (healing == "reepithelization_days") & (answer != DAY_OF_HEALING) & (not only_of_healing)
    unhealed = there & (denied | doubtful | (outcome == "not healed"))
    contradictory = unhealed & ((outcome == "healed") | (denied & at_a_time))
    died = unhealed & ~contradictory & (outcome == "died") & ~dead
    dies = died & (answer == DAY_OF_DEATH)
    last = unhealed & ~contradictory & ~seen & ~dead & ~dies
    return _Who(doubtful, unhealed, contradictory, died, dies, last, dead)


def _settle(
    healing: str,
    converted: MutableMapping[str, Any],
    column: Column,
    answers: Mapping[str, str],
    findings: Findings,
    *,
    told: set[int],
    at_a_time: bool,
) -> set[int]:
    """Settle one column of healing; the patients of whom there was something to say, by their places."""
    given = pd.Series(converted[healing]).to_numpy(copy=True)
    days = _or_reached(given, healing, column, findings)
    who = _who(healing, converted, days, answers.get(LAST_DAYS), at_a_time=at_a_time)
    if not who.unhealed.any():
        return set()
    if who.died.any() and LAST_DAYS not in answers:
        _ask(column, int(who.died.sum()), findings)
    for field, those in zip(_ENDS[healing], (who.last, who.dies), strict=True):
        if those.any():
            converted[field] = _with(converted.get(field), days, those, _MISSING[healing])
    given[who.unhealed] = _MISSING[healing]
    converted[healing] = pd.DatetimeIndex(given) if healing == "date_healing" else given
    rows = set(column.rows[who.unhealed].tolist())
    findings.limits = [each for each in findings.limits if each.field != healing or each.row not in rows]
    return _say(column, who, told, findings)


def _say(column: Column, who: _Who, told: set[int], findings: Findings) -> set[int]:
    """Say what was done, and of each patient of whom it was not told; everyone concerned, by their places."""
    texts = column.cells.spread(map(as_text, column.cells.values))
    concerned = set(np.flatnonzero(who.unhealed).tolist())
    for place in sorted(concerned - told):
        said = _said(texts[place], *(bool(those[place]) for those in who))
        findings.problems.append(Problem(int(column.rows[place]), column.name, texts[place], *said))
    patients = counted(len(concerned), "patient")
    dying = ", or who died on a day that is not known" if who.doubtful.any() else ""
    findings.assumptions.append(
        f"“{column.name}” gives a day for {patients} said not to have healed{dying}. It never counts as healing: it "
        "is taken as the last day seen unhealed, as a time beside an event mostly is meant."
    )
    return concerned


def _or_reached(days: np.ndarray, healing: str, column: Column, findings: Findings) -> np.ndarray:
    """The days, and where only ">60" is given the day that was reached, which is none of healing."""
    reached = {each.row: each.bound for each in findings.limits if (each.field, each.sign) == (healing, ">")}
    if not reached:
        return days
    return np.array([reached.get(row, day) for row, day in zip(column.rows.tolist(), days, strict=True)])


def _flagged(converted: Mapping[str, Any], number: int, *, healed: bool) -> np.ndarray:
    """Of whom the column for healing says yes, or says no, shape (n,)."""
    if "healed" not in converted:
        return np.zeros(number, dtype=bool)
    return pd.Series(converted["healed"]).eq(healed).fillna(False).to_numpy(dtype=bool)


def _known(converted: Mapping[str, Any], fields: tuple[str, ...], number: int) -> np.ndarray:
    """Of whom one of the fields is known, shape (n,)."""
    known = np.zeros(number, dtype=bool)
    for field in fields:
        if field in converted:
            known |= pd.notna(converted[field])
    return known


def _with(own: Any, days: np.ndarray, who: np.ndarray, missing: Any) -> Any:
    filled = np.full(len(days), missing) if own is None else pd.Series(own).to_numpy(copy=True)
    filled[who] = days[who]
    return filled if filled.dtype.kind == "f" else pd.DatetimeIndex(filled)


def _said(day: str, *of_whom: bool) -> tuple[str, str, Severity]:
    """What is to be said of the day of one patient, who is among those of ``_Who`` or not."""
    doubtful, _, contradictory, _, dies, last, dead = of_whom
    if contradictory:
        return _DENIED.format(f"“{day}”"), _LOOK_UP, "error"
    if dies:
        return f"The patient died: “{day}” was taken as the day of death, as was answered.", "", "note"
    if doubtful:
        taken = "taken as the day last seen, not as healing" if last else "left out as a day of healing"
        return _DIED.format(f"“{day}”", taken), "Give the day of death, or say what the day is.", "error"
    if last:
        return _SEEN.format(f"“{day}”"), "Correct the one or the other if the patient had healed.", "warning"
    kept = "the day of death" if dead else "the last follow-up"
    return _KEPT.format(f"“{day}”", kept), "Correct the one or the other if they differ.", "warning"


def _ask(column: Column, number: int, findings: Findings) -> None:
    """Ask what the days of those are who died unhealed and have no other day of death."""
    patients = counted(number, "patient")
    sentence = (
        f"What is the day of {patients} who died on a day that is not known? It is taken as the day last seen until "
        "this is answered, and without a day of death they are in no healing curve."
    )
    findings.questions.append(
        Question(
            column.field.name,
            column.name,
            (LAST_DAYS,),
            (DAY_OF_DEATH, DAY_LAST_SEEN, DAY_OF_HEALING),
            sentence,
            optional=True,
        )
    )
