"""From bytes to checked columns, in one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from iren_core import schema
from iren_core.errors import UnreadableFile
from iren_core.intake.check import check, check_columns
from iren_core.intake.convert import LIMIT_COLUMNS, Codings, Question, convert
from iren_core.intake.derive import CLASSES_OF_1993, Classes, derive
from iren_core.intake.match import ColumnMatch, match_columns
from iren_core.intake.read import read_table
from iren_core.intake.table import Problem, RawTable, problem_frame


@dataclass(frozen=True, eq=False)
class Assembled:
    """What intake made of a file.

    table : the raw table; its ``assumptions`` are everything that was taken for granted, to the last step
    matches : how each column was understood, in the order of the file
    frame : one row a patient, canonical columns in the order of the data dictionary
    problems : the query list; columns row, column, value, problem, advice
    limits : values given only as limits; columns row, field, sign, bound
    questions : codings that a reader must explain; until then their values are missing
    synthetic : whether the rows say of themselves that they are synthetic
    """

    table: RawTable
    matches: tuple[ColumnMatch, ...]
    frame: pd.DataFrame
    problems: pd.DataFrame
    limits: pd.DataFrame
    questions: tuple[Question, ...]
    synthetic: bool


def assemble(
    data: bytes,
    filename: str,
    *,
    sheet: str | None = None,
    mapping: Mapping[str, str | None] | None = None,
    codings: Codings | None = None,
    classes: Classes = CLASSES_OF_1993,
) -> Assembled:
    """Read, match, convert and check a file; the parameters are those of ``iren_core.read_cohort``.

    Raises
    ------
    CohortError
        when the bytes are no spreadsheet, hold no patient row, or no column can be recognised.
    """
    table = read_table(data, filename, sheet=sheet)
    return assemble_table(table, match_columns(table, mapping), codings, classes)


def assemble_table(
    table: RawTable,
    matches: Sequence[ColumnMatch],
    codings: Codings | None = None,
    classes: Classes = CLASSES_OF_1993,
) -> Assembled:
    """Convert and check a table that has been read, as ``assemble`` does.

    Raises
    ------
    UnreadableFile
        when no column is matched to a field.
    """
    matches = tuple(matches)
    kept = [replace(match, field=None) if match.field == "initials" else match for match in matches]
    _require_columns(table, kept)
    headers = {match.field: match.column for match in kept if match.field and match.used}
    frame, findings = convert(table, kept, codings)
    frame, derived, mismatches = derive(frame, headers, table, classes)
    frame, named = _with_identity(frame, headers)
    problems = [
        *table.problems.itertuples(index=False, name=None),
        *_suggestions(table, matches),
        *findings.problems,
        *check_columns(frame, headers, table.header_row),
        *mismatches,
        *check(frame, headers, {(limit.row, limit.field) for limit in findings.limits}, classes),
        *_missing_identity(frame, headers),
    ]
    assumptions = (*table.assumptions, *_left_out(matches), *findings.assumptions, *derived, *named)
    return Assembled(
        table=replace(table, assumptions=assumptions),
        matches=matches,
        frame=frame,
        problems=problem_frame(
            sorted((Problem(*each) for each in problems), key=lambda problem: problem.row)
        ),
        limits=pd.DataFrame(findings.limits, columns=list(LIMIT_COLUMNS)).astype(
            {"row": "int64", "bound": float}
        ),
        questions=tuple(findings.questions),
        synthetic=_says_synthetic(frame),
    )


def _require_columns(table: RawTable, matches: Sequence[ColumnMatch]) -> None:
    if any(match.used for match in matches):
        return
    shown = ", ".join(f"“{column}”" for column in table.columns[:6])
    raise UnreadableFile(
        f"“{table.filename}” was to be read as a table of patients.",
        f"None of its columns is known: {shown}.",
        "Match the columns by hand on the page Load data, or paste the patients into the blank template.",
    )


def _suggestions(table: RawTable, matches: Sequence[ColumnMatch]) -> list[Problem]:
    """Columns that only resemble a field are left out until a reader says yes."""
    return [
        Problem(
            table.header_row,
            match.column,
            "",
            f"The column is not used; it resembles “{schema.field(match.field).label}”. {match.note}".strip(),
            "Say on the page Load data what it holds.",
        )
        for match in matches
        if match.how == "similar" and match.field
    ]


def _left_out(matches: Sequence[ColumnMatch]) -> list[str]:
    return [
        f"The column “{match.column}” holds names or initials and was left out."
        for match in matches
        if match.field == "initials"
    ] + [
        f"The column “{match.column}” was not used. {match.note}"
        for match in matches
        if match.field is None and match.note
    ]


def _with_identity(frame: pd.DataFrame, headers: Mapping[str, str]) -> tuple[pd.DataFrame, list[str]]:
    """Every patient gets a name: the file's own, or "row 5"."""
    names = [f"row {row}" for row in frame.index]
    if "patient_id" not in headers:
        frame.insert(0, "patient_id", pd.Series(names, index=frame.index, dtype=object))
        return frame, ["The file has no patient numbers; patients are called after their row."]
    given = frame["patient_id"].tolist()
    frame["patient_id"] = pd.Series(
        [name if own is None else own for own, name in zip(given, names, strict=True)],
        index=frame.index,
        dtype=object,
    )
    return frame, []


def _missing_identity(frame: pd.DataFrame, headers: Mapping[str, str]) -> list[Problem]:
    if "patient_id" not in headers:
        return []
    return [
        Problem(
            row,
            headers["patient_id"],
            "",
            f"The patient has no number and is called “row {row}”.",
            "Add one.",
        )
        for row, name in frame["patient_id"].items()
        if name == f"row {row}"
    ]


def _says_synthetic(frame: pd.DataFrame) -> bool:
    if "data_origin" not in frame:
        return False
    return any(str(origin).casefold().startswith("synthetic") for origin in frame["data_origin"].dropna())
