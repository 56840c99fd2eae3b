"""What the study prints, beside these patients."""

import streamlit as st

from iren_core.analyses import published
from pages._ui import cache, settings
from pages._ui.card import show

st.title("Published study")
with settings.row():
    section = settings.choice("Part of the study", published.SECTIONS, key="published_section")
show(cache.card("published", published.Settings(section=section)))
