"""What went with death?"""

import streamlit as st

from iren_core.analyses import prognosis
from pages._ui import cache, settings
from pages._ui.card import show

st.title("Prognosis")
with settings.row():
    view = settings.choice("Show", prognosis.VIEWS, key="prognosis_view")
    factors = settings.choice("Factors", prognosis.FACTOR_SETS, key="prognosis_factors")
    test = settings.choice("Test", prognosis.TESTS, key="prognosis_test")
usual = prognosis.Settings().marker
marker = settings.marker() if view == "one marker" else usual
show(cache.card("prognosis", prognosis.Settings(view=view, factors=factors, marker=marker, test=test)))
