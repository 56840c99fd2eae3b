"""Widgets for the settings of an answer; each keeps its value when the reader goes to another page and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from iren_core import schema
from iren_core.analyses.recovery import markers_with_pairs
from iren_core.analyses.subgroups import grouping_fields
from iren_core.errors import FieldMissing
from pages._ui import session

Option = TypeVar("Option", bound=str)


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
    """The field whose categories are compared: treatment arm wherever there is one."""
    fields = grouping_fields(session.cohort())
    if not fields:
        raise FieldMissing(
            "Patients are compared by treatment arm or another category.",
            "This cohort has no field with two to six categories.",
            "Match a column to “Treatment arm” or another category on the page Load data.",
        )
    first = ["arm"] if "arm" in fields else []
    options = (*first, *(name for name in fields if name not in first))
    return choice(
        "Compare by", options, key="group", labels={name: schema.field(name).label for name in options}
    )


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
