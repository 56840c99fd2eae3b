"""Do the markers recover?"""

import streamlit as st

from iren_core.analyses import recovery
from pages._ui import cache, session, settings
from pages._ui.card import show

st.title("Recovery")
with settings.row():
    view = settings.choice("Show", recovery.VIEWS, key="recovery_view")
    group = settings.group()
    test = settings.choice("Paired test", recovery.TESTS, key="paired_test", labels=recovery.TEST_LABELS)
    change = settings.choice("Change", recovery.CHANGES, key="recovery_change", labels=recovery.CHANGE_LABELS)
    deceased = settings.choice(
        "Patients who died", recovery.DECEASED, key="recovery_deceased", labels=recovery.DECEASED_LABELS,
        help_text="Their second sample is the last before death, no recovery.",
    )  # fmt: skip
    log_scale = settings.choice("Axis", ("linear", "logarithmic"), key="axis") == "logarithmic"
    beyond_limit = settings.beyond_limit()
if view == "one marker":
    marker = settings.marker()
    ranges = settings.reference_ranges([marker])
else:
    marker = recovery.Settings().marker
    ranges = settings.reference_ranges([one.key for one in recovery.markers_with_pairs(session.selected())])
chosen = recovery.Settings(
    marker=marker,
    group=group,
    test=test,
    log_scale=log_scale,
    view=view,
    change=change,
    deceased=deceased,
    beyond_limit=beyond_limit,
    ranges=ranges,
)
show(cache.card("recovery", chosen))
