"""What goes with slow healing, or any number with any other?"""

import streamlit as st

from iren_core.analyses import correlates
from iren_core.analyses.subgroups import cut_fields, grouping_fields
from iren_core.analyses.timing import number_fields
from iren_core.schema import field
from pages._ui import cache, session, settings
from pages._ui.card import show

st.title("Correlates")
usual = correlates.Settings()
offered = number_fields(session.cohort()) or (
    usual.against,
)  # without any number the analysis says what it lacks
labels = {name: field(name).label_with_unit for name in offered}
with settings.row():
    first = [usual.against] if usual.against in offered else []
    against = settings.choice(
        "Outcome", [*first, *(n for n in offered if n not in first)], key="correlates_outcome", labels=labels
    )
    method = settings.choice(
        "Measure", correlates.METHODS, key="correlates_method", labels=correlates.METHOD_LABELS
    )
    groupable = grouping_fields(session.cohort()) or cut_fields(session.cohort())
    group = settings.group() if groupable else None
across = [name for name in offered if name != against]
variables = st.multiselect(
    "Set against", across, [name for name in usual.variables if name in across], format_func=labels.get,
    key=f"correlates_variables_{against}", max_selections=correlates.MOST_VARIABLES, persist_state="session",
    help="One to four fields. The table further down ranks all of them.",
)  # fmt: skip
chosen = correlates.Settings(against=against, variables=tuple(variables), method=method, group=group)
show(cache.card("correlates", chosen))
