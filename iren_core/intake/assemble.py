"""From bytes to checked columns, in one call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from iren_core import schema
from iren_core.errors import UnreadableFile, first_few
from iren_core.intake.check import Again, alike_rows, check, check_columns, check_future, entered_again
from iren_core.intake.codings import HEALING_FIELDS
from iren_core.intake.convert import LEFT_OUT_COLUMNS, LIMIT_COLUMNS, Codings, Question, convert
from iren_core.intake.convert.ditto import spelled_out
from iren_core.intake.derive import CLASSES_OF_1993, Classes, derive, unhealed
from iren_core.intake.match import ColumnMatch, match_columns
from iren_core.intake.one_reading import reading
from iren_core.intake.privacy import NAMES, NUMBERS_LOOK_LIKE, Identifier, identifiers, leave_out
from iren_core.intake.privacy import study_numbers as running_numbers
from iren_core.intake.read import read_table
from iren_core.intake.table import Problem, RawTable, problem_frame
from iren_core.intake.values import as_shown

#: Called with what is being done and which share of the work, 0 to 1, lies behind.
Progress = Callable[[str, float], None]
#: Which share of the work lies before the cleaning of columns, and which it takes.
_CLEANED_FROM, _CLEANED = 0.1, 0.4


@dataclass(frozen=True, eq=False)
class Assembled:
    """What intake made of a file.

    table : the raw table; its ``assumptions`` are everything that was taken for granted, to the last step
    matches : how each column was understood, in the order of the file
    frame : one row a patient, canonical columns in the order of the data dictionary
    problems : the query list; columns row, column, value, problem, advice, severity
    limits : values given only as limits; columns row, field, sign, bound
    left_out : cells of numbers that say something which could not be used; columns row, field
    questions : codings that a reader must explain; until then their values are missing
    synthetic : whether the rows say of themselves that they are synthetic
    study_numbers : whether running numbers stand in for the patients' own
    classes : how the detached skin was divided into diagnoses
    left_out_rows : rows that a reader left out, by their numbers in the spreadsheet
    entered_again : rows that seem to be a patient once more, and were counted
    """

    table: RawTable
    matches: tuple[ColumnMatch, ...]
    frame: pd.DataFrame
    problems: pd.DataFrame
    limits: pd.DataFrame
    left_out: pd.DataFrame
    questions: tuple[Question, ...]
    synthetic: bool
    study_numbers: bool = False
    classes: Classes = CLASSES_OF_1993
    left_out_rows: tuple[int, ...] = ()
    entered_again: tuple[Again, ...] = ()


@reading
def assemble(
    data: bytes,
    filename: str,
    *,
    sheet: str | None = None,
    mapping: Mapping[str, str | None] | None = None,
    codings: Codings | None = None,
    study_numbers: bool = False,
    classes: Classes = CLASSES_OF_1993,
    left_out_rows: Sequence[int] = (),
) -> Assembled:
    """Read, match, convert and check a file; the parameters are those of ``iren_core.read_cohort``.

    Raises
    ------
    CohortError
        when the bytes are no spreadsheet, hold no patient row, or no column can be recognised.
    """
    table = read_table(data, filename, sheet=sheet)
    return assemble_table(
        table,
        match_columns(table, mapping),
        codings,
        study_numbers=study_numbers,
        classes=classes,
        left_out_rows=left_out_rows,
    )


@reading
def assemble_table(
    table: RawTable,
    matches: Sequence[ColumnMatch],
    codings: Codings | None = None,
    *,
    study_numbers: bool = False,
    classes: Classes = CLASSES_OF_1993,
    left_out_rows: Sequence[int] = (),
    progress: Progress = lambda words, share: None,
) -> Assembled:
    """Convert and check a table that has been read, as ``assemble`` does.

    Columns that tell who the patients are (``privacy``) are left out unless a reader chose a field for them.

    Parameters
    ----------
    left_out_rows : rows that are no patients of their own, by their numbers in the spreadsheet
    progress : called with what is being done and which share of the work lies behind

    Raises
    ------
    UnreadableFile
        when no column is matched to a field.
    CohortError
        when a row that is to be left out does not exist.
    """
    table = spelled_out(table).without(left_out_rows) if left_out_rows else table
    _require_columns(table, matches)  # before thousands of unknown columns are searched for names
    progress("looking for columns that tell who the patients are", 0.0)
    found = identifiers(table, matches)
    matches = leave_out(matches, found)
    _require_columns(table, matches)
    headers = {match.field: match.column for match in matches if match.field and match.used}
    frame, findings = convert(
        table, matches, codings, lambda words, share: progress(words, _CLEANED_FROM + share * _CLEANED)
    )
    progress("working out what follows from other fields", _CLEANED_FROM + _CLEANED)
    frame, derived, mismatches = derive(frame, headers, table, findings.without_tnfi, classes)
    frame, named = _with_identity(frame, headers, study_numbers=study_numbers)
    personal = _personal(matches, found, headers, study_numbers=study_numbers)
    progress("looking for contradictions", 0.6)
    doubles = alike_rows(frame)
    problems = [
        *_of_the_table(table, headers),
        *_suggestions(table, matches),
        *findings.problems,
        *check_columns(frame, headers, table.header_row),
        *check_future(frame, headers, table.read_at),
        *_healed_yet_denied(frame, headers, table),
        *mismatches,
        *check(frame, headers, doubles, {(limit.row, limit.field) for limit in findings.limits}, classes),
        *_missing_identity(frame, headers),
        *_identifying_numbers(found, headers, table.header_row, study_numbers=study_numbers),
    ]
    again = entered_again(frame, headers, doubles)
    rows = [*_said_of_rows(left_out_rows, again)]
    progress("writing the query list", 0.8)
    assumptions = (
        *table.assumptions,
        *_left_out(matches, found),
        *findings.assumptions,
        *derived,
        *named,
        *rows,
    )
    return Assembled(
        table=replace(table, assumptions=assumptions),
        matches=matches,
        frame=frame,
        problems=_as_in_file(problem_frame(problems), table, personal),
        limits=pd.DataFrame(findings.limits, columns=list(LIMIT_COLUMNS)).astype(
            {"row": "int64", "bound": float}
        ),
        left_out=pd.DataFrame(
            [*findings.left_out, *_unread(table, headers)], columns=list(LEFT_OUT_COLUMNS)
        ).astype({"row": "int64"}),
        questions=tuple(findings.questions),
        synthetic=_says_synthetic(frame),
        study_numbers=study_numbers,
        classes=classes,
        left_out_rows=tuple(sorted(left_out_rows)),
        entered_again=again,
    )


def _unread(table: RawTable, headers: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """Cells of numbers that show an error or an uncounted formula, by row and field."""
    numeric = {column: name for name, column in headers.items() if schema.field(name).is_number}
    for row, column in table.problems[["row", "column"]].itertuples(index=False, name=None):
        if column in numeric:
            yield row, numeric[column]


def _said_of_rows(left_out: Sequence[int], again: Sequence[Again]) -> Iterator[str]:
    """Which rows the reader left out, and which patients count twice."""
    if left_out:
        rows = f"row {left_out[0]}" if len(left_out) == 1 else f"rows {', '.join(map(str, sorted(left_out)))}"
        yield f"Left out by the reader as a patient entered twice: {rows}."
    if again:
        which = first_few([f"row {each.row} seems to be the patient of row {each.first}" for each in again])
        what = "A patient counts twice" if len(again) == 1 else f"{len(again)} rows count a patient again"
        yield f"{what}: {which}."


def _require_columns(table: RawTable, matches: Sequence[ColumnMatch]) -> None:
    if any(match.used for match in matches):
        return
    shown = ", ".join(f"“{column}”" for column in table.columns[:6])
    raise UnreadableFile(
        f"“{table.filename}” was to be read as a table of patients.",
        f"None of its columns is known: {shown}.",
        "Match the columns by hand on the page Load data, or paste the patients into the blank template.",
    )


def _healed_yet_denied(frame: pd.DataFrame, headers: Mapping[str, str], table: RawTable) -> Iterator[Problem]:
    """Patients who healed by their outcome, where a word in place of the day of healing denies it."""
    if "outcome" not in headers:
        return
    column = next((headers[name] for name in HEALING_FIELDS if name in headers), "")
    contradicted = unhealed(headers, table) & (frame["outcome"] == "healed").to_numpy(dtype=bool)
    for row in table.rows[contradicted].tolist():
        problem = "The patient is said not to have healed, but the outcome is “healed”."
        yield Problem(row, column, "", problem, "Look it up in the chart.")


def _of_the_table(table: RawTable, headers: Mapping[str, str]) -> Iterator[Problem]:
    """What was found in reading; a cell of a column that is not used weighs little."""
    unused = set(table.columns) - set(headers.values())
    for each in table.problems.itertuples(index=False, name=None):
        problem = Problem(*each)
        yield problem._replace(severity="note") if problem.column in unused else problem


def _suggestions(table: RawTable, matches: Sequence[ColumnMatch]) -> list[Problem]:
    """Columns that only resemble a field are left out until a reader says yes."""
    return [
        Problem(
            table.header_row,
            match.column,
            "",
            f"The column is not used; it resembles “{schema.field(match.field).label}”. {match.note}".strip(),
            "Say on the page Load data what it holds.",
            "warning",
        )
        for match in matches
        if match.how == "similar" and match.field
    ]


def _left_out(matches: Sequence[ColumnMatch], found: Sequence[Identifier]) -> list[str]:
    used = {match.column for match in matches if match.field}
    personal = {identifier.column: identifier for identifier in found}
    return [
        f"{identifier.sentence} and was left out."
        for column, identifier in personal.items()
        if column not in used
    ] + [
        f"The column “{match.column}” was not used. {match.note}"
        for match in matches
        if match.field is None and match.note and match.column not in personal
    ]


def _personal(
    matches: Sequence[ColumnMatch],
    found: Sequence[Identifier],
    headers: Mapping[str, str],
    *,
    study_numbers: bool,
) -> set[str]:
    """The columns of which no value may leave the file."""
    used = {match.column for match in matches if match.field}
    columns = {identifier.column for identifier in found} - used
    return columns | {headers["patient_id"]} if study_numbers and "patient_id" in headers else columns


def _as_in_file(problems: pd.DataFrame, table: RawTable, personal: set[str]) -> pd.DataFrame:
    """The queries by row, with the value that the reader finds in the cell; with none where the column is personal."""
    problems = problems.sort_values("row", kind="stable", ignore_index=True)
    places = pd.Index(table.rows).get_indexer(problems["row"])
    shown = problems["value"].to_numpy(dtype=object)
    for column, at in problems.groupby("column", sort=False).indices.items():
        if column in personal:
            shown[at] = ""
        elif column in table.columns:
            at = at[places[at] >= 0]  # noqa: PLW2901 - those of a row of a patient
            cells = table.cells[table.columns.index(column)].to_numpy()[places[at]]
            texts = np.array([as_shown(cell) for cell in cells], dtype=object)
            shown[at] = np.where(texts == "", shown[at], texts)
    return _with_places(problems.assign(value=shown), table)


def _with_places(problems: pd.DataFrame, table: RawTable) -> pd.DataFrame:
    """The queries with the table and the row there, where tables stand one below another."""
    if not table.parts:
        return problems
    rows = problems["row"].tolist()
    places = [table.place_of(row) if row != table.header_row else "" for row in rows]
    said = [
        f"{problem} ({place}.)" if place else problem
        for problem, place in zip(problems["problem"], places, strict=True)
    ]
    return problems.assign(problem=said)


def _identifying_numbers(
    found: Sequence[Identifier], headers: Mapping[str, str], header_row: int, *, study_numbers: bool
) -> list[Problem]:
    column = headers.get("patient_id")
    return [
        Problem(
            header_row,
            identifier.column,
            "",
            f"{NUMBERS_LOOK_LIKE} {'names' if identifier.kind == NAMES else identifier.kind}.",
            "Use study numbers.",
            "warning",
        )
        for identifier in found
        if identifier.column == column and not study_numbers
    ]


def _with_identity(
    frame: pd.DataFrame, headers: Mapping[str, str], *, study_numbers: bool
) -> tuple[pd.DataFrame, list[str]]:
    """Every patient gets a name: the file's own, or a study number in its place, or "row 5"."""
    names = [f"row {row}" for row in frame.index]
    if "patient_id" not in headers:
        frame.insert(0, "patient_id", pd.Series(names, index=frame.index, dtype=object))
        return frame, ["The file has no patient numbers; patients are called after their row."]
    given = frame["patient_id"].tolist()
    said = []
    if study_numbers:
        numbers = iter(running_numbers([own for own in given if own is not None]))
        given = [None if own is None else next(numbers) for own in given]
        said = [
            f"The patients are called by study numbers, 1 to {len(set(given) - {None})} in the order of the file, "
            f"in place of what stands in “{headers['patient_id']}”."
        ]
    frame["patient_id"] = pd.Series(
        [name if own is None else own for own, name in zip(given, names, strict=True)],
        index=frame.index,
        dtype=object,
    )
    return frame, said


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
            "warning",
        )
        for row, name in frame["patient_id"].items()
        if name == f"row {row}"
    ]


def _says_synthetic(frame: pd.DataFrame) -> bool:
    if "data_origin" not in frame:
        return False
    return any(str(origin).casefold().startswith("synthetic") for origin in frame["data_origin"].dropna())
