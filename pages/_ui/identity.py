"""Who the patients are: columns that tell it are pointed out first, and left out unless the reader says otherwise."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from iren_core.intake import RawTable
from iren_core.intake.privacy import Identifier
from pages._ui import cache
from pages._ui.text import label, plain

STUDY_NUMBERS = "Study numbers, 1, 2, 3 … in the order of the file"
OWN_NUMBERS = "The numbers or names in the file"


@dataclass(frozen=True)
class Answer:
    """What the reader said: which of the columns stay, and whether running numbers stand in for the patients' own."""

    found: tuple[Identifier, ...]
    kept: frozenset[str]
    study_numbers: bool

    @property
    def hidden(self) -> frozenset[str]:
        """The columns of which no value is shown."""
        return frozenset(identifier.column for identifier in self.found) - self.kept


def ask(
    table: RawTable, remembered_columns: dict[str, str | None], remembered_numbers: bool | None
) -> Answer:
    """Point out what tells who the patients are, and let the reader say what stays.

    What was said last time, where there was one, is where the boxes begin.
    """
    found = cache.personal(table)
    numbers = {match.column for match in cache.matches(table, {}) if match.field == "patient_id"}
    others = [identifier for identifier in found if identifier.column not in numbers]
    called = next((identifier for identifier in found if identifier.column in numbers), None)
    if not (others or called or remembered_numbers):
        return Answer(found, frozenset(), False)
    with st.container(border=True, key="personal_data"):
        st.subheader("Personal data")
        kept = _columns(table, others, remembered_columns)
        study_numbers = _numbers(table, called, remembered_numbers) if called or remembered_numbers else False
    if called and not study_numbers:
        kept |= {called.column}
    return Answer(found, frozenset(kept), study_numbers)


def _columns(table: RawTable, found: list[Identifier], remembered: dict[str, str | None]) -> set[str]:
    if not found:
        return set()
    st.markdown(
        "These columns tell who the patients are. They are **left out** of the cohort, and no value of them is shown, "
        "unless you tick them. Your file itself is held only while this visit lasts, for the workbook with the "
        "queries marked."
    )
    return {
        identifier.column
        for identifier in found
        if st.checkbox(
            label(f"Keep “{identifier.column}”: it {_what(identifier)}"),
            value=remembered.get(identifier.column) is not None,
            key="_".join(("keep", identifier.column, table.sha256, str(table.sheet), table.recipe)),
            persist_state="session",
        )
    }


def _what(identifier: Identifier) -> str:
    return f"{'holds' if identifier.by_header else 'seems to hold'} {identifier.kind}"


def _numbers(table: RawTable, called: Identifier | None, remembered: bool | None) -> bool:
    if called:
        st.markdown(f"The patients are called by “{plain(called.column)}”, which {plain(_what(called))}.")
    return (
        st.radio(
            "Call the patients by",
            (STUDY_NUMBERS, OWN_NUMBERS),
            index=1 if remembered is False else 0,
            key="_".join(("numbers", table.sha256, str(table.sheet), table.recipe)),
            persist_state="session",
        )
        == STUDY_NUMBERS
    )
