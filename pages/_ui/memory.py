"""The matching of last time: kept as a small file, put beside the next one, and said where it does not fit."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

import streamlit as st

from iren_core.intake import CLASSES_OF_1993, Classes, ColumnMatch, RawTable
from iren_core.intake.memory import Applied, remember
from pages._ui import cache, session
from pages._ui.text import plain

NOTHING = Applied({}, {}, False, 0, (), CLASSES_OF_1993)


def recall(table: RawTable) -> Applied | None:
    """A box for the matching of last time; what of it fits this file, ``None`` where there is none."""
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
    if memory.fault or not memory.remembered.columns:
        return None
    applied = cache.remembered(table, memory.remembered.to_json())
    told = [f"The matching of last time was applied to {applied.used} columns.", *applied.misfits]
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
