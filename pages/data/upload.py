"""Load a spreadsheet: read it, see how it is understood, correct that, and only then use it."""

import streamlit as st

from iren_core.errors import UnreadableFile
from pages._ui import cache, matching, session
from pages._ui.text import plain

if session.just_loaded():
    st.switch_page(matching.FIRST_PAGE)
st.title("Load data")
matching.start()
upload = session.upload()
if upload is None:
    matching.current_cohort(session.cohort())
    st.stop()

st.header(f"How “{plain(upload.filename)}” is understood", divider="gray")
st.caption(
    "Nothing counts before you press “Use this cohort”. The file stays in the memory of this visit only."
)
try:
    sheets = cache.sheets(upload.data, upload.filename)
    sheet = matching.choose_sheet(sheets) if len(sheets) > 1 else None
    table = cache.table(upload.data, upload.filename, sheet)
except UnreadableFile as error:
    matching.unreadable(error)
    st.stop()

for assumption in table.assumptions:
    st.markdown(f"- {plain(assumption)}")
mapping = matching.columns(table)
codings = matching.codings(table, mapping)
assembled = cache.assembled(table, mapping, codings)
matching.queries(assembled.problems, "iren_queries.csv")
matching.confirm(assembled, codings)
