"""Load a spreadsheet: read it, see how it is understood, correct that, and only then use it."""

import streamlit as st

from iren_core.errors import UnreadableFile
from pages._ui import cache, matching, session, sources
from pages._ui.text import plain

if session.just_loaded():
    st.switch_page(matching.FIRST_PAGE, query_params=session.own_link())
st.title("Load data")
sources.start()
upload = session.upload()
if upload is None:
    matching.current_cohort(session.cohort())
    st.stop()

st.header(f"How “{plain(upload.filename)}” is understood", divider="gray")
st.caption(
    "Nothing counts before you press “Use this cohort”. The file stays in the memory of this visit only."
)
try:
    table = sources.table(upload)
except UnreadableFile as error:
    matching.unreadable(error)
    st.stop()

taken_for_granted = st.container()
mapping = matching.columns(table)
codings = matching.codings(table, mapping)
assembled = cache.assembled(table, mapping, codings)
with taken_for_granted:
    matching.assumptions(assembled.table.assumptions)
matching.queries(assembled.problems, "iren_queries.csv")
matching.confirm(assembled, codings)
