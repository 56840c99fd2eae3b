"""Who are the patients, and are the groups alike?"""

import streamlit as st

from iren_core import schema
from iren_core.analyses import baseline
from iren_core.analyses.timing import is_known_early
from pages._ui import cache, session, settings
from pages._ui.card import show

st.title("Baseline")
with settings.row():
    group = settings.group()
    which = settings.choice(
        "Rows",
        ("the study's Table 1", "every field at the start", "every field", "my own choice"),
        key="baseline_rows",
    )
    rule = settings.choice("Tests", baseline.RULES, key="rule")
    adjust = settings.choice(
        "Adjusted p", baseline.ADJUSTMENTS, key="adjust", labels={"holm": "Holm", "bh": "Benjamini-Hochberg"}
    )
possible = baseline.describable_fields(session.selected())
fields: tuple[str, ...] = ()
if which.startswith("every field"):
    fields = tuple(name for name in possible if which == "every field" or is_known_early(name))
if which == "my own choice":
    fields = tuple(
        st.multiselect(
            "Rows, in the order of the table",
            possible,
            default=[name for name in baseline.TABLE_1 if name in possible],
            format_func=lambda name: schema.field(name).label_with_unit,
            key="baseline_fields",
            persist_state="session",
        )
    )
show(cache.card("baseline", baseline.Settings(group=group, fields=fields, rule=rule, adjust=adjust)))
