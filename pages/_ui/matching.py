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
from iren_core.wording import listed, patients
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
        hide_index=True, key=_key(table, "columns"), alt="Columns of the file and their fields",
    )  # fmt: skip
    chosen: Mapping = {
        match.column: name_of.get(label)
        for match, label in zip(matches, edited["Field"], strict=True)
        if name_of.get(label) != (match.field if match.used else None)
    }
    _say_rivals(edited)
    return chosen | _suggestions(table, matches, chosen, label_of)


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


def _say_rivals(edited: pd.DataFrame) -> None:
    used = edited[edited["Field"] != NOT_USED]
    for field, rivals in used.groupby("Field")["Column in your file"]:
        if len(rivals) > 1:
            names = listed(f"“{name}”" for name in rivals)
            st.markdown(
                f"**{plain(names)} are both {plain(field)}.** Only the one you chose counts; see the remarks."
            )


def _suggestions(
    table: RawTable, matches: tuple[ColumnMatch, ...], chosen: Mapping, label_of: dict[str, str]
) -> Mapping:
    similar = [match for match in matches if match.how == "similar" and match.column not in chosen]
    if similar:
        st.markdown("**Do these mean the same?** The names are alike, not equal; tick those that are right.")
    return {
        match.column: match.field
        for match in similar
        if match.field
        and st.checkbox(
            f"“{plain(match.column)}” is {plain(label_of[match.field])}",
            key=_key(table, "same", match.column),
            persist_state="session",
        )
    }


def _key(table: RawTable, *parts: str) -> str:
    """A widget's identity: an answer given for one sheet of one file never answers for another."""
    return "_".join((*parts, table.sha256, str(table.sheet)))


def codings(table: RawTable, mapping: Mapping) -> Codings:
    """What codes mean that the file does not explain, as the reader says."""
    answers: Codings = {}
    questions = cache.assembled(table, mapping, {}).questions
    if questions:
        st.subheader("What the file does not say")
    for question in questions:
        st.markdown(f"**{plain(question.column)}**: {plain(question.sentence)}")
        with st.container(horizontal=True):
            meanings = {
                value: st.selectbox(
                    plain(question.prompt(value)), (NOT_KNOWN, *question.choices),
                    key=_key(table, "code", question.column, value), width=260, persist_state="session",
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
        "Each line deserves a look in the file itself. No row was dropped.",
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


def assumptions(sentences: tuple[str, ...]) -> None:
    """What was taken for granted while reading."""
    st.markdown("\n".join(f"- {plain(sentence)}" for sentence in sentences))


def confirm(assembled: Assembled, answers: Codings) -> None:
    """The button that makes the file count."""
    open_questions = listed(
        schema.field(question.field).label
        for question in assembled.questions
        if question.field not in answers
    )
    if open_questions:
        st.markdown(
            f"**Not answered yet: {plain(open_questions)}.** Without it these values count as missing."
        )
    st.markdown(f"**{patients(len(assembled.frame))}** will be used.")
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
    assumptions(source.assumptions)
    if session.can_reopen():
        st.button("Change the matching or the codes", on_click=session.reopen_upload, icon=":material/tune:")
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
