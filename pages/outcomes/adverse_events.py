"""What went wrong, and when?"""

import streamlit as st

from iren_core.analyses import adverse_events
from pages._ui import cache, settings
from pages._ui.card import show

st.title("Adverse events")
with settings.row():
    group = settings.group()
    view = settings.choice("Show", adverse_events.VIEWS, key="adverse_view")
show(cache.card("adverse_events", adverse_events.Settings(group=group, view=view)))
