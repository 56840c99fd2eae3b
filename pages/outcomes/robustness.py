"""Does the healing answer hold?"""

import streamlit as st

from iren_core.analyses import healing, robustness
from pages._ui import cache, settings
from pages._ui.card import show

st.title("Robustness")
with settings.row():
    group = settings.group()
    deaths = settings.choice("Deaths before healing", healing.DEATH_RULES, key="deaths")
    start = settings.start()
show(cache.card("robustness", robustness.Settings(group=group, deaths=deaths, **start)))
