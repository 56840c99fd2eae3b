"""Draws a card: finding, picture, take-away row, cautions, tables, and how it was made."""

from __future__ import annotations

import streamlit as st

from iren_core.card import Card, Table
from pages._ui import downloads
from pages._ui.deck import deck_button
from pages._ui.pictures import picture_buttons
from pages._ui.tables import show_table
from pages._ui.text import plain

PICTURE_SIZE_PX = {"width": 1100, "scale": 3}


def show(card: Card) -> None:
    """The whole card."""
    answer(card)
    st.caption(plain(card.caption))
    _take_away(card)
    if card.notes:
        with st.container(border=True):
            st.markdown("\n".join(["**Read with care**", "", *(f"- {plain(note)}" for note in card.notes)]))
    for table in card.tables:
        if not table.behind:
            _table(table)
    _numbers_behind(card)
    _how_it_was_made(card)


def answer(card: Card) -> None:
    """The finding and its picture alone."""
    st.markdown(f"##### {plain(card.finding)}")
    with st.container(key=f"picture_{card.key}"):
        st.plotly_chart(
            card.figure, theme=None, key=f"chart_{card.key}", alt=card.alt, config=_chart_options(card)
        )


def _chart_options(card: Card) -> dict[str, object]:
    size = PICTURE_SIZE_PX | {"height": card.figure.layout.height}
    return {
        "displaylogo": False,
        "displayModeBar": "hover",
        "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
        "toImageButtonOptions": {"format": "png", "filename": downloads.file_name(card), **size},
    }


def _take_away(card: Card) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"take_away_{card.key}"):
        deck_button(card)
        for label, ending, mime, make in downloads.FILES:
            st.download_button(
                label,
                data=lambda make=make: make(card),
                file_name=f"{downloads.file_name(card)}.{ending}",
                mime=mime,
                key=f"download_{ending}_{card.key}",
                on_click="ignore",
            )
        picture_buttons(card.key)


def _table(table: Table) -> None:
    if not table.shown.empty:
        show_table(table.title, table.shown, table.note)


def _numbers_behind(card: Card) -> None:
    behind = [table for table in card.tables if table.behind]
    if not behind:
        return
    folded = st.expander("Numbers behind the picture", key=f"numbers_{card.key}", on_change="rerun")
    if folded.open:
        with folded:
            for table in behind:
                _table(table)


def _how_it_was_made(card: Card) -> None:
    folded = st.expander("How this was made", key=f"made_{card.key}", on_change="rerun")
    if folded.open:
        with folded:
            st.markdown(plain(card.methods))
            st.caption(plain(card.provenance))
            several = (
                card.origin is not None and len({piece.sha256 for piece in card.origin.source.pieces}) > 1
            )
            files = "the same files" if several else "the same file"
            st.markdown(f"The same card from Python, with {files} beside the script:")
            st.code(card.code, language="python")
