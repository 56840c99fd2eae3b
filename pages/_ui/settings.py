"""Widgets for the settings of an answer; each keeps its value when the reader goes to another page and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from iren_core import schema
from iren_core.analyses.healing import COUNTED_FROM, SCORTEN_CUT, TIME_ZEROS, CountedFrom, TimeZero
from iren_core.analyses.recovery import BEYOND_LIMIT_LABELS, BEYOND_LIMITS, Range, markers_with_pairs
from iren_core.analyses.recovery.limits import BeyondLimit
from iren_core.analyses.subgroups import cut_fields, grouping_fields
from iren_core.errors import FieldMissing
from iren_core.wording import significant
from pages._ui import session

Option = TypeVar("Option", bound=str)


class Start(TypedDict, total=False):
    """The settings of healing and robustness that say from when patients count."""

    time_zero: TimeZero
    counted_from: CountedFrom
    landmark_day: int


def row() -> DeltaGenerator:
    """A row that settings flow into, wrapping on a narrow screen."""
    return st.container(horizontal=True, vertical_alignment="bottom")


def choice(
    label: str,
    options: Sequence[Option],
    *,
    key: str,
    labels: dict[Option, str] | None = None,
    help_text: str | None = None,
) -> Option:
    """One of a few options, the first by default; ``help_text`` explains them beside the label."""
    return st.selectbox(
        label, options, key=key, width=214, persist_state="session", help=help_text,
        format_func=lambda option: (labels or {}).get(option, option[:1].upper() + option[1:]),
    )  # fmt: skip


def group() -> str:
    """The field whose categories are compared, or a number cut in two: treatment arm wherever there is one."""
    cohort = session.cohort()
    categories, numbers = grouping_fields(cohort), cut_fields(cohort)
    if not (categories or numbers):
        raise FieldMissing(
            "Patients are compared by treatment arm, another category, or a number cut in two.",
            "This cohort has no field with two to six categories, and no number that differs between patients.",
            "Match a column to “Treatment arm” or another category on the page Load data.",
        )
    first = ["arm"] if "arm" in categories else []
    options = (*first, *(name for name in categories if name not in first), *numbers)
    labels = {name: schema.field(name).label for name in categories}
    labels |= {name: f"{schema.field(name).label}, cut in two" for name in numbers}
    chosen = choice("Compare by", options, key="group", labels=labels)
    return _cut(chosen) if chosen in numbers else chosen


def start() -> Start:
    """From which day healing is counted, and from when a patient counts."""
    time_zero = choice(
        "Day 0 is",
        TIME_ZEROS,
        key="time_zero",
        help_text="The study counts from the first corticosteroid dose.",
    )
    counted_from = choice(
        "Patients count from", COUNTED_FROM, key="counted_from",
        labels={"time zero": "Day 0", "start of treatment": "Start of treatment", "landmark": "A landmark day"},
        help_text="A patient belongs to an arm only once its treatment has begun. Start of treatment counts each "
        "patient from that day (late entry). A landmark counts those still unhealed on one day, in the arm they had "
        "reached by then.",
    )  # fmt: skip
    if counted_from != "landmark":
        return {"time_zero": time_zero, "counted_from": counted_from}
    day = whole("Landmark day", key="landmark_day", value=7)
    return {"time_zero": time_zero, "counted_from": counted_from, "landmark_day": day}


def within(group: str) -> str | None:
    """The field within whose categories groups are compared (a stratified test), or none."""
    cohort = session.cohort()
    scorten = schema.Cut("scorten", SCORTEN_CUT).name
    fields = [*grouping_fields(cohort), *([scorten] if "scorten" in cut_fields(cohort) else [])]
    labels = {"": "All together"} | {name: schema.field(name).label for name in fields}
    usual = ["diagnosis", scorten, *fields]
    options = ["", *(name for name in dict.fromkeys(usual) if name in fields and name != group)]
    text = "Groups are compared only between patients alike in this field, and the results added up (stratified test)."
    return choice("Compare within", options, key="within", labels=labels, help_text=text) or None


def whole(label: str, *, key: str, value: int = 0, help_text: str | None = None) -> int:
    """A whole number from 0 on."""
    return st.number_input(
        label, min_value=0, value=value, key=key, width=214, persist_state="session", help=help_text
    )


def _cut(name: str) -> str:
    """The number cut where the reader says; at the median of the whole cohort until then, whatever is filtered."""
    values = session.cohort().frame[name].dropna().astype(float)
    median = float(values.median())
    at = st.number_input(
        f"Cut {schema.field(name).label_with_unit} at", value=median, width=214, format="%.10g",
        key=f"cut_{name}", persist_state="session",
        help=f"The value itself belongs to the upper group. It starts at the median of all {len(values)} patients "
        f"who have one: {significant(median, 6)}.",
    )  # fmt: skip
    return schema.Cut(name, at).name


def marker() -> str:
    """One of the markers of which this cohort has both phases."""
    markers = markers_with_pairs(session.selected()) or schema.MARKERS
    labels = {marker.key: marker.short for marker in markers}
    return (
        st.segmented_control(
            "Marker",
            list(labels),
            format_func=labels.get,
            default=markers[0].key,
            key="marker",
            persist_state="session",
        )
        or markers[0].key
    )


def beyond_limit() -> BeyondLimit:
    """What is done with values known only to lie beyond an assay's limit."""
    return choice(
        "Values beyond an assay's limit", BEYOND_LIMITS, key="beyond_limit", labels=BEYOND_LIMIT_LABELS,
        help_text="Of <5 or >2000 only a limit is known. Taking the limit itself keeps such patients but pulls their "
        "values and changes towards the limit; leaving them out loses the lowest or the highest values.",
    )  # fmt: skip


def reference_ranges(keys: Sequence[str]) -> tuple[Range, ...]:
    """The reader's own reference range of each of these markers where one was given; it stays for the whole visit."""
    given = []
    with st.expander("Reference range of your laboratory"):
        for marker in (marker for marker in schema.MARKERS if marker.key in keys):
            with row():
                low, high = (
                    st.number_input(
                        f"{marker.short}, {side} limit ({marker.unit})", value=None, format="%.10g", width=300,
                        key=f"range_{side}_{marker.key}", persist_state="session", placeholder="None",
                    )
                    for side in ("lower", "upper")
                )  # fmt: skip
            if (low, high) != (None, None):
                given.append((marker.key, low, high))
    return tuple(given)
