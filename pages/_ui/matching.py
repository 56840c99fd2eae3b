"""The steps of loading a file, as the reader walks them: choose, match, explain codes, look at queries, use."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import streamlit as st

from iren_core import Cohort, schema
from iren_core.card import Table
from iren_core.cohort import cohort_from
from iren_core.errors import UnreadableFile
from iren_core.export.workbook import csv
from iren_core.intake import Assembled, ColumnMatch, RawTable
from pages._ui import cache, session
from pages._ui.tables import show_table
from pages._ui.text import plain

SAMPLE_FOLDER = Path(__file__).parents[2] / "sample_data"
FIRST_PAGE = "pages/outcomes/healing.py"
FILE_TYPES = ["csv", "tsv", "txt", "xlsx", "xlsm", "xls", "xlsb", "ods"]
NOT_USED = "(not used)"
NOT_KNOWN = "(not known)"
EXAMPLES_SHOWN = 3

HOW = {
    "exact": "its own name",
    "synonym": "a known name",
    "similar": "looks alike: please check",
    "chosen": "your choice",
    "none": "no field found",
}

Mapping = dict[str, str | None]
Codings = dict[str, dict[str, str]]


def start() -> None:
    """The ways in: a file, the sample, the blank template."""
    st.file_uploader(
        "Drop your cohort here: one row a patient, CSV or Excel",
        type=FILE_TYPES, key=session.uploader_key(), on_change=session.keep_upload,
        help="Excel (xlsx, xls, xlsb, ods) or text (CSV, tab-separated), in English or Chinese, in any usual encoding.",
    )  # fmt: skip
    with st.container(horizontal=True):
        st.button("Use the synthetic sample", on_click=session.use_sample, icon=":material/science:")
        for label, name in (
            ("Blank template", "template.xlsx"),
            ("Sample as a messy spreadsheet", "iren_cohort_messy.xlsx"),
        ):
            st.download_button(
                label, data=(SAMPLE_FOLDER / name).read_bytes, file_name=name, on_click="ignore",
                icon=":material/download:",
            )  # fmt: skip


def choose_sheet(sheets: tuple[str, ...]) -> str | None:
    """Which sheet of the workbook holds the patients."""
    automatic = "The one that looks like patients"
    chosen = st.selectbox("Sheet", (automatic, *sheets), width=320)
    return None if chosen == automatic else chosen


def unreadable(error: UnreadableFile) -> None:
    """Say in three sentences why the file cannot be read."""
    with st.container(border=True):
        st.subheader("This file cannot be read")
        for part in (error.asked, error.found, error.advice):
            st.markdown(plain(part))
        st.button("Choose another file", on_click=session.forget_upload)


def columns(table: RawTable) -> Mapping:
    """Each column with the field it was matched to, to be corrected by the reader; returns what the reader set."""
    matches = cache.matches(table)
    label_of = {name: field.label_with_unit for name, field in schema.fields().items()}
    name_of = {label: name for name, label in label_of.items()}
    st.subheader("Columns")
    used = sum(match.used for match in matches)
    st.markdown(
        f"{used} of {len(matches)} columns are recognised. Change a field in the table where it is wrong."
    )
    edited = st.data_editor(
        pd.DataFrame([_match_row(table, place, match, label_of) for place, match in enumerate(matches)]),
        column_config={
            "Field": st.column_config.SelectboxColumn(
                options=[NOT_USED, *label_of.values()], required=True, width="large"
            ),
        },
        disabled=["Column in your file", "First values", "Matched by", "Remark"],
        hide_index=True, key=f"columns_{table.sha256}_{table.sheet}", alt="Columns of the file and their fields",
    )  # fmt: skip
    chosen: Mapping = {
        match.column: name_of.get(label)
        for match, label in zip(matches, edited["Field"], strict=True)
        if name_of.get(label) != (match.field if match.used else None)
    }
    return chosen | _suggestions([match for match in matches if match.how == "similar"], chosen, label_of)


def _match_row(table: RawTable, place: int, match: ColumnMatch, label_of: dict[str, str]) -> dict[str, str]:
    values = table.cells[place].dropna().head(EXAMPLES_SHOWN)
    return {
        "Column in your file": match.column,
        "First values": ", ".join(
            f"{value:g}" if isinstance(value, float) else str(value) for value in values
        ),
        "Field": label_of[match.field] if match.used and match.field else NOT_USED,
        "Matched by": HOW[match.how],
        "Remark": match.note,
    }


def _suggestions(similar: list[ColumnMatch], chosen: Mapping, label_of: dict[str, str]) -> Mapping:
    if not similar:
        return {}
    st.markdown("**Do these mean the same?** The names are alike, not equal; tick those that are right.")
    return {
        match.column: match.field
        for match in similar
        if match.field
        and match.column not in chosen
        and st.checkbox(
            f"“{plain(match.column)}” is {plain(label_of[match.field])}", key=f"same_{match.column}"
        )
    }


def codings(table: RawTable, mapping: Mapping) -> Codings:
    """What codes mean that the file does not explain, as the reader says."""
    answers: Codings = {}
    questions = cache.assembled(table, mapping, {}).questions
    if questions:
        st.subheader("What do these codes mean?")
    for question in questions:
        st.markdown(f"**{plain(question.column)}**: {plain(question.sentence)}")
        with st.container(horizontal=True):
            meanings = {
                value: st.selectbox(
                    f"{value} means", (NOT_KNOWN, *question.choices), key=f"code_{question.field}_{value}", width=220,
                    format_func=lambda name, field=question.field: schema.category_label(field, name),
                )
                for value in question.values
            }  # fmt: skip
        answers[question.field] = {
            value: meaning for value, meaning in meanings.items() if meaning != NOT_KNOWN
        }
    return {field: meanings for field, meanings in answers.items() if meanings}


def queries(problems: pd.DataFrame, file_name: str) -> None:
    """The query list: everything in the file that cannot be right or deserves a look."""
    if problems.empty:
        st.markdown("**Query list**: no value contradicts another or lies beyond what can be right.")
        return
    show_table(
        "Query list",
        problems,
        f"{len(problems)} values deserve a look in the file itself. No row was dropped.",
    )
    st.download_button(
        "Query list (CSV)",
        data=lambda: _inert_csv(problems),
        file_name=file_name,
        mime="text/csv",
        on_click="ignore",
    )


def _inert_csv(problems: pd.DataFrame) -> bytes:

    return csv(Table("queries", "Query list", problems, problems), "")


def confirm(assembled: Assembled, answers: Codings) -> None:
    """The button that makes the file count."""
    st.markdown(f"**{len(assembled.frame)} patients** will be used.")
    with st.container(horizontal=True):
        st.button(
            "Use this cohort",
            type="primary",
            on_click=session.load_own,
            args=(cohort_from(assembled, answers),),
        )
        st.button("Cancel", on_click=session.forget_upload)


def current_cohort(cohort: Cohort) -> None:
    """What is loaded now, and how it was read."""
    source = cohort.source
    st.header("What is loaded now", divider="gray")
    st.markdown(f"**{plain(source.filename)}**, {len(cohort)} patients, SHA-256 {source.sha256[:8]}")
    for assumption in source.assumptions:
        st.markdown(f"- {plain(assumption)}")
    queries(cohort.problems, "iren_queries.csv")
    folded = st.expander("How its columns were matched", key="columns_now", on_change="rerun")
    if not folded.open:
        return
    with folded:
        label_of = {name: field.label_with_unit for name, field in schema.fields().items()}
        rows = [
            {
                "Column in the file": match.column,
                "Field": label_of[match.field] if match.used and match.field else NOT_USED,
                "Matched by": HOW[match.how],
                "Remark": match.note,
            }
            for match in source.columns
        ]
        show_table("Columns and fields", pd.DataFrame(rows))
