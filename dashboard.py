"""The dashboard's entry: the menu, the frame that every page shares, and the page that was chosen."""

import streamlit as st

from pages._ui import frame

st.set_page_config(
    page_title="irEN cohort explorer",
    page_icon=frame.ICON,
    layout="wide",
    initial_sidebar_state=256,
)

page = st.navigation(
    {
        "Outcomes": [
            st.Page("pages/outcomes/healing.py", title="Healing", icon=":material/healing:", default=True),
            st.Page("pages/outcomes/mortality.py", title="Mortality", icon=":material/monitor_heart:"),
        ],
        "Biomarkers": [
            st.Page("pages/biomarkers/recovery.py", title="Recovery", icon=":material/biotech:"),
        ],
        "Data": [
            st.Page("pages/data/upload.py", title="Load data", icon=":material/upload_file:"),
        ],
    }
)
frame.run(page)
