"""Draws a table of words: whole and wrapped while it is short, scrolling when it is long.

Short tables are plain HTML: a screen reader walks them, and the browser need not load Streamlit's table code, which is
heavier than the rest of the page, before it can draw the picture.
"""

from html import escape

import pandas as pd
import streamlit as st

from pages._ui.text import plain

#: Longer tables scroll instead of pushing the page down.
LONGEST_STATIC_TABLE = 30
#: In a table that scrolls, rows of this height wrap a sentence instead of cutting it off (above 4 rem they do).
WRAPPED_ROW_PX = 66
#: A cell of so few characters, such as "p < 0.001", is never broken.
LONGEST_UNBROKEN_CELL = 9


def show_table(title: str, rows: pd.DataFrame, note: str = "") -> None:
    """The rows as text, exactly as they stand, under their title and above their footnote."""
    shown = rows.astype(str)
    if len(shown) > LONGEST_STATIC_TABLE:
        st.subheader(plain(title))
        st.dataframe(shown, hide_index=True, alt=title)
        st.caption(plain(note))
    else:
        footnote = f"<p>{escape(note)}</p>" if note else ""
        st.html(f'<section class="rows"><h3>{escape(title)}</h3>{_html(shown, title)}{footnote}</section>')


def _html(rows: pd.DataFrame, name: str) -> str:
    head = "".join(f'<th scope="col">{escape(str(column))}</th>' for column in rows.columns)
    body = "".join(
        "<tr>" + "".join(_cell(cell) for cell in row) + "</tr>"
        for row in rows.itertuples(index=False, name=None)
    )
    return f'<table aria-label="{escape(name)}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _cell(text: str) -> str:
    short = ' class="short"' if len(text) <= LONGEST_UNBROKEN_CELL else ""
    return f"<td{short}>{escape(text)}</td>"
