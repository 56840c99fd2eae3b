"""The matching of last time: kept as a small file, put beside the next one, and said where it does not fit."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

import streamlit as st

from iren_core.intake import CLASSES_OF_1993, Classes, ColumnMatch, RawTable
from iren_core.intake.memory import Applied, Remembered, remember
from pages._ui import cache, session
from pages._ui.text import plain

#: A file with this share of the columns of the loaded one is a newer version of it.
ALIKE = 0.5
NOTHING = Applied({}, {}, False, 0, (), CLASSES_OF_1993)


def recall(table: RawTable) -> Applied | None:
    """A box for the matching of last time; what of it fits this file, ``None`` where there is none.

    Where the box is empty it is that of the file that is loaded, so that nothing a reader confirmed is lost.
    """
    folded = st.expander("Use the matching of last time", key="memory_box", on_change="rerun")
    if folded.open:
        with folded:
            st.file_uploader(
                "The file that “Keep this matching” saved (JSON)", type=["json"], key=session.memory_key(),
                on_change=session.keep_memory,
            )  # fmt: skip
    memory = session.memory()
    if memory.fault:
        st.markdown(f"**The matching of last time was not used.** {plain(memory.fault)}")
    if not memory.fault and memory.remembered.columns:
        return _applied(table, memory.remembered, "The matching of last time")
    source = session.cohort().source
    columns = {match.column for match in source.columns}
    if not session.has_own_data() or len(columns & {*table.columns}) < ALIKE * len(columns):
        return None
    answers = {name: dict(coding) for name, coding in source.codings}
    before = remember(source.columns, answers, study_numbers=source.study_numbers, classes=source.classes)
    if (source.sha256, source.sheet) == (table.sha256, table.sheet):
        return cache.remembered(table, before.to_json())
    return _applied(table, before, f"What you confirmed of “{source.filename}”")


def _applied(table: RawTable, remembered: Remembered, what: str) -> Applied:
    """What of it fits this table, said with what does not."""
    applied = cache.remembered(table, remembered.to_json())
    told = [f"{what} was applied to {applied.used} columns.", *applied.misfits]
    st.markdown("\n".join(f"- {plain(sentence)}" for sentence in told))
    return applied


def keep(
    matches: tuple[ColumnMatch, ...],
    codings: Mapping[str, Mapping[str, str]],
    study_numbers: bool,
    filename: str,
    classes: Classes,
) -> None:
    """A button that saves how a file was matched; nothing of a patient is in it."""
    st.download_button(
        "Keep this matching (JSON)",
        data=lambda: remember(matches, codings, study_numbers=study_numbers, classes=classes).to_json(),
        file_name=f"{PurePath(filename).stem}_matching.json", mime="application/json", on_click="ignore",
        icon=":material/bookmark:",
        help="Columns, fields, units and what codes mean, for the next file of this kind. No patient's value is in it.",
    )  # fmt: skip
