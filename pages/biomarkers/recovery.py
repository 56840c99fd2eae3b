"""Do the markers recover?"""

import streamlit as st

from iren_core.analyses import recovery
from pages._ui import cache, settings
from pages._ui.card import show

st.title("Recovery")
marker = settings.marker()
with settings.row():
    group = settings.group()
    test = settings.choice("Paired test", recovery.TESTS, key="paired_test", labels=recovery.TEST_LABELS)
    log_scale = settings.choice("Axis", ("linear", "logarithmic"), key="axis") == "logarithmic"
show(cache.card("recovery", recovery.Settings(marker=marker, group=group, test=test, log_scale=log_scale)))
