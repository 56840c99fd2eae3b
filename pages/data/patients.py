"""Who are these patients? The list, and the sheet of one of them. Nothing of it goes into the link."""

import streamlit as st

from iren_core.analyses import patients
from iren_core.schema import field
from pages._ui import patient, session, settings

st.title("Patients")
st.caption(
    "These are people: what you see here stays in this visit, and no name, choice or search goes into the link."
)
if session.share_safe():
    st.markdown(
        "**Share-safe is on**: patients are not listed one by one. Switch it off on the left to see them."
    )
    st.stop()
cohort = session.selected()
with settings.row():
    columns = settings.choice("Columns", tuple(patients.COLUMN_SETS), key="patient_columns")
    words = st.text_input("Search", key="patient_search", width=280, help="Rows that hold every word.")
fields = st.multiselect(
    "Columns shown", patients.listable(cohort), patients.columns_of(cohort, columns), key=f"patient_fields_{columns}",
    format_func=lambda name: field(name).label_with_unit, persist_state="session",
)  # fmt: skip
rows = patients.search(patients.listing(cohort, tuple(fields)), words)
st.markdown(f"{len(rows)} of {len(cohort)} patients. A click on the head of a column sorts by it.")
if rows.empty or not fields:
    st.markdown("No row holds these words in the columns shown." if fields else "No column was chosen.")
    st.stop()
st.dataframe(rows, hide_index=True, alt="Patients of the selection")
if len(cohort.limits[cohort.limits["row"].isin(rows.index)]):
    st.caption(
        "Values known only as a limit (“<1.5”) are empty in the list; the patient's sheet below shows them."
    )

names = patients.names_by_row(cohort)
st.header("One patient", divider="gray")
row = st.selectbox("Patient", list(rows.index), format_func=names.get, key="patient", width=280)
patient.show(cohort, patients.sheet(cohort, row))
