"""Load a spreadsheet: read it, see how it is understood, correct that, and only then use it."""

import streamlit as st

from iren_core.errors import UnreadableFile
from pages._ui import cache, changes, identity, matching, memory, queries, session, sources
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

last_time = memory.recall(table)
known = last_time or memory.NOTHING
taken_for_granted = st.container()
personal = identity.ask(table, known.mapping, last_time and last_time.study_numbers)
mapping = matching.columns(table, personal, known.mapping)
alarm = st.container()
with taken_for_granted:  # so that the bar of a large file stands where the reader looks
    first_look = cache.assembled(table, mapping, {}, False)
codings = matching.codings(table, first_look.questions, known.codings)
classes = matching.classes(table, mapping, known.classes)
without = matching.left_out_rows(table, first_look.entered_again)
assembled = cache.assembled(
    table, mapping, codings, personal.study_numbers, classes=classes, left_out_rows=without
)
with alarm:
    matching.unanswered(table, assembled, personal)
with taken_for_granted:
    matching.assumptions(assembled.table.assumptions)
queries.show(assembled.problems, table.filename, table)
changes.against_loaded(table, assembled, mapping, codings)
matching.confirm(table, assembled, codings)
