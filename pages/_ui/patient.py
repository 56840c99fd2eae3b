"""Draws the sheet of one patient."""

from __future__ import annotations

import streamlit as st

from iren_core import Cohort
from iren_core.analyses.patients import Sheet, draw
from pages._ui.tables import show_table
from pages._ui.text import plain


def show(cohort: Cohort, sheet: Sheet) -> None:
    """The whole sheet; what is not recorded is left out."""
    st.markdown(f"**{plain(sheet.name)}**: {plain(sheet.summary)}")
    if len(sheet.queries):
        show_table("Open queries", sheet.queries)
    if sheet.events:
        events = "; ".join(f"{event.label}, {event.words}" for event in sheet.events)
        st.plotly_chart(
            draw(cohort, sheet.events), theme=None, key="patient_course", alt=f"Course. {events}.",
            config={"displaylogo": False, "displayModeBar": False},
        )  # fmt: skip
    else:
        st.markdown("No day or date of this patient's course is recorded.")
    left, right = st.columns(2)
    with left:
        if len(sheet.items):
            show_table("SCORTEN", sheet.items, sheet.score)
        else:
            st.markdown(plain(sheet.score))
        if len(sheet.blood):
            show_table("Blood", sheet.blood)
    with right:
        if len(sheet.markers):
            show_table("Markers", sheet.markers, "Change: recovery minus acute.")
    folded = st.expander("Everything recorded", key="patient_everything", on_change="rerun")
    if folded.open:
        with folded:
            st.dataframe(sheet.everything, hide_index=True, alt="Everything recorded of this patient")
