"""Draws a table of words: whole and wrapped while it is short, scrolling when it is long."""

import pandas as pd
import streamlit as st

from pages._ui.text import plain

#: Longer tables scroll instead of pushing the page down.
LONGEST_STATIC_TABLE = 30


def show_rows(rows: pd.DataFrame, name: str) -> None:
    """The rows as text, exactly as they stand; ``name`` is what a screen reader calls the table."""
    shown = rows.astype(str)
    if len(shown) > LONGEST_STATIC_TABLE:
        st.dataframe(shown, hide_index=True, alt=name)
    else:
        st.table(shown.map(plain).rename(columns=plain), border="horizontal", hide_index=True, alt=name)
