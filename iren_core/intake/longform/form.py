"""What a table with several rows a patient keeps where, and the rules by which one sample is taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

AcuteRule = Literal["phase", "steroids", "first", "only"]
RecoveryRule = Literal["phase", "stabilization", "last"]
#: What each rule takes, as a reader chooses it.
ACUTE_RULES: dict[AcuteRule, str] = {
    "phase": "the sample that the list calls acute",
    "steroids": "the first sample within 48 hours of the first steroid dose",
    "first": "the first sample",
    "only": "the only value of the patient, for the rows have no time",
}
RECOVERY_RULES: dict[RecoveryRule, str] = {
    "phase": "the sample that the list calls recovery",
    "stabilization": "the sample nearest to 1 to 2 weeks after stabilization, at most 4 weeks after it",
    "last": "the last sample, if it is later than the acute one",
}


@dataclass(frozen=True)
class LongForm:
    """Where a table with several rows a patient keeps what: positions of columns, ``None`` without one.

    marker, value, unit : in a list with a row a measurement
    number : the number of the visit, which tells the order and no days
    other_dates : further columns of dates, which tell the time less closely
    clock : the hour, where it has a column of its own
    specimen : what a row was measured in
    markers : in a table with a row a visit the columns of the markers, and how they are called
    fields : name of a marker -> field, or the key of a marker with two phases
    """

    patient: int
    marker: int | None
    value: int | None
    unit: int | None
    phase: int | None
    date: int | None
    day: int | None
    number: int | None
    other_dates: tuple[int, ...]
    clock: int | None
    specimen: int | None
    fields: Mapping[str, str]
    markers: Mapping[int, str] = field(default_factory=dict)

    @property
    def of_visits(self) -> bool:
        """Whether a row of it is a visit, not a measurement."""
        return self.marker is None

    @property
    def words(self) -> str:
        """What a row of it is."""
        return "a row a visit" if self.of_visits else "a row a measurement"

    @property
    def acute_rules(self) -> tuple[AcuteRule, ...]:
        """The rules that its columns allow, the best first."""
        dated = self.date is not None or self.day is not None
        timed: tuple[AcuteRule, ...] = ("steroids", "first") if dated else ("first",)
        if self.phase is not None:
            return ("phase", *timed)
        return timed if self.timed else ("only",)

    @property
    def recovery_rules(self) -> tuple[RecoveryRule, ...]:
        """The rules that its columns allow, the best first."""
        timed: tuple[RecoveryRule, ...] = ("last",)
        if self.date is not None:
            timed = ("stabilization", "last")
        return ("phase", *timed) if self.phase is not None else timed

    @property
    def time_places(self) -> tuple[int | None, ...]:
        """The columns that tell the time of its rows."""
        return self.phase, self.date, self.day, self.number, self.clock

    @property
    def timed(self) -> bool:
        """Whether anything tells the time of its rows."""
        return any(place is not None for place in self.time_places)

    @property
    def time_words(self) -> str:
        """What tells the order of its rows; "" where a phase alone does, or nothing."""
        words = {"date": self.date, "day": self.day, "number of a visit": self.number}
        return next((word for word, place in words.items() if place is not None), "")

    @property
    def visit(self) -> int | None:
        """The column that says what a visit is called."""
        return next((place for place in (self.phase, self.number, self.day) if place is not None), None)


class PatientDates(NamedTuple):
    """The days from which a patient's samples are counted."""

    steroid_start: datetime | None = None
    stabilization: datetime | None = None
