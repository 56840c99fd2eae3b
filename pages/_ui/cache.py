"""The only place that caches. Every cache belongs to one visit: patients never cross from one reader to another."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import streamlit as st

from iren_core import Cohort, Selection
from iren_core.analyses.changes import Changes, compare_cohorts
from iren_core.card import Card
from iren_core.errors import UnreadableFile
from iren_core.intake import (
    CLASSES_OF_1993,
    Assembled,
    Classes,
    ColumnMatch,
    RawTable,
    assemble_table,
    match_columns,
    read_tables,
)
from iren_core.intake.below import one_below_another
from iren_core.intake.meeting import Proposal, likely_first, propose
from iren_core.intake.memory import Applied, apply, recall
from iren_core.intake.privacy import Identifier, identifiers
from iren_core.share_safe import share_safe
from pages._ui import progress, session

#: What is kept free for a picture while its numbers are being computed. Where that takes less than a blink, the
#: placeholder itself would cost more: these questions are slow, or slow from so many patients on.
PICTURE_HEIGHT_PX = 560
SLOW = frozenset({"baseline", "correlates", "prognosis", "published"})
MANY_PATIENTS = 500

#: A table is known by its file, its sheet and how it was made of these; hashing every cell would cost too much.
_BY_HASH = {RawTable: lambda table: (table.sha256, table.sheet, table.recipe, table.assumptions)}


def card(question: str, settings: Any) -> Card:
    """The card of one question for the selected patients."""
    known = (question, session.cohort_id(), session.selected().selection, settings, session.share_safe())
    if question not in SLOW and len(session.selected()) < MANY_PATIENTS:
        return _card(*known)
    with st.skeleton(height=PICTURE_HEIGHT_PX):
        return _card(*known)


@st.cache_data(scope="session", max_entries=64, show_spinner=False)
def _card(question: str, cohort_id: str, selection: Selection, settings: Any, to_share: bool) -> Card:
    card = import_module(f"iren_core.analyses.{question}").card(session.selected(), settings)
    return share_safe(card, session.cohort().frame["patient_id"]) if to_share else card


# Kept as they are, not as copies: nothing changes a table or a cohort, and copying six million cells takes seconds.
@st.cache_resource(scope="session", max_entries=6, show_spinner=False)
def tables(data: bytes, filename: str) -> tuple[RawTable | UnreadableFile, ...]:
    """Every table of a file; see ``read_tables``."""
    return read_tables(data, filename)


@st.cache_data(scope="session", max_entries=12, show_spinner=False, hash_funcs=_BY_HASH)
def matches(table: RawTable, mapping: dict[str, str | None]) -> tuple[ColumnMatch, ...]:
    """How the columns are understood by their names, and by what is remembered of them."""
    return match_columns(table, mapping)


@st.cache_data(scope="session", max_entries=12, show_spinner=False, hash_funcs=_BY_HASH)
def likeliest(tables: tuple[RawTable, ...]) -> int:
    """The place of the table that looks most like patients."""
    return likely_first(tables, lambda table: matches(table, {}))


@st.cache_resource(scope="session", max_entries=2, show_spinner=False, hash_funcs=_BY_HASH)
def below(tables: tuple[RawTable, ...]) -> RawTable:
    """The tables one below another; see ``one_below_another``."""
    return one_below_another(tables)


@st.cache_data(scope="session", max_entries=12, show_spinner=False, hash_funcs=_BY_HASH)
def proposal(tables: tuple[RawTable, ...], first: int) -> Proposal:
    """How the other tables belong to the first."""
    return propose(tables, first, lambda table: matches(table, {}))


@st.cache_data(scope="session", max_entries=2, show_spinner=False, hash_funcs=_BY_HASH)
def personal(table: RawTable) -> tuple[Identifier, ...]:
    """The columns that tell who the patients are."""
    return identifiers(table, match_columns(table))


@st.cache_data(scope="session", max_entries=2, show_spinner=False, hash_funcs=_BY_HASH)
def remembered(table: RawTable, memory: bytes) -> Applied:
    """What of a matching of last time fits this table."""
    return apply(recall(memory), table)


@st.cache_data(scope="session", max_entries=2, show_spinner="Comparing the two files …")
def changes(cohort_id: str, newer: str, _before: Cohort, _after: Cohort, _identities: Any) -> Changes:
    """What the newer file changes; ``newer`` tells one reading of it from another."""
    return compare_cohorts(_before, _after, identities=_identities)


@st.cache_resource(scope="session", max_entries=4, show_spinner=False, hash_funcs=_BY_HASH)
def assembled(
    table: RawTable,
    mapping: dict[str, str | None],
    codings: dict[str, dict[str, str]],
    study_numbers: bool,
    *,
    classes: Classes = CLASSES_OF_1993,
    left_out_rows: tuple[int, ...] = (),
) -> Assembled:
    """The cohort to be, under the reader's own matches, codes and classes; a large one shows how far it is."""
    with progress.bar(len(table.cells)) as tell:
        return assemble_table(
            table,
            matches(table, mapping),
            codings,
            study_numbers=study_numbers,
            classes=classes,
            left_out_rows=left_out_rows,
            progress=tell,
        )
