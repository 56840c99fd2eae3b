"""The steps of loading a file, as the reader walks them: choose, match, explain codes, look at queries, use."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import pandas as pd
import streamlit as st

from iren_core import Cohort, schema
from iren_core.cohort import cohort_from
from iren_core.errors import UnreadableFile
from iren_core.intake import CLASSES_OF_1993, Assembled, Classes, ColumnMatch, Question, RawTable, key_fields
from iren_core.intake.check import Again
from iren_core.intake.convert import WHOLE_COLUMN
from iren_core.intake.privacy import leave_out
from iren_core.intake.values import PercentCell, as_shown
from iren_core.wording import listed, patients
from pages._ui import cache, identity, memory, queries, session
from pages._ui.tables import show_table
from pages._ui.text import label, plain

FIRST_PAGE = "pages/outcomes/healing.py"
NOT_USED = "(not used)"
NOT_KNOWN = "(not known)"
HIDDEN = "(personal data, not shown)"
EXAMPLES_SHOWN = 3

TEN_BEGINS = ("above 30 % detached (Bastuji-Garin 1993)", "from 30 %")
OVERLAP_IS = ("its own class", "counted as TEN")

HOW = {
    "exact": "its own name",
    "synonym": "a known name",
    "similar": "looks alike: please check",
    "chosen": "your choice",
    "none": "no field found",
}

Mapping = dict[str, str | None]
Codings = dict[str, dict[str, str]]


def unreadable(error: UnreadableFile) -> None:
    """Say in three sentences why the file cannot be read."""
    with st.container(border=True):
        st.subheader("This file cannot be read")
        for part in (error.asked, error.found, error.advice):
            st.markdown(plain(part))
        st.button("Choose another file", on_click=session.forget_upload)


def columns(table: RawTable, personal: identity.Answer, remembered: Mapping) -> Mapping:
    """Each column with the field it was matched to, to be corrected by the reader; returns what the reader set."""
    matches = leave_out(cache.matches(table, remembered), personal.found, personal.kept)
    label_of = {name: field.label_with_unit for name, field in schema.fields().items()}
    name_of = {label: name for name, label in label_of.items()}
    st.subheader("Columns")
    recognised = st.container()  # said when the reader's own corrections are known
    rows = [_match_row(table, place, match, label_of, personal.hidden) for place, match in enumerate(matches)]
    edited = st.data_editor(
        pd.DataFrame(rows),
        column_config={
            "Column in your file": st.column_config.TextColumn(width=180),
            "First values": st.column_config.TextColumn(width=170),
            "Field": st.column_config.SelectboxColumn(
                options=[NOT_USED, *label_of.values()], required=True, width=270
            ),
            "Matched by": st.column_config.TextColumn(width=180),
            "Remark": st.column_config.TextColumn(width=260),
        },
        disabled=["Column in your file", "First values", "Matched by", "Remark"],
        hide_index=True, key=_key(table, "columns", _digest(remembered, personal)),
        alt="Columns of the file and their fields",
    )  # fmt: skip
    chosen: Mapping = {
        match.column: name_of.get(label)
        for match, label in zip(matches, edited["Field"], strict=True)
        if name_of.get(label) != (match.field if match.used else None)
    }
    _say_rivals(edited)
    kept = {match.column: match.field for match in matches if match.column in personal.kept and match.used}
    taken = {field for field in chosen.values() if field}
    before = {column: field for column, field in (remembered | kept).items() if field not in taken}
    suggested = _suggestions(table, matches, chosen, label_of)
    used = (edited["Field"] != NOT_USED).sum() + len(suggested)
    recognised.markdown(
        f"{used} of {len(matches)} columns are used. Change a field in the table where it is wrong."
    )
    return before | chosen | suggested


def _digest(remembered: Mapping, personal: identity.Answer) -> str:
    """Edits belong to the table as it was offered; one that is offered otherwise begins anew."""
    offered = repr((sorted(remembered.items(), key=str), sorted(personal.kept)))
    return hashlib.sha256(offered.encode()).hexdigest()[:12]


def _match_row(
    table: RawTable, place: int, match: ColumnMatch, label_of: dict[str, str], hidden: frozenset[str]
) -> dict[str, str]:
    values = table.cells[place].dropna().head(EXAMPLES_SHOWN)
    shown = ", ".join(map(_shown, values))
    return {
        "Column in your file": match.column,
        "First values": HIDDEN if match.column in hidden else shown,
        "Field": label_of[match.field] if match.used and match.field else NOT_USED,
        "Matched by": HOW[match.how],
        "Remark": match.note,
    }


def _shown(value: object) -> str:
    """A cell as the reader sees it in the file: a date without midnight, a number without the dust of its storage."""
    odd = isinstance(value, float) and not isinstance(value, PercentCell) and not value.is_integer()
    return f"{value:g}" if odd else as_shown(value)


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
            label(f"“{match.column}” is {label_of[match.field]}"),
            key=_key(table, "same", match.column),
            persist_state="session",
        )
    }


def _key(table: RawTable, *parts: str) -> str:
    """A widget's identity: an answer given for one sheet of one file never answers for another."""
    return "_".join((*parts, table.sha256, str(table.sheet), table.recipe))


def codings(table: RawTable, questions: tuple[Question, ...], remembered: Codings) -> Codings:
    """What codes mean that the file does not explain, as the reader says, or said last time."""
    answers: Codings = {}
    if questions:
        st.subheader("What the file does not say")
    for question in questions:
        st.markdown(f"**{plain(question.column)}**: {plain(question.sentence)}")
        before = remembered.get(question.field, {})
        with st.container(horizontal=True):
            meanings = {
                value: _meaning(table, question, value, before.get(value, NOT_KNOWN))
                for value in question.values
            }
        answers.setdefault(question.field, {}).update(
            {value: meaning for value, meaning in meanings.items() if meaning != NOT_KNOWN}
        )
    return {field: meanings for field, meanings in answers.items() if meanings}


def _meaning(table: RawTable, question: Question, value: str, before: str) -> str:
    of_column = value in WHOLE_COLUMN
    options = list(dict.fromkeys((NOT_KNOWN, *question.choices, before)))
    free = not of_column and (question.optional or question.field in schema.OPEN_CATEGORIES)
    answer = st.selectbox(
        label(f"{question.column}: {value}{'' if of_column else ' means'}"),
        options, index=options.index(before), width=320, accept_new_options=free,
        help="Choose a meaning, or write your own." if free else None,
        key=_key(table, "code", question.column, value, before), persist_state="session",
        format_func=lambda name: schema.category_label(question.field, name),
    )  # fmt: skip
    return (answer or "").strip() or NOT_KNOWN


def classes(table: RawTable, mapping: Mapping, before: Classes) -> Classes:
    """How the detached skin is divided into diagnoses, where the file tells how much is detached."""
    if not any(match.field == "detachment_bsa_pct" and match.used for match in cache.matches(table, mapping)):
        return CLASSES_OF_1993
    st.subheader("SJS or TEN by the detached skin")
    with st.container(horizontal=True):
        ten = st.radio(
            "TEN begins", TEN_BEGINS, index=int(before.ten_from_30), persist_state="session",
            key=_key(table, "ten", repr(before)),
        )  # fmt: skip
        overlap = st.radio(
            "SJS/TEN overlap is", OVERLAP_IS, index=int(before.overlap_is_ten), persist_state="session",
            key=_key(table, "overlap", repr(before)),
            help="From 10 to 30 % of the body surface detached. Series from China often count it as TEN.",
        )  # fmt: skip
    chosen = Classes(ten_from_30=ten == TEN_BEGINS[1], overlap_is_ten=overlap == OVERLAP_IS[1])
    st.caption(
        f"{chosen}. Where the file gives no diagnosis, it is taken from the detached skin; where it gives another one, "
        "that is queried and never changed."
    )
    return chosen


def left_out_rows(table: RawTable, again: tuple[Again, ...]) -> tuple[int, ...]:
    """The rows that the reader leaves out, of those that seem to be a patient once more."""
    if not again:
        return ()
    source = session.cohort().source
    same = session.has_own_data() and (source.sha256, source.sheet) == (table.sha256, table.sheet)
    why = {each.row: f"row {each.row}: {each.why} as in row {each.first}" for each in again}
    st.subheader("Patients entered twice")
    st.markdown(
        f"**{len(again)} {'row seems' if len(again) == 1 else 'rows seem'} to be a patient once more** and "
        f"{'counts' if len(again) == 1 else 'count'} twice unless left out here. Look them up in the chart first."
    )
    rows = st.multiselect(
        "Rows to leave out", list(why), [row for row in source.left_out_rows if same and row in why],
        format_func=why.__getitem__, key=_key(table, "again"), persist_state="session",
    )  # fmt: skip
    return tuple(sorted(rows))


def assumptions(sentences: tuple[str, ...]) -> None:
    """What was taken for granted while reading."""
    st.markdown("\n".join(f"- {plain(sentence)}" for sentence in sentences))


def confirm(table: RawTable, assembled: Assembled, answers: Codings) -> None:
    """The button that makes the file count, and the one that keeps its matching for the next."""
    open_ = assembled.questions
    if needed := _about(question for question in open_ if not question.optional):
        st.markdown(f"**Not answered yet: {needed}.** Without it these values count as missing.")
    skipped = [question for question in open_ if question.optional]
    if columns := _about(question for question in skipped if question.of_column):
        st.markdown(f"Skipped: {columns}. Until it is answered, what the question says holds.")
    if codes := _about(question for question in skipped if not question.of_column):
        st.markdown(f"Skipped: {codes}. Their codes stand as codes in every table.")
    st.markdown(f"**{patients(len(assembled.frame))}** will be used.")
    with st.container(horizontal=True):
        st.button(
            "Use this cohort",
            type="primary",
            on_click=session.load_own,
            args=(cohort_from(assembled, answers), table),
        )
        st.button("Cancel", on_click=session.forget_upload)
        memory.keep(
            assembled.matches, answers, assembled.study_numbers, assembled.table.filename, assembled.classes
        )


def _about(questions: Iterable[Question]) -> str:
    """The fields that some questions are about, each once."""
    return plain(listed(dict.fromkeys(schema.field(question.field).label for question in questions)))


def unanswered(table: RawTable, assembled: Assembled, personal: identity.Answer) -> None:
    """The key questions that the file cannot answer as it is matched, and the columns that might."""
    sentences = key_fields.unanswered(table, assembled.matches, assembled.frame, personal.hidden)
    if not sentences:
        return
    with st.container(border=True, key="unanswered"):
        st.markdown("**Not answered by this file as it is matched**")
        st.markdown("\n".join(f"- {plain(sentence)}" for sentence in sentences))


def current_cohort(cohort: Cohort) -> None:
    """What is loaded now, and how it was read."""
    source = cohort.source
    st.header("What is loaded now", divider="gray")
    st.markdown(f"**{plain(source.filename)}**, {len(cohort)} patients, SHA-256 {source.sha256[:8]}")
    assumptions(source.assumptions)
    if session.can_reopen():
        with st.container(horizontal=True):
            st.button(
                "Change the matching or the codes", on_click=session.reopen_upload, icon=":material/tune:"
            )
            answers = {name: dict(coding) for name, coding in source.codings}
            memory.keep(source.columns, answers, source.study_numbers, source.filename, source.classes)
        st.caption(
            "A newer file of the same patients? Drop it above: before it counts you see what it changes."
        )
    queries.show(cohort.problems, source.filename, session.loaded_table())
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
