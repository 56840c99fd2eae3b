"""Where the patients come from: files, the clipboard, the sample; several tables are joined to one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
import streamlit as st

from iren_core.errors import CohortError, NoTable, UnreadableFile, first_few
from iren_core.intake import RawTable, formats
from iren_core.intake.join import (
    REPEATED_WORDS,
    Link,
    Repeated,
    Unmatched,
    join,
    link,
    same_columns,
    table_name,
)
from iren_core.intake.keys import contradiction, likely_keys
from iren_core.intake.longform import (
    ACUTE_RULES,
    RECOVERY_RULES,
    PatientDates,
    long_form,
    one_row_a_patient,
    patient_dates,
)
from iren_core.wording import patients
from pages._ui import cache, progress, session
from pages._ui.tables import show_table
from pages._ui.text import plain

SAMPLE_FOLDER = Path(__file__).parents[2] / "sample_data"
LONGEST_LIST = 40
UNMATCHED_WORDS: dict[Unmatched, str] = {"add": "add them", "leave out": "leave them out"}


def start() -> None:
    """The ways in: files, pasted cells, the sample, the blank template."""
    st.file_uploader(
        "Drop your cohort here: one row a patient; several files or sheets are put together",
        type=formats.endings(), key=session.uploader_key(), on_change=session.keep_upload,
        accept_multiple_files=True,
        help=f"In English or Chinese, in any usual encoding. {formats.in_words()}.",
    )  # fmt: skip
    st.caption(
        "Excel, CSV, SPSS, Stata, SAS, Prism, LibreOffice or Parquet. Headers in English and Chinese are understood; "
        "any other column can be matched by hand once the file is read."
    )
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
        with st.popover("Paste from the clipboard", icon=":material/content_paste:"):
            st.text_area(
                "Cells copied from Excel, SPSS or Prism, with their header",
                key=session.paste_key(),
                height=200,
            )
            st.button("Read the pasted cells", on_click=session.keep_pasted)


def table(upload: session.Upload) -> RawTable:
    """The one table with a row a patient that the files make.

    Raises
    ------
    UnreadableFile
        when a file cannot be read.
    """
    found = []
    for number, file in enumerate(upload.files, start=1):
        with progress.reading(file.name, len(file.data), number, len(upload.files)):
            found += cache.tables(file.data, file.name)
    readable = [each for each in found if isinstance(each, RawTable)]
    named = dict(zip(_names(readable), readable, strict=True))
    for refusal in (
        each for each in found if isinstance(each, UnreadableFile) and not isinstance(each, NoTable)
    ):
        st.caption(plain(str(refusal)))
    if len(named) == 1:
        return _by_patient("", readable[0], patient_dates(_matched(readable)))
    st.subheader("Tables")
    first = st.selectbox(
        "Table of the patients",
        list(named),
        index=cache.likeliest(tuple(readable)),
        width=480,
        persist_state="session",
        key=_key(readable, "first"),
    )
    below, beside = _belonging(named, first)
    chosen = {name: named[name] for name in (first, *below, *beside)}
    dates = patient_dates(_matched([*chosen.values()]))
    turned = {name: _by_patient(name, each, dates) for name, each in chosen.items()}
    whole = _below(turned, first, below)
    for name in beside:
        whole = _joined(whole, turned[name], name)
    unused = [f"“{name}”" for name in named if name not in chosen]
    said = (f"Not used: {', '.join(unused)}.",) if unused else ()
    return replace(whole, assumptions=(*whole.assumptions, *said))


def _belonging(named: dict[str, RawTable], first: str) -> tuple[list[str], list[str]]:
    """The tables of further patients, and those of the same patients, as the reader says; both as proposed at first."""
    names, tables = list(named), tuple(named.values())
    proposal = cache.proposal(tables, names.index(first))
    rest = [name for name in names if name != first]
    below = st.multiselect(
        "Put below it: other patients, in the same columns", rest, [names[place] for place in proposal.below],
        key=_key(tables, "below", first), persist_state="session",
        help="A sheet for each group, year or hospital. Columns are put under those of the same meaning, in any order.",
    )  # fmt: skip
    free = [name for name in rest if name not in below]
    beside = st.multiselect(
        "Join to it, by the patient number: the same patients, in other columns", free,
        [names[place] for place in proposal.beside if names[place] in free],
        key=_key(tables, "others", first, *below), persist_state="session",
        help="A table of the same patients whose columns stand beside those of the first. Nothing is joined but "
        "what is chosen here.",
    )  # fmt: skip
    for place, why in proposal.asked.items():
        if names[place] not in (*below, *beside):
            st.warning(
                f"**{plain(names[place])} is not read yet.** {plain(why)} If it holds the same patients, join it; "
                "if it holds other patients, put it below. Else leave it out.",
                icon=":material/help:",
            )
    return below, beside


def _below(tables: dict[str, RawTable], first: str, below: Sequence[str]) -> RawTable:
    """The first table with those of further patients below it."""
    try:
        return cache.below(tuple(tables[name] for name in (first, *below)))
    except CohortError as error:
        st.markdown(f"**Not put below.** {plain(str(error))}")
        return tables[first]


def _names(tables: Sequence[RawTable]) -> list[str]:
    """What each table is called; the second of two with one name gets its number."""
    names: list[str] = []
    for each in tables:
        name = f"{table_name(each)}{' (hidden)' if each.hidden else ''}"
        while name in names:
            name = f"{name} (2)"
        names.append(name)
    return names


def _key(tables: Sequence[RawTable], *parts: str) -> str:
    """A widget's identity: a choice made for these files never answers for others."""
    return "_".join((*parts, *(f"{each.sha256[:12]}{each.sheet or ''}" for each in tables)))


def _matched(tables: Sequence[RawTable]):
    return [(each, cache.matches(each, {})) for each in tables]


def _by_patient(name: str, single: RawTable, dates: dict[str, PatientDates]) -> RawTable:
    """The table itself; a list with a row a measurement turned into one row a patient, by the reader's rules."""
    form = long_form(single, cache.matches(single, {}))
    if form is None:
        return single
    with st.container(border=True):
        st.markdown(
            f"**{plain(name or single.filename)} has {form.words}.** Of several samples of a patient one is "
            "taken as acute and one as recovery value; where none fits, the value stays missing."
        )
        acute = st.selectbox(
            "Acute value", _usable(form.acute_rules, dates, "steroids"), format_func=ACUTE_RULES.get,
            key=_key([single], "acute", str(len(dates))), width=640, persist_state="session",
        )  # fmt: skip
        recovery = st.selectbox(
            "Recovery value", _usable(form.recovery_rules, dates, "stabilization"), format_func=RECOVERY_RULES.get,
            key=_key([single], "recovery", str(len(dates))), width=640, persist_state="session",
        )  # fmt: skip
        turned = one_row_a_patient(single, form, acute, recovery, dates)
        for sentence in turned.assumptions[len(single.assumptions) :]:
            st.markdown(f"- {plain(sentence)}")
    return turned


def _usable(rules: Sequence[str], dates: dict[str, PatientDates], dated: str) -> list[str]:
    """The rules, one that needs a date of the patients last where no patient has it."""
    place = 0 if dated == "steroids" else 1
    known = any(each[place] is not None for each in dates.values())
    return sorted(rules, key=lambda rule: rule == dated and not known)


def _joined(first: RawTable, second: RawTable, name: str) -> RawTable:
    """The two tables as one, after a look at who meets whom."""
    ours, theirs = cache.matches(first, {}), cache.matches(second, {})
    with st.container(border=True):
        st.markdown(f"**{plain(name)}** is joined by the patient number.")
        keys = likely_keys(first, second, ours, theirs) or (0, 0)
        with st.container(horizontal=True):
            left, right = (
                st.selectbox(
                    "Patient number in this table" if place else "Patient number in the first table",
                    range(len(each.columns)), index=keys[place], format_func=each.columns.__getitem__, width=320,
                    key=_key([first, second], "key", str(place)), persist_state="session",
                )
                for place, each in enumerate((first, second))
            )  # fmt: skip
        found = link(first, second, left, right)
        _preview(found)
        if unlike := contradiction(first, second, ours, theirs, (left, right)):
            st.warning(plain(unlike.sentence(first.columns[left])), icon=":material/help:")
        unmatched: Unmatched = "add"
        repeated: Repeated = "none"
        with st.container(horizontal=True):
            if found.only_second:
                unmatched = st.selectbox(
                    "Patients only in this table", list(UNMATCHED_WORDS), format_func=UNMATCHED_WORDS.get,
                    key=_key([first, second], "unmatched"), width=320, persist_state="session",
                )  # fmt: skip
            if found.repeated:
                repeated = st.selectbox(
                    "Of several rows of one patient take", list(REPEATED_WORDS), format_func=REPEATED_WORDS.get,
                    key=_key([first, second], "repeated"), width=320, persist_state="session",
                )  # fmt: skip
        try:
            return join(
                first, second, found, unmatched=unmatched, repeated=repeated, same=same_columns(ours, theirs)
            )
        except CohortError as error:
            st.markdown(f"**Not joined.** {plain(str(error))}")
            return first


def _preview(found: Link) -> None:
    """Who stands in both tables, who in one only, who several times."""
    always = [("Only in the first table", found.only_first), ("Only in this table", found.only_second)]
    if_any = [
        ("Several rows in this table", _with_rows(found.repeated)),
        ("Several rows in the first table", _with_rows(found.repeated_first)),
        ("Rows without a number in this table", found.unnumbered),
    ]
    shown = [*always, *((what, which) for what, which in if_any if which)]
    rows = [
        ("In both tables", found.matched, ""),
        *((what, len(which), first_few(which, LONGEST_LIST)) for what, which in shown),
    ]
    show_table(f"{patients(found.matched)} meet", pd.DataFrame(rows, columns=["Patients", "Number", "Which"]))


def _with_rows(repeated: dict[str, tuple[int, ...]]) -> list[str]:
    return [f"{who} (rows {', '.join(map(str, rows))})" for who, rows in repeated.items()]
