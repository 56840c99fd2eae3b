"""How soon does the skin heal?"""

import streamlit as st

from iren_core.analyses import healing
from pages._ui import cache, settings
from pages._ui.card import show

st.title("Healing")
with settings.row():
    group = settings.group()
    deaths = settings.choice("Deaths before healing", healing.DEATH_RULES, key="deaths")
    view = settings.choice("Show", healing.VIEWS, key="healing_view")
    interval = settings.choice("Scale of the interval", healing.INTERVALS, key="healing_interval")
show(cache.card("healing", healing.Settings(group=group, deaths=deaths, view=view, interval=interval)))
