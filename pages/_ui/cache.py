"""The only place that caches. Every cache belongs to one visit: patients never cross from one reader to another."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import streamlit as st

from iren_core import Selection
from iren_core.card import Card
from iren_core.intake import RawTable, read_table
from pages._ui import session


def card(question: str, settings: Any) -> Card:
    """The card of one question for the selected patients."""
    return _card(question, session.cohort_id(), session.selected().selection, settings)


@st.cache_data(scope="session", max_entries=64, show_spinner=False)
def _card(question: str, cohort_id: str, selection: Selection, settings: Any) -> Card:
    return import_module(f"iren_core.analyses.{question}").card(session.selected(), settings)


@st.cache_data(scope="session", max_entries=4, show_spinner="Reading the file …")
def table(data: bytes, filename: str, sheet: str | None) -> RawTable:
    """The file as a table of cells."""
    return read_table(data, filename, sheet=sheet)
