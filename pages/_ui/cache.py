"""The only place that caches. Every cache belongs to one visit: patients never cross from one reader to another."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import streamlit as st

from iren_core import Selection
from iren_core.card import Card
from iren_core.errors import UnreadableFile
from iren_core.intake import (
    Assembled,
    ColumnMatch,
    RawTable,
    assemble_table,
    match_columns,
    read_tables,
)
from pages._ui import session

#: What is kept free for a picture while its numbers are being computed. Where that takes less than a blink, the
#: placeholder itself would cost more: these questions are slow, or slow from so many patients on.
PICTURE_HEIGHT_PX = 560
SLOW = frozenset({"baseline", "correlates", "prognosis", "published"})
MANY_PATIENTS = 500

#: A table is known by its file, its sheet and how it was made of these; hashing every cell would cost too much.
_BY_HASH = {RawTable: lambda table: (table.sha256, table.sheet, table.recipe, table.assumptions)}


def card(question: str, settings: Any) -> Card:
    """The card of one question for the selected patients."""
    known = (question, session.cohort_id(), session.selected().selection, settings)
    if question not in SLOW and len(session.selected()) < MANY_PATIENTS:
        return _card(*known)
    with st.skeleton(height=PICTURE_HEIGHT_PX):
        return _card(*known)


@st.cache_data(scope="session", max_entries=64, show_spinner=False)
def _card(question: str, cohort_id: str, selection: Selection, settings: Any) -> Card:
    return import_module(f"iren_core.analyses.{question}").card(session.selected(), settings)


@st.cache_data(scope="session", max_entries=6, show_spinner="Reading the file …", show_time=True)
def tables(data: bytes, filename: str) -> tuple[RawTable | UnreadableFile, ...]:
    """Every table of a file; see ``read_tables``."""
    return read_tables(data, filename)


@st.cache_data(scope="session", max_entries=12, show_spinner=False, hash_funcs=_BY_HASH)
def matches(table: RawTable) -> tuple[ColumnMatch, ...]:
    """How the columns are understood by their names."""
    return match_columns(table)


@st.cache_data(scope="session", max_entries=4, show_spinner="Checking the values …", hash_funcs=_BY_HASH)
def assembled(
    table: RawTable, mapping: dict[str, str | None], codings: dict[str, dict[str, str]]
) -> Assembled:
    """The cohort to be, under the reader's own matches and codes."""
    return assemble_table(table, match_columns(table, mapping), codings)
