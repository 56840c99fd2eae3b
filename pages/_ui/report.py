"""The files that the whole deck leaves as."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from iren_core.card import Card
from pages._ui.downloads import PPTX


def downloads(cards: Sequence[Card]) -> None:
    """A button for every kind of file; each is made when it is asked for."""
    with st.container(horizontal=True, vertical_alignment="center", key="report_files"):
        st.download_button(
            f"Slides (PowerPoint), {len(cards)}",
            data=lambda: _slides(cards),
            file_name="iren_slides.pptx",
            mime=PPTX,
            icon=":material/slideshow:",
            type="primary",
            on_click="ignore",
        )


def _slides(cards: Sequence[Card]) -> bytes:
    from iren_core.export.powerpoint import deck  # noqa: PLC0415 - slow to import and rarely asked for

    return deck(cards)
