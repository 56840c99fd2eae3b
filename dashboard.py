"""The dashboard, run by ``streamlit run dashboard.py``: the menu, and the frame around the page that was chosen.

Streamlit reads this file twice over. The server imports it once at its start, to find ``app``; from then on every
visit runs it as a script. Serving it as an ``app`` lets a link straight to a page work on a server that has just
started: left to itself, Streamlit first takes the folder ``pages`` for one of its own kind and says that the page
was not found. It also lets the code load while the browser is still loading its own.
"""

from importlib import import_module
from threading import Thread

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

if get_script_run_ctx(suppress_warning=True) is None:
    PagesManager.uses_pages_directory = False
    Thread(target=import_module, args=("pages._ui.warm",), daemon=True).start()
    app = st.App(__file__)
else:
    from pages._ui import frame

    st.set_page_config("irEN cohort explorer", frame.ICON, layout="wide", initial_sidebar_state=256)
    page = st.navigation(
        {
            "": [
                st.Page("pages/start/home.py", title="Start", icon=":material/explore:", default=True),
            ],
            "Outcomes": [
                st.Page("pages/outcomes/healing.py", title="Healing", icon=":material/healing:"),
                st.Page("pages/outcomes/robustness.py", title="Robustness", icon=":material/balance:"),
                st.Page("pages/outcomes/steroids.py", title="Steroid exposure", icon=":material/medication:"),
                st.Page("pages/outcomes/mortality.py", title="Mortality", icon=":material/monitor_heart:"),
                st.Page(
                    "pages/outcomes/adverse_events.py", title="Adverse events", icon=":material/emergency:"
                ),
            ],
            "Cohort": [
                st.Page("pages/cohort/baseline.py", title="Baseline", icon=":material/groups:"),
            ],
            "Biomarkers": [
                st.Page("pages/biomarkers/recovery.py", title="Recovery", icon=":material/biotech:"),
                st.Page("pages/biomarkers/correlates.py", title="Correlates", icon=":material/scatter_plot:"),
                st.Page("pages/biomarkers/prognosis.py", title="Prognosis", icon=":material/ecg_heart:"),
            ],
            "Share": [
                st.Page("pages/share/report.py", title="Slides and report", icon=":material/slideshow:"),
                st.Page("pages/share/published.py", title="Published study", icon=":material/article:"),
            ],
            "Data": [
                st.Page("pages/data/patients.py", title="Patients", icon=":material/patient_list:"),
                st.Page("pages/data/upload.py", title="Load data", icon=":material/upload_file:"),
            ],
        },
        expanded=True,  # else Streamlit hides what comes after the twelfth page
    )
    frame.run(page)
