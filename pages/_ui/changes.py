"""What a newer file changes against the cohort that is loaded, before it takes its place."""

from __future__ import annotations

import streamlit as st

from iren_core.analyses.changes import Changes, summary
from iren_core.cohort import cohort_from
from iren_core.intake import Assembled, RawTable
from pages._ui import cache, session
from pages._ui.text import plain

Mapping = dict[str, str | None]
Codings = dict[str, dict[str, str]]


def against_loaded(table: RawTable, assembled: Assembled, mapping: Mapping, codings: Codings) -> None:
    """A fold that tells what changes; only where a file of the reader's is loaded."""
    if not session.has_own_data():
        return
    before = session.cohort()
    folded = st.expander(
        f"What changes against “{plain(before.source.filename)}”", key="changes", on_change="rerun"
    )
    if folded.open:
        with folded:
            if _cannot_be_matched(assembled):
                st.markdown(
                    "Study numbers stand in for the patients' own, and the file before is no longer held: "
                    "which patient is which cannot be told, so nothing is compared."
                )
                return
            identities = _identities(table, mapping, codings, assembled)
            newer = repr(
                (
                    table.sha256,
                    table.sheet,
                    table.recipe,
                    mapping,
                    codings,
                    assembled.study_numbers,
                    assembled.classes,
                    assembled.left_out_rows,
                )
            )
            _show(
                cache.changes(session.cohort_id(), newer, before, cohort_from(assembled, codings), identities)
            )


def _cannot_be_matched(assembled: Assembled) -> bool:
    by_study_number = assembled.study_numbers or session.cohort().source.study_numbers
    return by_study_number and session.loaded_table() is None


def _identities(
    table: RawTable, mapping: Mapping, codings: Codings, assembled: Assembled
) -> tuple[list[str], list[str]] | None:
    """The patients' own numbers, by which study numbers are matched; they are compared and not shown."""
    source, own = session.cohort().source, session.loaded_table()
    if not (assembled.study_numbers or source.study_numbers) or own is None:
        return None
    answers = {name: dict(coding) for name, coding in source.codings}
    return tuple(
        cache.assembled(*read, False, left_out_rows=without).frame["patient_id"].astype(str).tolist()
        for read, without in (
            ((own, source.chosen, answers), source.left_out_rows),
            ((table, mapping, codings), assembled.left_out_rows),
        )
    )  # type: ignore[return-value]


def _show(changes: Changes) -> None:
    st.markdown("\n".join(f"- {plain(sentence)}" for sentence in summary(changes)))
    if session.share_safe():
        st.markdown("**Share-safe is on**: the cells, which quote single patients, are not shown.")
        return
    if len(changes.edited):
        names = {"patient": "Patient", "field": "Field", "before": "Before", "after": "After"}
        st.dataframe(
            changes.edited.rename(columns=names), hide_index=True, alt="Cells that differ", key="edited_cells"
        )
    st.markdown("**The answer on healing**")
    same = changes.headline_before == changes.headline_after
    rows = [("Before and now", changes.headline_after)] if same else [
        ("Before", changes.headline_before), ("Now", changes.headline_after)
    ]  # fmt: skip
    st.markdown("\n".join(f"- *{when}*: {plain(finding)}" for when, finding in rows))
