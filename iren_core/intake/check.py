"""The query list: what contradicts itself in the file. Nothing is changed here, only asked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from iren_core import schema
from iren_core.errors import first_few
from iren_core.intake.derive import CLASSES_OF_1993, Classes
from iren_core.intake.rules import Patients, doubts
from iren_core.intake.table import Problem

#: Two rows with as many values that are all the same are probably one patient.
_FEWEST_VALUES_ALIKE = 8


def check(
    frame: pd.DataFrame,
    headers: Mapping[str, str],
    doubles: Sequence[list[int]],
    limited: Collection[tuple[int, str]] = (),
    classes: Classes = CLASSES_OF_1993,
) -> list[Problem]:
    """Every contradiction within and between patients.

    Parameters
    ----------
    frame : canonical columns, index = the row in the reader's spreadsheet
    headers : field -> the column of the file that holds it
    doubles : the rows in which all is the same, as ``alike_rows`` finds them
    limited : (row, field) of the cells that are empty only because their value is known as a limit
    classes : how the detached skin is divided into diagnoses
    """
    patients = Patients(frame)
    problems: list[Problem] = []
    for found in doubts(patients, classes):
        doubt = found._replace(
            who=found.who & ~frame.index.isin([row for row, name in limited if name == found.field])
        )
        column = headers.get(doubt.field, schema.field(doubt.field).label)
        rows, values = frame.index[doubt.who].tolist(), patients.words(doubt.field)[doubt.who].tolist()
        problems += [
            Problem(row, column, value, problem, doubt.advice, doubt.severity)
            for row, value, problem in zip(rows, values, doubt.problems(), strict=True)
        ]
    problems.extend(_shares(frame, headers))
    problems.extend(_identities(frame, headers))
    problems.extend(_doubles(frame, headers, doubles))
    return problems


def check_columns(frame: pd.DataFrame, headers: Mapping[str, str], header_row: int) -> list[Problem]:
    """What is doubtful about a whole column: percentages for counts, fractions for percentages."""
    return [
        Problem(header_row, headers.get(field, field), "", problem, advice, "warning")
        for field, problem, advice in _scales(frame)
    ]


def _shares(frame: pd.DataFrame, headers: Mapping[str, str]) -> Iterator[Problem]:
    """Values below 1 among percentages: 0.62 may be the share of 1 that a cell in percent format stores."""
    for name in frame:
        known = schema.field(str(name))
        if known.kind != "number" or known.unit not in ("% BSA", "%"):
            continue
        values = frame[name]
        for row, value in values[(values > 0) & (values < 1) & (values.max() > 1)].items():
            problem = (
                f"The value is {value:g} among values up to {values.max():g}: is it {value:g} %, or {value * 100:g} % "
                f"written as a share of 1? It was kept as {value:g} %."
            )
            advice = f"Look it up, and write {value * 100:g} into the cell if that is meant."
            yield Problem(
                int(row), headers.get(known.name, known.label), f"{value:g}", problem, advice, "warning"
            )


def check_future(frame: pd.DataFrame, headers: Mapping[str, str], read_at: str) -> Iterator[Problem]:
    """Dates later than the day on which the file was read. They count as they stand: no number hangs on that day."""
    read_on = pd.Timestamp(read_at).tz_localize(None).normalize()
    for name in frame.select_dtypes("datetime"):
        column = headers.get(str(name), schema.field(str(name)).label)
        for row, value in frame[name][frame[name] > read_on + pd.Timedelta(days=1)].items():
            problem = f"It lies in the future: the file was read on {read_on.date()}. It was kept."
            yield Problem(int(row), column, str(value.date()), problem, "Look it up in the chart.")


# ---- all patients ------------------------------------------------------------------------------------


class Again(NamedTuple):
    """A row that is probably a patient entered a second time: ``row`` stands for the same patient as ``first``."""

    row: int
    first: int
    why: str


def entered_again(
    frame: pd.DataFrame, headers: Mapping[str, str], doubles: Sequence[list[int]]
) -> tuple[Again, ...]:
    """The later rows of patients who stand in several: by their number, or by every value (see ``alike_rows``)."""
    found: dict[int, Again] = {}
    for same in doubles if "patient_id" in frame else ():
        found |= {row: Again(row, same[0], "every value is the same") for row in same[1:]}
    for same in _same_number(frame, headers):
        found |= {row: Again(row, same[0], "the same patient number") for row in same[1:]}
    return tuple(found[row] for row in sorted(found))


def _same_number(frame: pd.DataFrame, headers: Mapping[str, str]) -> list[list[int]]:
    """The rows of each patient number that stands in several."""
    if "patient_id" not in headers:
        return []
    names = frame["patient_id"][frame["patient_id"].duplicated(keep=False)]
    return [rows.index.tolist() for _, rows in names.groupby(names, sort=False)]


def _identities(frame: pd.DataFrame, headers: Mapping[str, str]) -> Iterator[Problem]:
    for same in _same_number(frame, headers):
        for row in same:
            others = _others(row, same)
            yield Problem(
                row,
                headers["patient_id"],
                str(frame["patient_id"][row]),
                f"The same patient number also stands in row {others}; each row was counted as a patient.",
                "Give every patient one row and a number of their own, or leave one out on the page Load data.",
            )


def _others(row: int, same: list[int]) -> str:
    """The other rows, the first few by number."""
    return first_few([other for other in same if other != row])


def _doubles(
    frame: pd.DataFrame, headers: Mapping[str, str], doubles: Sequence[list[int]]
) -> Iterator[Problem]:
    """Rows that agree in all that they hold, though they bear different patient numbers."""
    if "patient_id" not in frame:
        return
    everybody = frame["patient_id"].to_dict()
    for same in doubles:
        names = {row: everybody[row] for row in same}
        for row in same if len(set(names.values())) == len(same) else ():
            others = _others(row, same)
            yield Problem(
                row,
                headers.get("patient_id", schema.field("patient_id").label),
                str(names[row]),
                f"Every value is the same as in row {others}: this may be one patient entered twice.",
                "Look both up in the chart, and leave one row out on the page Load data if they are the same patient.",
                "warning",
            )


def alike_rows(frame: pd.DataFrame) -> list[list[int]]:
    """Groups of rows in which all the values are the same and many, whatever the patient number.

    Column by column only the rows are kept that still have a double, which soon are few.
    """
    columns = frame.drop(columns="patient_id", errors="ignore")
    kept = np.flatnonzero(columns.notna().sum(axis=1) >= _FEWEST_VALUES_ALIKE)
    group = np.zeros(len(kept), dtype=np.int64)
    for name in columns:
        codes, _ = pd.factorize(columns[name].iloc[kept], use_na_sentinel=False)
        group, _ = pd.factorize(group * (codes.max(initial=0) + 1) + codes)
        again = pd.Series(group).duplicated(keep=False).to_numpy()
        kept, group = kept[again], group[again]
    rows = pd.Series(frame.index[kept])
    return [same.tolist() for _, same in rows.groupby(group)]


def _scales(frame: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    for name in frame:
        known = schema.field(str(name))
        if known.kind != "number" or known.unit not in ("cells/µL", "% BSA", "%"):
            continue
        values = frame[name].dropna()
        if len(values) < 4:
            continue
        if known.unit == "cells/µL" and values.max() <= 100:
            problem = "Every value lies between 0 and 100: these look like percentages, not counts per µL."
            yield str(name), problem, "Give the absolute counts, or leave the column out."
        elif known.unit != "cells/µL" and 0 < values.max() <= 1 and (values % 1 != 0).any():
            problem = "Every value lies between 0 and 1: these look like fractions, not percentages."
            yield str(name), problem, "Give percentages (8 for 8 %)."
