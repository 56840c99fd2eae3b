"""How much corticosteroid did the patients need?"""

import streamlit as st

from iren_core.analyses import steroids
from iren_core.wording import significant
from pages._ui import cache, session, settings
from pages._ui.card import show

st.title("Steroid exposure")
with settings.row():
    measure = settings.choice(
        "Measure",
        steroids.measures_with_values(session.cohort()) or tuple(steroids.MEASURES),
        key="steroid_measure",
    )
    group = settings.group()
    test = settings.choice("Test", steroids.TESTS, key="steroid_test")
show(cache.card("steroids", steroids.Settings(measure=measure, group=group, test=test)))

with st.expander("Prednisone equivalent of another corticosteroid"):
    with settings.row():
        drug = settings.choice("Corticosteroid", tuple(steroids.PREDNISONE_5_MG), key="equivalent_drug")
        dose = st.number_input("Dose (mg/day)", min_value=0.0, value=80.0, key="equivalent_dose", width=214)
        days = st.number_input("Days", min_value=1, value=7, key="equivalent_days", width=214)
        weight = st.number_input(
            "Body weight (kg)", min_value=1.0, value=65.0, key="equivalent_kg", width=214
        )
    prednisone = steroids.prednisone_equivalent(drug, dose)
    st.markdown(
        f"**{significant(prednisone)} mg/day of prednisone**, {significant(prednisone / weight)} mg/kg/day, "
        f"{significant(prednisone * days, 5)} mg in all."
    )
