"""How soon does the skin heal?"""

import streamlit as st

from iren_core.analyses import healing
from pages._ui import cache, settings
from pages._ui.card import show

DEATHS = (
    "Healed only: who healed, as in the study. Censored at death: who died counts as not yet healed until then. "
    "Competing event: who died counts as never healed."
)
SCALES = (
    "How the 95% band is computed: log-log keeps it between 0 and 100% and is right for few patients; log is what R "
    "prints by default; plain is symmetric around the curve."
)

st.title("Healing")
with settings.row():
    group = settings.group()
    deaths = settings.choice("Deaths before healing", healing.DEATH_RULES, key="deaths", help_text=DEATHS)
    view = settings.choice("Show", healing.VIEWS, key="healing_view")
    interval = settings.choice(
        "Scale of the interval", healing.INTERVALS, key="healing_interval", help_text=SCALES
    )
show(cache.card("healing", healing.Settings(group=group, deaths=deaths, view=view, interval=interval)))
