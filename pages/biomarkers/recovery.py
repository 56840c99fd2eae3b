"""Do the markers recover?"""

import streamlit as st

from iren_core.analyses import recovery
from pages._ui import cache, settings
from pages._ui.card import show

st.title("Recovery")
with settings.row():
    view = settings.choice("Show", recovery.VIEWS, key="recovery_view")
    group = settings.group()
    test = settings.choice("Paired test", recovery.TESTS, key="paired_test", labels=recovery.TEST_LABELS)
    change = settings.choice("Change", recovery.CHANGES, key="recovery_change", labels=recovery.CHANGE_LABELS)
    log_scale = settings.choice("Axis", ("linear", "logarithmic"), key="axis") == "logarithmic"
marker = settings.marker() if view == "one marker" else recovery.Settings().marker
chosen = recovery.Settings(
    marker=marker, group=group, test=test, log_scale=log_scale, view=view, change=change
)
show(cache.card("recovery", chosen))
