"""What the study asked and what is added here, in four pictures."""

import streamlit as st

from iren_core.analyses import healing, mortality, recovery, steroids
from pages._ui import tour
from pages._ui.tour import Step

st.title("Start")
tour.introduce()
tour.show(
    (
        Step(
            "How soon does the skin heal?",
            "In those who healed, half had healed by day 14 with a TNF inhibitor added and by day 21 without.",
            "The same curves with numbers at risk, and what they become when deaths are not left out.",
            *("healing", healing.Settings(), "pages/outcomes/healing.py", "Healing"),
        ),
        Step(
            "Did fewer patients die than predicted?",
            "Both arms lie below the mortality that SCORTEN predicts; 2 of 14 and 1 of 18 died.",
            "Expected deaths as sums of the risks, with exact intervals; being below predicted compares no arms.",
            *("mortality", mortality.Settings(), "pages/outcomes/mortality.py", "Mortality"),
        ),
        Step(
            "Is less corticosteroid needed?",
            "A shorter course with the combination; a lower cumulative dose was not shown (p = 0.073).",
            "Every patient as a dot, the effect with its interval, and what other tests give.",
            *("steroids", steroids.Settings(), "pages/outcomes/steroids.py", "Steroid exposure"),
        ),
        Step(
            "Do the markers recover?",
            "Eight markers before and after: inflammation falls, lymphocytes rise, more clearly with the combination.",
            "Each patient as a line, every incomplete pair counted with its reason.",
            *("recovery", recovery.Settings(), "pages/biomarkers/recovery.py", "Recovery"),
        ),
    )
)
st.page_link(
    "pages/share/published.py",
    label="Every printed number of the study beside these patients",
    icon=":material/article:",
)
