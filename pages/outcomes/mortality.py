"""Did fewer patients die than SCORTEN predicts?"""

import streamlit as st

from iren_core.analyses import mortality
from pages._ui import cache, settings
from pages._ui.card import show

SCORE = (
    "As in the file: the score that was recorded. Recomputed: from the seven items, only where all are known. The "
    "table “What the other choices give” has all of them."
)
EDGE = (
    "Sources differ on whether age 40 years, heart rate 120 per minute and detachment 10% themselves give a point. It "
    "matters only where SCORTEN is recomputed."
)
EDGE_LABELS: dict[mortality.Edge, str] = {">=": "From 40 y, 120/min, 10% on", ">": "Above 40 y, 120/min, 10%"}
DEATHS = (
    "The study counts deaths of the acute phase, 8 weeks. A later death is then no death here, but is noted."
)
FACTOR = (
    "SCORTEN is known to predict too many deaths in places. The table “If SCORTEN predicts too many deaths” "
    "expects only this part of them, and says at which part the finding ends."
)

st.title("Mortality")
with settings.row():
    group = settings.group()
    view = settings.choice("Show", mortality.VIEWS, key="mortality_view")
    score = settings.choice("SCORTEN", mortality.SCORE_RULES, key="mortality_score", help_text=SCORE)
    more = st.popover("More settings", icon=":material/tune:")
with more:
    edge = settings.choice(
        "At the cut-offs, a point", mortality.EDGES, key="scorten_edge", labels=EDGE_LABELS, help_text=EDGE
    )
    deaths = settings.choice("Deaths", mortality.DEATH_RULES, key="mortality_deaths", help_text=DEATHS)
    window = settings.whole("Acute phase, days", key="mortality_window", value=56)
    factor = settings.whole(
        "Deaths to expect, % of SCORTEN's", key="scorten_factor", value=80, help_text=FACTOR
    )
chosen = mortality.Settings(
    group=group, view=view, score=score, edge=edge, deaths=deaths, window_days=window, factor_percent=factor
)
show(cache.card("mortality", chosen))
