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
CUT = (
    "Where few are left, one patient moves the curve a long way. Each curve is drawn up to the last day with so many "
    "patients at risk; tests and medians still use every day. 0 draws all of it."
)

st.title("Healing")
with settings.row():
    group = settings.group()
    deaths = settings.choice("Deaths before healing", healing.DEATH_RULES, key="deaths", help_text=DEATHS)
    view = settings.choice("Show", healing.VIEWS, key="healing_view")
    start = settings.start()
    more = st.popover("More settings", icon=":material/tune:")
with more:
    within = settings.within(group)
    interval = settings.choice(
        "Scale of the interval", healing.INTERVALS, key="healing_interval", help_text=SCALES
    )
    fewest = settings.whole("Draw while at least … are at risk", key="fewest_at_risk", help_text=CUT)
chosen = healing.Settings(
    group=group, deaths=deaths, view=view, interval=interval, within=within, fewest_at_risk=fewest, **start
)
show(cache.card("healing", chosen))
