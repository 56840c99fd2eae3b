"""The cards that were put into the deck, in their order, and the files that they leave as."""

import streamlit as st

from pages._ui import deck, report, session

st.title("Slides and report")
report.remarks()
cards = list(session.deck().values())
if cards:
    st.markdown("Each card stays as it was when it was added: its patients and filters stand below it.")
    report.downloads(cards)
    deck.tray()
else:
    with st.container(border=True):
        st.subheader("The deck is empty")
        st.markdown(
            "Open any answer and press **Add to deck** under its picture. What you add is kept here, in your order, "
            "until this page is closed; then all of it leaves as one file."
        )
        st.page_link("pages/outcomes/healing.py", label="Open Healing", icon=":material/arrow_forward:")
report.restore()
