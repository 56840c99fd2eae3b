"""Did fewer patients die than SCORTEN predicts?"""

import streamlit as st

from iren_core.analyses import mortality
from pages._ui import cache, settings
from pages._ui.card import show

st.title("Mortality")
with settings.row():
    group = settings.group()
    view = settings.choice("Show", mortality.VIEWS, key="mortality_view")
show(cache.card("mortality", mortality.Settings(group=group, view=view)))
