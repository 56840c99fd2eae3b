"""The query list: what in the file cannot be right or deserves a look, to sort here and to take back to the chart."""

from __future__ import annotations

from pathlib import PurePath

import pandas as pd
import streamlit as st

from iren_core.card import Table
from iren_core.intake import RawTable
from iren_core.intake.alike import alike
from iren_core.intake.table import SEVERITIES
from iren_core.wording import listed
from pages._ui import session
from pages._ui.tables import WRAPPED_ROW_PX

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORDS = {"error": ("error", "errors"), "warning": ("warning", "warnings"), "note": ("note", "notes")}
#: The list scrolls below so many lines.
ROWS_SHOWN, HEAD_PX = 8, 40
HEADERS = {
    "severity": "Weight",
    "row": "Row",
    "column": "Column",
    "value": "Value",
    "problem": "What is odd",
    "advice": "What to check",
    "also": "Also in rows",
}


def show(problems: pd.DataFrame, filename: str, table: RawTable | None) -> None:
    """The list, sortable by a click on any head, and its files.

    Parameters
    ----------
    filename : of the file that was read
    table : what was read from it; ``None`` when it is no longer held
    """
    st.subheader("Query list")
    if problems.empty:
        st.markdown("No value contradicts another or lies beyond what can be right.")
        return
    if session.share_safe():
        st.markdown("**Share-safe is on**: queries, which quote single patients, are not shown.")
        return
    st.markdown(f"{_counted(problems)}. Each deserves a look in the chart; no query drops a patient.")
    lines = alike(problems)
    if len(lines) < len(problems):
        st.caption("Queries of one column for the same reason stand in one line; the files below hold each.")
    order = lines["severity"].map({severity: place for place, severity in enumerate(SEVERITIES)})
    shown = lines.assign(order=order).sort_values(["order", "row"], kind="stable")[list(HEADERS)]
    shown["severity"] = shown["severity"].str.capitalize()
    st.dataframe(
        shown.rename(columns=HEADERS), hide_index=True, alt="Query list", key="query_list",
        row_height=WRAPPED_ROW_PX, height=min(len(shown), ROWS_SHOWN) * WRAPPED_ROW_PX + HEAD_PX,
        column_config={
            "Weight": st.column_config.TextColumn(
                width=80,
                help="Error: a value was left out or contradicts another. Warning: unlikely or incomplete, and counted "
                "as it stands. Note: worth knowing.",
            ),
            "Row": st.column_config.NumberColumn(width=55, help="The row in your file."),
            "Column": st.column_config.TextColumn(width=130),
            "Value": st.column_config.TextColumn(width=100),
            "What is odd": st.column_config.TextColumn(width=350),
            "What to check": st.column_config.TextColumn(width=215),
            "Also in rows": st.column_config.TextColumn(width=130),
        },
    )  # fmt: skip
    _files(problems, filename, table)


def _counted(problems: pd.DataFrame) -> str:
    counts = problems["severity"].value_counts().to_dict()
    return listed(
        f"{n} {WORDS[severity][0 if n == 1 else 1]}" for severity in SEVERITIES if (n := counts.get(severity))
    )


def _files(problems: pd.DataFrame, filename: str, table: RawTable | None) -> None:
    name = PurePath(filename).stem
    with st.container(horizontal=True):
        if table is not None:
            data = session.bytes_of(table)  # asked for now: a file is made outside the run of the page
            st.download_button(
                "Your workbook with the queries marked (Excel)", data=lambda: _annotated(problems, table, data),
                file_name=f"{name}_queries.xlsx", mime=XLSX, on_click="ignore", icon=":material/rate_review:",
                help="Your own file with each cell in doubt filled and commented. It holds all that your file holds, "
                "personal data too: keep it in the clinic.",
            )  # fmt: skip
        st.download_button(
            "Query list (CSV)", data=lambda: _csv(problems), file_name=f"{name}_queries.csv", mime="text/csv",
            on_click="ignore",
        )  # fmt: skip


def _annotated(problems: pd.DataFrame, table: RawTable, data: bytes | None) -> bytes:
    from iren_core.export.annotated import annotated_workbook  # noqa: PLC0415 - slow to import, rarely asked for

    return annotated_workbook(data, table, problems)


def _csv(problems: pd.DataFrame) -> bytes:
    from iren_core.export.workbook import csv  # noqa: PLC0415 - as above

    return csv(Table("queries", "Query list", problems, problems), "")
